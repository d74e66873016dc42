# SPDX-License-Identifier: MIT
"""GET /jobs/{id}/log?follow=1: the log of a job as it is written, to its end."""

import pathlib
import re
import socket
import threading

from support import expect, expect_in, fail, test, until
from support.answers import Closed
from support.builds import is_sanitized
from support.metrics import scrape
from support.waiting import ENDING, WAITING, begun, release


class Follow:
    """A request whose answer is read as it comes."""

    def __init__(self, daemon, job, query="", version="HTTP/1.1", receive_buffer=None):
        self.connection = daemon.connect()
        if receive_buffer:
            self.connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        target = f"/jobs/{job['job_id']}/log?follow=1{query}"
        self.connection.send(daemon.request_bytes("GET", target, version=version))
        self.head = self.connection.head().expect(200)
        self.is_chunked = "Transfer-Encoding" in self.head.headers
        self.body = bytearray()

    def take_chunk(self):
        """False at the end of the answer. Raises Closed if the end is missing."""
        size = int(self.connection.take_line(), 16)
        self.body += self.connection.take(size)
        expect(self.connection.take_line(), b"", "the end of a chunk")
        return size > 0

    def until(self, text):
        while text.encode() not in self.body:
            if not self.take_chunk():
                fail(f"the stream ended before {text!r}: {bytes(self.body[-500:])!r}")
        return self

    def rest(self):
        if not self.is_chunked:
            self.body += self.connection.take_rest()
            return self.body
        while self.take_chunk():
            pass
        return self.body

    @property
    def text(self):
        return self.body.decode()


def waiting(daemon, end=ENDING + "0"):
    job = daemon.sh(WAITING + end)
    begun(daemon, job)
    daemon.until_status(job, "running")
    return job


@test("lines come as the job writes them, and the stream ends with the job")
def _(t):
    daemon = t.daemon()
    job = daemon.sh('n=0; while [ $n -lt 5 ]; do echo "line $n"; until [ -e go$n ]; do sleep 0.02; done; n=$((n+1)); done')
    follow = Follow(daemon, job)
    expect(follow.head.headers["Content-Type"], "text/plain; charset=utf-8")
    expect(follow.head.headers["X-Accel-Buffering"], "no")
    for n in range(5):
        follow.until(f"line {n}\n")
        expect(f"line {n + 1}" in follow.text, False)
        (daemon.folder(job) / f"go{n}").touch()
    follow.rest()
    expect(daemon.job(job)["status"], "completed")
    expect(follow.text, daemon.log_of(job))


@test("the stream of a job that waits begins when the job starts; a draft's ends with its deletion")
def _(t):
    daemon = t.daemon("--max-running", "1")
    first = waiting(daemon)
    second, draft = daemon.sh("echo second"), daemon.draft()
    follows = [Follow(daemon, second), Follow(daemon, draft)]
    release(daemon, first)
    expect(bytes(follows[0].rest()), b"second\n")
    daemon.delete(f"/jobs/{draft['job_id']}").expect(200)
    expect(bytes(follows[1].rest()), b"")


@test("tail and bytes say where it begins, and bytes caps tail also without follow")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("printf 'one\\ntwo\\nthree\\n'; " + WAITING + "echo four")
    begun(daemon, job)
    daemon.until_status(job, "running")
    cases = {"": "one\ntwo\nthree\nbegun\n", "&tail=2": "three\nbegun\n", "&bytes=8": "e\nbegun\n", "&tail=2&bytes=8": "e\nbegun\n"}
    cases |= {"&tail=1&bytes=100": "begun\n", "&tail=0": "", "&bytes=0": "", "&tail=99": "one\ntwo\nthree\nbegun\n"}
    follows = {query: Follow(daemon, job, query) for query in cases}
    for query, text in cases.items():
        follows[query].until(text)
        expect(daemon.get(f"/jobs/{job['job_id']}/log?follow=0{query}").expect(200).text, text, query)
    release(daemon, job)
    for query, text in cases.items():
        expect(follows[query].rest().decode(), text + "four\n", query)
    part = daemon.get(f"/jobs/{job['job_id']}/log?bytes=9", headers={"Range": "bytes=2-4"}).expect(206)
    expect((part.text, part.headers["Content-Range"]), ("n\nf", "bytes 2-4/9"))


