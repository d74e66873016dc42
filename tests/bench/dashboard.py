#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The time and memory of the dashboard for 10,000 jobs and for curves of 100,000 points, drawn under Xvfb by cairo.

This is no test: it prints figures and asserts nothing.

usage: dashboard.py BUILD_DIR
needs: xvfb, dbus-daemon, and a build with -Dgui=enabled
"""

import os
import pathlib
import subprocess
import sys

TESTS = pathlib.Path(__file__).resolve().parents[1]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    build = pathlib.Path(sys.argv[1]).resolve()
    subprocess.run(["ninja", "-C", build, "tests/bench/dashboard-bench"], check=True, stdout=subprocess.DEVNULL)
    session = TESTS / "gui/display/session.py"
    env = dict(os.environ, VESTIM_BUILD=str(build))
    sys.exit(subprocess.run([sys.executable, session, build / "tests/bench/dashboard-bench"], env=env, check=False).returncode)


if __name__ == "__main__":
    main()
