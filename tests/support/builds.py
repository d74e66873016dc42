# SPDX-License-Identifier: MIT
"""Finds the source tree, the build folder and the programs in it."""

import functools
import os
import pathlib

SOURCE = pathlib.Path(__file__).resolve().parents[2]
MEASURED = SOURCE.parent / "shared" / "data"


@functools.lru_cache(maxsize=None)
def build_folder():
    named = os.environ.get("VESTIM_BUILD")
    if named:
        return pathlib.Path(named).resolve()
    for name in ("build", "b"):
        if (SOURCE / name / "build.ninja").exists():
            return SOURCE / name
    raise SystemExit("no build folder: run 'meson setup build && ninja -C build', or set VESTIM_BUILD")


@functools.lru_cache(maxsize=None)
def program(name):
    """The absolute path of a program that was built."""
    for path in sorted(build_folder().rglob(name)):
        if path.is_file() and os.access(path, os.X_OK):
            return str(path)
    raise SystemExit(f"{name} is not in {build_folder()}: build first")


@functools.lru_cache(maxsize=None)
def is_sanitized():
    with open(program("vestimd"), "rb") as file:
        return b"__asan_init" in file.read()
