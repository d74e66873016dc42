# SPDX-License-Identifier: MIT
"""Log, progress, series and files: the output of a job."""

import hashlib
import json
import subprocess

from support import expect, expect_in, fail, test, until

MIB = 1024 * 1024


@test("stdout and stderr are in the log in the order they were written; it is empty before the start")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("echo one; echo two >&2; echo three", hold=True)
    answer = daemon.get(f"/jobs/{job['job_id']}/log").expect(200)
    expect((answer.body, answer.headers["Content-Type"].split(";")[0]), (b"", "text/plain"))
    daemon.post(f"/jobs/{job['job_id']}/start").expect(200)
    daemon.completed(job)
    expect(daemon.log_of(job), "one\ntwo\nthree\n")


@test("tail=N gives the last lines, with and without a newline at the end")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("seq 1000; printf end")
    daemon.completed(job)
    path = f"/jobs/{job['job_id']}/log"
    expect(daemon.get(path + "?tail=3").expect(200).text, "999\n1000\nend")
    expect(daemon.get(path + "?tail=1").expect(200).text, "end")
    expect(len(daemon.get(path + "?tail=100000").expect(200).text.splitlines()), 1001)
    for bad in ("-1", "x", "1.5", ""):
        daemon.get(f"{path}?tail={bad}").expect_problem(422)


@test("bytes that are not text pass through the log unchanged")
def _(t):
    daemon = t.daemon()
    job = daemon.run("/usr/bin/python3", "-c", "import os; os.write(1, bytes(range(256)))")
    daemon.completed(job)
    expect(daemon.get(f"/jobs/{job['job_id']}/log").body, bytes(range(256)))


@test("of a long log the first 32 MiB and the last 32 MiB are kept, the gap is marked")
def _(t):
    daemon = t.daemon()
    numbers = ["/usr/bin/seq", "-w", "0", "8999999"]
    lines = subprocess.run(numbers, check=True, capture_output=True).stdout
    job = daemon.run(*numbers)
    daemon.completed(job, 120)
    on_disk = sum(path.stat().st_size for path in daemon.folder(job).iterdir())
    expect(on_disk < 66 * MIB, True, f"{on_disk} bytes on the disk")
    log = daemon.get(f"/jobs/{job['job_id']}/log").expect(200).body
    expect(log[: 32 * MIB] == lines[: 32 * MIB], True, "the first 32 MiB are as written")
    expect(log[-32 * MIB :] == lines[-32 * MIB :], True, "the last 32 MiB are as written")
    gap = log[32 * MIB : -32 * MIB]
    expect(0 < len(gap) < 1000, True, f"mark of {len(gap)} bytes")
    expect(any(word in gap.lower() for word in (b"omitted", b"left out", b"dropped", b"gap", b"cut", b"missing", b"not kept")), True, f"the mark tells: {gap!r}")
    tail = daemon.get(f"/jobs/{job['job_id']}/log?tail=2").text
    expect(tail, "8999998\n8999999\n")
    part = daemon.get(f"/jobs/{job['job_id']}/log", headers={"Range": "bytes=-8"}).expect(206)
    expect(part.body, b"8999999\n")
    told = f"offset={32 * MIB}, length={len(gap)}, left-out={len(lines) - 64 * MIB}"
    expect(part.headers["Vestim-Log-Gap"], told)
    beyond = daemon.get(f"/jobs/{job['job_id']}/log", headers={"Range": f"bytes={len(log)}-"}).expect(416)
    expect(beyond.headers["Vestim-Log-Gap"], told)


@test("a log of exactly the limit has no gap")
def _(t):
    daemon = t.daemon()
    job = daemon.sh(f"head -c {64 * MIB} /dev/zero | tr '\\0' x")
    daemon.completed(job, 60)
    body = daemon.get(f"/jobs/{job['job_id']}/log").expect(200).body
    expect(len(body), 64 * MIB)
    expect("Vestim-Log-Gap" in daemon.get(f"/jobs/{job['job_id']}/log?tail=1").headers, False)


REPORTS = (
    '{"progress": 0.25, "message": "started", "metrics": {"loss": 1.0}}',
    '{"metrics": {"loss": 0.5, "accuracy": 0.7}, "step": 10}',
    "{}",
    '{"progress": 0.5, "metrics": {"loss": 0.25}}',
    '{"message": "nearly there"}',
)


def reporter(*lines):
    """A script that writes these lines to descriptor 3."""
    return "cat >&3 <<'END'\n" + "\n".join(lines) + "\nEND\n"


