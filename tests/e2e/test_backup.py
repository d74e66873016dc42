# SPDX-License-Identifier: MIT
"""--backup and --restore: the registry as one file, whatever the daemon does meanwhile."""

import os
import shutil
import sqlite3
import threading

from support import expect, expect_in, test, until


def names(daemon):
    return sorted(job["name"] for job in daemon.jobs())


def listing(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@test("a backup of a running daemon has all that was acknowledged, alone in one file of mode 0600")
def _(t):
    daemon = t.daemon()
    jobs = [daemon.draft(name=f"job {n:03}") for n in range(200)]
    said = t.vestimd("--backup", t.dir / "backup.db").expect(0).out
    expect_in("200 jobs", said)
    expect((t.dir / "backup.db").stat().st_mode & 0o777, 0o600)
    expect([path.name for path in t.dir.glob("backup*")], ["backup.db"])
    # As any program reads it: without a log, and from a folder that it may not write to.
    with sqlite3.connect(f"file:{t.dir}/backup.db?immutable=1", uri=True) as copy:
        expect([row[0] for row in copy.execute("SELECT count(*) FROM jobs")], [200])
        expect([row[0] for row in copy.execute("PRAGMA integrity_check")], ["ok"])
    daemon.delete(f"/jobs/{jobs[0]['job_id']}").expect(200)
    expect_in("199 jobs", t.vestimd("--backup", t.dir / "second.db").expect(0).out)


@test("a backup while jobs are created is a state that the registry had")
def _(t):
    daemon = t.daemon()
    stop = threading.Event()
    created = []

    def create():
        while not stop.is_set():
            created.append(daemon.draft(name=f"{len(created):06}")["name"])

    thread = threading.Thread(target=create)
    thread.start()
    try:
        for n in range(5):
            before = len(created)
            t.vestimd("--backup", t.dir / f"backup-{n}.db").expect(0)
            with sqlite3.connect(t.dir / f"backup-{n}.db") as copy:
                found = [row[0] for row in copy.execute("SELECT name FROM jobs ORDER BY name")]
            expect(len(found) >= before, True, "all that was acknowledged before")
            expect(found, [f"{number:06}" for number in range(len(found))])
    finally:
        stop.set()
        thread.join()


@test("a backup after a crash has all jobs, also those that only the log has, and changes nothing")
def _(t):
    daemon = t.daemon()
    for n in range(20):
        daemon.draft(name=f"job {n}")
    daemon.kill()
    expect_in("20 jobs", t.vestimd("--backup", t.dir / "backup.db").expect(0).out)
    daemon.start()
    expect(len(daemon.jobs()), 20)


@test("a backup replaces nothing and leaves nothing when it fails")
def _(t):
    t.home.mkdir(mode=0o700)
    expect_in("There is no registry", t.vestimd("--backup", t.dir / "backup.db").expect(1).err)
    daemon = t.daemon()
    daemon.draft()
    for kind in ("file", "link", "folder", "pipe"):
        place = t.dir / kind
        {
            "file": lambda: place.write_text("precious"),
            "link": lambda: place.symlink_to(t.dir / "file"),
            "folder": place.mkdir,
            "pipe": lambda: os.mkfifo(place),
        }[kind]()
        expect_in("exists already", t.vestimd("--backup", place).expect(1).err)
    expect((t.dir / "file").read_text(), "precious")
    expect_in("nowhere", t.vestimd("--backup", t.dir / "nowhere/backup.db").expect(1).err)
    expect(list(t.dir.glob("*unfinished*")), [])
    expect_in("cannot be combined", t.vestimd("--backup", "x", "--stop").expect(2).err)


@test("a restore brings back the jobs of the backup, and keeps the registry and the folders that came later")
def _(t):
    daemon = t.daemon()
    done = daemon.completed(daemon.sh("echo result > kept", name="done"))
    deleted = daemon.draft(name="deleted")
    t.vestimd("--backup", t.dir / "backup.db").expect(0)
    later = daemon.completed(daemon.sh("echo result > precious", name="later"))
    daemon.delete(f"/jobs/{deleted['job_id']}").expect(200)
    refused = t.vestimd("--restore", t.dir / "backup.db").expect(3).err
    expect_in("--stop", refused)
    expect(names(daemon), ["done", "later"])
    daemon.kill()

    said = t.vestimd("--restore", t.dir / "backup.db").expect(0).out
    expect_in("2 jobs", said)
    expect((t.home / "registry.db-wal").exists(), False)
    daemon.start()
    expect(names(daemon), ["deleted", "done"])
    expect((daemon.folder(done) / "kept").read_text(), "result\n")
    expect((t.home / "orphans" / later["job_id"] / "precious").read_text(), "result\n")
    daemon.stop()

    # The old one with its log, and back again.
    expect_in("2 jobs", t.vestimd("--restore", t.home / "registry.db.before-restore").expect(0).out)
    expect(sorted(path.name for path in t.home.glob("registry.db.before-restore*"))[-1], "registry.db.before-restore.1")
    shutil.move(t.home / "orphans" / later["job_id"], t.home / "jobs")
    daemon.start()
    expect(names(daemon), ["done", "later"])
    expect((daemon.folder(later) / "precious").read_text(), "result\n")


# The job ended, or goes on, after the backup that knows it as running.
@test("jobs that ran at the time of the backup are taken up or lost as after any start")
def _(t):
    daemon = t.daemon("--max-running", "3")
    script = "echo begun; until [ -e '{}' ]; do sleep 0.05; done; exit 7"
    ended, lives, gone = (daemon.sh(script.format(t.dir / name)) for name in ("ended", "lives", "gone"))
    for job in (ended, lives, gone):
        until(lambda job=job: "begun" in daemon.log_of(job), "it runs")
    t.vestimd("--backup", t.dir / "backup.db").expect(0)
    # As if the backup had been made between the commit of an attempt and that of its start.
    with sqlite3.connect(t.dir / "backup.db") as copy:
        copy.execute("UPDATE jobs SET started_at = NULL")
    copy.close()
    (t.dir / "ended").touch()
    daemon.until_status(ended, "failed")
    daemon.delete(f"/jobs/{gone['job_id']}").expect(200)
    daemon.kill()
    t.vestimd("--restore", t.dir / "backup.db").expect(0)
    expect([path.name for path in t.home.glob("*unfinished*")], [])
    daemon.start()
    expect(daemon.until_status(ended, "failed")["details"]["exit_code"], 7)
    expect(daemon.until_status(gone, "interrupted")["details"]["reason"], "lost")
    expect(daemon.job(lives)["status"], "running")
    (t.dir / "lives").touch()
    expect(daemon.until_status(lives, "failed")["details"]["exit_code"], 7)


@test("a file that is no registry of this version is refused, and nothing is changed")
def _(t):
    daemon = t.daemon()
    daemon.draft(name="kept")
    t.vestimd("--backup", t.dir / "backup.db").expect(0)
    daemon.stop()
    good = (t.dir / "backup.db").read_bytes()
    before = listing(t.home)
    damaged = bytearray(good)
    damaged[4096 * 2 : 4096 * 3] = b"\xa5" * 4096
    shutil.copy(t.dir / "backup.db", t.dir / "newer.db")
    with sqlite3.connect(t.dir / "newer.db") as newer:
        newer.execute("PRAGMA user_version = 1000")
    newer.close()
    with sqlite3.connect(t.dir / "foreign.db") as foreign:
        foreign.execute("CREATE TABLE jobs (x)")
    foreign.close()
    os.mkfifo(t.dir / "pipe.db")
    cases = {"text.db": b"notes\n" * 1000, "empty.db": b"", "cut.db": good[: 4096 * 2], "damaged.db": bytes(damaged)}
    for name, content in cases.items():
        (t.dir / name).write_bytes(content)
    for name in (*cases, "newer.db", "foreign.db", "pipe.db", "missing.db"):
        said = t.vestimd("--restore", t.dir / name).expect(1).err
        expect_in(f"The backup {t.dir / name}", said)
        expect("--new-registry" in said, False, said)
    expect_in("registry itself", t.vestimd("--restore", t.home / "registry.db").expect(1).err)
    expect(listing(t.home), before)
    daemon.start()
    expect(names(daemon), ["kept"])
    daemon.stop()
    # Also into a directory that has no registry, or a damaged one.
    (t.home / "registry.db").write_bytes(b"damaged")
    t.vestimd("--restore", t.dir / "backup.db").expect(0)
    expect((t.home / "registry.db.before-restore").read_bytes(), b"damaged")
    daemon.start()
    expect(names(daemon), ["kept"])


def registry_files(folder):
    return {name: content for name, content in listing(folder).items() if name.startswith("registry.db")}


def crash_with_log(t):
    """A killed daemon whose newest job is in the log alone, and a backup of the state before that job."""
    daemon = t.daemon()
    daemon.draft(name="old")
    with sqlite3.connect(t.home / "registry.db") as source, sqlite3.connect(t.dir / "backup.db") as copy:
        source.backup(copy)
    source.close()
    copy.close()
    daemon.draft(name="new")
    daemon.kill()
    expect((t.home / "registry.db-wal").stat().st_size > 0, True)
    return daemon


@test("a restore says what is kept, also if only the log of a lost registry is there")
def _(t):
    crash_with_log(t)
    (t.home / "registry.db").unlink()
    said = t.vestimd("--restore", t.dir / "backup.db").expect(0).out
    expect_in("kept: ", said)
    kept = said.split("kept: ")[1].splitlines()[0]
    expect((kept.endswith("-wal"), os.path.exists(kept)), (True, True), kept)


# SQLite would apply the log to the backup, and show the newer state or a mixture without a word.
@test("a backup that was put beside the log of a crash is refused, and the message names both ways to go on")
def _(t):
    places = {
        "cp": lambda: shutil.copyfile(t.dir / "backup.db", t.home / "registry.db"),
        "cp -p": lambda: shutil.copy2(t.dir / "backup.db", t.home / "registry.db"),
        "mv": lambda: os.replace(shutil.copy2(t.dir / "backup.db", t.dir / "moved.db"), t.home / "registry.db"),
    }
    for name, put in places.items():
        daemon = crash_with_log(t)
        put()
        os.chmod(t.home / "registry.db", 0o600)
        before = registry_files(t.home)
        for options in (["--port", "0"], ["--port", "0", "--new-registry"], ["--backup", t.dir / "of-it.db"]):
            said = t.vestimd(*options).expect(1).err
            for word in ("registry.db was replaced", "registry.db-wal away", "remove " + str(t.home / "registry.db-stamp")):
                expect_in(word, said)
        expect(registry_files(t.home), before, name)
        (t.home / "registry.db-wal").rename(t.dir / "log")
        daemon.start()
        expect(names(daemon), ["old"], name)
        daemon.stop()
        shutil.rmtree(t.home)
        (t.dir / "backup.db").unlink()


# The second way to go on: the time of the file was changed, and nothing else.
@test("a registry that only looks replaced is used with its log after its stamp was removed")
def _(t):
    daemon = crash_with_log(t)
    os.utime(t.home / "registry.db")
    t.vestimd("--port", "0").expect(1)
    (t.home / "registry.db-stamp").unlink()
    daemon.start()
    expect(names(daemon), ["new", "old"])


# A copy has other times and a stamp that is not its own. The sqlite3 program may bring the log in.
@test("copies, moves and the sqlite3 program do not make a registry look replaced")
def _(t):
    daemon = crash_with_log(t)
    copy = t.dir / "copy"
    copy.mkdir(mode=0o700)
    for path in t.home.iterdir():
        if path.is_file() and not path.name.startswith("server."):
            shutil.copyfile(path, copy / path.name)
            os.chmod(copy / path.name, 0o600)
    t.daemon(home=copy).stop()
    t.home.rename(t.dir / "moved")
    moved = t.daemon(home=t.dir / "moved")
    expect(names(moved), ["new", "old"])
    with sqlite3.connect(t.dir / "moved/registry.db") as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        other.execute("VACUUM")
    other.close()
    moved.draft(name="newest")
    moved.restart()
    expect(names(moved), ["new", "newest", "old"])
    moved.kill()
    with sqlite3.connect(t.dir / "moved/registry.db") as other:
        expect(other.execute("SELECT count(*) FROM jobs").fetchone()[0], 3)
    other.close()
    moved.start()


# A checkpoint changes the database; a crash in it must not look like a replaced file.
@test("crashes during checkpoints lose no job, and the next start works")
def _(t):
    daemon = t.daemon()
    text = "x" * 200_000
    n = 0
    for _ in range(6):
        deadline = threading.Event()
        killer = threading.Timer(0.3, lambda: (daemon.process.kill(), deadline.set()))
        killer.start()
        while not deadline.is_set():
            try:
                daemon.post("/jobs", {"name": "x", "selections": {"text": text}}, timeout=5).expect(201)
                n += 1
            except Exception:
                break
        killer.join()
        daemon.process.wait()
        daemon.start()
        expect(len(daemon.jobs()) >= n, True)
        n = len(daemon.jobs())


@test("an idle daemon brings all into registry.db itself")
def _(t):
    daemon = t.daemon()
    daemon.draft(name="only")

    def alone():
        shutil.copyfile(t.home / "registry.db", t.dir / "alone.db")
        with sqlite3.connect(f"file:{t.dir}/alone.db?immutable=1", uri=True) as copy:
            found = copy.execute("SELECT count(*) FROM jobs").fetchone()[0]
        copy.close()
        return found == 1

    until(alone, "registry.db alone has the job", 60)
