# SPDX-License-Identifier: MIT
"""Malformed HTTP: every deviation that lets two readers of the same bytes see different requests is
400."""

from support import expect, fail, test


def request(daemon, *lines, body=b"", line="GET /server/status HTTP/1.1", host=True):
    """A complete request with these header lines."""
    head = [line.encode()]
    if host:
        head.append(f"Host: {daemon.netloc}".encode())
    head.append(f"Authorization: Bearer {daemon.token}".encode())
    head += [item if isinstance(item, bytes) else item.encode() for item in lines]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


def expect_bad(daemon, data, what):
    """A 400 problem, then the end of the connection; the daemon still serves."""
    with daemon.connect() as connection:
        connection.send(data)
        answer = connection.answer()
        if answer.status != 400:
            fail(f"{what}: answered {answer.status}, wanted 400")
        answer.expect_problem(400)
        if "close" not in answer.headers.get("Connection", "").lower():
            fail(f"{what}: no Connection: close")
        if not connection.is_closed_by_peer():
            fail(f"{what}: the connection is not closed cleanly")


@test("a well-formed request of the same kind is answered 200")
def _(t):
    daemon = t.daemon()
    with daemon.connect() as connection:
        connection.send(request(daemon, "X-Empty:", "X-Tab:\tx\t", "X-Latin: caf\u00e9".encode("latin-1")))
        connection.answer().expect(200)


HEADER_FAULTS = {
    "a folded header": ["X-A: one", " two"],
    "a folded header with a tab": ["X-A: one", "\ttwo"],
    "a space before the colon": ["X-A : one"],
    "a tab before the colon": ["X-A\t: one"],
    "no colon": ["X-A one"],
    "an empty name": [": one"],
    "a control byte in a name": [b"X-\x01A: one"],
    "a NUL in a value": [b"X-A: o\x00ne"],
    "a control byte in a value": [b"X-A: o\x1bne"],
    "a DEL in a value": [b"X-A: o\x7fne"],
    "a lone CR in a value": [b"X-A: o\rne"],
    "a byte beyond ASCII in a name": ["X-\u00e9: one".encode()],
    "a parenthesis in a name": ["X-(A): one"],
    "Host doubled": ["Host: 127.0.0.1"],
    "Content-Length doubled": ["Content-Length: 0", "Content-Length: 0"],
    "Content-Length doubled with other values": ["Content-Length: 0", "Content-Length: 5"],
    "Content-Length listed": ["Content-Length: 0, 0"],
    "Content-Length signed": ["Content-Length: +0"],
    "Content-Length negative": ["Content-Length: -1"],
    "Content-Length in hex": ["Content-Length: 0x0"],
    "Content-Length empty": ["Content-Length:"],
    "Content-Length with a space in it": ["Content-Length: 0 0"],
    "Content-Length beyond 64 bits": ["Content-Length: 99999999999999999999999"],
    "Content-Length beside Transfer-Encoding": ["Content-Length: 5", "Transfer-Encoding: chunked"],
    "Transfer-Encoding beside Content-Length": ["Transfer-Encoding: chunked", "Content-Length: 5"],
    "Transfer-Encoding gzip, chunked": ["Transfer-Encoding: gzip, chunked"],
    "Transfer-Encoding identity": ["Transfer-Encoding: identity"],
    "Transfer-Encoding chunked twice": ["Transfer-Encoding: chunked, chunked"],
    "Transfer-Encoding in two headers": ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"],
    "Transfer-Encoding xchunked": ["Transfer-Encoding: xchunked"],
    "Transfer-Encoding empty": ["Transfer-Encoding:"],
}


@test("malformed headers are 400, each of them")
def _(t):
    daemon = t.daemon()
    for what, lines in HEADER_FAULTS.items():
        body = b"0\r\n\r\n" if "Transfer" in what else b""
        expect_bad(daemon, request(daemon, *lines, body=body, line="POST /jobs/stop HTTP/1.1"), what)
    expect(daemon.get("/").status, 200)


@test("Host missing or empty is 400, in HTTP/1.1")
def _(t):
    daemon = t.daemon()
    expect_bad(daemon, request(daemon, host=False), "no Host")


