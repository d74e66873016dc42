# SPDX-License-Identifier: MIT
"""A full disk: no change is stored in part, the error says why, and changes work again when there is room."""

import os
import re
import time

from support import expect, expect_in, fail, processes, skip, test, until


def small_disk(t, size="12m"):
    """A data directory on a file system of its own, and a function that fills it to the last byte."""
    t.home.mkdir(mode=0o700)
    if not t.mount_small_disk(t.home, size):
        skip("a file system can be mounted by root only")

    def fill():
        with open(t.home / "filler", "ab", buffering=0) as filler:
            for size in (65536, 4096, 1):
                try:
                    while True:
                        filler.write(b"x" * size)
                except OSError:
                    pass

    return fill


@test("without room a POST is 507, nothing is stored, and it recovers by itself")
def _(t):
    fill = small_disk(t)
    daemon = t.daemon()
    kept = [daemon.draft(name=f"kept {n}")["job_id"] for n in range(5)]
    fill()
    refused = 0
    body = {"name": "too much", "selections": {"x": "a" * 100_000}}
    for _ in range(10):
        answer = daemon.post("/jobs", body)
        if answer.status == 201:
            kept.append(answer.json()["job_id"])
            continue
        answer.expect_problem(507)
        expect_in("disk", answer.json()["detail"].lower() + answer.json()["title"].lower() + " space")
        refused += 1
    expect(refused > 0, True, "some were refused")
    expect(daemon.ids(), kept[::-1])
    until(lambda: sorted(os.listdir(t.home / "jobs")) == sorted(kept), "the stored jobs have folders")

    (t.home / "filler").unlink()
    kept.append(daemon.post("/jobs", body).expect(201).json()["job_id"])
    daemon.restart()
    expect(daemon.ids(), kept[::-1])
    expect(daemon.database("PRAGMA integrity_check").strip(), "ok")


@test("reading, listing and deleting go on without room")
def _(t):
    fill = small_disk(t)
    daemon = t.daemon()
    jobs = [daemon.create(selections={"x": "a" * 1000}) for _ in range(20)]
    fill()
    expect(len(daemon.jobs()), 20)
    status = daemon.delete(f"/jobs/{jobs[0]['job_id']}").status
    if status not in (200, 507):
        fail(f"DELETE: {status}")
    expect(len(daemon.jobs()), 20 if status == 507 else 19)


@test("a job whose disk fills up ends with a true status, and the daemon lives")
def _(t):
    small_disk(t)
    daemon = t.daemon()
    job = daemon.sh("head -c 50000000 /dev/zero > big; code=$?; cat big big > /dev/null; echo code $code; exit $code")
    over = daemon.until_over(job, 60)
    expect(over["status"] in ("failed", "interrupted"), True, over["status"])
    (daemon.folder(job) / "big").unlink(missing_ok=True)
    until(lambda: daemon.post("/jobs", {"name": "x", "selections": {}}).status == 201, "it takes jobs again")


# The end of a job must not be lost because the disk was full.
@test("a job that ends on a full disk is shown as over when there is room again")
def _(t):
    fill = small_disk(t)
    daemon = t.daemon()
    job = daemon.sh("echo begun; until [ -e go ]; do sleep 0.05; done; exit 3")
    until(lambda: "begun" in daemon.log_of(job), "it runs")
    (daemon.folder(job) / "go.new").touch()
    fill()
    (daemon.folder(job) / "go.new").rename(daemon.folder(job) / "go")
    until(lambda: daemon.get("/server/status").status == 200, "the daemon answers")
    (t.home / "filler").unlink()
    over = daemon.until_over(job, 60)
    expect(over["status"] in ("failed", "interrupted"), True, over["status"])
    daemon.restart()
    expect(daemon.job(job)["status"], over["status"])


