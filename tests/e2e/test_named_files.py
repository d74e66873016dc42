# SPDX-License-Identifier: MIT
"""-o FILE replaces a regular file, and writes into a device, a pipe or a descriptor. A link stays a link."""

import json
import os
import stat
import tempfile

from support import expect, expect_in, test
from support.builds import program
from support.exports import MODELS, TEST_FILE, estimate, trained

WEIGHTS = {
    "format": "vestim-weights",
    "version": 1,
    "model": "FNN",
    "layers": [1],
    "order": "torch",
    "activation": "relu",
    "inputs": [{"name": "SOC", "unit": "1", "min": 0, "max": 1}],
    "target": {"name": "Voltage", "unit": "V", "min": 2.5, "max": 4.2},
    "tensors": {
        name: {"shape": shape, "values": [0.5]}
        for name, shape in (("layer1.weight", [1, 1]), ("layer1.bias", [1]), ("head.weight", [1, 1]), ("head.bias", [1]))
    },
}


def verbs(t, job):
    """Each command that writes a file that the user names, without its -o."""
    weights = t.write("weights.json", json.dumps(WEIGHTS))
    yield ["--export-c", job]
    yield ["--export-onnx", job]
    yield ["--report", job]
    yield ["--predict", job, t.dir / "demo/test" / TEST_FILE]
    yield ["--import", weights]


# As root, -o /dev/null took that device away from the whole machine.
@test("-o replaces neither a device nor a link, whatever it writes")
def _(t):
    job = trained(t, **MODELS[2])
    device = t.dir / "null"
    if os.geteuid() == 0:
        os.mknod(device, 0o600 | stat.S_IFCHR, os.makedev(1, 3))
    for verb in verbs(t, job):
        out = t.dir / "out"
        estimate(t, *verb, "-o", out).expect(0)
        wanted = out.read_bytes()
        places = [out]
        if device.exists():
            places.append(device)
        for place in places:
            link = t.dir / "link"
            link.symlink_to(place)
            for name in (place, link):
                out.write_bytes(b"old")
                estimate(t, *verb, "-o", name).expect(0)
                expect((device.is_char_device(), link.is_symlink()), (device in places, True), f"{verb} {name}")
                expect(out.read_bytes(), wanted if place is out else b"old", str(verb))
            link.unlink()
        (t.dir / "link").symlink_to(t.dir / "nothing")
        expect_in("leads to no file", estimate(t, *verb, "-o", t.dir / "link").expect(1).err)
        expect_in("is a folder", estimate(t, *verb, "-o", t.dir).expect(1).err)
        (t.dir / "link").unlink()
        out.unlink()


# A file without a name cannot be replaced, and whoever has a file open would not see a new one.
@test("-o /dev/fd/N writes into that descriptor, and an existing file keeps its mode")
def _(t):
    job = trained(t, **MODELS[2])
    wanted = estimate(t, "--export-c", job).expect(0).out
    with tempfile.TemporaryFile(dir=t.dir) as unnamed:
        command = [program("vestim-estimate"), "--export-c", str(job), "-o", f"/dev/fd/{unnamed.fileno()}"]
        t.command(*command, pass_fds=[unnamed.fileno()]).expect(0)
        unnamed.seek(0)
        expect(unnamed.read().decode(), wanted)
    secret = t.write("secret.h", "", mode=0o600)
    estimate(t, "--export-c", job, "-o", secret).expect(0)
    expect((secret.read_text(), secret.stat().st_mode & 0o777), (wanted, 0o600))