@test("progress, message and series are taken from descriptor 3; without a step the line counts")
def _(t):
    daemon = t.daemon()
    job = daemon.sh(reporter(*REPORTS))
    over = daemon.completed(job)
    expect((over["progress"], over["message"]), (0.5, "nearly there"))
    series = daemon.get(f"/jobs/{job['job_id']}/metrics").expect(200).json()["series"]
    expect(series, {"loss": [[1, 1.0], [10, 0.5], [4, 0.25]], "accuracy": [[10, 0.7]]})
    expect(over["details"]["metrics"]["loss"], 0.25)


@test("malformed lines are ignored and the other lines are used")
def _(t):
    daemon = t.daemon()
    bad = (
        "no json",
        "[1]",
        "null",
        '{"progress": "half"}',
        '{"progress": 2}',
        '{"progress": -0.1}',
        '{"progress": NaN}',
        '{"progress": 1e400}',
        '{"progress": 0.3, "progress": 0.4}',
        '{"metrics": {"loss": "low"}}',
        '{"metrics": [1]}',
        '{"message": 5}',
        '{"step": "x", "metrics": {"loss": 9}}',
        '{"a": "' + "x" * 4100 + '"}',
        '{"progress": 0.9',
    )
    job = daemon.sh(reporter('{"progress": 0.1, "metrics": {"loss": 1}}', *bad, '{"progress": 0.2, "metrics": {"loss": 2}}'))
    over = daemon.completed(job)
    expect(over["progress"], 0.2)
    series = daemon.get(f"/jobs/{job['job_id']}/metrics").json()["series"]
    expect([value for _, value in series["loss"] if value in (1, 2)], [1, 2])
    expect([value for _, value in series["loss"] if value not in (1, 2)], [], "values of malformed lines")


@test("a line of exactly 4 KiB is accepted, and the last line may lack its newline")
def _(t):
    daemon = t.daemon()
    long = '{"progress": 0.5, "message": "' + "m" * (4095 - 32) + '"}'
    expect(len(long) + 1 <= 4096, True, f"{len(long) + 1} bytes")
    job = daemon.sh(reporter(long) + "printf '{\"progress\": 0.75}' >&3")
    over = daemon.completed(job)
    expect((over["progress"], len(over["message"]) > 4000), (0.75, True))


@test("progress is shown while the job runs")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("echo '{\"progress\": 0.4, \"message\": \"working\"}' >&3; until [ -e go ]; do sleep 0.05; done")
    until(lambda: daemon.job(job)["progress"] == 0.4, "progress arrives")
    expect(daemon.job(job)["message"], "working")
    expect(daemon.job(job)["status"], "running")
    (daemon.folder(job) / "go").touch()
    daemon.completed(job)


# A job that closes descriptor 3, or floods it, must neither hang nor fail.
@test("a job may close descriptor 3 or flood it")
def _(t):
    daemon = t.daemon()
    daemon.completed(daemon.sh("exec 3>&-; echo fine"))
    flood = "import os\nfor n in range(200): os.write(3, b'x' * 65536)\nos.write(3, b'\\n{\"progress\": 1}\\n')"
    expect(daemon.completed(daemon.run("/usr/bin/python3", "-c", flood), 60)["progress"], 1)


CHATTY = """
import os
for i in range(1, 301):
    os.write(3, b'{"progress": 0.5, "metrics": {"i": %d}}\\n' % i)
    os.write(1, b"line %d\\n" % i)
os.write(3, b'{"progress": 1, "message": "the end"}\\n')
"""


# A client that sees `completed` fetches the results at once.
@test("a final status comes after all progress and the whole log")
def _(t):
    daemon = t.daemon("--max-running", "4")
    with daemon.events() as events:
        for _ in range(8):
            job = daemon.run("/usr/bin/python3", "-c", CHATTY)
            over = events.until_job(job["job_id"], "completed").data
            expect((over["progress"], over["message"]), (1, "the end"))
            expect(daemon.log_of(job).splitlines()[-1], "line 300")
            series = daemon.get(f"/jobs/{job['job_id']}/metrics").json()["series"]
            expect([value for _, value in series["i"]], list(range(1, 301)))


@test("metrics of a job that reported nothing are an empty object")
def _(t):
    daemon = t.daemon()
    held = daemon.run("true", hold=True)
    expect(daemon.get(f"/jobs/{held['job_id']}/metrics").expect(200).json(), {"series": {}})


