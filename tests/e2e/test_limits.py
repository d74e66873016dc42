# SPDX-License-Identifier: MIT
"""Limits: requests that are too large, too slow or too many are refused with a reason, and other
clients are served."""

import json
import resource
import select
import socket
import time

from support import expect, fail, test, until
from support.answers import Closed
from support.expect import PATIENCE
from support.processes import open_files


def with_padding(daemon, size):
    """A request whose header section has `size` bytes more than needed, in fields of 1000 bytes."""
    head = daemon.request_bytes("GET", "/jobs")[:-2]
    count = 0
    while size > 0:
        take = min(size, 1000)
        line = b"X-%03d: " % count
        head += line + b"a" * max(0, take - len(line) - 2) + b"\r\n"
        size -= take
        count += 1
    return head + b"\r\n"


@test("a body of 1 MiB is accepted, one byte more is 413")
def _(t):
    daemon = t.daemon()
    frame = b'{"name":"big","selections":{"x":""}}'
    fits = frame[:-3] + b"a" * (1024 * 1024 - len(frame)) + frame[-3:]
    expect(len(fits), 1024 * 1024)
    job = daemon.post("/jobs", body=fits).expect(201).json()
    expect(len(daemon.job(job)["selections"]["x"]), 1024 * 1024 - len(frame))
    daemon.post("/jobs", body=fits + b" ").expect_problem(413)
    expect(len(daemon.jobs()), 1)


@test("a chunked body that grows over 1 MiB is 413")
def _(t):
    daemon = t.daemon()
    head = {"Transfer-Encoding": "chunked", "Content-Type": "application/json"}
    with daemon.connect() as connection:
        connection.send(daemon.request_bytes("POST", "/jobs", headers=head))
        try:
            for _ in range(40):
                connection.send(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
        except OSError:
            pass  # It may have closed by now.
        connection.answer().expect_problem(413)


@test("a method that does not end is 414")
def _(t):
    daemon = t.daemon()
    with daemon.connect() as connection:
        connection.send("A" * 9000 + " / HTTP/1.1\r\n\r\n")
        connection.answer().expect_problem(414)


# requests, curl and browsers send all of the body before they read.
@test("a client that sends 5 MB before it reads sees the 413 and no reset")
def _(t):
    daemon = t.daemon()
    for _ in range(5):
        with daemon.connect() as connection:
            connection.send(daemon.request_bytes("POST", "/jobs", b"x" * 5_000_000))
            answer = connection.answer()
            answer.expect_problem(413)
            expect(answer.headers["Connection"].lower(), "close")
            expect(connection.is_closed_by_peer(), True, "closed cleanly")


@test("a client that still sends 20 MB when the 413 comes can read it")
def _(t):
    daemon = t.daemon()
    head = {"Content-Length": "20000000", "Content-Type": "application/json"}
    with daemon.connect() as connection:
        connection.send(daemon.request_bytes("POST", "/jobs", headers=head))
        connection.send(b"x" * 1_000_000)
        connection.answer().expect_problem(413)


@test("requests refused early on a slow body are closed gently: 401, 415, 404")
def _(t):
    daemon = t.daemon()
    for status, path, kind, token in ((401, "/jobs", "application/json", False), (415, "/jobs", "text/plain", True), (404, "/x", "application/json", True)):
        with daemon.connect() as connection:
            head = {"Content-Length": "3000000", "Content-Type": kind}
            connection.send(daemon.request_bytes("POST", path, headers=head, token=token))
            connection.send(b"x" * 3_000_000)
            connection.answer().expect_problem(status)


@test("a request line over 8 KiB is 414, one just below is answered")
def _(t):
    daemon = t.daemon()
    daemon.get("/jobs?q=" + "a" * (8192 - len("GET /jobs?q= HTTP/1.1") - 8)).expect(200)
    daemon.get("/jobs?q=" + "a" * 8192).expect_problem(414)
    daemon.get("/" + "a" * 100_000).expect_problem(414)


@test("headers over 32 KiB or 100 fields are 431, and those below are answered")
def _(t):
    daemon = t.daemon()
    for data, status in (
        (with_padding(daemon, 30 * 1024), 200),
        (with_padding(daemon, 34 * 1024), 431),
        (daemon.request_bytes("GET", "/jobs", headers={f"X-{n}": "a" for n in range(90)}), 200),
        (daemon.request_bytes("GET", "/jobs", headers={f"X-{n}": "a" for n in range(101)}), 431),
        (daemon.request_bytes("GET", "/jobs", headers={"X-Long": "a" * 40_000}), 431),
        (daemon.request_bytes("GET", "/jobs", headers={"a" * 40_000: "x"}), 431),
    ):
        with daemon.connect() as connection:
            connection.send(data)
            answer = connection.answer()
            if answer.status != status:
                fail(f"{len(data)} bytes of headers: {answer.status}, wanted {status}")


@test("headers that come too slowly are 408, and the others are served meanwhile")
def _(t):
    daemon = t.daemon()
    with daemon.connect(60) as slow:
        slow.send(b"GET /jobs HTTP/1.1\r\n")
        began = time.monotonic()
        while True:
            daemon.get("/").expect(200)
            slow.socket.settimeout(0.5)
            try:
                slow.send(b"X-A: b\r\n")
                answer = slow.answer()
                break
            except (socket.timeout, TimeoutError):
                if time.monotonic() - began > 45 * PATIENCE:
                    fail(f"no 408 within {45 * PATIENCE:.0f} s")
            except OSError:
                slow.socket.settimeout(5)
                answer = slow.answer()
                break
    answer.expect_problem(408)


@test("a body that never comes is 408")
def _(t):
    daemon = t.daemon()
    with daemon.connect(90) as slow:
        slow.send(daemon.request_bytes("POST", "/jobs", headers={"Content-Length": "100", "Content-Type": "application/json"}))
        slow.answer().expect_problem(408)


# Answers that no client reads would fill the memory.
@test("a reader that does not read is dropped")
def _(t):
    daemon = t.daemon()
    for _ in range(20):
        daemon.create(selections={"x": "a" * 50_000})
    with daemon.connect(120) as lazy:
        lazy.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        lazy.socket.settimeout(0.2)
        try:
            for _ in range(200):
                lazy.send(daemon.request_bytes("GET", "/jobs"))
        except (OSError, TimeoutError):
            pass
        port = lazy.socket.getsockname()[1]
        until(lambda: not established(port, daemon.port), "the connection is dropped", 90)
    daemon.get("/").expect(200)


def established(client, server):
    """True while the kernel has the server's end of this connection established."""
    wanted = (f":{server:04X}", f":{client:04X}", "01")
    with open("/proc/net/tcp") as table:
        for line in table:
            fields = line.split()
            if fields[1][-5:] == wanted[0] and fields[2][-5:] == wanted[1] and fields[3] == wanted[2]:
                return True
    return False


@test("out of descriptors the daemon pauses accepting, lives, and recovers")
def _(t):
    daemon = t.daemon(prefix=["prlimit", "--nofile=60:60"])
    held = []
    for _ in range(120):
        held.append(daemon.connect())
    for connection in held:
        connection.close()
    until(lambda: daemon.get("/", timeout=5).status == 200, "it answers again")
    daemon.completed(daemon.sh("true"))
    usage = cpu_seconds(daemon.pid)
    expect(usage < 10, True, f"{usage} s of processor time: it spun")


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


@test("jobs get the limit of open files that the daemon was started with")
def _(t):
    daemon = t.daemon(prefix=["prlimit", "--nofile=300:4000"])
    expect(resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE), (4000, 4000))
    expect(daemon.log_of(daemon.completed(daemon.sh("ulimit -Sn; ulimit -Hn"))), "300\n4000\n")


