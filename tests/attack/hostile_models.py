# SPDX-License-Identifier: MIT
"""Gives vestim-estimate models, checkpoints, weights and job folders with hostile content and correct checksums.

It may use or refuse them. It must not crash, hang, take more memory than it was given, print control characters, or let a
name become code in a header, a page or a graph."""

import hashlib
import json
import os
import re
import resource
import shutil
import struct
import subprocess

try:
    import onnx
except ImportError:  # then graphs are only written
    onnx = None

from support import estimations, hostile
from support.builds import is_sanitized, program
from support.exports import trained
from support.expect import PATIENCE, until
from support.scenario import SANITIZER_WORDS

MODELS = (
    {"model": "LSTM", "layers": [3]},
    {"model": "GRU", "layers": [2, 2], "training": "windowed"},
    {"model": "FNN", "layers": [4, 3]},
)
SETTINGS = {"max_epochs": 2, "lookback": 8, "batch_size": 1000, "threads": 1}
MEMORY = 2 << 30
FRAME = 16  # bytes before the header of a model
CHECKPOINT = "tasks/1/checkpoint.bin"
CHECKPOINT_FRAME = 24  # bytes before its state
CHECKSUM = 32
LITERAL = re.compile(r'"(\\.|[^"\\])*"')


def sealed(content):
    return content + hashlib.sha256(content).digest()


