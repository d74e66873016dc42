# SPDX-License-Identifier: MIT
"""Weights of PyTorch and Keras become a model.bin, which predicts and is exported as one of our own."""

import json
import shutil

from support import expect, expect_in, skip, test
from support.builds import program

LOOKBACK = 12
ROWS = 150
COLUMNS = ("SOC", "Current", "Temp")
INPUTS = [
    {"name": "SOC", "unit": "1", "min": 0, "max": 1},
    {"name": "Current", "unit": "A", "min": -18, "max": 6},
    {"name": "Temp", "unit": "°C", "min": -5, "max": 40, "mean": 20, "std": 8},
]
TARGET = {"name": "Voltage", "unit": "V", "min": 2.5, "max": 4.2}

SELF_TEST = """
#define VESTIM_SELF_TEST
#include "model.h"
int main (void) { return vestim_self_test (); }
"""


def estimate(t, *arguments):
    return t.command(program("vestim-estimate"), *arguments, timeout=120)


def numpy():
    try:
        import numpy as module
    except ImportError:
        skip("NumPy is not installed")
    return module


def measured(t, np):
    """A data file, and its rows as the networks got them."""
    values = np.random.default_rng(3).uniform((0, -18, 0), (1, 6, 35), (ROWS, 3))
    t.write("data.csv", "SOC [1],Current [A],Temp [degC]\n" + "".join(f"{a!r},{b!r},{c!r}\n" for a, b, c in values.tolist()))
    return (values - [0, -18, 20]) / [1, 24, 8]


def predicted(t, weights):
    """What --predict says with the imported weights; the exported header agrees."""
    path = t.write("weights.json", json.dumps({"format": "vestim-weights", "version": 1, "inputs": INPUTS, "target": TARGET, **weights}))
    expect_in("parameters", estimate(t, "--import", path, "-o", t.dir / "model.bin").expect(0).out)
    t.write("main.c", SELF_TEST)
    expect_in("imported weights", estimate(t, "--export-c", t.dir / "model.bin").expect(0).out)
    estimate(t, "--export-c", t.dir / "model.bin", "-o", t.dir / "model.h").expect(0)
    t.command("cc", "-std=c99", t.dir / "main.c", "-o", t.dir / "self-test", "-lm").expect(0)
    t.command(t.dir / "self-test").expect(0)
    lines = estimate(t, "--predict", t.dir / "model.bin", t.dir / "data.csv").expect(0).out.splitlines()
    return [float(line.split(",")[1]) for line in lines[1:]]


def expect_near(found, scaled, what):
    wanted = [2.5 + 1.7 * float(value) for value in scaled]
    worst = max(abs(a - b) for a, b in zip(found, wanted, strict=True))
    expect(worst < 1e-5, True, f"{what}: {worst * 1000:.4f} mV")


def tensors(named):
    """As docs/estimation.md shows it."""
    return {name: {"shape": list(values.shape), "values": values.flatten().tolist()} for name, values in named.items()}


@test("a network of PyTorch predicts the same after the import")
def _(t):
    np = numpy()
    try:
        import torch
    except ImportError:
        skip("PyTorch is not installed")
    rows = measured(t, np)
    x = torch.tensor(np.concatenate([np.repeat(rows[:1], LOOKBACK - 1, axis=0), rows]), dtype=torch.float32)
    torch.manual_seed(5)
    for kind in ("LSTM", "GRU"):
        rnn, head = getattr(torch.nn, kind)(3, 6, num_layers=2), torch.nn.Linear(6, 1)
        named = {"head.weight": head.weight, "head.bias": head.bias}
        for layer in range(2):
            for what in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
                named[f"layer{layer + 1}.{what}"] = getattr(rnn, f"{what}_l{layer}")
        given = {"model": kind, "layers": [6, 6], "lookback": LOOKBACK, "training": "stateful", "order": "torch", "tensors": tensors(named)}
        with torch.no_grad():
            expect_near(predicted(t, given), head(rnn(x[:, None])[0])[LOOKBACK - 1 :, 0, 0], kind)
    first, second, head = torch.nn.Linear(3, 8), torch.nn.Linear(8, 4), torch.nn.Linear(4, 1)
    named = {f"{place}.{what}": getattr(module, what) for place, module in (("layer1", first), ("layer2", second), ("head", head)) for what in ("weight", "bias")}
    given = {"model": "FNN", "layers": [8, 4], "order": "torch", "activation": "relu", "tensors": tensors(named)}
    with torch.no_grad():
        expect_near(predicted(t, given), head(torch.relu(second(torch.relu(first(x[LOOKBACK - 1 :])))))[:, 0], "FNN")


