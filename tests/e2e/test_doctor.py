# SPDX-License-Identifier: MIT
"""vestimd --doctor: problems that are made on purpose are found, and nothing is changed."""

import hashlib
import json
import os
import subprocess

from support import expect, expect_in, fail, test
from support.builds import program

KEYS = {"check", "result", "message"}


def doctor(t, *options, code=0, **more):
    """{check: (result, message)}"""
    result = t.vestimd("--doctor", "--json", *options, **more).expect(code)
    expect(result.err, "", "stderr")
    report = json.loads(result.out)
    for check in report["checks"]:
        expect(set(check), KEYS)
    results = [check["result"] for check in report["checks"]]
    expect((report["problems"], report["warnings"]), (results.count("problem"), results.count("warning")))
    return {check["check"]: (check["result"], check["message"]) for check in report["checks"]}


def expect_found(found, check, result, words):
    expect(found[check][0], result, f"{check}: {found[check][1]}")
    expect_in(words, found[check][1])


def content(folder):
    """Every path below the folder with its mode, size and content."""
    paths = sorted(folder.rglob("*"))
    return {p: (p.stat().st_mode, p.stat().st_mtime_ns, hashlib.sha256(p.read_bytes()).hexdigest() if p.is_file() else "") for p in paths}


def stopped(t):
    daemon = t.daemon()
    daemon.completed(daemon.sh("true"))
    daemon.stop()
    return daemon


@test("each check is one line with ok, warning or problem, and the last line counts them")
def _(t):
    lines = t.vestimd("--doctor").expect(0).out.splitlines()
    expect_in(f"data directory {t.home}", lines[0])
    for line in lines[1:-1]:
        if line.split(" ")[0] not in ("ok", "warning") or ": " not in line:
            fail(f"not a check: {line!r}")
    expect_in("0 problems", lines[-1])


@test("without a data directory nothing is made")
def _(t):
    found = doctor(t)
    expect_found(found, "data directory", "ok", "does not exist yet")
    expect_found(found, "daemon", "ok", "not running")
    expect(t.home.exists(), False, "the data directory was made")


@test("a stopped daemon's directory is sound, and stays as it is")
def _(t):
    stopped(t)
    before = content(t.home)
    found = doctor(t)
    expect_found(found, "registry", "ok", "1 jobs")
    expect_found(found, "helper programs", "ok", "vestim-run and vestim-estimate")
    expect(content(t.home), before, "the data directory")


@test("a running daemon is asked")
def _(t):
    daemon = t.daemon()
    daemon.completed(daemon.sh("true"))
    found = doctor(t)
    expect_found(found, "daemon", "ok", f"PID {daemon.pid}")
    expect_in(daemon.url, found["daemon"][1])
    expect_found(found, "registry", "ok", "1 jobs")
    expect_found(found, "port", "ok", "running daemon")


@test("after a crash the registry is left to the next start")
def _(t):
    daemon = t.daemon()
    daemon.draft()
    daemon.kill()
    before = content(t.home)
    found = doctor(t)
    expect_found(found, "registry", "ok", "next start")
    expect(content(t.home), before, "the data directory")


@test("wrong modes are found and not changed")
def _(t):
    stopped(t)
    (t.home / "token").chmod(0o644)
    expect_found(doctor(t), "token", "warning", "0600")
    expect((t.home / "token").stat().st_mode & 0o777, 0o644, "mode of the token")
    (t.home / "token").chmod(0o666)
    expect_found(doctor(t, code=1), "token", "problem", "chmod 0600")
    (t.home / "token").chmod(0o600)
    (t.home / "token").write_text("short")
    expect_found(doctor(t, code=1), "token", "problem", "remove it")
    (t.home / "token").write_text("g" * 64)
    expect_found(doctor(t, code=1), "token", "problem", "64 hexadecimal digits")
    t.home.chmod(0o770)
    expect_found(doctor(t, code=1), "data directory", "problem", "chmod 0700")
    t.home.chmod(0o755)
    expect_found(doctor(t, code=1), "data directory", "warning", "0700")
    t.home.chmod(0o700)


@test("a folder above that others may write is found")
def _(t):
    above = t.dir / "above"
    above.mkdir()
    above.chmod(0o777)
    expect_found(doctor(t, home=above / "deep" / "home", code=1), "folders above it", "problem", "chmod go-w")


