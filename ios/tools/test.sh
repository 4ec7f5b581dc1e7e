#!/usr/bin/env bash
# Compiles the part of the iOS shell that needs no iOS and runs its tests in the
# Debian 13 folder; the arguments go to `swift test` (--filter ScenarioTests). The
# app's own sources need a Mac: here they are only parsed.
set -eu
cd "$(dirname "$0")/../.."
inside() { ios/tools/debian.sh target/swift/debian13 "$@"; }
inside bash -c 'swiftc -frontend -parse ios/App/*.swift ios/App/Screens/*.swift'
echo "ios/App: $(ls ios/App/*.swift ios/App/Screens/*.swift | wc -l) sources parsed"
inside env LD_LIBRARY_PATH=/project/target/debug \
  PAKMUT_REGISTRY=/project/target/debug/pakmut-registry PAKMUT_DATA=/project/tests/data \
  PAKMUT_REPORTS=/project/target/reports \
  swift test --package-path ios --scratch-path target/swift/build \
  -Xlinker -L/project/target/debug -Xlinker -lpakmut "$@"
