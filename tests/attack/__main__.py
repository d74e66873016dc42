# SPDX-License-Identifier: MIT
"""python3 tests/attack BUILD [NAME…] [--seconds N] [--seed N] [--keep] [--list]

Attacks the programs in BUILD and compares what happens with a model of what must happen. Without a NAME, all attacks
run. Each takes a fixed number of steps, or as many as it can in N seconds. The result is TAP, one case for each attack;
the exit status is 1 if one found something."""

import argparse
import importlib
import os
import pathlib
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE), str(HERE.parent)]

NAMES = sorted(path.stem for path in HERE.glob("*.py") if path.stem not in ("__main__", "attack_run"))


def sentence(name):
    return " ".join(importlib.import_module(name).__doc__.split("\n\n")[0].split())


def parse_options():
    parser = argparse.ArgumentParser(prog="tests/attack", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("build", metavar="BUILD", nargs="?", help="the build folder")
    parser.add_argument("names", metavar="NAME", nargs="*", help="one of: " + ", ".join(NAMES))
    parser.add_argument("--seconds", metavar="N", type=float, help="for each attack; default: a fixed number of steps")
    parser.add_argument("--seed", metavar="N", type=int, default=time.time_ns() % 10**6, help="repeats a run")
    parser.add_argument("--keep", action="store_true", help="keep the folder of an attack that found something")
    parser.add_argument("--list", action="store_true", help="list the attacks")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in NAMES]
    if unknown or not (options.build or options.list):
        parser.error(f"no attack {unknown[0]!r}" if unknown else "which build folder?")
    return options


def main():
    options = parse_options()
    if options.list:
        for name in NAMES:
            print(f"{name}: {sentence(name)}")
        return 0
    os.environ["VESTIM_BUILD"] = str(pathlib.Path(options.build).resolve())
    from attack_run import AttackRun  # it looks for the programs

    names = options.names or NAMES
    print(f"1..{len(names)}", f"# seed {options.seed}", sep="\n", flush=True)
    results = [AttackRun(name, options).judge(number) for number, name in enumerate(names, 1)]
    return 0 if all(results) else 1


sys.exit(main())
