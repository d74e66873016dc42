#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Speed of vestim-estimate's networks against PyTorch's, as a table of ratios.

    tests/bench/estimator.py [BUILD] [-k WORD] [--rounds N] [--alone]

Both train on the same batches of the same windows with the same weights, one thread each, by turns; PyTorch
with denormals flushed, its windows laid out beforehand and the better of its two layouts. A ratio is that
of the medians. Needs python3-torch, but for --alone. The column of two threads is the ratio of VEstim's shortest times.
Then reading.py compares the reading of CSV files with that of pandas and NumPy.
"""

import argparse
import os
import pathlib
import statistics
import struct
import subprocess
import sys
import tempfile
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"

import numpy  # noqa: E402

import reading  # noqa: E402

TESTS = pathlib.Path(__file__).resolve().parents[1]
KINDS = {"LSTM": 0, "GRU": 1, "FNN": 2}
N_BATCHES = 4
TRAINING_ROWS = 20000
TEST_ROWS = 84675

# name, work, kind, sizes, lookback, batch size, the ratio to reach
CASES = (
    ("LSTM 10x1", "gradient", "LSTM", [10], 400, 200, "20"),
    ("LSTM 18x2", "gradient", "LSTM", [18, 18], 400, 200, "9.5"),
    ("GRU 10x1", "gradient", "GRU", [10], 400, 200, "20"),
    ("FNN 64,32,16", "gradient", "FNN", [64, 32, 16], 1, 200, "4"),
    ("LSTM 64x1", "gradient", "LSTM", [64], 100, 200, "3"),
    ("LSTM 128x1", "gradient", "LSTM", [128], 100, 200, "3"),
    ("GRU 64x1", "gradient", "GRU", [64], 100, 200, "3"),
    ("GRU 128x1", "gradient", "GRU", [128], 100, 200, "3"),
    ("stateful, LSTM 10", "chunks", "LSTM", [10], 100, 32, ""),
    ("stateful, GRU 10", "chunks", "GRU", [10], 100, 32, ""),
    ("stateful, LSTM 24", "chunks", "LSTM", [24], 100, 32, ""),
    ("test, LSTM 10", "windowed", "LSTM", [10], 100, 200, "8"),
    ("carried, LSTM 10", "carried", "LSTM", [10], 100, 200, ""),
)


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", nargs="?", type=pathlib.Path, default=TESTS.parent / "build")
    parser.add_argument("-k", dest="word", default="", help="only cases with this word in their name")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--alone", action="store_true", help="without PyTorch: no ratios")
    return parser.parse_args()


# These work on one batch after another.
STEPS = ("gradient", "chunks")


class Case:
    """The network, rows and batches that both work on."""

    def __init__(self, kind, sizes, lookback, batch_size, work):
        random = numpy.random.default_rng(1)
        self.kind, self.sizes, self.lookback, self.work = kind, sizes, lookback, work
        n_rows = TRAINING_ROWS if work in STEPS else TEST_ROWS
        steps = random.normal(size=(n_rows, 3)).astype(numpy.float32)
        self.rows = (0.5 + 0.3 * numpy.sin(numpy.cumsum(steps, axis=0) / 30)).astype(numpy.float32)
        self.targets = self.rows.mean(axis=1)
        self.order = random.permutation(n_rows)[: N_BATCHES * batch_size].reshape(N_BATCHES, -1).astype(numpy.uint32)
        shapes = list(zip([3, *sizes], sizes))
        gates = {"LSTM": 4, "GRU": 3}.get(kind)
        n = sum(size * ((gates * (n + size) + 4) if gates else n + 1) for n, size in shapes) + sizes[-1] + 1
        scale = 1 / max(sizes) ** 0.5
        self.parameters = random.uniform(-scale, scale, n).astype(numpy.float32)

    def write(self, path):
        head = (KINDS[self.kind], 3, len(self.sizes), self.lookback, self.order.shape[1], len(self.rows), N_BATCHES)
        with path.open("wb") as file:
            file.write(struct.pack(f"={len(head) + len(self.sizes)}i", *head, *self.sizes))
            for part in (self.parameters, self.rows, self.targets, self.order):
                file.write(part.tobytes())


class Ours:
    def __init__(self, program, case, path):
        case.write(path)
        self.process = subprocess.Popen([program, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.kernel = self.process.stdout.readline().strip()

    def run(self, work, batch, threads=1):
        print(work, batch, threads, file=self.process.stdin, flush=True)
        seconds, result = self.process.stdout.readline().split()
        return float(seconds), float(result)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Theirs:
    def __init__(self, case, batch_first):
        import torch

        sys.path.insert(0, str(TESTS))
        from support import torch_networks

        torch.set_num_threads(1)
        torch.set_flush_denormal(True)
        options = {} if case.kind == "FNN" else {"batch_first": batch_first}
        self.torch, self.batch_first, self.case = torch, batch_first, case
        self.module = torch_networks.make(case.kind, 3, case.sizes, **options)
        torch_networks.set_parameters(case.kind, self.module, torch.from_numpy(case.parameters))
        self.rows = torch.from_numpy(case.rows)
        padded = torch.cat([self.rows[:1].expand(case.lookback - 1, -1), self.rows])
        self.windows = padded.unfold(0, case.lookback, 1).transpose(1, 2)  # [row][lookback][input], in place
        targets = torch.from_numpy(case.targets)
        target_windows = torch.cat([targets[:1].expand(case.lookback - 1), targets]).unfold(0, case.lookback, 1)
        self.batches = []
        for order in case.order if case.work in STEPS else ():
            rows = torch.from_numpy(order.astype(numpy.int64))
            wanted = targets[rows] if case.work == "gradient" else target_windows[rows]
            self.batches.append((self.lay_out(self.windows[rows]), wanted))

    def lay_out(self, windows):
        if self.case.kind == "FNN":
            return windows[:, -1].contiguous()
        return windows.contiguous() if self.batch_first else windows.transpose(0, 1).contiguous()

    def gradient(self, batch):
        windows, targets = self.batches[batch]
        self.module.zero_grad(set_to_none=True)
        loss = self.torch.nn.functional.mse_loss(self.module(windows), targets)
        loss.backward()
        return loss.item() * len(targets)

    def chunks(self, batch):
        windows, targets = self.batches[batch]
        self.module.zero_grad(set_to_none=True)
        outputs = self.module.carried(windows)
        loss = self.torch.nn.functional.mse_loss(outputs if self.batch_first else outputs.t(), targets)
        loss.backward()
        return loss.item() * targets.numel()

    def windowed(self, at_once=1024):
        with self.torch.no_grad():
            parts = self.windows.split(at_once)
            return sum(self.module(self.lay_out(part)).double().sum().item() for part in parts)

    def carried(self):
        with self.torch.no_grad():
            first = self.rows[:1].expand(self.case.lookback - 1, -1)
            rows = self.torch.cat([first, self.rows])
            outputs = self.module.carried(rows.unsqueeze(0 if self.batch_first else 1)).reshape(-1)
            return outputs[self.case.lookback - 1 :].double().sum().item()

    def run(self, work, batch):
        started = time.perf_counter()
        result = getattr(self, work)(batch) if work in STEPS else getattr(self, work)()
        return time.perf_counter() - started, result


def better(case):
    """PyTorch in the layout that is faster here."""
    both = [Theirs(case, batch_first) for batch_first in (False, True)]
    for theirs in both:
        theirs.run(case.work, 0)
    return min(both, key=lambda theirs: theirs.run(case.work, 0)[0])


def measure(program, case, rounds, alone, folder):
    ours = Ours(program, case, folder / "case")
    theirs = None if alone else better(case)
    times, aided = ([], []), []
    ours.run(case.work, 0)
    for round_ in range(rounds):
        for batch in range(N_BATCHES if case.work in STEPS else 1):
            results = []
            aided.append(min(ours.run(case.work, batch, 2)[0] for _ in range(2)))
            for side, runs in zip((ours, theirs), times):
                if side:
                    seconds, result = side.run(case.work, batch)
                    runs.append(seconds)
                    results.append(result)
            if len(results) == 2 and abs(results[0] - results[1]) > 1e-3 * abs(results[1]) + 1e-6:
                raise SystemExit(f"the results differ: {results[0]} and {results[1]}")
    ours.close()
    return ours.kernel, times, aided


def main():
    given = options()
    program = given.build / "tests/bench/estimator-bench"
    print(f"{'':17} {'ours':>10} {'best':>10} {'PyTorch':>10} {'ratio':>7} {'wanted':>7} {'2 threads':>9}  kernel")
    for name, work, kind, sizes, lookback, batch_size, wanted in CASES:
        if given.word not in name:
            continue
        case = Case(kind, sizes, lookback, batch_size, work)
        with tempfile.TemporaryDirectory(prefix="vestim-bench-") as folder:
            kernel, (ours, theirs), aided = measure(program, case, given.rounds, given.alone, pathlib.Path(folder))
        mine = statistics.median(ours)
        other = f"{statistics.median(theirs) * 1e3:7.2f} ms" if theirs else ""
        ratio = f"{statistics.median(theirs) / mine:5.1f} x" if theirs else ""
        extra = f", {TEST_ROWS / mine / 1e6:.2f} million rows/s" if work == "carried" else ""
        print(
            f"{name:17} {mine * 1e3:7.3f} ms {min(ours) * 1e3:7.3f} ms {other:>10} {ratio:>7} "
            f"{wanted + ' x' if wanted else '':>7} {min(ours) / min(aided):7.2f} x  {kernel}{extra}",
            flush=True,
        )
    if given.word in "reading CSV":
        print()
        reading.print_speeds(given.build, given.rounds, rows=500_000)


if __name__ == "__main__":
    main()
