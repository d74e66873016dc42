# SPDX-License-Identifier: MIT
"""`vestim files` and `vestim get`: what jobs made, also on another computer."""

import os
import pathlib

from support import expect, expect_in, test
from support.shell import Shell

LONG = 3 * 1024 * 1024 + 1  # some pieces and a byte


def made(daemon, script):
    """A job that is over, after the script in its own folder."""
    return daemon.completed(daemon.sh(script))["job_id"]


def left(folder):
    return sorted(path.name for path in pathlib.Path(folder).iterdir())


@test("files lists what the job made, as a table, as names and as JSON")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    id = made(daemon, "mkdir a; echo x >a/b.txt; head -c 2048 /dev/zero >out")
    table = [line.split() for line in shell.run("files", id).expect(0).out.splitlines()]
    expect([(row[0], row[-1]) for row in table[-2:]], [("2", "a/b.txt"), ("2048", "out")])
    expect(shell.run("files", "--quiet", "last").expect(0).out, "a/b.txt\nout\n")
    expect([file["size"] for file in shell.json("files", id)], [2, 2048])
    shell.run("files", "--format", "{name}", id).expect(2)
    expect_in("no job", shell.run("files", "abc").expect(1).err)
    expect(shell.run("files", "-q", made(daemon, "true")).expect(0).out, "")


@test("get writes a file of any size and name, also after a kill of the daemon")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    names = {"empty": 0, "long": LONG, "a b?c%2Fd#e": 3, "ümlaut.csv": 4, "sub/folder/deep.bin": 5}
    script = "mkdir -p sub/folder; " + "; ".join(f"head -c {size} /dev/urandom >'{name}'" for name, size in names.items())
    id = made(daemon, script)
    daemon.restart()
    (t.dir / "here").mkdir()
    for name, size in names.items():
        base = name.rsplit("/", 1)[-1]
        said = shell.run("get", id, name, cwd=t.dir / "here").expect(0)
        expect_in(f"{base} is saved: ", said.out)
        expect((t.dir / "here" / base).read_bytes() == (daemon.folder(id) / name).read_bytes(), True, name)
        expect((t.dir / "here" / base).stat().st_size, size, name)
        piped = shell.sh(f"vestim get {id} '{name}' -o - | cksum; cksum <'{daemon.folder(id) / name}'").expect(0).out.splitlines()
        expect(piped[0], piped[1], name)
    expect(left(t.dir / "here"), sorted(name.rsplit("/", 1)[-1] for name in names), "nothing else is left")


@test("get writes to the file or folder that -o names, and never over a file without --force")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    id = made(daemon, "echo new >out")
    folder = t.dir / "to"
    folder.mkdir()
    expect(shell.run("get", "-q", id, "out", "-o", folder / "name").expect(0).out, "")
    shell.run("get", id, "out", "-o", folder).expect(0)
    expect([(folder / name).read_text() for name in ("name", "out")], ["new\n", "new\n"])
    (folder / "name").write_text("mine\n")
    refused = shell.run("get", id, "out", "-o", folder / "name").expect(1)
    expect_in("--force", refused.err)
    expect((folder / "name").read_text(), "mine\n")
    os.symlink(folder / "nowhere", folder / "link")
    shell.run("get", id, "out", "-o", folder / "link").expect(1)
    shell.run("get", "--force", id, "out", "-o", folder / "name").expect(0)
    expect((folder / "name").read_text(), "new\n")
    expect(left(folder), ["link", "name", "out"])
    expect(os.stat(folder / "out").st_mode & 0o777, os.stat(folder / "name").st_mode & 0o777)


@test("get writes into a pipe or a device, and tells what cannot be written")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    id = made(daemon, "echo x >out")
    os.mkfifo(t.dir / "pipe")
    expect(shell.sh(f"vestim get -q {id} out -o {t.dir}/pipe & cat {t.dir}/pipe; wait").expect(0).out, "x\n")
    expect((t.dir / "pipe").is_fifo(), True)
    expect_in("/dev/full", shell.run("get", id, "out", "-o", "/dev/full").expect(1).err)
    expect_in("/none/out", shell.run("get", id, "out", "-o", "/none/out").expect(1).err)
    for words in (["--json"], ["--format", "{name}"]):
        shell.run("get", *words, id, "out").expect(2)
    shell.run("get", id).expect(2)


@test("a name that is none of the job's files writes nothing")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    id = made(daemon, "ln -s /etc/passwd link; echo x >out")
    (t.dir / "here").mkdir()
    for name in ("nothing", "link", "../../registry.db", "/etc/passwd", "..", "", "out/", "job.json"):
        shell.run("get", id, name, cwd=t.dir / "here").expect(1)
    expect(left(t.dir / "here"), [])
    expect_in('The job has no file "nothing". "vestim files"', shell.run("get", id, "nothing").expect(1).err)


@test("a server that --server names gives its files")
def _(t):
    daemon, shell = t.daemon(), Shell(t, VESTIM_TOKEN="")
    id = made(daemon, "echo x >out")
    words = ["--server", daemon.url, "--token-file", t.home / "token"]
    expect(shell.run("files", "-q", *words, id).expect(0).out, "out\n")
    expect(shell.run("get", *words, id, "out", "-o", "-").expect(0).out, "x\n")


@test("completion knows the jobs and their files")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    id = made(daemon, "mkdir a; echo x >a/b; echo x >a/c; echo x >other")

    def offered(*words):
        return [line.split("\t")[0] for line in shell.run("complete", "--", *words).expect(0).out.split("\n")[:-1]]

    expect(offered("get", ""), ["words", id])
    expect(offered("get", id, ""), ["words", "a/b", "a/c", "other"])
    expect(offered("get", "last", "a/"), ["words", "a/b", "a/c"])
    expect(offered("get", "--force", id, "o"), ["words", "other"])
    expect(offered("get", id, "other", "-o", ""), ["file"])
    expect(offered("get", "none", ""), ["words"])
    expect(offered("files", id, ""), ["words"])