@test("a path that is too long for SQLite is found")
def _(t):
    home = t.dir / ("a" * 200) / ("b" * 200) / ("c" * 100)
    expect_found(doctor(t, home=home, code=1), "folders above it", "problem", "SQLite")


@test("settings that are not valid are found, with their place")
def _(t):
    t.home.mkdir(mode=0o700)
    t.write("home/vestimd.conf", "[vestimd]\nprot=1\n", 0o600)
    expect_found(doctor(t, code=1), "settings", "problem", "'prot' is not a setting")
    t.write("home/vestimd.conf", "[vestimd]\nport=8123\n", 0o600)
    expect_found(doctor(t), "settings", "ok", "is valid")
    expect_found(doctor(t, env={"VESTIM_PORT": "x"}, code=1), "settings", "problem", "VESTIM_PORT")


@test("a port that another program has is a problem if it is named")
def _(t):
    taken = t.listening_socket().getsockname()[1]
    found = doctor(t, "--port", taken, code=1)
    expect_found(found, "port", "problem", f"{taken} is used by python3")
    expect_found(doctor(t, "--port", t.free_port()), "port", "ok", "is free")


@test("a damaged registry is found and left unchanged")
def _(t):
    stopped(t)
    path = t.home / "registry.db"
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    path.write_bytes(data)
    before = content(t.home)
    expect_found(doctor(t, code=1), "registry", "problem", str(path))
    expect(content(t.home), before, "the data directory")


@test("a clock behind the newest time in the registry is found")
def _(t):
    stopped(t)
    subprocess.run(["sqlite3", str(t.home / "registry.db"), "UPDATE jobs SET updated_at = updated_at + 36000000"], check=True)
    for name in ("registry.db-wal", "registry.db-shm"):
        (t.home / name).unlink(missing_ok=True)
    expect_found(doctor(t), "clock", "warning", "10.0 hours behind")


@test("helper programs that are missing or of another version are found")
def _(t):
    alone = t.dir / "alone"
    alone.mkdir()
    t.copy_program(program("vestimd"), alone)
    command = [alone / "vestimd", "--doctor", "--data-dir", t.home]
    expect_in("problem  helper programs: vestim-run was not found", t.command(*command).expect(1).out)
    for name in ("vestim-run", "vestim-estimate"):
        t.write(f"alone/{name}", f"#!/bin/sh\necho {name} 9.9\n", 0o755)
    expect_in("has version 9.9", t.command(*command).expect(1).out)


@test("a daemon whose program was replaced is found")
def _(t):
    mine = t.dir / "mine"
    mine.mkdir()
    for name in ("vestimd", "vestim-run", "vestim-estimate"):
        t.copy_program(program(name), mine)
    data = ["--data-dir", t.home]
    t.command(mine / "vestimd", "--daemonize", "--port", "0", *data).expect(0)
    t.found_daemon()
    os.rename(mine / "vestimd", mine / "old")
    t.copy_program(program("vestimd"), mine)
    os.unlink(mine / "old")
    expect_in("warning  daemon: PID", t.command(mine / "vestimd", "--doctor", *data).expect(0).out)
    t.vestimd("--stop").expect(0)


@test("a limit of file sizes is found")
def _(t):
    command = ["prlimit", "--fsize=1000000", program("vestimd"), "--doctor", "--data-dir", t.home]
    expect_in("warning  file size: files may have 1000000 bytes", t.command(*command).expect(0).out)


@test("a limit of open files with which --daemonize fails is a problem, and a low one is not")
def _(t):
    data = ["--data-dir", t.home]
    for limit, code in ((24, 1), (25, 0)):
        limited = ["prlimit", f"--nofile={limit}:{limit}", program("vestimd"), *data]
        expect_in("problem  open files" if code else "warning  open files", t.command(*limited, "--doctor").expect(code).out)
        t.command(*limited, "--port", "0", "--daemonize").expect(code)
    t.vestimd("--stop").expect(0)


@test("--doctor does not go with options of other actions")
def _(t):
    for options in (["--status"], ["--stop"], ["--daemonize"], ["--new-registry"], ["--keep-jobs"]):
        t.vestimd("--doctor", *options).expect(2)
