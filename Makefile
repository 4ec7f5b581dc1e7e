# Pakmut's commands. `make demo` shows the main job, `make test` runs everything.
# What a command needs and does not find, it installs (Debian, as root).

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

ARGS ?=
FILES ?=
FILE ?= tests/data/places/laos.csv
OUT ?= target/reports/judge.csv

CHROMIUM := /usr/bin/chromium
THAI_FONT := /usr/share/fonts/opentype/tlwg/Garuda.otf
TOOLS := target/tools
DENY_VERSION := 0.20.2
ADVISORIES := $(TOOLS)/advisories/advisory-db-3157b0e258782691
# All, with the features that the tests need: whatever is run after another need
# not be built again.
DEBUG := cargo build --quiet --workspace --all-targets
# The registry and one program of the tests, with the features of both together.
RELEASE := cargo build --quiet --release -p pakmut-registry -p pakmut-tests --bin pakmut-registry --bin

.PHONY: help demo test test-rust test-faults test-attack test-web honesty judge expressions attack bench bench-pages check map map-check deny postgres soak sabotage strace

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: ## The main job: registry, 300 simulated phones, sync, page (ARGS="--exit --json")
	@$(RELEASE) demo && target/release/demo $(ARGS)

test: test-rust test-web test-kotlin test-swift check-phones ## Everything that must be green for a change to land

test-rust: postgres strace ## All Rust tests, the registry's over SQLite and PostgreSQL
	@start=$$SECONDS; cargo test --workspace; echo "test-rust: $$((SECONDS - start)) s"

test-faults: strace ## The fault matrix in its short form
	@start=$$SECONDS; cargo test --workspace --test faults; echo "test-faults: $$((SECONDS - start)) s"

test-attack: ## The attacks in their short form
	@start=$$SECONDS; cargo test --workspace --test attack; echo "test-attack: $$((SECONDS - start)) s"

test-web: $(CHROMIUM) $(THAI_FONT) /usr/bin/soffice /usr/bin/ogrinfo ## The pages in a real browser; pictures in target/screenshots (ARGS="-g NAME")
	@$(DEBUG)
	@cd tests/web && { cmp -s package-lock.json node_modules/.package-lock.ours || { PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund && cp package-lock.json node_modules/.package-lock.ours; }; }
	@start=$$SECONDS; npm --prefix tests/web test -- $(ARGS); echo "test-web: $$((SECONDS - start)) s; pictures in target/screenshots"

$(CHROMIUM):
	apt-get update -q && apt-get install -y -q --no-install-recommends chromium

# The citizens' pages bring no font of their own: every phone has one for Thai.
$(THAI_FONT):
	apt-get update -q && apt-get install -y -q --no-install-recommends fonts-tlwg-garuda-otf

soak: strace ## The fault matrix in its long form, at most 20 minutes (ARGS="FAULT...")
	@$(RELEASE) soak --bin fault-child && target/release/soak $(ARGS)

sabotage: strace ## Turns off one safeguard at a time: is each noticed?
	@cargo build --quiet -p pakmut-registry -p pakmut-tests --bins --features pakmut-tests/sabotage
	@target/debug/sabotage

# Documents are opened by the programs that people have.
/usr/bin/soffice:
	apt-get update -q && apt-get install -y -q --no-install-recommends libreoffice-writer-nogui libreoffice-calc-nogui

/usr/bin/ogrinfo:
	apt-get update -q && apt-get install -y -q --no-install-recommends gdal-bin

honesty: ## How honest the radii are (FILES="...": recordings)
	@$(RELEASE) honesty && target/release/honesty $(FILES)

judge: ## Judge the offices' coordinates of a list (FILE=... OUT=...)
	@$(RELEASE) judge && target/release/judge $(FILE) $(OUT)

expressions: ## Form expressions against a list of cases (FILE=cases.json)
	@$(RELEASE) expressions && target/release/expressions $(FILE)

bench: ## What fixes, saves, pushes and answers cost (ARGS="push": that part alone)
	@$(RELEASE) bench && target/release/bench $(ARGS)

attack: ## Attacks on a real registry, and what they got (ARGS=--short)
	@$(RELEASE) attack && target/release/attack $(ARGS)

bench-pages: ## The officers' pages with the whole country, 20 readers and 50 pins a second
	@$(RELEASE) pages && target/release/pages

# The map's script and its worker are kept beside their source: cargo alone builds
# the registry, on a machine without npm or network too.
UI := registry/ui

map: $(UI)/node_modules/.package-lock.ours ## Build the map of the pages anew, after a change in registry/ui
	@npm --prefix $(UI) run --silent build

map-check: $(UI)/node_modules/.package-lock.ours
	@before=$$(sha256sum $(UI)/dist/*); npm --prefix $(UI) run --silent build; \
	[ "$$before" = "$$(sha256sum $(UI)/dist/*)" ] || { echo "registry/ui/dist was not what its source gives. Now it is: commit it"; exit 1; }

$(UI)/node_modules/.package-lock.ours: $(UI)/package-lock.json
	@cd $(UI) && npm ci --no-audit --no-fund && cp package-lock.json node_modules/.package-lock.ours

check: deny map-check size ## Format, lints, licences, advisories, documentation, the built map, the phones' library's size
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --quiet -- -D warnings
	RUSTDOCFLAGS="-D warnings -A rustdoc::private_intra_doc_links" cargo doc --workspace --no-deps --quiet

deny: $(TOOLS)/bin/cargo-deny $(ADVISORIES)/.git/FETCH_HEAD ## Licences, sources and known advisories of the dependencies
	$(TOOLS)/bin/cargo-deny --offline check --hide-inclusion-graph advisories bans licenses sources

# Where cargo-deny looks for the database of its usual address. The age is that
# of the snapshot, not of the unpacking.
$(ADVISORIES)/.git/FETCH_HEAD: deny/advisory-db.tar.gz deny/snapshot
	@rm -rf $(ADVISORIES) && mkdir -p $(@D)
	@tar -xzf $< -C $(ADVISORIES)
	@touch -d "$$(cat deny/snapshot)" $@

$(TOOLS)/bin/cargo-deny:
	cargo install --quiet cargo-deny --version $(DENY_VERSION) --locked --no-default-features --root $(TOOLS)

# The fault tests put faults on calls with it.
strace:
	@command -v strace >/dev/null || { apt-get update -q && apt-get install -y -q strace; }

# The tests start a throw-away PostgreSQL of their own; this brings the programs.
postgres:
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || { apt-get update -q && apt-get install -y -q postgresql-15; }

include phones.mk
