# The phones' part of the Makefile: bindings, the shells' tests, their targets.

BINDINGS := target/bindings
LIBRARY := target/debug/libpakmut.so

.PHONY: bindings host maven test-kotlin test-swift check-phones size bench-calls

host:
	@$(DEBUG)

bindings: host ## Kotlin and Swift sources from the built library (target/bindings)
	@rm -rf $(BINDINGS)
	@target/debug/pakmut-bindgen $(LIBRARY) $(BINDINGS)
	@mkdir -p ios/Generated/PakmutFFI ios/Generated/PakmutCore
	@cp $(BINDINGS)/swift/PakmutFFI.h ios/Generated/PakmutFFI/
	@cp $(BINDINGS)/swift/PakmutFFI.modulemap ios/Generated/PakmutFFI/module.modulemap
	@cp $(BINDINGS)/swift/PakmutCore.swift ios/Generated/PakmutCore/

maven:
	@command -v mvn >/dev/null || { apt-get update -q && apt-get install -y -q maven; }

test-kotlin: maven bindings ## The Android shell: every source compiled, the tests on a JVM; pictures in target/android/pictures
	@rm -rf target/android/surefire-reports
	@start=$$SECONDS; android/tools/test.sh $(ARGS); echo "test-kotlin: $$((SECONDS - start)) s; pictures in target/android/pictures"

test-swift: bindings ## The iOS shell's part without iOS: its tests, on Linux (Debian 13 folder)
	@ios/tools/debian.sh target/swift/debian13 true
	@start=$$SECONDS; ios/tools/test.sh $(ARGS); echo "test-swift: $$((SECONDS - start)) s"

check-phones: ## Core and bindings type-checked for Android and iOS
	@start=$$SECONDS; bindings/tools/check-phones.sh; echo "check-phones: $$((SECONDS - start)) s"

size: ## The library that the shells ship: at most 5 MB, and what weighs most
	@start=$$SECONDS; bindings/tools/size.sh; echo "size: $$((SECONDS - start)) s"

bench-calls: bindings maven ## What a call costs through JNA and Swift, beside Rust
	@bindings/tools/bench-calls.sh
