# SPDX-License-Identifier: MIT
"""HTTP on a raw socket: sends exactly the bytes of the test, well-formed or not."""

import json
import socket

from support.expect import PATIENCE, fail


class Closed(Exception):
    """The other side closed before the answer was complete."""


class Headers:
    def __init__(self, lines):
        self.pairs = []
        for line in lines:
            name, _, value = line.partition(":")
            self.pairs.append((name.strip().lower(), value.strip()))

    def all(self, name):
        return [value for key, value in self.pairs if key == name.lower()]

    def get(self, name, default=None):
        return (self.all(name) or [default])[0]

    def __getitem__(self, name):
        return self.get(name) if self.all(name) else fail(f"no header {name} in {self.pairs}")

    def __contains__(self, name):
        return bool(self.all(name))


class Answer:
    def __init__(self, version, status, reason, headers, body):
        self.version = version
        self.status = status
        self.reason = reason
        self.headers = headers
        self.body = body

    @property
    def text(self):
        return self.body.decode()

    def json(self):
        return json.loads(self.body)

    def expect(self, *statuses):
        if self.status not in statuses:
            fail(f"answer {self.status}, wanted {statuses}: {self.body[:600]!r}")
        return self

    def expect_problem(self, status):
        """An error of the protocol: it has all members, and the status in both places."""
        self.expect(status)
        if not self.headers["Content-Type"].startswith("application/problem+json"):
            fail(f"an error of type {self.headers['Content-Type']}")
        problem = self.json()
        missing = {"type", "title", "status", "detail"} - set(problem)
        if missing or problem["status"] != status or len(problem["detail"]) < 10:
            fail(f"not a full problem object: {problem}")
        return problem

    def expect_fields(self, *fields):
        """A 422 that names these fields."""
        problem = self.expect_problem(422)
        named = [error["field"] for error in problem.get("errors", [])]
        if sorted(named) != sorted(fields) or not all(e["message"] for e in problem["errors"]):
            fail(f"fields {named}, wanted {list(fields)}: {problem}")
        return problem


class Connection:
    """One TCP connection; answers are read one by one."""

    def __init__(self, host, port, timeout=30.0):
        self.socket = socket.create_connection((host.strip("[]"), port), timeout * PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = bytearray()  # grows in place: a log has 64 MiB

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data.encode() if isinstance(data, str) else data)
        return self

    def fill(self):
        data = self.socket.recv(1 << 18)
        if not data:
            raise Closed(f"closed after {bytes(self.buffer[:200])!r}")
        self.buffer += data

    def take(self, count):
        while len(self.buffer) < count:
            self.fill()
        data = bytes(self.buffer[:count])
        del self.buffer[:count]
        return data

    def take_line(self):
        while (end := self.buffer.find(b"\r\n")) < 0:
            self.fill()
        return self.take(end + 2)[:-2]

    def take_rest(self):
        try:
            while True:
                self.fill()
        except Closed:
            return self.take(len(self.buffer))

    def take_chunked(self):
        body = bytearray()
        while True:
            size = int(self.take_line().split(b";")[0], 16)
            body += self.take(size)
            if self.take_line() != b"":
                fail("a chunk does not end where it said")
            if size == 0:
                return bytes(body)

    def head(self):
        """Status line and headers of the next answer, 1xx included."""
        version, status, reason = (self.take_line().decode() + " ").split(" ", 2)
        lines = []
        while line := self.take_line():
            lines.append(line.decode())
        return Answer(version, int(status), reason.strip(), Headers(lines), b"")

    def answer(self, to_head=False):
        answer = self.head()
        if to_head or answer.status in (204, 304) or answer.status < 200:
            return answer
        if "chunked" in answer.headers.get("Transfer-Encoding", ""):
            answer.body = self.take_chunked()
        elif "Content-Length" in answer.headers:
            answer.body = self.take(int(answer.headers["Content-Length"]))
        else:
            answer.body = self.take_rest()
        return answer

    def is_closed_by_peer(self):
        """Waits for the end of the stream: a clean one, no reset."""
        try:
            return not self.buffer and self.socket.recv(1) == b""
        except ConnectionResetError:
            return False
