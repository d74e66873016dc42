#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds the listener and its test for Windows, and runs them under Wine.
# usage: run.sh SOURCE_ROOT BUILD_FOLDER   Exit code 77: no compiler or no Wine here.
set -eu

root=$1
build=$2
cc=x86_64-w64-mingw32-gcc

skip() {
  echo "1..0 # SKIP $1"
  exit 77
}

command -v "$cc" >/dev/null || skip "$cc is not installed (gcc-mingw-w64-x86-64)"
wine=
for candidate in wine64 /usr/lib/wine/wine64 wine; do
  if command -v "$candidate" >/dev/null; then
    wine=$candidate
    break
  fi
done
[ -n "$wine" ] || skip "Wine is not installed (wine64)"

mkdir -p "$build/prefix"
"$cc" -std=gnu17 -O1 -Wall -Wextra -Werror -I"$root" \
  "$root/daemon/vestimd/http/listener.c" "$root/tests/windows/test-listener-windows.c" \
  -o "$build/test-listener.exe" -lws2_32

# A prefix of our own, so that no user's Wine is touched; no dialogs, no menu entries.
WINEPREFIX=$(cd "$build/prefix" && pwd)
WINEDEBUG=-all
WINEDLLOVERRIDES="mscoree,mshtml,winemenubuilder.exe="
export WINEPREFIX WINEDEBUG WINEDLLOVERRIDES
unset DISPLAY WAYLAND_DISPLAY

status=0
"$wine" "$build/test-listener.exe" >"$build/output" 2>"$build/errors" </dev/null || status=$?
tr -d '\r' <"$build/output"
[ "$status" -eq 0 ] || cat "$build/errors" >&2

# The server of this prefix would stay for some seconds and keep the folder busy.
for candidate in wineserver /usr/lib/wine/wineserver64 /usr/lib/wine/wineserver; do
  if command -v "$candidate" >/dev/null; then
    "$candidate" -k || true
    "$candidate" -w || true
    break
  fi
done
exit "$status"