class Attack:
    def __init__(self, run):
        self.run, self.t, self.random = run, run.t, run.random
        self.jobs = [trained(run.t, **SETTINGS, **model) for model in MODELS]
        self.data = sorted((run.t.dir / "demo/test").iterdir())[0]
        self.victim = run.t.dir / "victim"
        self.outside = run.t.write("outside", "injected\n")

    # What is made hostile: each returns the folder or file, and what was done, in words.

    def model(self):
        job = self.random.choice(self.jobs)
        content = (job / "tasks/1/model.bin").read_bytes()[:-CHECKSUM]
        length = struct.unpack("<I", content[12:FRAME])[0]
        header = json.loads(content[FRAME : FRAME + length])
        parameters = content[FRAME + length :]
        part = self.random.choice(("header", "header", "header", "text", "parameters", "all"))
        if part == "header":
            header = hostile.change_json(self.random, header)
        if part == "parameters":
            parameters = hostile.change_bytes(self.random, parameters)
        text = json.dumps(header).encode()
        if part == "text":
            text = hostile.change_bytes(self.random, text)
        text += b" " * (-len(text) % 4)
        content = content[:12] + struct.pack("<I", len(text)) + text + parameters
        if part == "all":
            content = hostile.change_bytes(self.random, content)
        path = self.t.write("model.bin", sealed(content))
        return path, f"{job.name}, model.bin: {part} {text[:600]!r}"

    def copied_job(self):
        shutil.rmtree(self.victim, ignore_errors=True)
        job = self.random.choice(self.jobs)
        shutil.copytree(job, self.victim)
        return job

    def folder(self):
        """A job folder in which one file is hostile, or is no file."""
        job = self.copied_job()
        path = self.random.choice(sorted(path for path in self.victim.rglob("*") if path.is_file()))
        kind = self.random.choice(("content", "content", "content", "link", "FIFO", "folder", "huge", "missing"))
        old = path.read_bytes()
        path.unlink()
        if kind == "content" and path.suffix == ".json":
            path.write_text(json.dumps(hostile.change_json(self.random, json.loads(old))))
        elif kind == "content":
            changed = hostile.change_bytes(self.random, old[:-CHECKSUM] if path.suffix == ".bin" else old)
            path.write_bytes(sealed(changed) if path.suffix == ".bin" else changed)
        elif kind == "link":
            path.symlink_to(self.outside)
        elif kind == "FIFO":
            os.mkfifo(path)
        elif kind == "folder":
            path.mkdir()
        elif kind == "huge":
            with open(path, "wb") as file:
                file.truncate(1 << 40)
        shown = f" {path.read_bytes()[:600]!r}" if kind == "content" else ""
        return self.victim, f"{job.name}, {path.relative_to(self.victim)}: {kind}{shown}"

    def checkpoint(self):
        """A job that is continued from a hostile checkpoint."""
        number = self.random.randrange(len(MODELS))
        folder = self.t.dir / f"interrupted-{number}"
        if not folder.exists():
            self.interrupt(folder, MODELS[number])
        shutil.rmtree(self.victim, ignore_errors=True)
        shutil.copytree(folder, self.victim)
        path = self.victim / CHECKPOINT
        content = path.read_bytes()[:-CHECKSUM]
        path.write_bytes(sealed(content[:CHECKPOINT_FRAME] + hostile.change_bytes(self.random, content[CHECKPOINT_FRAME:])))
        return self.victim, f"{MODELS[number]['model']}, checkpoint.bin"

    def interrupt(self, folder, model):
        """A job that was killed as soon as it had a checkpoint. It has few epochs left."""
        given = estimations.selections(self.t, **{**model, "max_epochs": 10**5, "threads": 1})
        estimations.job_folder(self.t, folder.name, given)
        command = [program("vestim-estimate"), str(folder)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            until((folder / CHECKPOINT).exists, "the job writes a checkpoint", 60)
            process.kill()
        estimations.job_folder(self.t, folder.name, {**given, "max_epochs": 3})

    def weights(self):
        tensors = {
            "layer1.weight": {"shape": [2, 3], "values": [0.1] * 6},
            "layer1.bias": {"shape": [2], "values": [0.1] * 2},
            "head.weight": {"shape": [1, 2], "values": [0.1] * 2},
            "head.bias": {"shape": [1], "values": [0.1]},
        }
        inputs = [{"name": name, "unit": unit, "min": 0, "max": 1} for name, unit in (("SOC", "1"), ("Current", "A"), ("Temp", "°C"))]
        weights = {"format": "vestim-weights", "version": 1, "model": "FNN", "layers": [2], "order": "torch", "activation": "relu"}
        weights |= {"inputs": inputs, "target": {"name": "Voltage", "unit": "V", "min": 2, "max": 4}, "tensors": tensors}
        text = json.dumps(hostile.change_json(self.random, weights)).encode()
        if self.random.random() < 0.2:
            text = hostile.change_bytes(self.random, text)
        return self.t.write("weights.json", text), f"weights.json: {text[:1500]!r}"

    # What it is given to.

    def estimate(self, *arguments):
        def limit():
            if not is_sanitized():
                resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

        command = [program("vestim-estimate"), *map(str, arguments)]
        env = self.t.environment()
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, env=env, timeout=120 * PATIENCE, preexec_fn=limit, cwd=self.t.dir)

    def check(self, what, arguments, codes=(0, 1)):
        """Runs it, and returns the result if it succeeded."""
        self.run.count()
        shown = " ".join(str(argument).replace(str(self.t.dir), "") for argument in arguments)
        try:
            result = self.estimate(*arguments)
        except subprocess.TimeoutExpired:
            self.run.found(f"vestim-estimate {shown} hangs", what)
            return None
        text = (result.stdout + result.stderr).decode(errors="replace")
        said = f"{what}\n{text[-1500:]!r}"
        if any(word in text for word in SANITIZER_WORDS):
            self.run.found(f"a sanitizer complains about vestim-estimate {shown}", said)
        elif result.returncode not in codes:
            self.run.found(f"vestim-estimate {shown} ended with {result.returncode}", said)
        elif result.returncode and not text.endswith("\n"):
            self.run.found(f"vestim-estimate {shown} failed without a sentence", said)
        elif re.search("[\x00-\x08\x0b-\x1f\x7f]", text):
            self.run.found(f"vestim-estimate {shown} printed a control character", said)
        elif "CRITICAL" in text or "GLib" in text:
            self.run.found(f"vestim-estimate {shown} made GLib complain", said)
        return result if result.returncode == 0 else None

    def header(self, what, model):
        path = self.t.dir / "hostile.h"
        options = self.random.choice(([], ["--q15", model, self.data], ["--q7", model, self.data])) or [model]
        if not self.check(what, ["--export-c", *options, "-o", path]) or not shutil.which("gcc"):
            return
        source = self.t.write("use.c", '#define VESTIM_SELF_TEST\n#include "hostile.h"\nint main (void) { return vestim_self_test (); }\n')
        plain = subprocess.run(["gcc", "-std=c99", "-E", "-P", source], capture_output=True, text=True, errors="replace")
        if "injected" in LITERAL.sub("", plain.stdout):
            self.run.found("a name became code in an exported header", what)
        strict = ["gcc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", source]
        built = subprocess.run(strict, capture_output=True, text=True, errors="replace")
        if built.returncode:
            self.run.found("an exported header does not compile", f"{what}\n{built.stderr[:1000]}")

    def graph(self, what, model):
        path = self.t.dir / "hostile.onnx"
        if self.check(what, ["--export-onnx", model, "-o", path]) and onnx:
            try:
                onnx.checker.check_model(str(path))
            except onnx.checker.ValidationError as error:
                self.run.found("an exported graph is not valid", f"{what}\n{error}")

    def report(self, what, folder):
        page = self.t.dir / "page.html"
        if self.check(what, ["--report", folder, "-o", page]):
            text = page.read_text(errors="replace")
            if re.search("<script|<img|[\x00-\x08\x0b\x0c\x0e-\x1f]", text):
                self.run.found("a text became markup or a control character in a report", what)

    def predict(self, what, model):
        self.check(what, ["--predict", *self.random.choice(([], ["--json"])), model, self.data])

    def evaluate(self, what, model):
        job = self.t.write("evaluation/job.json", json.dumps({"kind": "evaluation", "selections": {"models": [str(model)], "files": [str(self.data)]}}))
        self.check(what, [job.parent])

    def import_(self, what, weights):
        made = self.t.dir / "made.bin"
        if self.check(what, ["--import", weights, "-o", made]):
            self.header(what, made)

    def step(self):
        kind = self.random.choice((self.model, self.model, self.folder, self.folder, self.weights, self.checkpoint))
        given, what = kind()
        if kind == self.checkpoint:
            self.check(what, [given])
        elif kind == self.weights:
            self.import_(what, given)
        elif kind == self.folder and self.random.random() < 0.6:
            self.random.choice((self.report, lambda what, given: self.check(what, ["--reproduce", given], (0, 1, 2))))(what, given)
        else:
            self.random.choice((self.predict, self.header, self.graph, self.evaluate))(what, given)


def attack(run):
    attack_on = Attack(run)
    for _ in run.steps(120):
        attack_on.step()
