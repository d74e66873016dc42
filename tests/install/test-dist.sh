#!/bin/sh
# SPDX-License-Identifier: MIT
# Checks that `meson dist` makes a tarball that builds: of the last commit, as a release is made. TAP.
# Usage: test-dist.sh BUILD_DIR SOURCE_DIR
build=$1
source=$2
n=0

result ()
{
  n=$((n + 1))
  if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi
}

if ! git -C "$source" rev-parse --verify HEAD >/dev/null 2>&1; then
  echo "1..0 # SKIP the sources are not in a git repository"
  exit 0
fi
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work" "$build/meson-dist"' EXIT
trap 'exit 1' INT TERM

meson dist -C "$build" --no-tests --formats xztar --allow-dirty >"$work/dist.log" 2>&1
result $? "meson dist makes a tarball"
tar -x -J -f "$build"/meson-dist/vestim-*.tar.xz -C "$work"
cd "$work"/vestim-*/ || exit 1
git -C "$source" ls-tree -r --name-only HEAD | sort >"$work/tracked"
find . -type f | sed 's,^\./,,' | sort >"$work/packed"
cmp "$work/tracked" "$work/packed" >/dev/null
result $? "it has each file of the repository, and no other"
diff "$work/tracked" "$work/packed" | head -n 20 | sed 's/^/# /'
{
  meson setup build --buildtype=debug -Dwerror=true -Dgui=disabled -Dtests=false && ninja -C build vestimd vestim-run &&
    build/vestimd --version
} >"$work/build.log" 2>&1
result $? "the programs of the tarball build without a warning"
tail -n 5 "$work/build.log" | sed 's/^/# /'
sh data/quickstart.sh --help | grep -q '^Usage' && sh tests/run.sh --help | grep -q 'Installs what the tests need'
result $? "its scripts run"
echo "1..$n"
