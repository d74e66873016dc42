# SPDX-License-Identifier: MIT
"""python3 tests/data-shapes [-k WORDS] [-j N]: one test for each shape of a data file.
--update-docs PAGE writes the table of shapes into the page; --check-docs PAGE compares it."""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE), str(HERE.parent)]

import combinations  # noqa: E402
import judge  # noqa: E402
import page  # noqa: E402
from shapes import SHAPES  # noqa: E402
from support import runner  # noqa: E402

if len(sys.argv) == 3 and sys.argv[1] in ("--update-docs", "--check-docs"):
    sys.exit(page.main(sys.argv[1], sys.argv[2], SHAPES))

options = runner.parse_options([])
for shape in SHAPES:
    runner.test(f"{shape.outcome.word}: {shape.name}")(lambda t, shape=shape: judge.judge(t, shape))
for seed in combinations.seeds():
    runner.test(f"combination {seed}")(lambda t, seed=seed: combinations.judge(t, seed))
try:
    sys.exit(runner.run(options))
finally:
    judge.finish()
