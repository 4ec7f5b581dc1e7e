#!/usr/bin/env bash
# Compiles every Kotlin source and runs the tests on a JVM; the arguments go to
# Maven (-Dtest=ScenarioTest). What one class of tests counts is said in a line,
# and all of them in the last.
set -u
cd "$(dirname "$0")/.."
reports=../target/android/surefire-reports
mvn -q -B test "$@" 2>&1 | grep -v "^Intent = \|Robolectric\] WARN"
ended=${PIPESTATUS[0]}
sed -n 's/^Tests run: \([0-9]*\).*Time elapsed: \([0-9.]*\) s.* -- in \(.*\)$/\3: \1 tests, \2 s/p' "$reports"/*.txt
sed -n 's/^Tests run: \([0-9]*\), Failures: \([0-9]*\), Errors: \([0-9]*\), Skipped: \([0-9]*\),.*/\1 \2 \3 \4/p' "$reports"/*.txt |
  awk '{ run += $1; bad += $2 + $3; skipped += $4 }
    END { printf "%d tests, %d failed, %d skipped\n", run, bad, skipped }'
exit "$ended"
