# SPDX-License-Identifier: MIT
"""The true series that every shape writes: a made-up cell with a current in steps, in canonical units."""

import datetime
import math
import random

START = datetime.datetime(2024, 5, 17, 9, 30, 0)
FULL_AH = 3.0


def clock(seconds, separator=":"):
    """h:mm:ss with as many hours as it takes."""
    return f"{seconds // 3600:02d}{separator}{seconds // 60 % 60:02d}{separator}{seconds % 60:02d}"


def row(t, i, soc, temp):
    """One sample with every form of its values that a shape may write."""
    v = round(3.3 + 0.8 * soc + 0.05 * i + 0.002 * (temp - 25), 4)
    return {
        "t": t,
        "t_ms": t * 1000,
        "t_min": t / 60,
        "t_h": t / 3600,
        "t_day": t / 86400,
        "hms": clock(t),
        "later_hms": clock(t + 90000),
        "step_t": t % 40,  # the time of a step that starts again
        "step_hms": clock(t % 40),
        "step_h": t % 40 / 3600,
        "when": START + datetime.timedelta(seconds=t),
        "paused": START + datetime.timedelta(seconds=t if t < 70 else t + 7200),
        "unix": 1715938200 + t,
        "excel": 45429.395833333336 + t / 86400,
        "i": i,
        "ma": i * 1000,
        "abs_i": abs(i),
        "minus_i": -i,
        "state": "D" if i < 0 else "C" if i > 0 else "R",
        "step": "CC DChg" if i < 0 else "CC Chg" if i > 0 else "Rest",
        "v": v,
        "mv": v * 1000,
        "temp": temp,
        "kelvin": temp + 273.15,
        "fahrenheit": temp * 1.8 + 32,
        "soc": soc,
        "percent": soc * 100,
        "ah": (soc - 0.9) * FULL_AH,
        "power": i * v,
    }


def series(seed, n, temperatures):
    """`n` rows, one a second. The current holds each level for some seconds; no stretch repeats."""
    chance = random.Random(seed)
    rows, soc, level = [], 0.9, 0.0
    for t in range(n):
        if t % 4 == 0:
            level = chance.randrange(-2800, 1400) / 1000
        temp = temperatures[0] + 0.5 * round(2 * (temperatures[1] - temperatures[0]) * (0.5 + 0.5 * math.sin(t / 20 + seed)))
        rows.append(row(t, level, round(soc, 4), temp))
        soc += level / FULL_AH / 3600
    return rows


TRAIN = series(1, 900, (15, 35)) + []
VALIDATION = series(2, 300, (16, 34))
# What the shapes write. It lies within the range of the training rows.
TRUE = series(3, 160, (20, 30))
COLUMNS = {"time": "t", "current": "i", "temperature": "temp", "voltage": "v", "soc": "soc"}