def sigmoid(np, x):
    return 1 / (1 + np.exp(-x))


def keras_lstm(np, rows, kernel, recurrent, bias):
    h, c, out = np.zeros(len(recurrent)), np.zeros(len(recurrent)), []
    for x in rows:
        i, f, g, o = np.split(x @ kernel + h @ recurrent + bias, 4)
        c = sigmoid(np, f) * c + sigmoid(np, i) * np.tanh(g)
        h = sigmoid(np, o) * np.tanh(c)
        out.append(h)
    return np.array(out)


def keras_gru(np, rows, kernel, recurrent, bias):
    """With reset_after=True."""
    h, out = np.zeros(len(recurrent)), []
    for x in rows:
        outer, inner = np.split(x @ kernel + bias[0], 3), np.split(h @ recurrent + bias[1], 3)
        z, r = sigmoid(np, outer[0] + inner[0]), sigmoid(np, outer[1] + inner[1])
        h = z * h + (1 - z) * np.tanh(outer[2] + r * inner[2])
        out.append(h)
    return np.array(out)


# Keras is not in Debian: its equations are written down here once more.
@test("a network of Keras predicts the same after the import")
def _(t):
    np = numpy()
    rows = measured(t, np)
    x = np.concatenate([np.repeat(rows[:1], LOOKBACK - 1, axis=0), rows])
    random = np.random.default_rng(7)
    for kind, gates, run in (("LSTM", 4, keras_lstm), ("GRU", 3, keras_gru)):
        bias = (gates * 5,) if kind == "LSTM" else (2, gates * 5)
        layer = [random.uniform(-0.8, 0.8, shape) for shape in ((3, gates * 5), (5, gates * 5), bias)]
        head = [random.uniform(-0.8, 0.8, shape) for shape in ((5, 1), (1,))]
        names = ("layer1.kernel", "layer1.recurrent_kernel", "layer1.bias", "head.kernel", "head.bias")
        given = {
            "model": kind,
            "layers": [5],
            "lookback": LOOKBACK,
            "training": "stateful",
            "order": "keras",
            "activation": "tanh",
            "recurrent_activation": "sigmoid",
            "tensors": tensors(dict(zip(names, layer + head))),
        }
        if kind == "GRU":
            given["reset_after"] = True
        found = predicted(t, given)
        expect_near(found, run(np, x, *layer)[LOOKBACK - 1 :] @ head[0][:, 0] + head[1][0], kind)


@test("a file that is unclear is refused with its name and the member, and nothing is written")
def _(t):
    path = t.write("weights.json", json.dumps({"format": "vestim-weights", "version": 1}))
    err = estimate(t, "--import", path, "-o", t.dir / "model.bin").expect(1).err
    expect_in("weights.json: model: is missing", err)
    expect((t.dir / "model.bin").exists(), False)
    expect_in("with -o", estimate(t, "--import", path).expect(2).err)
    target = t.dir / "target.bin"
    target.write_text("kept")
    expect_in("weights.json", estimate(t, "--import", path, "-o", target).expect(1).err)
    expect(target.read_text(), "kept")
    shutil.copy(program("vestim-estimate"), t.dir / "program")
    expect_in("program", estimate(t, "--import", t.dir / "program", "-o", t.dir / "model.bin").expect(1).err)


# A name in a foreign file could otherwise set the title of a terminal, or hide what follows.
@test("control characters of a foreign file are not printed")
def _(t):
    weights = {"format": "vestim-weights", "version": 1, "\x1b]0;title\x07\x7f\u009b2J": 1}
    path = t.write("weights.json", json.dumps(weights))
    err = estimate(t, "--import", path, "-o", t.dir / "model.bin").expect(1).err
    expect_in("?]0;title??\u00bf2J: this field is unknown", err)
    table = t.write("table.csv", "SOC\x1b[2J,Current,Voltage\n" + "1,2,3\n" * 20)
    out = estimate(t, "--check", table).out
    expect("\x1b" in out, False, repr(out))
