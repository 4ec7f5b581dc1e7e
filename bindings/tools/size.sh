#!/usr/bin/env bash
# The size of the library that the shells ship: stripped, under the mobile
# profile, on this host; with the crates that weigh most. Fails above the limit.
set -eu
cd "$(dirname "$0")/../.."
limit=$((5 * 1000 * 1000))
. bindings/tools/mobile.env
# Android's kind alone: each kind is linked and optimised by itself.
cargo rustc --quiet --profile mobile -p pakmut-bindings --lib --crate-type cdylib
library=target/mobile/libpakmut.so
strip -o target/mobile/libpakmut.stripped.so "$library"
size=$(stat -c %s target/mobile/libpakmut.stripped.so)

# The bytes of code by crate: the first path of each demangled name.
nm --print-size --size-sort --radix=d --demangle=rust "$library" | awk '
  $3 ~ /^[tTwW]$/ {
    name = $0
    sub(/^[0-9]+ [0-9]+ . /, "", name)
    # <Type as Trait>::f counts for the type, <&T …> for what is behind it.
    gsub(/^[<&*( ]+(mut |const |dyn )*/, "", name)
    crate = name ~ /::/ ? substr(name, 1, index(name, "::") - 1) : "C (SQLite, ring)"
    gsub(/[^A-Za-z0-9_(), ].*/, "", crate)
    bytes[crate] += $2
  }
  END { for (crate in bytes) printf "%d %s\n", bytes[crate], crate }
' | sort -rn >target/mobile/crates.txt

mkdir -p target/reports
{
  printf '[\n {"name": "library, stripped", "value": %d, "unit": "bytes", "goal": "<= %d"}' "$size" "$limit"
  head -n 12 target/mobile/crates.txt | while read -r bytes crate; do
    printf ',\n {"name": "code of %s", "value": %d, "unit": "bytes", "goal": ""}' "$crate" "$bytes"
  done
  printf '\n]\n'
} >target/reports/size.json

printf '%-34s %10d bytes (limit %d)\n' "library, stripped" "$size" "$limit"
head -n 12 target/mobile/crates.txt | while read -r bytes crate; do printf '  %-32s %10d\n' "$crate" "$bytes"; done
[ "$size" -le "$limit" ] || { echo "the library is too large" >&2; exit 1; }
