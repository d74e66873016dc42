#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Error and time of vestim-estimate on measured drive cycles, for some seeds.

    tests/bench/estimator-accuracy.py [--program PATH] [--data DIR] [--seeds 1,2,3]
                                      [--minutes M] [KEY=JSON ...]

Without a KEY it tries a network of each kind with the goals for it. The cycles are read from beside the
project; KEY=JSON are more selections, for example layers=[18,18]. Errors are those of both tests. CPU is
the processor time of the whole program, with reading and tests: other programs on the machine don't
change it.
"""

import argparse
import json
import pathlib
import resource
import statistics
import subprocess
import tempfile

PROJECT = pathlib.Path(__file__).resolve().parents[2]
DATA = PROJECT.parent / "shared" / "data"

COSINE = {"learning_rate": 0.02, "schedule": {"kind": "cosine"}, "gradient_clip": 1, "patience": 1000}

# Name, selections besides the defaults, minutes at most, the mean error to reach in mV.
NETWORKS = (
    ("LSTM 10", {"max_epochs": 85}, 2, 17),
    ("GRU 10", {"model": "GRU"}, 2, 17),
    ("GRU 10, clipped", {"model": "GRU", "gradient_clip": 1}, 2, 17),
    ("LSTM 10, cosine, 90 epochs", {"max_epochs": 90, **COSINE}, 2, 14),
    ("LSTM 10, cosine, 200 epochs", {"max_epochs": 200, **COSINE}, 2, 14),
    ("LSTM 24, cosine", {"layers": [24], "max_epochs": 150, **COSINE, "learning_rate": 0.01}, 5, 12),
    ("LSTM 10, windowed", {"training": "windowed"}, 0.5, 20),
    ("GRU 10, windowed", {"training": "windowed", "model": "GRU"}, 0.5, 20),
    (
        "FNN 64,32,16",
        {"model": "FNN", "layers": [64, 32, 16], "schedule": {"kind": "cosine"}, "max_epochs": 150, "patience": 150},
        0.166,
        31,
    ),
)


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, default=PROJECT / "build/vestim-estimate")
    parser.add_argument("--data", type=pathlib.Path, default=DATA)
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--minutes", type=float)
    parser.add_argument("settings", nargs="*", metavar="KEY=JSON")
    return parser.parse_args()


def run(program, selections):
    """The task's summary of one run, and the processor time."""
    with tempfile.TemporaryDirectory(prefix="vestim-bench-") as folder:
        folder = pathlib.Path(folder)
        (folder / "job.json").write_text(json.dumps({"selections": selections}))
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        done = subprocess.run([program, folder], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        cpu_s = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
        if done.returncode != 0:
            raise SystemExit(done.stderr.strip())
        return json.loads((folder / "tasks/1/summary.json").read_text()), cpu_s


def measure(program, selections, seeds, wanted):
    print(
        f"{'seed':>4} {'epochs':>6} {'best':>5} {'CPU [s]':>8} {'val [mV]':>9} {'test [mV]':>9} {'max [mV]':>9} "
        f"{'windowed':>9} {'stateful':>9}  kernel"
    )
    errors, times = [], []
    for seed in seeds:
        summary, cpu_s = run(program, {**selections, "seed": seed})
        training, metrics = summary["training"], summary["metrics"]
        errors.append(metrics["test_rmse_mv"])
        times.append(cpu_s)
        print(
            f"{seed:>4} {training['epochs']:>6} {training['best_epoch']:>5} {cpu_s:>8.1f} "
            f"{metrics['val_rmse_mv']:>9.2f} {metrics['test_rmse_mv']:>9.2f} {metrics['test_max_mv']:>9.1f} "
            f"{metrics['windowed_rmse_mv']:>9.2f} {metrics['stateful_rmse_mv']:>9.2f}  {training['kernel']}",
            flush=True,
        )
    mean = statistics.mean(errors)
    spread = statistics.stdev(errors) if len(errors) > 1 else 0
    goal = f", wanted {wanted} mV" if wanted else ""
    print(
        f"test RMSE: mean {mean:.2f} mV, standard deviation {spread:.2f} mV, "
        f"from {min(errors):.2f} to {max(errors):.2f} mV{goal}; CPU: mean {statistics.mean(times):.1f} s",
        flush=True,
    )


def main():
    given = options()
    seeds = [int(seed) for seed in given.seeds.split(",")]
    data = {"folder_path": str(given.data.resolve())}
    settings = {}
    for setting in given.settings:
        key, _, value = setting.partition("=")
        settings[key] = json.loads(value)

    networks = (("", settings, 1, None),) if settings else NETWORKS
    for name, selections, minutes, wanted in networks:
        print(name)
        measure(given.program, {**data, "max_minutes": given.minutes or minutes, **selections}, seeds, wanted)


if __name__ == "__main__":
    main()
