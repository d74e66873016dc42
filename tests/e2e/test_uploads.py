# SPDX-License-Identifier: MIT
"""Input files that a client stores in the folder of a held job."""

import os
import stat

from support import expect, expect_in, fail, skip, test, until


def held(daemon, *argv):
    return daemon.run(*(argv or ("cat", "in.txt")), hold=True)


def put(daemon, job, name, body, place=None):
    headers = {"Content-Range": place} if place else {}
    return daemon.put(f"/jobs/{job['job_id']}/files/{name}", body, headers=headers)


def stored(daemon, job, name):
    return daemon.get(f"/jobs/{job['job_id']}/files/{name}").expect(200).body


@test("a stored file is there for each attempt, with mode 0600, and goes with the job")
def _(t):
    daemon = t.daemon(prefix=["sh", "-c", 'umask 0; exec "$0" "$@"'])
    job = held(daemon)
    body = bytes(range(256)) * 100
    answer = put(daemon, job, "in.txt", body).expect(200).json()
    expect(answer, {"name": "in.txt", "size": len(body), "complete": True})
    expect(stat.S_IMODE((daemon.folder(job) / "in.txt").stat().st_mode), 0o600, "mode")
    expect(stored(daemon, job, "in.txt"), body)
    for verb in ("start", "retry"):
        daemon.post(f"/jobs/{job['job_id']}/{verb}").expect(200)
        daemon.completed(job)
        expect(daemon.get(f"/jobs/{job['job_id']}/log").body, body)
    daemon.delete(f"/jobs/{job['job_id']}").expect(200)
    until(lambda: not daemon.folder(job).exists(), "the folder is gone")


@test("any media type and body are stored as they are: JSON, a form, empty, with a blank in the name")
def _(t):
    daemon = t.daemon()
    job = held(daemon)
    for name, body, headers in (
        ("a.json", b"{broken", {"Content-Type": "application/json"}),
        ("b", b"x=1&y", {"Content-Type": "application/x-www-form-urlencoded"}),
        ("empty", b"", {}),
        ("sub/folder/a%20b", b"\0\n\xff", {}),
    ):
        answer = daemon.put(f"/jobs/{job['job_id']}/files/{name}", body, headers=headers).expect(200).json()
        expect((answer["size"], answer["complete"]), (len(body), True), name)
        expect(stored(daemon, job, name), body, name)
    put(daemon, job, "b", b"replaced").expect(200)
    expect(stored(daemon, job, "b"), b"replaced")


@test("a large file comes in parts, also of unknown size, and a part can be sent again")
def _(t):
    daemon = t.daemon()
    job = held(daemon)
    part = os.urandom(1 << 20)
    tail = b"the end"
    total = 3 * len(part) + len(tail)
    for n in range(3):
        for _ in range(2):
            place = f"bytes {n * len(part)}-{(n + 1) * len(part) - 1}/*"
            answer = put(daemon, job, "in.txt", part, place).expect(200).json()
            expect(answer, {"name": "in.txt", "size": (n + 1) * len(part), "complete": False})
    expect((daemon.folder(job) / "in.txt").exists(), False, "it has its name too early")
    for _ in range(2):
        place = f"bytes {total - len(tail)}-{total - 1}/{total}"
        expect(put(daemon, job, "in.txt", tail, place).expect(200).json()["complete"], True)
    expect(stored(daemon, job, "in.txt") == part * 3 + tail, True, "the content")
    expect(sorted(os.listdir(daemon.folder(job))), ["in.txt"])
    put(daemon, job, "other", b"abc", "bytes 0-2/*").expect(200)
    for _ in range(2):
        expect(put(daemon, job, "other", b"", "bytes */3").expect(200).json()["complete"], True)
    expect(stored(daemon, job, "other"), b"abc")
    expect(put(daemon, job, "none", b"", "bytes */0").expect(200).json()["complete"], True)
    expect(stored(daemon, job, "none"), b"")


@test("an upload goes on where it was after the daemon was killed, and a gap says where")
def _(t):
    daemon = t.daemon()
    job = held(daemon)
    put(daemon, job, "in.txt", b"12345", "bytes 0-4/*").expect(200)
    daemon.restart()
    answer = put(daemon, job, "in.txt", b"x", "bytes 7-7/8").expect_problem(409)
    expect_in("5 bytes", answer["detail"])
    put(daemon, job, "in.txt", b"678", "bytes 5-7/8").expect(200)
    expect(stored(daemon, job, "in.txt"), b"12345678")
    put(daemon, job, "new", b"x", "bytes 1-1/2").expect_problem(409)
    put(daemon, job, "again", b"abc", "bytes 0-2/*").expect(200)
    put(daemon, job, "again", b"xy", "bytes 0-1/2").expect(200)
    expect(stored(daemon, job, "again"), b"xy")


