# SPDX-License-Identifier: MIT
"""Another program removes, replaces or truncates files of the data directory while the daemon runs."""

import os
import shutil

from support import expect, expect_in, test, until


def unlink(*names):
    return lambda home: [(home / name).unlink() for name in names]


def rename(name):
    return lambda home: (home / name).rename(home / (name + ".away"))


def replace(name):
    def spoil(home):
        (home / "other").write_bytes(b"another program's work")
        (home / "other").rename(home / name)

    return spoil


def refused(daemon, body=None, **options):
    problem = daemon.post("/jobs", body or {"selections": {}}, **options).expect_problem(500)
    expect_in("Another program", problem["detail"])


# SQLite keeps using the files it has opened, so what is stored would be gone when the daemon ends.
@test("what was stored before the registry's files are removed or replaced survives a clean stop")
def _(t):
    daemon = t.daemon()
    known = []
    for spoil in (
        unlink("registry.db"),
        rename("registry.db"),
        unlink("registry.db-wal"),
        rename("registry.db-wal"),
        unlink("registry.db-shm"),
        unlink("registry.db", "registry.db-wal", "registry.db-shm"),
        replace("registry.db"),
        replace("registry.db-wal"),
    ):
        known += [daemon.draft()["job_id"] for _ in range(3)]
        spoil(t.home)
        for _ in range(3):
            refused(daemon)
        expect(daemon.ids(), known[::-1])
        until(lambda: sorted(os.listdir(t.home / "jobs")) == sorted(known), "each job has its folder")
        daemon.stop()
        daemon.start()
        expect(daemon.ids(), known[::-1])
        expect(daemon.database("PRAGMA integrity_check").strip(), "ok")
    daemon.until_logged("changes are refused", 8)  # once for each time
    moved = [path.name for path in t.home.glob("registry.db*.1")]
    expect(sorted(moved), ["registry.db-wal.1", "registry.db.1"], "foreign files are kept")


@test("changes are stored again once a file that was moved away is back")
def _(t):
    daemon = t.daemon()
    known = [daemon.draft()["job_id"]]
    for name in ("registry.db", "registry.db-wal", "registry.db-shm"):
        rename(name)(t.home)
        refused(daemon)
        (t.home / (name + ".away")).rename(t.home / name)
        known.append(daemon.draft()["job_id"])
    daemon.until_logged("files are back", 3)
    daemon.restart()
    expect(daemon.ids(), known[::-1])


@test("a job that ends while changes are refused has its end after the restart")
def _(t):
    daemon = t.daemon("--max-running", "2")
    go = t.dir / "go"
    ending = daemon.sh(f"until [ -e {go} ]; do sleep 0.05; done; exit 6")
    staying = daemon.sh("sleep 1000")
    daemon.until_status(staying, "running")
    unlink("registry.db")(t.home)
    refused(daemon)
    go.touch()
    until(lambda: (daemon.folder(ending) / "exit.json").exists(), "the job has ended")
    daemon.stop()
    daemon.start()
    expect(daemon.until_status(ending, "failed")["details"]["exit_code"], 6)
    daemon.until_status(staying, "interrupted")


@test("a registry that was removed from an idle daemon is written to its place by a clean stop")
def _(t):
    daemon = t.daemon()
    known = [daemon.draft()["job_id"] for _ in range(3)]
    unlink("registry.db", "registry.db-wal", "registry.db-shm")(t.home)
    daemon.stop()
    daemon.start()
    expect(daemon.ids(), known[::-1])


@test("first answers are found again in a registry that a clean stop wrote to its place")
def _(t):
    daemon = t.daemon()
    key = {"Idempotency-Key": "a-key"}
    first = daemon.post("/jobs", {"selections": {}}, headers=key).expect(201)
    unlink("registry.db")(t.home)
    other = {"Idempotency-Key": "another-key"}
    refused(daemon, {"selections": {"b": 1}}, headers=other)
    daemon.stop()
    daemon.start()
    daemon.post("/jobs", {"selections": {"b": 1}}, headers=other).expect(201)
    expect(daemon.post("/jobs", {"selections": {}}, headers=key).expect(200).body, first.body)


@test("changes are refused after a part of the registry was cut off, and the log says so once")
def _(t):
    for name in ("registry.db", "registry.db-wal"):
        daemon = t.daemon(home=t.dir / name)
        job = daemon.draft()
        if name == "registry.db":
            daemon.stop()
            daemon.start()
        os.truncate(daemon.home / name, 0)
        for _ in range(3):
            refused(daemon)
        expect(daemon.ids(), [job["job_id"]])
        daemon.until_logged("truncated")
        until(lambda: os.listdir(daemon.home / "jobs") == [job["job_id"]], "jobs/ has the folder of the stored job alone")


# An external VACUUM or checkpoint also makes the files smaller, but loses nothing.
@test("the sqlite3 program may vacuum the registry and truncate its log")
def _(t):
    daemon = t.daemon()
    jobs = [daemon.create(selections={"x": "a" * 5000})["job_id"] for _ in range(30)]
    for job in jobs[1:]:
        daemon.delete(f"/jobs/{job}").expect(200)
    t.command("sqlite3", daemon.home / "registry.db", "VACUUM; PRAGMA wal_checkpoint(TRUNCATE)").expect(0)
    new = daemon.draft()["job_id"]
    daemon.restart()
    expect(daemon.ids(), [new, jobs[0]])


@test("jobs/ and trash/ are made again when they were removed")
def _(t):
    daemon = t.daemon()
    old = daemon.completed(daemon.run("true"))
    shutil.rmtree(t.home / "jobs")
    shutil.rmtree(t.home / "trash")
    job = daemon.sh("echo here > made")
    daemon.completed(job)
    expect((daemon.folder(job) / "made").read_text(), "here\n")
    expect(daemon.log_of(old), "")
    daemon.delete(f"/jobs/{job['job_id']}").expect(200)
    until(lambda: not daemon.folder(job).exists(), "its folder is gone")
    (t.home / "jobs").rename(t.home / "elsewhere")
    daemon.post(f"/jobs/{old['job_id']}/retry").expect(200)
    daemon.completed(old)
    expect(daemon.folder(old).exists(), True)


@test("a missing server.json and a damaged server.pid are reported, and the daemon is still found")
def _(t):
    daemon = t.daemon()
    (t.home / "server.json").unlink()
    told = t.vestimd("--status").expect(4)
    expect_in("server.json, which contains its address, is missing", told.err)
    (t.home / "server.pid").write_text("garbage\n")
    told = t.vestimd("--port", "0").expect(3)
    expect_in(f"process {daemon.pid}", told.err)
    t.vestimd("--stop").expect(0)
    daemon.wait()
