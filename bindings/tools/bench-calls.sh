#!/usr/bin/env bash
# What one coarse call (reading a typed position: text in, a record of texts out)
# costs through JNA and through Swift, beside the same call in Rust, and what
# 100,000 calls leave in memory. All three with the same profile (dev).
set -eu
cd "$(dirname "$0")/../.."
reports=target/reports
mkdir -p "$reports"
rm -f "$reports"/call_*_ns.txt "$reports"/calls_*_grown_kb.txt
android/tools/test.sh '-Dtest=BindingsTest#aCoarseCall*+aHundredThousand*' >&2
ios/tools/debian.sh target/swift/debian13 true
ios/tools/test.sh --filter 'BindingsTests/test(ACoarseCall|AHundredThousand)' >&2
rust=$(cargo run --quiet -p pakmut-bindings --example call_cost)
read -r kotlin <"$reports/call_kotlin_ns.txt"
read -r swift <"$reports/call_swift_ns.txt"
read -r kotlin_kb <"$reports/calls_kotlin_grown_kb.txt"
read -r swift_kb <"$reports/calls_swift_grown_kb.txt"

awk -v rust="$rust" -v kotlin="$kotlin" -v swift="$swift" \
  -v kotlin_kb="$kotlin_kb" -v swift_kb="$swift_kb" -v json="$reports/calls.json" '
  function row(name, value, unit, goal) {
    printf "%-44s %10.1f %-5s %s\n", name, value, unit, goal
    printf "%s  {\"name\": \"%s\", \"value\": %.1f, \"unit\": \"%s\", \"goal\": \"%s\"}", \
      (rows++ ? ",\n" : ""), name, value, unit, goal >json
  }
  BEGIN {
    printf "[\n" >json
    row("a coarse call in Rust", rust / 1000, "µs", "")
    row("the same through JNA", kotlin / 1000, "µs", "<= 1000")
    row("the same through Swift", swift / 1000, "µs", "<= 1000")
    row("JNA adds", (kotlin - rust) / 1000, "µs", "")
    row("Swift adds", (swift - rust) / 1000, "µs", "")
    row("100,000 calls through JNA, memory grown", kotlin_kb, "kB", "<= 10000")
    row("100,000 calls through Swift, memory grown", swift_kb, "kB", "<= 10000")
    printf "\n]\n" >json
  }'
