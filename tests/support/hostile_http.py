# SPDX-License-Identifier: MIT
"""Requests of HTTP/1 as clients send them, and as they must not."""

PLAIN_METHODS = ("GET", "GET", "HEAD", "PATCH", "OPTIONS", "PUT")
METHODS = ("get", "G@T", "GET\t", "", "CONNECT", "TRACE", "PRI", "M" * 40, "POST ", "P\x00ST")
PLAIN_TARGETS = ("/", "/jobs", "/nowhere", "/jobs?limit=1")
TARGETS = ("/jobs/none", "//jobs", "/./jobs", "/%6aobs", "/jobs%00", "/jobs%zz", "/jobs\\", "*", "jobs", "/jobs#x", "/jobs x", "/j\x7f", "/caf\xe9", "http://HOST/jobs", "http://evil.example/jobs", "HTTP://HOST", "http://", "HOST", "?", "")
VERSIONS = ("HTTP/1.0", "HTTP/1.0", "HTTP/1.2", "HTTP/0.9", "HTTP/2.0", "http/1.1", "HTTP/1.10", "HTTP/01.1", "HTTP/1.1 ", " HTTP/1.1", "HTTP/1,1", "XTTP/1.1", "")
LINE_ENDS = ("\n", "\r", "\r\r\n", "\n\r", "\r\n\r\n", "", " \r\n", "\t\r\n", "\x00\r\n", "\x0b\r\n")
ODD_BYTES = "\x00\x01\x08\x0b\x0c\x1b\x7f\x80\x85\xa0\xff \t\r\n:,;\"'\\()@=/{}"
LENGTHS = ("+N", "-N", "N, N", "N,N", "0xN", "0N", "N ", "\tN", "N;", "N.0", "N N", "", "NN", "1e1", "\xb2", "18446744073709551616", "-0", "N\x00", "_N")
ENCODINGS = ("chunked", "Chunked", "chunked ", "\tchunked", "chunked, chunked", "gzip, chunked", "chunked, gzip", "identity", "identity, chunked", "xchunked", "chunked;q=1", '"chunked"', "chunked,", ", chunked", "", "chun\tked", "\x0bchunked", "chunked\x00", "\xa0chunked")
SIZES = ("0xN", "+N", "-N", " N", "N ", "N\t", "0N", "00000000000000000000N", "N;", "N;a", "N;a=b", 'N;a="b;c"', "N ;a", 'N;a="\r\n"', "N;\n", "N\x00", "FFFFFFFFFFFFFFFFF", "10000000000000000", "g", "", "N_", "N.", "N,")
NAMES = ("Transfer-Encoding ", " Transfer-Encoding", "Transfer-Encoding\t", "Transfer_Encoding", "Transfer-Encoding\x00", "Content-Length ", "\tContent-Length", "Content-Length\x0b", "content_length", "X\xc3\xa9", "", "X (a)", "X\r")
PLAIN_EXTRA = ("X-Empty:", "X-Tab:\ta\tb\t", "X-Latin: caf\xe9", "X-Long: " + "a" * 900, "Expect: 100-continue")
EXTRA = ("Connection: close", "Connection: keep-alive", "Connection: Close, x", "Connection: upgrade\r\nUpgrade: websocket", "Expect: else", "Origin: http://evil.example", "Origin: null", "Host: evil.example", "Host: HOST", "Authorization: Bearer wrong", "X-Folded: a\r\n b", "X-Folded: a\r\n\tb", " X: leading", "no colon", ": no name", "X : y", "X-Ctl: a\x01b", "X-Nul: a\x00b", "X-CR: a\rb", "Content-Type: text/plain", "Cookie: a=b", "TE: trailers", "Trailer: X", "Keep-Alive: timeout=1", "Content-Encoding: gzip", "Content-Length: 0", "Content-Length: 5", "Transfer-Encoding: chunked", "Accept: */*", "X-Forwarded-Prefix: /a")
TRAILERS = ("X: y\r\n", "Content-Length: 5\r\n", "X : y\r\n", " folded\r\n", "X: y\n", "Host: evil.example\r\n", "bad\r\n", "\x00: y\r\n")


# What may be wrong with a request. Those of the framing need a body.
OF_LENGTH = ("length value", "length name", "length twice")
OF_CHUNKS = ("encoding value", "encoding name", "encoding twice", "encoding and length", "chunk size", "chunk end", "last chunk", "trailer")
OF_HEAD = ("method", "target", "version", "extra", "extra", "extra", "line twice", "line missing", "line end", "body alone", "order")
FAULTS = OF_LENGTH + OF_CHUNKS + OF_CHUNKS + OF_HEAD


def _faults(random):
    """Mostly none or one: two faults hide each other."""
    return set(random.sample(FAULTS, random.choice((0, 0, 1, 1, 1, 1, 1, 2, 3))))