@test("a job that cannot be started for lack of room waits in the queue, and starts when there is room")
def _(t):
    fill = small_disk(t)
    daemon = t.daemon("--max-running", "1")
    blocker = daemon.sh(f"echo begun; until [ -e '{t.dir}/go' ]; do sleep 0.05; done")
    until(lambda: "begun" in daemon.log_of(blocker), "it runs")
    waiting = [daemon.sh(f"echo {n} >> '{t.dir}/order'") for n in range(2)]
    fill()
    (t.dir / "go").touch()
    until(lambda: "jobs wait for their start" in daemon.log_text(), "a start was tried")
    expect([daemon.job(job)["status"] for job in waiting], ["queued"] * 2)
    (t.home / "filler").unlink()
    for job in waiting:
        expect(daemon.completed(job)["attempt"], 1)
    expect((t.dir / "order").read_text().split(), ["0", "1"])


# Otherwise nothing could be deleted to make room. An old server.json would make room for the new one.
@test("after a crash on a full disk the daemon serves, a DELETE makes room, and server.json is written then")
def _(t):
    fill = small_disk(t)
    daemon = t.daemon()
    kept = daemon.draft()
    big = daemon.completed(daemon.sh("head -c 3000000 /dev/zero > big"))
    ended = daemon.sh("echo begun; until [ -e go ]; do sleep 0.05; done")
    until(lambda: "begun" in daemon.log_of(ended), "it runs")
    (daemon.folder(ended) / "go.new").touch()
    fill()
    daemon.kill()
    (daemon.folder(ended) / "go.new").rename(daemon.folder(ended) / "go")
    (t.home / "server.json").unlink()
    # The end of the job makes room, and so does its shim, which tries to write the record each second.
    until(lambda: not processes.of_job(daemon.folder(ended)), "the job has ended")
    for _ in range(15):
        fill()
        time.sleep(0.1)
    serve_without_files(daemon)
    expect(set(daemon.ids()), {job["job_id"] for job in (kept, big, ended)})
    status = t.vestimd("--status")
    if not (t.home / "server.json").exists():  # the shim may have made room for it
        expect_in("the disk is full", status.expect(4).err)

    daemon.delete(f"/jobs/{big['job_id']}").expect(200)
    until(lambda: str(daemon.process.pid) in read(t.home / "server.json"), "server.json names it")
    expect(read(t.home / "server.pid"), f"{daemon.process.pid}\n")
    t.vestimd("--status").expect(0)
    daemon.until_over(ended)
    (t.home / "filler").unlink()
    daemon.restart()
    expect(set(daemon.ids()), {kept["job_id"], ended["job_id"]})


@test("after a clean stop, a start on a full disk is refused with a sentence, or serves what it has")
def _(t):
    fill = small_disk(t)
    daemon = t.daemon()
    job = daemon.draft()
    daemon.stop()
    fill()
    before = len(daemon.log_text())
    daemon.launch()
    until(lambda: daemon.process.poll() is not None or "serving" in daemon.log_text()[before:], "starts or refuses")
    if daemon.process.poll() is not None:
        expect(daemon.process.returncode, 1)
        expect_in("disk is full", daemon.log_text()[before:])
    (t.home / "filler").unlink()
    if daemon.process.poll() is not None:
        daemon.start()
    else:
        until(daemon.serves, "server.json is written")
    expect(daemon.ids(), [job["job_id"]])


def serve_without_files(daemon):
    """Starts it on a full disk: only its log says where it serves."""
    before = len(daemon.log_text())
    daemon.launch()
    until(lambda: daemon.process.poll() is not None or "serving url=" in daemon.log_text()[before:], "it serves")
    expect(daemon.process.poll(), None, daemon.log_text()[before:])
    url = re.search(r"serving url=(\S+)", daemon.log_text()[before:]).group(1)
    daemon.use({"pid": daemon.process.pid, "url": url})
    until(lambda: "server.json cannot be written yet" in daemon.log_text()[before:], "it says so")


def read(path):
    try:
        return path.read_text()
    except OSError:
        return ""
