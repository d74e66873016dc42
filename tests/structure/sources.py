# SPDX-License-Identifier: MIT
"""The files of the source tree, build folders left out."""

import functools
import pathlib

from support.builds import SOURCE

FOLDERS = ("common", "daemon", "gui", "data", "tests", "docs", ".ci")


@functools.lru_cache(maxsize=None)
def files():
    found = [path for path in SOURCE.iterdir() if path.is_file()]
    for folder in FOLDERS:
        found += [path for path in (SOURCE / folder).rglob("*") if path.is_file() and not path.is_symlink()]
    return sorted(path for path in found if "__pycache__" not in path.parts)


def with_suffix(*suffixes):
    return [path for path in files() if path.suffix in suffixes]


def name(path):
    return str(pathlib.Path(path).relative_to(SOURCE))


def lines(path):
    return path.read_text(errors="replace").splitlines()
