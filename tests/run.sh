#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs what the tests need, builds, and runs everything: sh tests/run.sh [--long | --coverage]
# The last line counts the test cases: "N passed, N failed, N skipped"; the exit status says the same.
#
# --long             also what takes minutes: accuracy on measured cycles, longer fuzzing, attacks of three
#                    minutes each, the whole suite built by Clang too
# --coverage         instead of everything: the unit and end-to-end tests, what they have run of the
#                    code of each folder, and the code that no test has reached
# VESTIM_TEST_BUILD  where to build (default: build-tests in the source tree, kept for the next run)

set -u
exec </dev/null
cd "$(dirname "$0")/.." || exit 1

long=""
coverage=""
case ${1-} in
--long) long=1 ;;
--coverage) coverage=1 ;;
-h | --help)
  sed -n '3,/^$/s/^# \{0,1\}//p' tests/run.sh
  exit 0
  ;;
'') ;;
*)
  echo "unknown argument '$1': see sh tests/run.sh --help" >&2
  exit 2
  ;;
esac

python=/usr/bin/python3
[ -x "$python" ] || python=python3
passed=0 failed=0 skipped=0
gui=disabled # until GTK is found
began=$(date +%s)

say() {
  printf '\n== %s (%s s)\n' "$*" "$(($(date +%s) - began))"
}

# One test case of this script's own: its name and its result, "passed", "failed" or "skipped".
count() {
  case $2 in
  passed) passed=$((passed + 1)) ;;
  failed) failed=$((failed + 1)) ;;
  skipped) skipped=$((skipped + 1)) ;;
  esac
  echo "$2: $1"
}

# The last line, and the exit status.
finish() {
  say "done"
  [ "$passed" -gt 0 ] || failed=$((failed + 1))
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ]
  exit
}

. tests/support/stages.sh

build=${VESTIM_TEST_BUILD:-$PWD/build-tests}
if ! mkdir -p "$build" 2>/dev/null || [ ! -w "$build" ]; then
  build=$(mktemp -d "${TMPDIR:-/tmp}/vestim-tests.XXXXXX") || exit 1
  trap 'rm -rf "$build"' EXIT
fi
[ -z "$long" ] || export VESTIM_TEST_LONG=1

say "what the tests need"
install_packages
look_for_gtk

if [ -n "$coverage" ]; then
  say "coverage"
  measure_coverage
  finish
fi

say "format"
check_format

say "the default compiler: everything"
build_tree default '' --werror -Dgui="$gui" -Dbuildtype=debugoptimized && test_tree default 1
skip_gui default gui-displayless gui-display
[ -z "$long" ] || attack_for_minutes default

# What a compiler and its sanitizers have no part in.
not_again="--no-suite package --no-suite attack --no-suite quickstart --no-suite structure --no-suite gui-data --no-suite windows"

say "address and undefined behaviour sanitizers: everything that they can watch"
# shellcheck disable=SC2086 # a list of words
build_tree sanitized '' --werror -Dgui="$gui" -Db_sanitize=address,undefined -Doptimization=1 &&
  test_tree sanitized 2 $not_again
skip_gui sanitized gui-displayless gui-display

if command -v clang >/dev/null; then
  say "clang: the unit tests under its sanitizers, and its fuzzers"
  # shellcheck disable=SC2086 # a list of words
  if build_tree clang clang --werror -Dgui="$gui" -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false \
    -Doptimization=1; then
    if [ -n "$long" ]; then
      test_tree clang 2 $not_again
    else
      test_tree clang 2 --suite unit --suite fuzz --suite gui-displayless
    fi
    search_with_fuzzers
  fi
  skip_gui clang gui-displayless
else
  count "clang is not installed" skipped
fi

finish
