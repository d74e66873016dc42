# SPDX-License-Identifier: MIT
"""A relay in front of a vestimd. Tests can make it answer some requests itself, or close all connections."""
import contextlib
import http.client
import re
import socket
import threading
import urllib.parse


def answer(status, body=b"", length=None, **headers):
    """A complete answer, or an incomplete one if `length` is larger than the body."""
    lines = [f"HTTP/1.1 {status} Some Reason", "Connection: close", f"Content-Length: {length or len(body)}",
             *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


GARBAGE = answer(200, bytes(range(256)))
HALF = answer(200, b'[{"job_id":', length=4000)
FAILED = answer(500, b"<html><h1>Internal Server Error</h1>")
ELSEWHERE = answer(302, Location="http://elsewhere.invalid/<b>")
# A few megabytes of a body that claims to be a gigabyte.
ENDLESS = answer(200, b"and on and on\n" * 300000, length=1 << 30)


class Relay:
    def __init__(self, target):
        self.target = urllib.parse.urlsplit(target)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.faults = []  # (method, pattern of the path, bytes)
        self.ends = [self.listener]
        threading.Thread(target=self.accept, daemon=True).start()

    def answer(self, method, pattern, text):
        """From now on the relay answers these requests with `text` itself."""
        self.faults.append((method, re.compile(pattern), text))

    def heal(self):
        self.faults = []

    def cut(self):
        """Closes all connections, and accepts no more."""
        for end in self.ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client = self.listener.accept()[0]
                self.ends.append(client)
                threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        """Serves one request; a client connects again for the next one."""
        with contextlib.suppress(OSError, ValueError), client:
            reader = client.makefile("rb")
            method, path, _version = reader.readline().decode("latin1").split(" ", 2)
            headers = http.client.parse_headers(reader)
            body = reader.read(int(headers.get("Content-Length", 0)))
            text = next((text for wanted, pattern, text in self.faults
                         if wanted == method and pattern.fullmatch(path.split("?")[0])), None)
            if text is None:
                self.forward(client, method, path, headers, body)
            else:
                client.sendall(text)

    def forward(self, client, method, path, headers, body):
        """Forwards a request to the daemon, with the daemon's Host, until one side closes."""
        with socket.create_connection((self.target.hostname, self.target.port)) as server:
            self.ends.append(server)
            del headers["Host"], headers["Connection"]
            lines = [f"{method} {path} HTTP/1.1", f"Host: {self.target.netloc}", "Connection: close",
                     *(f"{name}: {value}" for name, value in headers.items())]
            server.sendall("\r\n".join(lines).encode("latin1") + b"\r\n\r\n" + body)
            threading.Thread(target=self.watch, args=(client, server), daemon=True).start()
            while data := server.recv(65536):
                client.sendall(data)

    def watch(self, client, server):
        """Closes the daemon's side when the client has left an event stream."""
        with contextlib.suppress(OSError):
            client.recv(1)
            server.shutdown(socket.SHUT_RDWR)
