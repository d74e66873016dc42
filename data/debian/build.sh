#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds the Debian packages vestim and vestim-dashboard, and their source package:
#   sh data/debian/build.sh [FOLDER]
# All files of the packages go to FOLDER (default: the folder above the source tree).
# To install what the build needs: sudo apt install dpkg-dev debhelper && sudo apt build-dep ./data
set -eu

source_dir=$(cd "$(dirname "$0")/../.." && pwd)
out=${1:-$source_dir/..}
mkdir -p "$out"
out=$(cd "$out" && pwd)
version=$(sed -n "s/^ *version: '\(.*\)',\$/\1/p" "$source_dir/meson.build" | head -n 1)
work=$(mktemp -d "${TMPDIR:-/tmp}/vestim-package.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

tree=$work/vestim-$version
mkdir "$tree"
# Without build folders.
(cd "$source_dir" && tar -c --exclude-vcs --exclude='./b' --exclude='./build*' --exclude='__pycache__' .) |
  tar -x -C "$tree"
tar -c -J -C "$work" -f "$work/vestim_$version.orig.tar.xz" "vestim-$version"
cp -R "$tree/data/debian" "$tree/debian"
rm "$tree/debian/build.sh"

# The version and its changes have one home each: meson.build and docs/CHANGELOG.md.
maintainer=$(sed -n 's/^Maintainer: //p' "$tree/debian/control")
cat >"$tree/debian/changelog" <<END
vestim ($version-1) unstable; urgency=medium

  * Version $version; CHANGELOG.md lists its changes.

 -- $maintainer  $(date -R -u ${SOURCE_DATE_EPOCH:+-d "@$SOURCE_DATE_EPOCH"})
END

(cd "$tree" && dpkg-buildpackage -us -uc)
find "$work" -maxdepth 1 -type f -exec mv {} "$out" \;
ls "$out"/vestim*"_${version}-1_"*.deb
