# SPDX-License-Identifier: MIT
"""What a start refuses: code 1, a sentence that names the file and the remedy, and no file changed."""

import functools
import hashlib
import os
import shutil
import subprocess

from support import expect, expect_in, fail, skip, test, until


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def prepared(t):
    """A data directory with three jobs and no daemon."""
    daemon = t.daemon()
    for number in range(3):
        daemon.draft(name=f"job {number}")
    daemon.stop()
    return daemon


def expect_refusal(t, name, *options):
    """Refused with the name of the file in the message."""
    result = t.vestimd("--port", "0", *options).expect(1)
    expect_in(name, result.err)
    if len(result.err.strip()) < 40:
        fail(f"too short to say what to do: {result.err!r}")
    for left in ("server.pid", "server.json"):
        if (t.home / left).exists():
            fail(f"{left} is left after a refused start")
    return result


@test("a registry that is not a database is refused and left unchanged")
def _(t):
    prepared(t)
    path = t.home / "registry.db"
    path.write_bytes(b"these were important notes\n" * 500)
    before = digest(path)
    expect_refusal(t, "registry.db")
    expect_refusal(t, "registry.db", "--new-registry")
    expect(digest(path), before, "content of the registry")


@test("a registry with damaged pages is refused and left unchanged")
def _(t):
    prepared(t)
    path = t.home / "registry.db"
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    path.write_bytes(data)
    before = digest(path)
    expect_refusal(t, "registry.db")
    expect(digest(path), before, "content of the registry")


@test("a registry that was cut off is refused, not taken for a new one")
def _(t):
    prepared(t)
    path = t.home / "registry.db"
    whole = path.read_bytes()
    for size in (0, 100, 4096):
        path.write_bytes(whole[:size])
        expect_refusal(t, "registry.db")
        expect(path.stat().st_size, size, "size of the registry")
    path.write_bytes(whole)
    expect(len(t.daemon().jobs()), 3, "jobs of the whole registry")


# An older daemon must not drop data of a newer one.
@test("a registry of a newer version is refused and left unchanged")
def _(t):
    prepared(t)
    path = t.home / "registry.db"
    subprocess.run(["sqlite3", str(path), "PRAGMA user_version = 9999"], check=True, capture_output=True)
    before = digest(path)
    expect_in("newer", expect_refusal(t, "registry.db").err)
    expect(digest(path), before, "content of the registry")


@test("a registry that is missing beside job folders is refused unless --new-registry says so")
def _(t):
    daemon = prepared(t)
    for path in t.home.glob("registry.db*"):
        path.unlink()
    t.write(f"home/jobs/{os.listdir(t.home / 'jobs')[0]}/result.csv", "precious")
    expect_in("--new-registry", expect_refusal(t, "registry.db").err)
    expect(len(os.listdir(t.home / "jobs")), 3, "folders left in jobs/")
    daemon.start("--new-registry")
    expect(daemon.jobs(), [])
    until(lambda: list((t.home / "orphans").rglob("result.csv")), "the folder goes to orphans/")


@test("--new-registry beside a good registry changes nothing")
def _(t):
    daemon = prepared(t)
    daemon.start("--new-registry")
    expect(len(daemon.jobs()), 3)


@test("a data directory that others may write is refused")
def _(t):
    prepared(t)
    for mode in (0o777, 0o770, 0o702):
        t.home.chmod(mode)
        expect_refusal(t, str(t.home))
    t.home.chmod(0o700)
    t.daemon()


@test("a token or a registry that others may write is refused")
def _(t):
    prepared(t)
    for name in ("token", "registry.db"):
        (t.home / name).chmod(0o666)
        expect_refusal(t, name)
        (t.home / name).chmod(0o600)
    t.daemon()


@test("a data directory, token or registry of another user is refused", root=True)
def _(t):
    prepared(t)
    for name in ("token", "registry.db", "."):
        os.chown(t.home / name, 12345, 12345)
        expect_refusal(t, str(t.home) if name == "." else name)
        os.chown(t.home / name, 0, 0)
    t.daemon()


