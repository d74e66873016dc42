# SPDX-License-Identifier: MIT
"""The ONNX file of a model: checked by ONNX's own checker, and run by NumPy and by OpenCV."""

import csv
import json
import pathlib
import shutil

from support import expect, expect_in, skip, test
from support.builds import program

TEST_FILE = "simulated-09-10degC.csv"
INPUTS = ("SOC", "Current", "Temp")
LOOKBACK = 20
MODELS = (
    {"model": "LSTM", "layers": [5, 3]},
    {"model": "GRU", "layers": [4, 6]},
    {"model": "FNN", "layers": [8, 6, 4]},
)

OPENCV = """
#include <cstdio>
#include <opencv2/dnn.hpp>
int main (int argc, char **argv)
{
  const int dims[] = { atoi (argv[2]), 1, 3 };
  cv::Mat rows (3, dims, CV_32F);
  for (int i = 0; i < dims[0] * 3; i++)
    if (argc != 3 || scanf ("%f", (float *) rows.data + i) != 1)
      return 1;
  cv::dnn::Net net = cv::dnn::readNetFromONNX (argv[1]);
  net.setInput (rows, "inputs");
  cv::Mat estimates = net.forward ("estimate");
  for (size_t i = 0; i < estimates.total (); i++)
    printf ("%.9g\\n", ((float *) estimates.data)[i]);
  return 0;
}
"""


def libraries():
    try:
        import numpy
        import onnx

        from support import onnx_numpy
    except ImportError as missing:
        skip(f"{missing.name} is not installed")
    return numpy, onnx, onnx_numpy


def estimate(t, *arguments):
    return t.command(program("vestim-estimate"), *arguments, timeout=120)


def exported(t, **settings):
    """A job on the simulated demonstration set, and its ONNX file as read by ONNX."""
    onnx = libraries()[1]
    folder = t.dir / "demo"
    if not folder.exists():
        estimate(t, "--demo", folder).expect(0)
    selections = {"folder_path": str(folder), "max_epochs": 2, "lookback": LOOKBACK, "batch_size": 400, "streams": 4, **settings}
    name = "-".join([settings["model"], settings.get("training", "")])
    job = t.write(f"{name}/job.json", json.dumps({"selections": selections})).parent
    estimate(t, job).expect(0)
    done = estimate(t, "--export-onnx", job, "-o", job / "model.onnx")
    if "can't write ONNX" in done.err:
        skip("built without protobuf-c")
    done.expect(0)
    return job, onnx.load(str(job / "model.onnx"))


def read_rows(t):
    numpy = libraries()[0]
    with open(t.dir / "demo/test" / TEST_FILE) as file:
        return numpy.array([[float(row[name]) for name in INPUTS] for row in csv.DictReader(file)])


def predicted(t, job):
    lines = estimate(t, "--predict", job / "tasks/1/model.bin", t.dir / "demo/test" / TEST_FILE).expect(0).out.splitlines()
    return [float(line.split(",")[2]) for line in lines[1:]]


def zero_states(model):
    numpy = libraries()[0]
    return {v.name: numpy.zeros([d.dim_value or 1 for d in v.type.tensor_type.shape.dim]) for v in model.graph.input if v.name != "inputs"}


def expect_near(found, wanted, what):
    worst = max(abs(float(a) - float(b)) for a, b in zip(found, wanted, strict=True))
    expect(worst < 1e-5, True, f"{what}: {worst * 1000:.4f} mV")


@test("ONNX's checker accepts the file of each kind of model")
def _(t):
    onnx = libraries()[1]
    for settings in MODELS:
        _job, model = exported(t, **settings)
        onnx.checker.check_model(model, full_check=True)
        onnx.shape_inference.infer_shapes(model, strict_mode=True)
        facts = {fact.key: fact.value for fact in model.metadata_props}
        expect([entry["name"] for entry in json.loads(facts["inputs"])], list(INPUTS))
        expect(json.loads(facts["target"])["name"], "Voltage")
        expect(facts.get("lookback"), None if settings["model"] == "FNN" else str(LOOKBACK))


