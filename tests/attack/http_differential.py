# SPDX-License-Identifier: MIT
"""Sends streams of well-formed and malformed requests to vestimd, h11 and Node, and compares how they read them.

What vestimd accepts, at least one of the others must accept, and all that accept it must read it in the same way: the
method, the target, the headers, the body, and where the next request begins. vestimd does not tell how it reads a
request. So each reading of the others is sent again in its plainest form and must get the same answer."""

import json
import shutil
import socket

from support import hostile_http
from support.answers import Headers
from support.runner import skip

try:
    import h11
except ImportError:
    h11 = None

REFUSED = (400, 408, 413, 414, 431)  # by the parser, if the connection ends with it
FRAMING = ("content-length", "transfer-encoding", "connection")

# Prints the requests of each connection as a line of JSON. A later fault must not take the earlier requests away, so the
# connection is ended only when their events are over.
NODE = """
const http = require('node:http');
const server = http.createServer();
const read = (request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    const body = Buffer.concat(parts).toString('latin1');
    request.socket.found.push([request.method, request.url, request.httpVersion, request.rawHeaders, body]);
    response.end();
  });
};
server.on('request', read);
server.on('checkExpectation', read);
server.on('connection', (socket) => {
  socket.found = [];
  socket.on('close', () => console.log(JSON.stringify(socket.found)));
});
server.on('clientError', (error, socket) => setImmediate(() => setImmediate(() => socket.destroy())));
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
"""


class Reading:
    """A request as one of the parsers read it."""

    def __init__(self, method, target, version, headers, body):
        self.method, self.target, self.version, self.body = method, target, version, body
        self.headers = [(name.lower(), value) for name, value in headers]

    def key(self):
        """What all must agree on."""
        return self.method, self.target, self.version, sorted(self.headers), self.body

    def plain(self):
        """The request in its plainest form: no chunks, a length, and the connection ends after it."""
        lines = [f"{self.method} {self.target} HTTP/{self.version}"]
        lines += [f"{name}: {value}" for name, value in self.headers if name not in FRAMING]
        lines += ["Connection: close"]
        if self.body or any(name in FRAMING[:2] for name, _ in self.headers):
            lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + self.body


def _read_one(connection):
    """The next request of a connection of h11, and whether another one may follow; None if it is refused."""
    request, body = None, b""
    try:
        while True:
            event = connection.next_event()
            if isinstance(event, h11.Request):
                request = event
            elif isinstance(event, h11.Data):
                body += bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                headers = [(n.decode("latin-1"), v.decode("latin-1")) for n, v in request.headers]
                reading = Reading(request.method.decode(), request.target.decode("latin-1"), request.http_version.decode(), headers, body)
                return reading, connection.their_state is not h11.MUST_CLOSE
            else:
                return None
    except h11.ProtocolError:
        return None


def read_by_h11(stream):
    """The requests that h11 finds in the bytes of a connection. Each gets a new connection of h11, so that a CONNECT ends
    nothing, and so that the empty lines that RFC 9112 allows before a request can be left out: h11 refuses them."""
    found, more = [], True
    while more:
        while stream.startswith(b"\r\n"):
            stream = stream[2:]
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=64 * 1024)
        connection.receive_data(stream)
        read = _read_one(connection)
        if read is None:
            break
        found.append(read[0])
        more, stream = read[1], bytes(connection.trailing_data[0])
    return found


class Answered:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def is_last(self):
        """Then it may have been sent before the whole request was read."""
        return "close" in self.headers.get("Connection", "").lower()

    def key(self):
        """What two readings of the same request have in common: the status, and of a new job what was in its body."""
        if self.status != 201 or not self.body:
            return (self.status,)
        job = json.loads(self.body)
        return self.status, job["name"], json.dumps(job["selections"])


def split_answers(data):
    """The answers on a connection. A body never begins like an answer, so that of HEAD has none."""
    answers = []
    while data.startswith(b"HTTP/1."):
        head, _, data = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers, status, body = Headers(lines[1:]), int(lines[0].split(" ")[1]), b""
        if status < 200:
            continue
        length = int(headers.get("Content-Length", "0"))
        if length and data and not data.startswith(b"HTTP/1."):
            body, data = data[:length], data[length:]
        answers.append(Answered(status, headers, body))
    return answers


def converse(port, pieces):
    """Sends the pieces, ends the sending side, and returns all that comes back."""
    with socket.create_connection(("127.0.0.1", port), 30) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            for piece in pieces:
                connection.sendall(piece)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it was refused before all was sent
        data = b""
        try:
            while part := connection.recv(1 << 16):
                data += part
        except ConnectionResetError:
            pass
        return data


class Attack:
    def __init__(self, run, node):
        self.run, self.random = run, run.random
        self.daemon = run.t.daemon()
        script = run.t.write("reader.js", NODE)
        self.node = run.t.process(node, script, stdout=-1, text=True)
        self.node_port = int(self.node.stdout.readline())

    def read_by_node(self, stream):
        converse(self.node_port, [stream])
        found = json.loads(self.node.stdout.readline())
        return [
            Reading(method, target, version, zip(raw[::2], raw[1::2]), body.encode("latin-1"))
            for method, target, version, raw, body in found
        ]

    def cut(self, stream):
        """In pieces, as a network may deliver them."""
        places = sorted(self.random.randrange(len(stream) + 1) for _ in range(self.random.choice((0, 0, 1, 3))))
        return [stream[a:b] for a, b in zip([0, *places], [*places, len(stream)]) if b > a]

    def check(self, stream):
        answers = split_answers(converse(self.daemon.port, self.cut(stream)))
        if answers and answers[-1].is_last and answers[-1].status in REFUSED:
            answers.pop()
        readings = {"h11": read_by_h11(stream), "Node": self.read_by_node(stream)}
        for number, answer in enumerate(answers):
            read = {name: found[number] for name, found in readings.items() if len(found) > number}
            if not read and not answer.is_last:
                self.found(f"vestimd accepts a request ({answer.status}) that h11 and Node refuse", stream, answers, readings)
                return
            for name, reading in read.items():
                again = split_answers(converse(self.daemon.port, [reading.plain()]))
                if not again or again[0].key() != answer.key():
                    got = again[0].key() if again else "nothing"
                    self.found(f"vestimd and {name} read a request differently: {answer.key()}, and {got} for the other reading", stream, answers, readings)
                    return

    def found(self, sentence, stream, answers, readings):
        token = self.daemon.token.encode()
        lines = [f"stream: {stream.replace(token, b'TOKEN')!r}", f"answers: {[a.key() for a in answers]}"]
        lines += [f"{name}: {[(r.method, r.target, r.body) for r in found]}" for name, found in readings.items()]
        self.run.found(sentence, "\n".join(lines))


def attack(run):
    node = shutil.which("node") or shutil.which("nodejs")
    if h11 is None or not node:
        skip("python3-h11 or nodejs is not installed")
    attack_on = Attack(run, node)
    for number in run.steps(1500):
        stream = hostile_http.stream(run.random, attack_on.daemon, number)
        attack_on.check(stream)
        run.count()
