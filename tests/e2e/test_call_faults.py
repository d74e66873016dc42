# SPDX-License-Identifier: MIT
"""System calls that fail, and locks of other programs: the daemon recovers from each without a restart."""

import concurrent.futures
import subprocess

from support import expect, expect_in, fail, test, until
from support.faults import Faults


def with_faults(t, *options):
    faults = Faults(t)
    return faults, t.daemon(*options, env=faults.environment)


# SQLite still counts the lock as taken, and refuses it to itself from then on.
@test("failed unlocks do not wedge the registry")
def _(t):
    faults, daemon = with_faults(t)
    kept = [daemon.draft()["job_id"]]
    for times in (1, 4):
        for skip in (1, 2):
            faults.set("unlock", "ENOLCK", left=times, skip=skip)
            kept += [daemon.draft()["job_id"] for n in range(4)]
            expect(faults.failed() > 0, True, "the fault came")
            faults.clear()
            kept.append(daemon.draft()["job_id"])
            body = b'{"name":"x","selections":{}}'
            answer = daemon.post("/jobs", body=body, headers={"Idempotency-Key": f"{times}-{skip}"})
            kept.append(answer.expect(201).json()["job_id"])
    expect(daemon.ids(), kept[::-1])
    until(lambda: "registry opened again" in daemon.log_text(), "it is logged")
    daemon.restart()
    expect(daemon.ids(), kept[::-1])


# A refusal says that nothing was stored, so nothing may be stored.
@test("a write or flush of the registry that fails once is repeated, and stores once")
def _(t):
    faults, daemon = with_faults(t)
    kept = []
    for call in ("fsync", "pwrite", "pread", "open", "mmap", "lock", "ftruncate"):
        for error in ("EIO", "ENOMEM"):
            for skip in range(3):
                faults.set(call, error, left=1, skip=skip)
                for n in range(3):
                    answer = daemon.post("/jobs", {"name": f"{call} {error}", "selections": {}})
                    if answer.status == 201:
                        kept.append(answer.json()["job_id"])
                    else:
                        expect(answer.status in (500, 503), True, f"refused: {answer.status}")
                faults.clear()
                kept.append(daemon.draft()["job_id"])
    expect(daemon.ids(), kept[::-1])
    daemon.restart()
    expect(daemon.ids(), kept[::-1])
    expect(daemon.database("PRAGMA integrity_check").strip(), "ok")


# What a failed flush left in the log can be read, but the disk may not have it.
@test("a change is acknowledged only after a flush")
def _(t):
    faults, daemon = with_faults(t)
    kept = daemon.draft()["job_id"]
    faults.set("fsync", "EIO")
    daemon.post("/jobs", {"name": "not flushed", "selections": {}}).expect_problem(500)
    daemon.patch(f"/jobs/{kept}", {"name": "not flushed"}).expect_problem(500)
    faults.clear()
    kept = [daemon.draft()["job_id"], kept]
    expect(daemon.ids(), kept)
    daemon.restart()
    expect(daemon.ids(), kept)


# The refused change and the failed unlock are of one try; without a connection there is no second one.
@test("a full disk while the registry cannot be opened again does not end the daemon")
def _(t):
    faults, daemon = with_faults(t)
    kept = [daemon.draft()["job_id"]]
    for before in range(1, 4):
        faults.set("unlock", "ENOLCK", skip=before, rule=0)
        faults.set("open", "EIO", rule=1)
        faults.set("pwrite", "ENOSPC", rule=2)
        answer = daemon.post("/jobs", {"name": "refused", "selections": {}})
        expect(answer.status in (503, 507), True, f"refused: {answer.status}")
        faults.clear()
        kept.append(daemon.draft()["job_id"])
    expect(daemon.ids(), kept[::-1])


# The writer opens it once more at its end, when the thread that looks up keys is gone.
@test("a stop after the registry could not be opened again ends as any other")
def _(t):
    faults, daemon = with_faults(t)
    kept = daemon.draft()["job_id"]
    faults.set("pwrite", "EIO", rule=0)
    faults.set("open", "EIO", rule=1)
    daemon.post("/jobs", {"name": "refused", "selections": {}}).expect_problem(500)
    faults.clear()
    daemon.stop()
    daemon.start()
    expect(daemon.ids(), [kept])


@test("a registry that another program has locked is 503, and recovers")
def _(t):
    daemon = t.daemon()
    job, other = daemon.draft(), daemon.draft()
    lock = subprocess.Popen(["sqlite3", str(daemon.home / "registry.db")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    t.cleanups.append(lambda: (lock.stdin.close(), lock.wait()))
    lock.stdin.write("BEGIN EXCLUSIVE;\nSELECT 'locked';\n")
    lock.stdin.flush()
    expect(lock.stdout.readline(), "locked\n")
    requests = (
        lambda: daemon.post("/jobs", {"name": "x", "selections": {}}),
        lambda: daemon.patch(f"/jobs/{job['job_id']}", {"name": "y"}),
        lambda: daemon.delete(f"/jobs/{other['job_id']}"),
    )
    with concurrent.futures.ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda request: request(), requests))
    for answer in answers:
        answer.expect_problem(503)
        expect(int(answer.headers["Retry-After"]) > 0, True, "Retry-After")
    expect(len(daemon.jobs()), 2)
    expect_in('vestim_registry_transactions_total{outcome="busy"} 3\n', daemon.get("/metrics").text)
    lock.stdin.write("ROLLBACK;\n")
    lock.stdin.close()
    lock.wait()
    expect(daemon.completed(daemon.sh("true"))["status"], "completed")


@test("files and checks without a descriptor are 503 with Retry-After")
def _(t):
    faults, daemon = with_faults(t)
    job = daemon.completed(daemon.sh("echo hello > file"))
    faults.set("open", "EMFILE")
    for path in ("log", "files/file", "files"):
        answer = daemon.get(f"/jobs/{job['job_id']}/{path}")
        answer.expect_problem(503)
        expect(int(answer.headers["Retry-After"]) > 0, True, "Retry-After")
    faults.clear()
    for call in ("spawn", "socketpair"):
        faults.set(call, "EAGAIN")
        answer = daemon.post("/estimation/check", {"files": ["/nowhere.csv"]})
        answer.expect_problem(503)
        expect(int(answer.headers["Retry-After"]) > 0, True, "Retry-After")
        faults.clear()
    daemon.get(f"/jobs/{job['job_id']}/files/file").expect(200)


# Each of these calls belongs to the start of a job, in the daemon or in its shim.
@test("a call that lacks something at the start of a job delays it, and it runs once")
def _(t):
    faults, daemon = with_faults(t)
    cases = [(program, call) for program in ("vestimd", "vestim-run") for call in ("open", "pipe", "memfd", "spawn", "fork", "dup", "lock", "fallocate", "poll")]
    for program, call in cases:
        for error, skip in (("EMFILE", 0), ("ENOMEM", 2)):
            faults.set(call, error, program=program, left=1, skip=skip)
            path = t.dir / f"{program}-{call}-{error}-{skip}"
            job = daemon.sh(f"echo run >> '{path}'")
            over = daemon.until_over(job)
            faults.clear()
            if over["status"] != "completed" or path.read_text() != "run\n" or over["attempt"] != 1:
                fail(f"{path.name}: {over} {path.exists() and path.read_text()}")