@test("malformed request lines are 400, each of them")
def _(t):
    daemon = t.daemon()
    lines = (
        "GET  /server/status HTTP/1.1",
        "GET /server/status  HTTP/1.1",
        " GET /server/status HTTP/1.1",
        "GET /server/status",
        "GET /server/status HTTP/1.1 ",
        "GET /server/status HTTP/2.0",
        "GET /server/status HTTP/1.2",
        "GET /server/status http/1.1",
        "GET /server/status HTTP/11",
        "GET server/status HTTP/1.1",
        "GET /server/sta\ttus HTTP/1.1",
        "GET /server/\x00status HTTP/1.1",
        "GET /server/\x7fstatus HTTP/1.1",
        "GET /caf\u00e9 HTTP/1.1",
        "GET /server/status#part HTTP/1.1",
        "GET\t/server/status HTTP/1.1",
        "G@T /server/status HTTP/1.1",
        "GARBAGE",
    )
    for line in lines:
        expect_bad(daemon, request(daemon, line=line), repr(line))


@test("bare line feeds are 400 in the request line, in headers and after them")
def _(t):
    daemon = t.daemon()
    good = request(daemon, "X-A: one")
    first = good.index(b"\r\n")
    expect_bad(daemon, good[:first] + good[first + 1 :], "after the request line")
    expect_bad(daemon, good.replace(b"X-A: one\r\n", b"X-A: one\n"), "after a header")
    expect_bad(daemon, good[:-4] + b"\n\n", "at the end")
    expect_bad(daemon, good[:-4] + b"\r\n\n", "as the empty line")


@test("malformed chunks are 400, each of them")
def _(t):
    daemon = t.daemon()
    bodies = {
        "no size": b"\r\n{}\r\n0\r\n\r\n",
        "a size that is no number": b"zz\r\n{}\r\n0\r\n\r\n",
        "a signed size": b"+2\r\n{}\r\n0\r\n\r\n",
        "0x before the size": b"0x2\r\n{}\r\n0\r\n\r\n",
        "a size beyond 64 bits": b"fffffffffffffffff\r\n{}\r\n0\r\n\r\n",
        "more data than said": b"2\r\n{}{}\r\n0\r\n\r\n",
        "a bare LF after the size": b"2\n{}\r\n0\r\n\r\n",
        "a bare LF after the data": b"2\r\n{}\n0\r\n\r\n",
        "a space before the size": b" 2\r\n{}\r\n0\r\n\r\n",
        "a control byte in the extension": b"2;a=\x01\r\n{}\r\n0\r\n\r\n",
    }
    headers = ["Transfer-Encoding: chunked", "Content-Type: application/json"]
    for what, body in bodies.items():
        expect_bad(daemon, request(daemon, *headers, body=body, line="POST /jobs HTTP/1.1"), what)
    expect(daemon.jobs(), [])


@test("Transfer-Encoding in HTTP/1.0 is 400")
def _(t):
    daemon = t.daemon()
    data = request(daemon, "Transfer-Encoding: chunked", body=b"0\r\n\r\n", line="POST /jobs/stop HTTP/1.0")
    expect_bad(daemon, data, "chunked in HTTP/1.0")


# The second request is smuggled in when a server believes the first length.
@test("bytes after a malformed request are never another request")
def _(t):
    daemon = t.daemon()
    hidden = daemon.request_bytes("DELETE", "/jobs")
    kept = daemon.draft()
    for lines in (["Content-Length: 0", f"Content-Length: {len(hidden)}"], ["Content-Length: 5", "Transfer-Encoding: chunked"]):
        expect_bad(daemon, request(daemon, *lines, body=hidden, line="POST /jobs/stop HTTP/1.1"), str(lines))
    expect(daemon.ids(), [kept["job_id"]])


@test("a malformed request is 400 before its token, path or host is checked")
def _(t):
    daemon = t.daemon()
    data = b"BREW /pot HTTP/1.1\r\nHost : example.org\r\n\r\n"
    expect_bad(daemon, data, "no token, no path, foreign host, bad header")


@test("an unknown method is answered 405 with Allow where the path exists")
def _(t):
    daemon = t.daemon()
    for method in ("BREW", "TRACE", "CONNECT", "PROPFIND", "PUT"):
        with daemon.connect() as connection:
            connection.send(request(daemon, line=f"{method} /jobs HTTP/1.1"))
            answer = connection.answer()
            # A method that the parser does not know may be a malformed request to it.
            if answer.status not in (405, 400, 501):
                fail(f"{method}: {answer.status}")
            if answer.status == 405:
                for allowed in ("GET", "POST", "DELETE", "HEAD", "OPTIONS"):
                    if allowed not in answer.headers["Allow"]:
                        fail(f"{method}: Allow: {answer.headers['Allow']}")