# A wrong order of gates or a transposed matrix passes every check of the form.
@test("a stateful model estimates as --predict, in one run, in pieces and row by row")
def _(t):
    numpy, _onnx, onnx_numpy = libraries()
    for settings in MODELS[:2]:
        job, model = exported(t, **settings, training="stateful")
        rows = read_rows(t)[:, None, :]
        wanted = predicted(t, job)
        start = onnx_numpy.run(model, inputs=numpy.repeat(rows[:1], LOOKBACK - 1, axis=0), **zero_states(model))
        states = {name: start[f"{name}_next"] for name in zero_states(model)}
        whole = onnx_numpy.run(model, inputs=rows, **states)["estimate"][:, 0, 0]
        expect_near(whole, wanted, f"{settings}, whole")
        pieces = []
        for piece in numpy.split(rows[:300], [1, 2, 3, 100]):
            out = onnx_numpy.run(model, inputs=piece, **states)
            states = {name: out[f"{name}_next"] for name in states}
            pieces.extend(out["estimate"][:, 0, 0])
        expect_near(pieces, wanted[:300], f"{settings}, pieces")


@test("a windowed model estimates as --predict, many windows at once")
def _(t):
    numpy, _onnx, onnx_numpy = libraries()
    for settings in MODELS[:2]:
        job, model = exported(t, **settings, training="windowed")
        rows = read_rows(t)[: 100 + LOOKBACK]
        windows = numpy.stack([rows[i : i + LOOKBACK] for i in range(100)], axis=1)
        states = {name: numpy.repeat(state, 100, axis=1) for name, state in zero_states(model).items()}
        found = onnx_numpy.run(model, inputs=windows, **states)["estimate"][-1, :, 0]
        expect_near(found, predicted(t, job)[LOOKBACK - 1 : LOOKBACK + 99], settings)


@test("an FNN estimates as --predict")
def _(t):
    onnx_numpy = libraries()[2]
    job, model = exported(t, **MODELS[2])
    expect_near(onnx_numpy.run(model, inputs=read_rows(t))["estimate"][:, 0], predicted(t, job), "FNN")


# A runtime that nobody here wrote. OpenCV 4.6 takes states only as constants ("Blob h1 not found in const blobs"),
# so the test makes the zero states constant.
@test("OpenCV estimates the same")
def _(t):
    numpy, onnx, onnx_numpy = libraries()
    if not shutil.which("g++") or not pathlib.Path("/usr/include/opencv4/opencv2/dnn.hpp").exists():
        skip("g++ or OpenCV's dnn is not installed")
    source = t.write("opencv.cpp", OPENCV)
    t.command("g++", "-I/usr/include/opencv4", source, "-o", t.dir / "opencv", "-lopencv_dnn", "-lopencv_core").expect(0)
    for settings in MODELS[:2]:
        _job, model = exported(t, **settings)
        rows = read_rows(t)[:200]
        wanted = onnx_numpy.run(model, inputs=rows[:, None, :], **zero_states(model))["estimate"][:, 0, 0]
        for name, state in zero_states(model).items():
            model.graph.initializer.append(onnx.numpy_helper.from_array(state.astype(numpy.float32), name))
        for values in (model.graph.input, model.graph.output):
            kept = [value for value in values if value.name in ("inputs", "estimate")]
            del values[:]
            values.extend(kept)
        dims = model.graph.input[0].type.tensor_type.shape.dim
        dims[0].dim_value, dims[1].dim_value = len(rows), 1
        onnx.save(model, str(t.dir / "constant.onnx"))
        numbers = t.write("rows", "\n".join(str(value) for value in rows.flatten()))
        out = t.command("sh", "-c", f"'{t.dir}/opencv' '{t.dir}/constant.onnx' {len(rows)} <'{numbers}'").expect(0).out
        expect_near(out.split(), wanted, settings)


@test("preprocessing is left to whoever runs the graph, and the command and the file say so")
def _(t):
    steps = {"moving_average": {"rows": 5, "columns": ["Temp"]}}
    job, model = exported(t, **MODELS[2], preprocessing=steps)
    expect_in("must compute", estimate(t, "--export-onnx", job, "-o", job / "model.onnx").expect(0).err)
    facts = {fact.key: fact.value for fact in model.metadata_props}
    expect(json.loads(facts["computed"])["preprocessing"]["moving_average"], steps["moving_average"])
    expect_in("works only with --export-c", estimate(t, "--export-onnx", "--prefix", "a", job).expect(2).err)
