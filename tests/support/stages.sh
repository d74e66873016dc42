# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2154
# The stages of tests/run.sh, which sources this file: it has `count`, `build`, `python` and `long`.

# Debian's packages: without the first the build or the tests fail, without the others some tests are
# skipped. The dashboard and what drives it come last. A desktop portal stays away: GTK would start it.
needed="gcc meson ninja-build pkg-config libglib2.0-dev libuv1-dev libsqlite3-dev zlib1g-dev libmatio-dev
 libyaml-dev libprotobuf-c-dev protobuf-c-compiler sqlite3 python3 procps util-linux"
useful="clang clang-format-14 universal-ctags libclang-rt-14-dev curl python3-requests man-db
 shellcheck codespell lintian debhelper dpkg-dev fakeroot systemd iproute2 gcc-mingw-w64-x86-64 wine64 python3-torch g++ python3-numpy python3-prometheus-client python3-yaml python3-onnx libopencv-dnn-dev
 nginx nodejs openssl python3-h11 zsh fish slurmctld slurmd slurm-client munge"
dashboard="gettext libgtk-4-dev libadwaita-1-dev libsoup-3.0-dev libjson-glib-dev libsecret-1-dev
 desktop-file-utils appstream xvfb xauth dbus-daemon at-spi2-core python3-gi gir1.2-atspi-2.0 xdotool
 imagemagick adwaita-icon-theme fonts-cantarell fonts-dejavu-core"
# Large ones, for an attack and for a recipe.
[ -z "$long" ] || useful="$useful chromium caddy"

missing_of() {
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || printf '%s ' "$package"
  done
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo -n "$@"
  else
    return 1
  fi
}

install_packages() {
  command -v apt-get >/dev/null || return 0
  # Lists of words on purpose.
  # shellcheck disable=SC2046,SC2086
  set -- $(missing_of $needed $useful $dashboard)
  [ $# -gt 0 ] || return 0
  echo "missing: $*"
  export DEBIAN_FRONTEND=noninteractive
  as_root apt-get update -qq >"$build/apt.log" 2>&1
  if ! as_root apt-get install -y -qq --no-install-recommends "$@" >>"$build/apt.log" 2>&1; then
    # A missing package must not prevent the others.
    for package in "$@"; do
      as_root apt-get install -y -qq --no-install-recommends "$package" >>"$build/apt.log" 2>&1 ||
        echo "could not be installed: $package (see $build/apt.log)"
    done
  fi
  # The tests start these themselves; Debian's packages also start them as services.
  for service in nginx caddy slurmctld slurmd munge; do
    case " $* " in
    *" $service "*) [ ! -d /run/systemd/system ] || as_root systemctl disable -q --now "$service" ;;
    esac
  done
}

check_format() {
  check_layout
  check_spelling
}

check_layout() {
  tool=$(command -v clang-format-14 || command -v clang-format) || {
    count "clang-format is not installed" skipped
    return
  }
  if find common daemon gui tests -name '*.[ch]' -exec "$tool" --dry-run -Werror {} + >"$build/format.log" 2>&1; then
    count "the sources are formatted" passed
  else
    head -n 40 "$build/format.log"
    count "the sources are formatted" failed
  fi
}

# .codespellrc has what is no mistake.
check_spelling() {
  command -v codespell >/dev/null || {
    count "codespell is not installed" skipped
    return
  }
  if codespell README.md meson.build common daemon data docs gui tests >"$build/spelling.log" 2>&1; then
    count "the words are spelled correctly" passed
  else
    head -n 40 "$build/spelling.log"
    count "the words are spelled correctly" failed
  fi
}

# With GTK and its friends the dashboard is built, and must build; without, its suites are skipped.
look_for_gtk() {
  if pkg-config --exists 'gtk4 >= 4.8' 'libadwaita-1 >= 1.2' 'libsoup-3.0 >= 3.2' 'json-glib-1.0 >= 1.6' 2>/dev/null; then
    gui=enabled
  fi
}

# skip_gui STAGE SUITE…: counts the suites that the stage can't run without GTK.
skip_gui() {
  stage=$1
  shift
  [ "$gui" = disabled ] || return 0
  for suite in "$@"; do
    count "$suite, $stage: GTK 4, libadwaita, libsoup 3 or json-glib is not installed" skipped
  done
}