@test("connections above the limit are answered 503 with Retry-After", alone=True)
def _(t):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    # The usual soft limit, which the daemon raises for itself.
    daemon = t.daemon(prefix=["prlimit", f"--nofile=1024:{hard}"])
    held = []
    try:
        refused = None
        while refused is None and len(held) < 4000:
            connection = daemon.connect()
            connection.send(daemon.request_bytes("GET", "/"))
            held.append(connection)
            try:
                answer = connection.answer()
                refused = answer if answer.status == 503 else None
            except Closed:
                fail(f"connection {len(held)} was closed without an answer")
        if refused is None:
            fail("4000 connections were taken")
        refused.expect_problem(503)
        expect(daemon.log_text().count("accepting paused"), 0)
        expect(int(refused.headers["Retry-After"]) > 0, True, "Retry-After")
    finally:
        for connection in held:
            connection.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    until(lambda: daemon.get("/").status == 200, "it takes new ones again")


@test("a check that takes too long is 503 with Retry-After, and so is one too many, at once")
def _(t):
    daemon = t.daemon(env=t.helpers(estimate="#!/bin/sh\nexec sleep 600\n"))
    body = json.dumps({"files": [str(t.dir / "a.csv")]}).encode()
    connections = [daemon.connect() for _ in range(80)]
    for connection in connections:
        connection.send(daemon.request_bytes("POST", "/estimation/check", body))
    refused, late = set(), set()
    while not late:
        ready, _, _ = select.select([c.socket for c in connections], [], [], 30 * PATIENCE)
        for connection in [c for c in connections if c.socket in ready]:
            answer = connection.answer()
            detail = answer.expect_problem(503)["detail"]
            expect(int(answer.headers["Retry-After"]) > 0, True, "Retry-After")
            (late if "within 10 seconds" in detail else refused).add(connection)
            connections.remove(connection)
    expect(len(refused) >= 12, True, f"{len(refused)} of 80 were refused, with 4 at work and 64 waiting")
    for connection in [*connections, *refused, *late]:
        connection.close()


def take_free_descriptors(t, daemon):
    """Makes connections until the daemon has no free descriptor below its highest one, and none that is open for a
    moment only."""
    seen = None

    def is_settled():
        nonlocal seen
        before, seen = seen, set(open_files(daemon.pid))
        if len(seen) <= max(seen):
            t.cleanups.append(daemon.connect().close)
        return seen == before and len(seen) > max(seen)

    until(is_settled, lambda: f"the descriptors are settled: {sorted(seen)}")


@test("without a free descriptor, a job's files, log and series are 503 with Retry-After, and nothing is left out")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("mkdir sub; echo 1234 > sub/made.txt; echo logged; echo '{\"metrics\": {\"a\": 1}}' >&3")
    daemon.completed(job)
    path = f"/jobs/{job['job_id']}"
    targets = [path + rest for rest in ("/files", "/files/sub/made.txt", "/log", "/metrics")]
    before = [daemon.get(target).expect(200).body for target in targets]
    soft, hard = resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE)
    with daemon.connect() as connection:
        connection.send(daemon.request_bytes("GET", path))
        connection.answer().expect(200)
        take_free_descriptors(t, daemon)
        for room in range(4):
            used = max(open_files(daemon.pid))
            resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE, (used + 1 + room, hard))
            for target, body in zip(targets, before):
                connection.send(daemon.request_bytes("GET", target))
                answer = connection.answer()
                if room == 0 or answer.status != 200:
                    answer.expect_problem(503)
                    expect(int(answer.headers["Retry-After"]) > 0, True, "Retry-After")
                else:
                    expect(answer.body, body, f"{target} with {room} free descriptors")
            resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE, (soft, hard))
    expect([daemon.get(target).expect(200).body for target in targets], before)
