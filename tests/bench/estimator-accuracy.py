#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Error and time of vestim-estimate on measured drive cycles, for some seeds.

    tests/bench/estimator-accuracy.py [--program PATH] [--data DIR] [--seeds 1,2,3]
                                      [--minutes 1] [KEY=JSON ...]

The cycles are read where they lie, beside the project; KEY=JSON are more selections, layers=[18,18] say.
"""

import argparse
import json
import pathlib
import subprocess
import tempfile

PROJECT = pathlib.Path(__file__).resolve().parents[2]
DATA = PROJECT.parent / "shared" / "data"


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, default=PROJECT / "build/daemon/estimator/vestim-estimate")
    parser.add_argument("--data", type=pathlib.Path, default=DATA)
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("settings", nargs="*", metavar="KEY=JSON")
    return parser.parse_args()


def run(program, selections):
    """The task's summary of one run."""
    with tempfile.TemporaryDirectory(prefix="vestim-bench-") as folder:
        folder = pathlib.Path(folder)
        (folder / "job.json").write_text(json.dumps({"selections": selections}))
        done = subprocess.run([program, folder], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise SystemExit(done.stderr.strip())
        return json.loads((folder / "tasks/1/summary.json").read_text())


def main():
    given = options()
    selections = {"folder_path": str(given.data.resolve()), "max_minutes": given.minutes}
    for setting in given.settings:
        key, _, value = setting.partition("=")
        selections[key] = json.loads(value)

    print(f"{'seed':>4} {'epochs':>6} {'best':>5} {'seconds':>8} {'val [mV]':>9} {'test [mV]':>9} {'max [mV]':>9}  kernel")
    errors = []
    for seed in (int(seed) for seed in given.seeds.split(",")):
        summary = run(given.program, {**selections, "seed": seed})
        training, metrics = summary["training"], summary["metrics"]
        errors.append(metrics["test_rmse_mv"])
        print(
            f"{seed:>4} {training['epochs']:>6} {training['best_epoch']:>5} {training['seconds']:>8.1f} "
            f"{metrics['val_rmse_mv']:>9.2f} {metrics['test_rmse_mv']:>9.2f} {metrics['test_max_mv']:>9.1f}  {training['kernel']}",
            flush=True,
        )
    print(f"mean test RMSE {sum(errors) / len(errors):.2f} mV, from {min(errors):.2f} to {max(errors):.2f} mV")


if __name__ == "__main__":
    main()
