# SPDX-License-Identifier: MIT
"""python3 tests/structure [-k WORDS] [FILE…]: checks the house style of the sources."""

import importlib
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE), str(HERE.parent)]

from support import runner  # noqa: E402

options = runner.parse_options(sorted(path.stem for path in HERE.glob("test_*.py")))
for name in options.files:
    importlib.import_module(pathlib.Path(name).stem)
sys.exit(runner.run(options))
