# SPDX-License-Identifier: MIT
"""The networks of vestim-estimate as PyTorch has them, from the same parameters in the same order."""

import torch

GATES = {"LSTM": 4, "GRU": 3}


class Recurrent(torch.nn.Module):
    """Windows [window][row][input], or [row][window][input] without `batch_first`, to outputs."""

    def __init__(self, kind, n_inputs, sizes, dropout=0.0, batch_first=True):
        super().__init__()
        make = getattr(torch.nn, kind)
        self.batch_first = batch_first
        if len(set(sizes)) == 1:
            layers = [make(n_inputs, sizes[0], len(sizes), batch_first=batch_first, dropout=dropout)]
        else:
            layers = [make(n, size, 1, batch_first=batch_first) for n, size in zip([n_inputs, *sizes], sizes)]
        self.layers = torch.nn.ModuleList(layers)
        self.head = torch.nn.Linear(sizes[-1], 1)

    def every_row(self, x):
        for layer in self.layers:
            x, _ = layer(x)
        return x

    def forward(self, x):
        x = self.every_row(x)
        return self.head(x[:, -1] if self.batch_first else x[-1]).squeeze(-1)

    def carried(self, x):
        return self.head(self.every_row(x)).squeeze(-1)


class FeedForward(torch.nn.Module):
    """Rows [row][input] to outputs."""

    def __init__(self, n_inputs, sizes):
        super().__init__()
        layers = []
        for n, size in zip([n_inputs, *sizes], sizes):
            layers += [torch.nn.Linear(n, size), torch.nn.ReLU()]
        self.layers = torch.nn.Sequential(*layers, torch.nn.Linear(sizes[-1], 1))

    def forward(self, x):
        return self.layers(x).squeeze(-1)

    carried = forward


def make(kind, n_inputs, sizes, **options):
    return FeedForward(n_inputs, sizes) if kind == "FNN" else Recurrent(kind, n_inputs, sizes, **options)


def count_parameters(kind, n_inputs, sizes):
    shapes = list(zip([n_inputs, *sizes], sizes))
    if kind == "FNN":
        return sum(size * (n + 1) for n, size in shapes) + sizes[-1] + 1
    return sum(size * (GATES[kind] * (n + size) + 4) for n, size in shapes) + sizes[-1] + 1


def places(kind, module):
    """The module's parameters in the order of ours: (tensor, first row, end of rows) each. What is not
    among them, the doubled biases, is 0."""
    if kind == "FNN":
        for tensor in module.parameters():
            yield tensor, 0, tensor.shape[0]
        return
    for stack in module.layers:
        for layer in range(stack.num_layers):
            size = stack.hidden_size
            for name in ("weight_ih", "weight_hh", "bias_ih"):
                yield getattr(stack, f"{name}_l{layer}"), 0, GATES[kind] * size
            if kind == "GRU":
                yield getattr(stack, f"bias_hh_l{layer}"), 2 * size, 3 * size
    yield module.head.weight, 0, 1
    yield module.head.bias, 0, 1


def set_parameters(kind, module, values):
    at = 0
    with torch.no_grad():
        for tensor in module.parameters():
            tensor.zero_()
        for tensor, first, end in places(kind, module):
            part = tensor[first:end]
            part.copy_(values[at : at + part.numel()].reshape(part.shape))
            at += part.numel()
    if at != len(values):
        raise ValueError(f"{len(values)} parameters for {at}")


def get_gradient(kind, module):
    return torch.cat([tensor.grad[first:end].reshape(-1) for tensor, first, end in places(kind, module)])