@test("files lists the files of the job, relative to its folder, without those of the daemon")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("mkdir -p a/b 'with space'; printf 123 > a/b/x.bin; printf 12 > 'with space/caf\u00e9.csv'; touch empty; ln -s a link; ln -s /etc/passwd passwd; mkfifo fifo; mkdir hollow")
    daemon.completed(job)
    files = daemon.get(f"/jobs/{job['job_id']}/files").expect(200).json()
    expect({file["name"]: file["size"] for file in files}, {"a/b/x.bin": 3, "with space/caf\u00e9.csv": 2, "empty": 0})
    expect({tuple(sorted(file)) for file in files}, {("modified_at", "name", "size")})
    base = f"/jobs/{job['job_id']}/files"
    expect(daemon.get(f"{base}/a/b/x.bin").expect(200).body, b"123")
    expect(daemon.get(f"{base}/with%20space/caf%C3%A9.csv").expect(200).body, b"12")
    expect(daemon.get(f"{base}/empty").expect(200).body, b"")
    for name in ("link", "link/b/x.bin", "passwd", "fifo", "hollow", "a", "nothing", "job.json", "run.lock", "exit.json", "log.txt", "progress.jsonl"):
        status = daemon.get(f"{base}/{name}").status
        if status != 404:
            fail(f"{name}: {status}")


@test("a large file is sent whole and in parts, while the daemon answers others")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("head -c 100000000 /dev/urandom > big.bin; sha256sum big.bin")
    daemon.completed(job, 60)
    with daemon.connect(60) as connection:
        connection.send(daemon.request_bytes("GET", f"/jobs/{job['job_id']}/files/big.bin"))
        daemon.get("/server/status").expect(200)
        body = connection.answer().expect(200).body
    expect(hashlib.sha256(body).hexdigest(), daemon.log_of(job).split()[0])
    part = daemon.get(f"/jobs/{job['job_id']}/files/big.bin", headers={"Range": "bytes=50000000-50000009"})
    expect(part.expect(206).body, body[50000000:50000010])


@test("retry runs the job again as the next attempt, with a new log and new series, and keeps the last log")
def _(t):
    daemon = t.daemon()
    script = 'echo attempt; echo "{\\"progress\\": 1, \\"message\\": \\"m\\", \\"metrics\\": {\\"x\\": 1}}" >&3; [ -e second ] || { touch second; echo first; exit 4; }; until [ -e go ]; do sleep 0.05; done'
    job = daemon.sh(script)
    first = daemon.until_status(job, "failed")
    again = daemon.post(f"/jobs/{job['job_id']}/retry").expect(200).json()
    expect((again["status"] in ("queued", "running"), again["attempt"]), (True, 2))
    expect(again["details"]["exit_code"], None, "details of the next attempt")
    expect((again["finished_at"], again["created_at"]), (None, first["created_at"]))
    until(lambda: daemon.log_of(job) == "attempt\n", "the log starts anew")
    expect((daemon.folder(job) / "log.1.txt").read_text(), "attempt\nfirst\n")
    (daemon.folder(job) / "go").touch()
    over = daemon.completed(job)
    expect((over["attempt"], over["details"]["exit_code"]), (2, 0))
    series = daemon.get(f"/jobs/{job['job_id']}/metrics").json()["series"]
    expect(series, {"x": [[1, 1]]})
    expect(json.loads((daemon.folder(job) / "exit.json").read_text())["attempt"], 2)


@test("every status that is over can be retried")
def _(t):
    daemon = t.daemon()
    completed, failed = daemon.completed(daemon.run("true")), daemon.until_status(daemon.run("false"), "failed")
    stopped = daemon.sh("until [ -e go ]; do sleep 0.05; done")
    daemon.until_status(stopped, "running")
    daemon.post(f"/jobs/{stopped['job_id']}/stop").expect(202)
    daemon.until_status(stopped, "stopped")
    (daemon.folder(stopped) / "go").touch()
    for job, end in ((completed, "completed"), (failed, "failed"), (stopped, "completed")):
        expect(daemon.post(f"/jobs/{job['job_id']}/retry?fresh=true").expect(200).json()["attempt"], 2)
        over = daemon.until_over(job)
        expect((over["status"], over["attempt"]), (end, 2))
        expect_in("attempt", json.dumps(over))


# The worker threads that read it serve all jobs, and a stop waits for them.
@test("a log and progress that a job enlarged are read up to their limit only")
def _(t):
    daemon = t.daemon()
    job = daemon.completed(daemon.sh("echo line; truncate -s 200G log.txt progress.jsonl"))
    log = f"/jobs/{job['job_id']}/log"
    part = {"Range": "bytes=0-3"}
    answer = daemon.get(log, headers=part).expect(206)
    expect((answer.body, answer.headers["Content-Range"]), (b"line", f"bytes 0-3/{64 << 20}"))
    daemon.get(log + "?tail=2", headers=part).expect(206)
    expect(daemon.get(f"/jobs/{job['job_id']}/metrics").expect(200).json(), {"series": {}})
    daemon.completed(daemon.run("true"))
    daemon.stop()
