#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Speed of reading CSV files against pandas and NumPy, as a table of ratios.

    tests/bench/reading.py [BUILD] [--rounds N] [--rows N]

All read the same files by turns: every cell as a number, in one thread. A ratio is that of the medians of the
processor's times. VEstim's reading includes the SHA-256 of the file, and every number is the nearest double;
pandas' default is off by one unit in the last place now and then. Needs python3-pandas for the ratios. The last
table has the memory of `vestim-estimate --predict` for a file of 12 million rows (--long).
"""

import argparse
import math
import os
import pathlib
import random
import statistics
import subprocess
import tempfile
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"

TESTS = pathlib.Path(__file__).resolve().parents[1]
LONG_ROWS = 12_000_000


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", nargs="?", type=pathlib.Path, default=TESTS.parent / "build")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=1_000_000, help="of the files that are read")
    parser.add_argument("--long", action="store_true", help="also the memory for 12 million rows")
    return parser.parse_args()


def write_decimals(path, rows):
    """A logger's file: a few decimals in each cell."""
    chance = random.Random(1)
    with path.open("w") as file:
        file.write("Time,Voltage,Current,Temp,SOC\n")
        for n in range(rows):
            current = 2 * math.cos(n * 7e-3) + chance.random() * 0.1
            voltage = 3.7 + 0.3 * math.sin(n * 1e-3) + 0.05 * current
            file.write(f"{n:.1f},{voltage:.5f},{current:.5f},{25 + chance.random():.2f},{n / rows:.6f}\n")


def write_doubles(path, rows):
    """A program's file: all digits of a double."""
    chance = random.Random(2)
    with path.open("w") as file:
        file.write("Time,Voltage,Current,Temp,SOC\n")
        for n in range(rows):
            file.write(f"{n / 10!r},{3 + chance.random()!r},{chance.random() - 0.5!r},{25 + chance.random()!r},{chance.random()!r}\n")


class Ours:
    name = "VEstim"

    def __init__(self, build, path):
        self.process = subprocess.Popen([build / "tests/bench/reading-bench", path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self):
        print(file=self.process.stdin, flush=True)
        seconds, total = self.process.stdout.readline().split()
        return float(seconds), float(total)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Pandas:
    name = "pandas"

    def __init__(self, build, path):
        import pandas

        self.pandas, self.path = pandas, path

    def read(self):
        return self.pandas.read_csv(self.path).to_numpy()

    def run(self):
        started = time.process_time()
        table = self.read()
        return time.process_time() - started, table.sum()

    def close(self):
        pass


class ExactPandas(Pandas):
    name = "pandas, exact"

    def read(self):
        return self.pandas.read_csv(self.path, float_precision="round_trip").to_numpy()


class Numpy(Pandas):
    name = "numpy.loadtxt"

    def read(self):
        import numpy

        return numpy.loadtxt(self.path, delimiter=",", skiprows=1)


def sides(build, path):
    found = [Ours(build, path)]
    for side in (Pandas, ExactPandas, Numpy):
        try:
            found.append(side(build, path))
        except ModuleNotFoundError:
            pass
    return found


def compare(build, path, rounds):
    found = sides(build, path)
    times = [[] for _ in found]
    for _ in range(rounds):
        totals = []
        for side, runs in zip(found, times):
            seconds, total = side.run()
            runs.append(seconds)
            totals.append(total)
        if any(abs(total - totals[0]) > 1e-9 * abs(totals[0]) for total in totals):
            raise SystemExit(f"the sums differ: {totals}")
    for side in found:
        side.close()
    return [(side.name, statistics.median(runs), min(runs)) for side, runs in zip(found, times)]


def print_speeds(build, rounds, rows):
    print(f"{'reading CSV':17} {'':14} {'MB/s':>7} {'best':>7} {'ratio':>8}")
    for name, write in (("5 to 6 digits", write_decimals), ("17 digits", write_doubles)):
        with tempfile.TemporaryDirectory(prefix="vestim-bench-") as folder:
            path = pathlib.Path(folder) / "table.csv"
            write(path, rows)
            megabytes = path.stat().st_size / 1e6
            found = compare(build, path, rounds)
        for who, median, best in found:
            ratio = "" if who == "VEstim" else f"{median / found[0][1]:6.1f} x"
            print(f"{name:17} {who:14} {megabytes / median:7.0f} {megabytes / best:7.0f} {ratio:>8}", flush=True)


def print_memory(build):
    """The largest memory of a prediction, from a network of the program's own demonstration."""
    with tempfile.TemporaryDirectory(prefix="vestim-bench-") as folder:
        folder = pathlib.Path(folder)
        subprocess.run([build / "vestim-estimate", "--demo", folder / "demo"], check=True, stdout=subprocess.DEVNULL)
        (folder / "job").mkdir()
        settings = f'{{"kind": "estimation", "selections": {{"folder_path": "{folder}/demo", "max_epochs": 1}}}}'
        (folder / "job/job.json").write_text(settings)
        subprocess.run([build / "vestim-estimate", folder / "job"], check=True, stdout=subprocess.DEVNULL)
        write_decimals(folder / "long.csv", LONG_ROWS)
        command = [build / "vestim-estimate", "--predict", folder / "job/tasks/1/model.bin", folder / "long.csv", "-o", folder / "out.csv"]
        started = time.perf_counter()
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        print(f"--predict of {LONG_ROWS / 1e6:.0f} million rows: {usage.ru_maxrss / 1024:.0f} MB, {seconds:.1f} s, status {status}")


def main():
    given = options()
    print_speeds(given.build, given.rounds, given.rows)
    if given.long:
        print_memory(given.build)


if __name__ == "__main__":
    main()