@test("only a job that is created takes files: others get 409 and keep theirs")
def _(t):
    daemon = t.daemon("--max-running", "1")
    running = daemon.sh("sleep 600")
    daemon.until_status(running, "running")
    queued = daemon.sh("true")
    for job, status in ((running, "running"), (queued, "queued")):
        expect_in(status, put(daemon, job, "a", b"x").expect_problem(409)["detail"] + status)
        expect((daemon.folder(job) / "a").exists(), False, "it was stored")
    daemon.post(f"/jobs/{running['job_id']}/stop").expect(202)
    daemon.until_over(running)
    put(daemon, running, "a", b"x").expect_problem(409)


@test("names of our own files, folders above and names that are no path are refused")
def _(t):
    daemon = t.daemon()
    job = held(daemon)
    ours = ("job.json", "log.txt", "log.1.txt", "progress.jsonl", "exit.json", "exit.json.tmp", "run.lock", "finish.request", "pause.request")
    for name in (*ours, "..", "a/../b", "a//b", "./a", "a/", "run.lock/x", "a.upload", "n" * 249, "/".join("a" * 17), "%2e%2e/x"):
        answer = put(daemon, job, name, b"x")
        if answer.status not in (404, 422):
            fail(f"{name[:40]}: {answer.status}")
        if answer.status == 422:
            expect(answer.json()["errors"][0]["field"], "path", name)
    for place in (
        "bytes 0-1/1", "bytes 0-0/0", "bytes 1-0/*", "bytes 0-9/*", "bytes */*", "bytes */5", "0-0/1", "bytes 0-0", "items 0-0/1",
        "bytes 0-0/1 ", "bytes -1-0/*", "bytes 99999999999999999999-99999999999999999999/*", "bytes 18000000000-18000000000/*",
    ):  # fmt: skip
        answer = put(daemon, job, "a", b"x", place)
        if answer.status != 422 and not (place.endswith(" ") and answer.status == 200):
            fail(f"{place}: {answer.status}")
    expect([name for name in os.listdir(daemon.folder(job)) if name != "a"], [])
    daemon.put(f"/jobs/{job['job_id']}/files/big", b"x" * ((1 << 20) + 1)).expect_problem(413)


@test("a link, a pipe or a folder in the place of a file is never followed or opened")
def _(t):
    daemon = t.daemon()
    job = held(daemon)
    put(daemon, job, "sub/x", b"x").expect(200)
    folder = daemon.folder(job)
    outside = t.dir / "outside"
    outside.mkdir()
    (outside / "kept").write_text("kept")
    (folder / "link").symlink_to(outside)
    (folder / "file.upload").symlink_to(outside / "kept")
    os.mkfifo(folder / "pipe.upload")
    for name in ("link/new", "file", "pipe", "sub", "sub/x/y"):
        put(daemon, job, name, b"changed").expect_problem(409)
    expect(sorted(os.listdir(outside)), ["kept"])
    expect((outside / "kept").read_text(), "kept")
    (folder / "target").symlink_to(outside / "kept")
    put(daemon, job, "target", b"new").expect(200)
    expect((outside / "kept").read_text(), "kept")
    expect((folder / "target").is_symlink(), False, "the link was replaced")


@test("without room a part is 507, and it goes on when there is room")
def _(t):
    t.home.mkdir(mode=0o700)
    if not t.mount_small_disk(t.home, "12m"):
        skip("a file system can be mounted by root only")
    daemon = t.daemon()
    job = held(daemon)
    part = b"x" * (1 << 20)
    n = 0
    while True:
        answer = put(daemon, job, "in.txt", part, f"bytes {n << 20}-{(n + 1 << 20) - 1}/*")
        if answer.status == 507:
            break
        n = n + 1 if answer.expect(200) and n < 12 else fail("the disk never fills")
    put(daemon, job, "in.txt", b"ab", "bytes 0-1/2").expect(200)
    expect(stored(daemon, job, "in.txt"), b"ab")
