#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Outputs and gradients of small networks by PyTorch, in double precision.

    torch-vectors.py                 print them as tests/unit/vestim-estimate/network/torch-vectors.inc has them
    torch-vectors.py --check FILE    compute them anew and compare with those of the file

Weights, rows and targets are sines, so that a test has them without storing them. With --check it ends with
77, a skipped test, where PyTorch is not installed."""

import pathlib
import re
import sys

try:
    import torch
except ImportError:
    sys.exit(77)

import torch_networks

CASES = (
    ("LSTM", 3, [5], 6),
    ("LSTM", 2, [4, 3], 5),
    ("GRU", 3, [5], 6),
    ("GRU", 2, [4, 3], 5),
    ("FNN", 3, [6], 1),
    ("FNN", 2, [7, 5, 3], 1),
)
N_WINDOWS = 7
ENUMS = {"LSTM": "VESTIM_MODEL_LSTM", "GRU": "VESTIM_MODEL_GRU", "FNN": "VESTIM_MODEL_FNN"}


def sines(n, scale, step, start):
    return scale * torch.sin(step * torch.arange(n, dtype=torch.float64) + start)


def compute(kind, n_inputs, sizes, lookback):
    """The outputs and the gradient of the mean squared error for windows at each row."""
    n_rows = N_WINDOWS + lookback - 1
    rows = sines(n_rows * n_inputs, 1.0, 1.7, 0.4).reshape(n_rows, n_inputs)
    targets = sines(N_WINDOWS, 2.0, 0.9, 0.1)
    module = torch_networks.make(kind, n_inputs, sizes).double()
    n_parameters = torch_networks.count_parameters(kind, n_inputs, sizes)
    torch_networks.set_parameters(kind, module, sines(n_parameters, 0.8, 2.3, 0.7))
    windows = torch.stack([rows[i : i + lookback] for i in range(N_WINDOWS)])
    outputs = module(windows[:, -1] if kind == "FNN" else windows)
    torch.nn.functional.mse_loss(outputs, targets).backward()
    return outputs.tolist(), torch_networks.get_gradient(kind, module).tolist()


def format_list(values):
    lines, line = [], "     "
    for value in values:
        word = f" {value:.9g},"
        if len(line) + len(word) > 100:
            lines.append(line)
            line = "     "
        line += word
    return "\n".join([*lines, line])


def text():
    parts = ["/* SPDX-License-Identifier: MIT */\n\n/* Made by tests/support/torch-vectors.py. */\n"]
    for kind, n_inputs, sizes, lookback in CASES:
        outputs, gradient = compute(kind, n_inputs, sizes, lookback)
        layers = ", ".join(map(str, sizes))
        parts.append(f"{{\n  {ENUMS[kind]}, {n_inputs}, {len(sizes)}, {{ {layers} }}, {lookback},")
        parts.append(f"  {{\n{format_list(outputs)}\n  }},\n  {{\n{format_list(gradient)}\n  }},\n}},")
    return "\n".join(parts) + "\n"


def numbers(text):
    """All of the text but those in its comments."""
    return [float(n) for n in re.findall(r"-?\b\d[\d.]*(?:e[-+]?\d+)?", re.sub(r"/\*.*?\*/", "", text))]


def check(path):
    stored, computed = numbers(pathlib.Path(path).read_text()), numbers(text())
    if len(stored) != len(computed):
        sys.exit(f"{path} has {len(stored)} numbers, PyTorch {len(computed)}")
    for ours, theirs in zip(stored, computed):
        if abs(ours - theirs) > 1e-8 * max(1, abs(theirs)):
            sys.exit(f"{path} has {ours}, PyTorch {theirs}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--check"]:
        check(sys.argv[2])
    else:
        print(text(), end="")