# build_tree NAME COMPILER OPTION…: configures $build/NAME once, then builds it.
build_tree() {
  tree=$build/$1
  compiler=$2
  log=$tree.log
  shift 2
  [ -z "$compiler" ] || export CC="$compiler"
  {
    if [ -f "$tree/build.ninja" ]; then
      meson configure "$tree" "${@}" 2>/dev/null || { rm -rf "$tree" && meson setup "$tree" "$@"; }
    else
      rm -rf "$tree" && meson setup "$tree" "$@"
    fi && ninja -C "$tree"
  } >"$log" 2>&1
  built=$?
  unset CC
  if [ $built -ne 0 ]; then
    tail -n 60 "$log"
    count "build of $(basename "$tree")" failed
    return 1
  fi
  count "build of $(basename "$tree") without a warning" passed
}

# test_tree NAME PATIENCE OPTION…: runs meson's tests there and adds their cases.
test_tree() {
  tree=$build/$1
  export VESTIM_TEST_PATIENCE="$2"
  shift 2
  rm -f "$tree"/meson-logs/testlog*
  meson test -C "$tree" --no-rebuild --num-processes 3 --timeout-multiplier 2 --print-errorlogs "$@" \
    >"$tree.test.log" 2>&1
  ended=$?
  add_counts "$tree" "$ended"
}

# attack_for_minutes NAME: each attack against that build, for three minutes; adds their cases.
attack_for_minutes() {
  say "attacks of three minutes each"
  "$python" tests/attack "$build/$1" --seconds 180 >"$build/attack.log" 2>&1
  ended=$?
  add_cases "$build/attack.log" "$ended"
}

# add_numbers NAME PASSED FAILED SKIPPED: fails if a case failed.
add_numbers() {
  passed=$((passed + $2)) failed=$((failed + $3)) skipped=$((skipped + $4))
  echo "$1: $2 passed, $3 failed, $4 skipped"
  [ "$3" -eq 0 ]
}

# Adds the cases of a program's TAP. One that ended badly without a failed case is one.
add_cases() {
  numbers=$("$python" tests/support/count.py --tap "$1" "$2")
  # shellcheck disable=SC2086
  add_numbers "$(basename "$1" .log)" $numbers || cat "$1"
}

# Takes the cases out of meson's log; a run that ended badly without a failed case is one.
add_counts() {
  numbers=$("$python" tests/support/count.py "$1/meson-logs/testlog.json") || numbers="0 1 0"
  # shellcheck disable=SC2086
  set -- "$1" "$2" $numbers
  [ "$2" -eq 0 ] || [ "$4" -gt 0 ] || set -- "$1" "$2" "$3" 1 "$5"
  add_numbers "$(basename "$1")" "$3" "$4" "$5" || "$python" tests/support/count.py --failures "$1/meson-logs/testlog.json"
}

# Without optimization the estimations would take too long; the first of its levels keeps the lines. The
# process that vfork() makes shares its memory: after its exec(), the shim would not write its counts.
measure_coverage() {
  build_tree coverage '' -Dgui=disabled -Db_coverage=true -Dbuildtype=debug -Doptimization=1 -Dc_args=-Dvfork=fork || return
  find "$build/coverage" -name '*.gcda' -delete
  test_tree coverage 3 --suite unit
  # Some tests start programs as another user, who counts in the same files.
  find "$build/coverage" -name '*.gcda' -exec chmod a+rw {} +
  test_tree coverage 3 --suite e2e
  if "$python" tests/coverage "$build/coverage"; then
    count "each piece of the watched code is reached by a test, or named with its reason" passed
  else
    count "each piece of the watched code is reached by a test, or named with its reason" failed
  fi
}

# libFuzzer on the parsers for some seconds each, two at a time, from the seeds in the tree.
search_with_fuzzers() {
  seconds=10
  [ -z "$long" ] || seconds=120
  mkdir -p "$build/found"
  # shellcheck disable=SC2016 # for the shells that xargs starts
  find "$build/clang/tests/fuzz" -maxdepth 1 -type f -name 'fuzz-*' -perm -u+x | sort |
    xargs -P 2 -I FUZZER sh -c '
      name=$(basename "$1") found=$2/found seconds=$3
      mkdir -p "$found/$name"
      rm -f "$found/$name.ok"
      ASAN_OPTIONS=detect_leaks=1 "$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -verbosity=0 \
        -artifact_prefix="$found/$name-" "$found/$name" "tests/fuzz/corpus/${name#fuzz-}" >"$found/$name.log" 2>&1 &&
        : >"$found/$name.ok"
    ' search FUZZER "$build" "$seconds"
  for found in "$build"/found/fuzz-*.log; do
    name=$(basename "$found" .log)
    if [ -f "${found%.log}.ok" ]; then
      count "$name found nothing" passed
    else
      tail -n 40 "$found"
      count "$name found nothing" failed
    fi
  done
}
