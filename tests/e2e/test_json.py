# SPDX-License-Identifier: MIT
"""Strict JSON, and selections that come back byte for byte."""

from support import expect, expect_in, fail, test

MALFORMED = (
    b"",
    b"   ",
    b"{",
    b"{}}",
    b"{'name':'x'}",
    b'{"name":"x",}',
    b'{"name":"x" "selections":{}}',
    b'{"a":[1,2,]}',
    b'{"a":[,1]}',
    b'{"a":1}//',
    b'/* c */{"a":1}',
    b'{"a":01}',
    b'{"a":.5}',
    b'{"a":5.}',
    b'{"a":+1}',
    b'{"a":-}',
    b'{"a":1e}',
    b'{"a":0x10}',
    b'{"a":NaN}',
    b'{"a":Infinity}',
    b'{"a":-Infinity}',
    b'{"a":1e400}',
    b'{"a":-1e400}',
    b'{"a":True}',
    b'{"a":nul}',
    b'{a:1}',
    b'{"a":"\x01"}',
    b'{"a":"\n"}',
    b'{"a":"\\x41"}',
    b'{"a":"\\u12"}',
    b'{"a":"\\ud800"}',
    b'{"a":"\\udc00\\ud800"}',
    b'{"a":"\\ud800\\u0041"}',
    b'{"a":"\xff"}',
    b'{"a":"\xc0\x80"}',
    b'{"a":"\xed\xa0\x80"}',
    b'{"a":"\xf4\x90\x80\x80"}',
    b'{"a":1,"a":2}',
    b'{"a":1,"\\u0061":2}',
    b'{"selections":{"b":{"c":1,"c":1}}}',
    b"\xef\xbb\xbf{}",
    b"\x00",
    b"{}\x00",
    b'{"a":' + b"[" * 64 + b"]" * 64 + b"}",
    b"[" * 100_000,
    b'{"a":' * 50_000,
)


@test("malformed JSON is 400 with the position, each case of it")
def _(t):
    daemon = t.daemon()
    with daemon.connect() as connection:
        for text in MALFORMED:
            connection.send(daemon.request_bytes("POST", "/jobs", text))
            answer = connection.answer()
            if answer.status == 422 and not text.strip():
                continue  # No body at all is not a JSON text; either word is true.
            if answer.status != 400:
                fail(f"{text[:60]!r}: {answer.status}")
            problem = answer.expect_problem(400)
            if not any(word in problem["detail"] for word in ("line", "column", "byte", "position")):
                fail(f"{text[:60]!r}: no position in {problem['detail']!r}")
    expect(daemon.jobs(), [])


@test("JSON that is not an object is 422 with the empty field")
def _(t):
    daemon = t.daemon()
    for text in (b"[]", b"1", b'"x"', b"null", b"true", b" [ { } ] "):
        daemon.post("/jobs", body=text).expect_fields("")


@test("the largest allowed depth is accepted")
def _(t):
    daemon = t.daemon()
    deep = b"[" * 61 + b"]" * 61
    daemon.post("/jobs", body=b'{"name":"deep","selections":{"a":' + deep + b"}}").expect(201)


TEXTS = (
    b"{}",
    b"{ }",
    b'{"b":1,"a":2}',
    b'{\n  "a" : [ 1 , 2.0, 1e2,\t-0.0 ]\r\n}',
    b'{"big":12345678901234567890123,"exact":0.1000000000000000055511151231257827}',
    b'{"e":"caf\\u00e9 caf\xc3\xa9 \\ud83d\\ude00 \xf0\x9f\x98\x80"}',
    b'{"nul":"a\\u0000b","slash":"\\/","tab":"\\t"}',
    b'{"":{"":[]}}',
    b'{"1e308":1e308,"small":5e-324,"zero":1e-999}',
)


@test("selections come back as the exact JSON text received, also after a restart")
def _(t):
    daemon = t.daemon()
    jobs = []
    for text in TEXTS:
        answer = daemon.post("/jobs", body=b'{"name": "raw" ,"selections":  ' + text + b" }").expect(201)
        expect_in(b'"selections":' + text, answer.body.replace(b'"selections": ', b'"selections":'))
        jobs.append((answer.json()["job_id"], text))
    daemon.restart()
    for job_id, text in jobs:
        body = daemon.get(f"/jobs/{job_id}").expect(200).body
        expect_in(text, body, "the job object")
    listed = daemon.get("/jobs").body
    for _, text in jobs:
        expect_in(text, listed, "the list")


@test("a name comes back as it was, in any script, and is kept over a restart")
def _(t):
    daemon = t.daemon()
    names = ["", "US06, two layers", "\u00fc\u00f1\u00ef \u96fb\u6c60 \U0001f50b", "a\"b\\c/d", "tab\tnew\nline", "<b>&amp;</b>"]
    ids = [daemon.draft(name=name)["job_id"] for name in names]
    daemon.restart()
    expect([daemon.job(job_id)["name"] for job_id in ids], names)