@test("a job that is over gives its whole log and the end, also a log with a gap")
def _(t):
    daemon = t.daemon()
    short, long = daemon.sh("echo hello"), daemon.sh("seq 1 9000000 | sed 's/$/ and more/'; seq 5")
    for job in (short, daemon.run("/no/such/program"), long):
        daemon.until_over(job, 120)
        follow = Follow(daemon, job)
        whole = daemon.get(f"/jobs/{job['job_id']}/log").expect(200).body
        expect(follow.rest() == whole, True, f"{len(follow.body)} bytes of {len(whole)}")
    expect_in("bytes left out", follow.text)


# A pager stops reading, and the job goes on.
@test("a client that pauses costs little memory, and gets everything or is told how much it missed")
def _(t):
    daemon = t.daemon()

    def memory():
        status = pathlib.Path(f"/proc/{daemon.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1])

    job = daemon.sh(WAITING + "seq 1 12000000; echo the end")
    begun(daemon, job)
    follows = [Follow(daemon, job, receive_buffer=65536) for _ in range(10)]
    before = memory()
    release(daemon, job)
    daemon.completed(job, 120)
    if memory() - before > 20 * 1024 and not is_sanitized():  # which keeps what was freed
        fail(f"the daemon grew from {before} to {memory()} KiB")
    wanted = len("begun\n") + sum(9 * 10**n * (n + 2) for n in range(7)) + (12000000 - 9999999) * 9 + len("the end\n")
    for follow in follows[:3]:
        body = bytes(follow.rest())
        gaps = re.findall("\n\\[… (\\d+) bytes left out …\\]\n".encode(), body)
        lines = sum(len(f"\n[… {int(gap)} bytes left out …]\n".encode()) for gap in gaps)
        expect(len(body) - lines + sum(map(int, gaps)), wanted, f"bytes with {gaps} left out")
        expect(body[-8:], b"the end\n")


@test("HTTP/1.0 gets the same without chunks, and HEAD gets the head")
def _(t):
    daemon = t.daemon()
    job = waiting(daemon)
    old = Follow(daemon, job, version="HTTP/1.0")
    expect(old.is_chunked, False)
    head = daemon.request("HEAD", f"/jobs/{job['job_id']}/log?follow=1").expect(200)
    expect(head.headers["Content-Type"], "text/plain; charset=utf-8")
    release(daemon, job)
    expect(bytes(old.rest()), b"begun\nended\n")


@test("a client that goes away is noticed, and one that only sends no more is served to the end")
def _(t):
    daemon = t.daemon()
    job = waiting(daemon)
    before = scrape(daemon).value("vestim_http_connections")
    follows = [Follow(daemon, job).until("begun\n") for _ in range(6)]
    for follow in follows[:2]:
        follow.connection.close()
    follows[2].connection.socket.shutdown(socket.SHUT_WR)
    Follow(daemon, job, version="HTTP/1.0").connection.close()
    until(lambda: scrape(daemon).value("vestim_http_connections") == before + 4, "the closed ones are gone")
    release(daemon, job)
    for follow in follows[2:]:
        expect(bytes(follow.rest()), b"begun\nended\n")
        follow.connection.close()
    until(lambda: scrape(daemon).value("vestim_http_connections") == before, "nothing is left")


@test("a stop that ends the job ends the stream with it, one that keeps the job breaks it off")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("trap 'echo goodbye; exit 0' TERM; " + WAITING + "true")
    begun(daemon, job)
    follow = Follow(daemon, job).until("begun\n")
    daemon.stop()
    expect(bytes(follow.rest()).endswith(b"goodbye\n"), True)

    daemon.start()
    job = waiting(daemon)
    follow = Follow(daemon, job).until("begun\n")
    t.vestimd("--stop", "--keep-jobs").expect(0)
    try:
        follow.rest()
        fail("the stream has an end, but the job has not")
    except Closed:
        pass
    release(daemon, job)
    daemon.start()
    daemon.completed(job)


@test("after a daemon that was killed, the next one streams the log of the job that went on")
def _(t):
    daemon = t.daemon()
    job = waiting(daemon)
    follow = Follow(daemon, job).until("begun\n")
    daemon.kill()
    try:
        follow.rest()
        fail("the stream has an end, but the job has not")
    except Closed:
        pass
    daemon.start()
    follow = Follow(daemon, job).until("begun\n")
    release(daemon, job)
    expect(bytes(follow.rest()), b"begun\nended\n")


@test("a retry begins another stream: the one before ended with its attempt")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("echo attempt $(ls | grep -c log.1.txt); until [ -e go ]; do sleep 0.05; done")
    follow = Follow(daemon, job).until("attempt 0\n")
    release(daemon, job)
    expect(bytes(follow.rest()), b"attempt 0\n")
    (daemon.folder(job) / "go").unlink()
    daemon.post(f"/jobs/{job['job_id']}/retry").expect(200)
    follow = Follow(daemon, job).until("attempt 1\n")
    release(daemon, job)
    expect(bytes(follow.rest()), b"attempt 1\n")


@test("the stream goes on with the next attempt of a retry policy, also for a slow client, until the job is over")
def _(t):
    daemon = t.daemon()
    script = "n=$(cat n 2>/dev/null || echo 0); echo $((n+1)) >n; seq 1 300000; echo end of $n; [ $n = 2 ]"
    retry = {"max": 5, "delay_s": 0, "backoff": 1, "on": ["failed"]}
    job = daemon.create(kind="command", hold=True, selections={"argv": ["/bin/sh", "-c", script]}, retry=retry)
    follow, pausing = Follow(daemon, job), Follow(daemon, job, receive_buffer=65536)
    daemon.post(f"/jobs/{job['job_id']}/start").expect(200)
    body = bytes(follow.rest())
    daemon.completed(job)
    # Only two logs are kept, so a client that is behind by more is told so, even if it has missed nothing.
    missing = re.compile("\n\\[… the rest of attempt \\d may be missing …\\]\n".encode())
    one = b"".join(b"%d\n" % n for n in range(1, 300001))
    whole = b"".join(one + b"end of %d\n" % n for n in range(3))
    for text in (body, bytes(pausing.rest())):
        expect(text.endswith(b"end of 2\n"), True)
        expect(text == whole or missing.search(text) is not None, True, f"{len(text)} bytes of {len(whole)}")


@test("many clients follow one job and all get the same")
def _(t):
    daemon = t.daemon()
    job = daemon.sh(WAITING + "seq 1 200000")
    begun(daemon, job)
    follows = [Follow(daemon, job) for _ in range(40)]
    release(daemon, job)
    threads = [threading.Thread(target=follow.rest) for follow in follows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wanted = daemon.get(f"/jobs/{job['job_id']}/log").body
    expect([follow.body == wanted for follow in follows], [True] * 40)


@test("what cannot be is 422: a range, and values that are no numbers")
def _(t):
    daemon = t.daemon()
    path = f"/jobs/{daemon.draft()['job_id']}/log"
    daemon.get(path + "?follow=1", headers={"Range": "bytes=0-"}).expect_fields("follow")
    daemon.get(path + "?follow=0", headers={"Range": "bytes=0-"}).expect(416)
    for wrong in ("2", "", "true", "yes"):
        daemon.get(f"{path}?follow={wrong}").expect_fields("follow")
    for wrong in ("-1", "x", "", "1.5"):
        daemon.get(f"{path}?bytes={wrong}").expect_fields("bytes")
        daemon.get(f"{path}?follow=1&tail={wrong}").expect_fields("tail")
    daemon.get("/jobs/job_20260101-000000-000009/log?follow=1").expect_problem(404)


@test("a job that puts something else in the place of its log is followed to its end")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("echo one; " + WAITING + "rm log.txt; ln -s /etc/passwd log.txt; sleep 0.3; echo two")
    follow = Follow(daemon, job).until("begun\n")
    release(daemon, job)
    expect(bytes(follow.rest()).startswith(b"one\nbegun\n"), True)
    expect(b"root:" in follow.body, False)
    daemon.completed(job)
