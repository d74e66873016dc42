# SPDX-License-Identifier: MIT
"""Runs an ONNX model with NumPy, by the equations of the standard: https://onnx.ai/onnx/operators"""

import numpy
from onnx import helper, numpy_helper


def sigmoid(x):
    return 1 / (1 + numpy.exp(-x))


def lstm(x, w, r, b, _lengths, h, c, **_attributes):
    """Gates in the order input, output, forget, cell."""
    size = r.shape[2]
    outputs, h, c = [], h[0], c[0]
    for row in x:
        i, o, f, g = numpy.split(row @ w[0].T + h @ r[0].T + b[0][: 4 * size] + b[0][4 * size :], 4, axis=-1)
        c = sigmoid(f) * c + sigmoid(i) * numpy.tanh(g)
        h = sigmoid(o) * numpy.tanh(c)
        outputs.append(h[None])
    return numpy.array(outputs), h[None], c[None]


def gru(x, w, r, b, _lengths, h, linear_before_reset=0, **_attributes):
    """Gates in the order update, reset, hidden."""
    if not linear_before_reset:
        raise ValueError("the reset gate acts on the product")
    size = r.shape[2]
    outputs, h = [], h[0]
    for row in x:
        outer = numpy.split(row @ w[0].T + b[0][: 3 * size], 3, axis=-1)
        inner = numpy.split(h @ r[0].T + b[0][3 * size :], 3, axis=-1)
        z, reset = sigmoid(outer[0] + inner[0]), sigmoid(outer[1] + inner[1])
        h = (1 - z) * numpy.tanh(outer[2] + reset * inner[2]) + z * h
        outputs.append(h[None])
    return numpy.array(outputs), h[None]


OPERATORS = {
    "Sub": lambda a, b: (a - b,),
    "Add": lambda a, b: (a + b,),
    "Mul": lambda a, b: (a * b,),
    "MatMul": lambda a, b: (a @ b,),
    "Relu": lambda a: (numpy.maximum(a, 0),),
    "Squeeze": lambda a, axes: (numpy.squeeze(a, tuple(axes)),),
    "LSTM": lstm,
    "GRU": gru,
}


def run(model, **values):
    """The outputs of the model by name."""
    values = {"": None, **{t.name: numpy_helper.to_array(t) for t in model.graph.initializer}, **values}
    for node in model.graph.node:
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        results = OPERATORS[node.op_type](*(values[name] for name in node.input), **attributes)
        values.update(zip(node.output, results))
    return {output.name: values[output.name] for output in model.graph.output}
