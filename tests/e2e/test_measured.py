# SPDX-License-Identifier: MIT
"""Measured drive cycles of a real cell: the accuracy that the project promises."""

import time

from support import expect, skip, test
from support.builds import MEASURED


def need_measured():
    if not MEASURED.is_dir():
        skip(f"no measured cycles in {MEASURED}")


@test("every measured file is understood by /estimation/check")
def _(t):
    need_measured()
    daemon = t.daemon()
    files = sorted(str(path) for path in MEASURED.glob("*/*.csv"))
    text = daemon.post("/estimation/check", {"files": files}, timeout=60).expect(200).text
    expect([path for path in files if path not in text], [], "files not answered")


@test("an LSTM of 10 with lookback 100 reaches 22 mV over all test rows within 60 s of training", long=True, alone=True)
def _(t):
    need_measured()
    daemon = t.daemon()
    selections = {"folder_path": str(MEASURED), "layers": [10], "lookback": 100, "max_minutes": 1}
    began = time.monotonic()
    job = daemon.create(kind="estimation", selections=selections)
    metrics = daemon.completed(job, 240)["details"]["metrics"]
    print(f"# test {metrics['test_rmse_mv']:.2f} mV after {time.monotonic() - began:.0f} s", flush=True)
    expect(metrics["test_rmse_mv"] <= 22, True, f"test RMSE {metrics['test_rmse_mv']:.2f} mV")