@test("no file is reached through a symbolic link planted in its place")
def _(t):
    daemon = prepared(t)
    for name in ("token", "registry.db"):
        moved = t.dir / f"moved-{name}"
        shutil.move(t.home / name, moved)
        (t.home / name).symlink_to(moved)
        expect_refusal(t, name)
        (t.home / name).unlink()
        shutil.move(moved, t.home / name)
    daemon.start()
    expect(len(daemon.jobs()), 3)


@test("a link in place of server.json or vestimd.log does not redirect what is written")
def _(t):
    prepared(t)
    for name in ("server.json", "vestimd.log"):
        target = t.write(f"precious-{name}", "precious")
        (t.home / name).unlink(missing_ok=True)
        (t.home / name).symlink_to(target)
        if t.vestimd("--port", "0", "--daemonize").code == 0:
            t.vestimd("--stop").expect(0)
        expect(target.read_text(), "precious", f"what the link at {name} points to")
        (t.home / name).unlink(missing_ok=True)


@test("links in place of jobs/, trash/ and orphans/ are refused")
def _(t):
    daemon = prepared(t)
    for name in ("jobs", "trash", "orphans"):
        path = t.home / name
        if path.exists():
            shutil.move(path, t.dir / f"moved-{name}")
        else:
            (t.dir / f"moved-{name}").mkdir()
        path.symlink_to(t.dir / f"moved-{name}")
        expect_refusal(t, name)
        path.unlink()
        shutil.move(t.dir / f"moved-{name}", path)
    daemon.start()
    expect(len(daemon.jobs()), 3)


# Deleted folders are renamed into trash/. A bind mount has the same device number, and renames fail all the same.
@test("jobs/, trash/ and orphans/ on another file system, or another mount of the same, are refused")
def _(t):
    daemon = prepared(t)
    (t.dir / "elsewhere").mkdir(mode=0o700)
    for name in ("jobs", "trash", "orphans"):
        for how in (["-t", "tmpfs", "-o", "mode=0700", "tmpfs"], ["--bind", t.dir / "elsewhere"]):
            command = ["mount", *map(str, how), str(t.home / name)]
            if os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode != 0:
                skip("a file system can be mounted by root only")
            unmount = functools.partial(subprocess.run, ["umount", "-l", str(t.home / name)], capture_output=True)
            t.cleanups.append(unmount)
            expect_in("another file system", expect_refusal(t, str(t.home / name)).err)
            unmount()
    daemon.start()
    expect(len(daemon.jobs()), 3)


@test("a damaged token is refused rather than replaced")
def _(t):
    prepared(t)
    for text in ("", "short\n", "g" * 64 + "\n"):
        (t.home / "token").write_text(text)
        expect_refusal(t, "token")


@test("a data directory that cannot be created is refused with its name")
def _(t):
    t.write("file", "x")
    result = t.vestimd("--port", "0", home=t.dir / "file" / "home").expect(1)
    expect_in(str(t.dir / "file"), result.err)


@test("a folder above the data directory that others may write is refused, unless it is sticky")
def _(t):
    above = t.dir / "above"
    above.mkdir()
    for mode in (0o777, 0o757):
        above.chmod(mode)
        result = t.vestimd("--port", "0", home=above / "deep" / "home").expect(1)
        expect_in(f"other users may write to {above} ", result.err)
        expect_in("chmod", result.err)
    above.chmod(0o1777)
    t.daemon(home=above / "deep" / "home")


@test("a folder above the data directory that belongs to another user is refused", root=True)
def _(t):
    above = t.dir / "above"
    above.mkdir()
    (above / "home").mkdir(mode=0o700)
    os.chown(above, 12345, 12345)
    os.chown(above / "home", 23456, 23456)
    t.dir.chmod(0o755)
    result = t.vestimd("--port", "0", home=above / "home", user=23456, group=23456, extra_groups=[]).expect(1)
    expect_in("belongs to another user (UID 12345)", result.err)


@test("a data directory whose path is too long for SQLite is refused with the limit")
def _(t):
    home = t.dir / ("a" * 200) / ("b" * 200) / ("c" * 100)
    result = t.vestimd("--port", "0", home=home).expect(1)
    expect_in("480", result.err)
    expect_in("--data-dir", result.err)


@test("the data directory of a refused start does no harm to the next start")
def _(t):
    taken = t.listening_socket().getsockname()[1]
    t.vestimd("--port", taken).expect(3)
    t.daemon().completed(t.daemons[0].sh("true"))