def _chunks(random, body, faults):
    """The body in chunks; one of them has the fault."""
    sizes, rest = [], len(body)
    while rest:
        sizes.append(random.randrange(1, rest + 1))
        rest -= sizes[-1]
    wrong = random.randrange(len(sizes) + 1)
    out = ""
    for number, size in enumerate(sizes):
        text, end = f"{size:x}", "\r\n"
        if number == wrong and "chunk size" in faults:
            text = random.choice(SIZES).replace("N", text)
        if number == wrong and "chunk end" in faults:
            end = random.choice(LINE_ENDS)
        after_size = "\r\n" if random.random() < 0.5 else end
        out += text + after_size + body[:size] + ("\r\n" if after_size == end else end)
        body = body[size:]
    last = random.choice(("00", "0;x", "0 ", "-0", "0x0", "")) if "last chunk" in faults else "0"
    return out + last + "\r\n" + (random.choice(TRAILERS) if "trailer" in faults else "") + "\r\n"


def _body(random, daemon, marker, depth):
    if random.random() < 0.2 and depth < 2:
        return request(random, daemon, marker + "-inner", depth=depth + 1)
    if random.random() < 0.05:
        return random.choice(("", "{", "\r\n", "0\r\n\r\n", "GET / HTTP/1.1\r\n\r\n"))
    return '{"name":"%s","selections":{"n": %d}}' % (marker, random.randrange(10**6))


def _with_length(random, body, faults):
    value, name = str(len(body)), "Content-Length"
    if "length value" in faults:
        value = random.choice(LENGTHS).replace("N", value)
    if "length name" in faults:
        name = random.choice(NAMES[6:])
    lines = [f"{name}: {value}"]
    if "length twice" in faults:
        lines.insert(random.randrange(2), f"Content-Length: {random.choice((len(body), 0, 5))}")
    return lines, body


def _with_chunks(random, body, faults):
    value, name = "chunked", "Transfer-Encoding"
    if "encoding value" in faults:
        value = random.choice(ENCODINGS)
    if "encoding name" in faults:
        name = random.choice(NAMES[:6])
    lines = [f"{name}: {value}"]
    if "encoding twice" in faults:
        lines.insert(random.randrange(2), f"Transfer-Encoding: {random.choice(ENCODINGS)}")
    if "encoding and length" in faults:
        lines.insert(random.randrange(len(lines) + 1), f"Content-Length: {random.choice((len(body), 0, 5))}")
    return lines, _chunks(random, body, faults)


def _framing(random, daemon, marker, faults, depth):
    """The lines that say how long the body is, and its bytes."""
    body = _body(random, daemon, marker, depth)
    if "body alone" in faults:
        return [], body
    if faults & set(OF_LENGTH) or (not faults & set(OF_CHUNKS) and random.random() < 0.5):
        return _with_length(random, body, faults)
    return _with_chunks(random, body, faults)


def request(random, daemon, marker, faults=None, depth=0):
    """One request as text of Latin-1, with these faults or with some of its own."""
    faults = _faults(random) if faults is None else faults
    has_body = bool(faults & set(OF_LENGTH + OF_CHUNKS)) or random.random() < 0.6
    method = "POST" if has_body else random.choice(PLAIN_METHODS)
    method = random.choice(METHODS) if "method" in faults else method
    target = random.choice(TARGETS) if "target" in faults else "/jobs" if has_body else random.choice(PLAIN_TARGETS)
    version = random.choice(VERSIONS) if "version" in faults else "HTTP/1.1"
    lines, body = [f"Host: {daemon.netloc}", f"Authorization: Bearer {daemon.token}"], ""
    if has_body or "body alone" in faults:
        framing, body = _framing(random, daemon, marker, faults, depth)
        lines += ["Content-Type: application/json", *framing]
    lines += random.sample(PLAIN_EXTRA, random.choice((0, 0, 0, 1)))
    if "extra" in faults:
        lines.insert(random.randrange(len(lines) + 1), random.choice(EXTRA))
    if "line twice" in faults:
        lines.append(random.choice(lines))
    if "line missing" in faults:
        lines.pop(random.randrange(len(lines)))
    if "order" in faults:
        random.shuffle(lines)
    ends = ["\r\n"] * (len(lines) + 2)
    if "line end" in faults:
        ends[random.randrange(len(ends))] = random.choice(LINE_ENDS)
    text = f"{method} {target} {version}" + ends[0] + "".join(line + end for line, end in zip(lines, ends[1:])) + ends[-1] + body
    return text.replace("HOST", daemon.netloc)


def _damage(random, text):
    place = random.randrange(len(text))
    kind = random.random()
    if kind < 0.5:
        return text[:place] + random.choice(ODD_BYTES) + text[place:]
    if kind < 0.75:
        return text[:place] + text[place + 1 :]
    return text[:place] + random.choice(ODD_BYTES) + text[place + 1 :]


def stream(random, daemon, number):
    """The bytes of a connection: one to four requests. Mostly one of them has faults, and others show where it ended."""
    count = random.choice((1, 2, 2, 3, 3, 4))
    wrong = random.randrange(count)
    parts = [request(random, daemon, f"case {number} {i}", None if i == wrong else set()) for i in range(count)]
    if random.random() < 0.15:
        parts[wrong] = _damage(random, parts[wrong])
    between = random.choice(("\r\n", "\r\n\r\n", "\n", "\r", " ")) if random.random() < 0.05 else ""
    return between.join(parts).encode("latin-1", "replace")
