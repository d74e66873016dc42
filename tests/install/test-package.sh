#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds the Debian packages with warnings as errors and checks them with lintian. Then it installs,
# uses, upgrades, removes and purges them in a throw-away root: an overlay over / in a mount namespace,
# so the machine stays as it is. TAP.
# Usage: test-package.sh SOURCE_DIR
source=$1
here=$(cd "$(dirname "$0")" && pwd)
n=0

result ()
{
  n=$((n + 1))
  if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi
}

for tool in dpkg-buildpackage dh lintian unshare setpriv; do
  if ! command -v $tool >/dev/null; then
    echo "1..0 # SKIP $tool is not installed"
    exit 0
  fi
done

if ! unmet=$(dpkg-checkbuilddeps "$source/data/debian/control" 2>&1); then
  echo "1..0 # SKIP $(echo "$unmet" | sed 's/.*: //' | tr '\n' ' ')"
  exit 0
fi

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
mkdir "$work/packages" "$work/new" "$work/root"

# Flags in the environment would replace Debian's.
env -u CFLAGS -u CPPFLAGS -u LDFLAGS VESTIM_WERROR=1 sh "$source/data/debian/build.sh" "$work/packages" >"$work/build.log" 2>&1
built=$?
result $built "the packages are built without a warning of the compiler"
if [ $built -ne 0 ]; then
  grep -E 'error|Error|missing|unmet' "$work/build.log" | head -n 20 | sed 's/^/# /'
  echo "1..$n"
  exit 1
fi
lintian --fail-on error,warning "$work"/packages/*.changes >"$work/lintian.log" 2>&1
result $? "lintian finds no error and gives no warning"
sed 's/^/# /' "$work/lintian.log"

skip_use ()
{
  echo "ok $((n + 1)) - the packages can be installed, used, upgraded and removed # SKIP $1"
  echo "1..$((n + 1))"
  exit 0
}

[ "$(id -u)" -eq 0 ] || skip_use "needs root"
unshare --mount --pid --fork true 2>/dev/null || skip_use "no namespace can be made here"

# The same packages with a higher version.
for package in "$work"/packages/vestim_*.deb "$work"/packages/vestim-dashboard_*.deb; do
  dpkg-deb -R "$package" "$work/unpacked" &&
    sed -i -e 's/^Version: .*/&+upgrade/' -e 's/vestim (= \([^)]*\))/vestim (= \1+upgrade)/' "$work/unpacked/DEBIAN/control" &&
    dpkg-deb -b "$work/unpacked" "$work/new/$(basename "$package")" >/dev/null
  rm -rf "$work/unpacked"
done

# shellcheck disable=SC2016 # for the shell of the namespace
unshare --mount --propagation private --pid --fork --kill-child sh -c '
  umask 022
  mount -t tmpfs none "$1/root" && cd "$1/root" && mkdir upper work whole upper/packages upper/new || exit 77
  cp "$1"/packages/vestim*.deb upper/packages && cp "$1"/new/*.deb upper/new && cp "$2/use-package.sh" upper
  mount -t overlay none -o lowerdir=/,upperdir=upper,workdir=work whole || exit 77
  mount -t proc none whole/proc && mount --rbind /dev whole/dev || exit 77
  chroot whole sh /use-package.sh
  # Whiteouts, which say that a file is gone, are character devices.
  find upper -iname "*vestim*" ! -type c ! -path "upper/packages/*" ! -path "upper/new/*" ! -path "upper/home/*" >"$1/left"
' package "$work" "$here" >"$work/use" 2>"$work/use.log"
code=$?
[ $code -ne 77 ] || skip_use "no overlay can be mounted here"
while read -r code sentence; do
  result "$code" "$sentence"
done <"$work/use"
grep -q '^0 the end$' "$work/use"
result $? "all steps were reached"
[ ! -s "$work/left" ]
result $? "a purge leaves nothing in the system"
sed 's/^/# left: /' "$work/left"
sed 's/^/# /' "$work/use.log" | tail -n 60
echo "1..$n"
