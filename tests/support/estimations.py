# SPDX-License-Identifier: MIT
"""Estimations by hand: small jobs in folders, interrupted and finished."""

import csv
import json
import math
import subprocess
import time

from support.builds import is_sanitized, program

# A sanitizer makes a training many times slower.
ROWS = 400 if is_sanitized() else 1200
# Some 30 ms an epoch, so that there is a checkpoint after most of them.
SLOW_ENOUGH = {"training": "windowed", "layers": [8], "lookback": 60, "max_epochs": 12, "batch_size": 64, "patience": 100}


def cycle(t, name, phase, rows=ROWS):
    lines = [f"{1 - n / 2000:.4f},{math.sin(n / 7 + phase):.4f},25,{4 - n / 2000 + 0.1 * math.sin(n / 7 + phase):.4f}\n" for n in range(rows)]
    return str(t.write(f"cycles/{name}.csv", "SOC,Current,Temp,Voltage\n" + "".join(lines)))


def selections(t, **changes):
    files = {name: [cycle(t, name, phase)] for phase, name in enumerate(("train_files", "validation_files", "test_files"))}
    return {**files, **SLOW_ENOUGH, **changes}


def job_folder(t, name, given, **members):
    t.write(f"{name}/job.json", json.dumps({"kind": "estimation", "selections": given, **members}))
    return t.dir / name


def finish(t, folder):
    return t.command(program("vestim-estimate"), folder, timeout=120).expect(0).out


def kill_after(folder, lines, delay):
    """Runs the job until it has printed that many lines and that time has passed, then kills it. True if it was killed."""
    process = subprocess.Popen([program("vestim-estimate"), folder], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    with process:
        for _ in range(lines):
            if not process.stdout.readline():
                break
        time.sleep(delay)
        process.kill()
    return process.returncode != 0


def results(folder, tasks=1):
    """All files that must be equal, without the times in them."""
    found = {}
    for number in range(1, tasks + 1):
        task = folder / "tasks" / str(number)
        with open(task / "training.csv", newline="") as lines:
            found[number, "training"] = [row[:4] for row in csv.reader(lines)]
        for path in [task / "model.bin", *sorted((task / "predictions").iterdir())]:
            found[number, path.name] = path.read_bytes()
    return found
