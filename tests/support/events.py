# SPDX-License-Identifier: MIT
"""Reads Server-Sent Events from a daemon."""

import json
import socket
import time

from support import openapi
from support.answers import Closed
from support.expect import PATIENCE, fail


class Event:
    def __init__(self, name, identity, data):
        self.name = name
        self.id = identity
        self.data = data

    def __repr__(self):
        return f"{self.name} {self.id} {json.dumps(self.data)[:160]}"


class Events:
    """A subscription. `seen` holds all events so far."""

    def __init__(self, daemon, last_id=None, query=""):
        headers = {"Last-Event-ID": last_id} if last_id else {}
        self.connection = daemon.connect()
        self.connection.send(daemon.request_bytes("GET", "/events" + query, headers=headers))
        self.head = self.connection.head().expect(200)
        openapi.check_answer("GET", "/events" + query, self.head)
        self.chunked = "chunked" in self.head.headers.get("Transfer-Encoding", "")
        self.text = b""
        self.comments = 0
        self.seen = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def _more(self):
        if not self.chunked:
            self.text += self.connection.take(max(1, len(self.connection.buffer)))
            return
        size = int(self.connection.take_line(), 16)
        self.text += self.connection.take(size)
        self.connection.take_line()
        if size == 0:
            raise Closed("the stream ended")

    def _block(self):
        while b"\n\n" not in self.text:
            self._more()
        block, _, self.text = self.text.partition(b"\n\n")
        return block.decode()

    def next(self, timeout=30.0):
        """The next event, comments left out."""
        deadline = time.monotonic() + timeout * PATIENCE
        while True:
            self.connection.socket.settimeout(max(0.01, deadline - time.monotonic()))
            try:
                block = self._block()
            except (socket.timeout, TimeoutError):
                fail(f"no event within {timeout * PATIENCE:.0f} s; last: {self.seen[-3:]}")
            event = self._parse(block)
            if event:
                self.seen.append(event)
                openapi.check_event(event)
                return event

    def _parse(self, block):
        name, identity, data = "message", None, []
        for line in block.split("\n"):
            if line.startswith(":"):
                self.comments += 1
                continue
            key, _, value = line.partition(":")
            value = value[1:] if value.startswith(" ") else value
            if key == "event":
                name = value
            elif key == "id":
                identity = value
            elif key == "data":
                data.append(value)
        if not data and name == "message":
            return None
        return Event(name, identity, json.loads("\n".join(data) or "null"))

    def until(self, question, timeout=30.0):
        deadline = time.monotonic() + timeout * PATIENCE
        while True:
            event = self.next(max(0.01, deadline - time.monotonic()) / PATIENCE)
            if question(event):
                return event

    def until_job(self, job_id, status, timeout=30.0):
        return self.until(
            lambda e: e.name == "job" and e.data["job_id"] == job_id and e.data["status"] == status,
            timeout,
        )
