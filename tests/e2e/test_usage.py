# SPDX-License-Identifier: MIT
"""Command line and settings: exit codes that scripts and service managers rely on."""

import json
import re

from support import expect, expect_in, fail, test
from support.builds import program


@test("--version and --help answer on stdout with code 0, also with no data directory")
def _(t):
    expect_in("0.", t.vestimd("--version", data_dir=False).expect(0).out)
    text = t.vestimd("--help", data_dir=False).expect(0).out
    for option in ("--host", "--port", "--daemonize", "--status", "--stop", "--keep-jobs", "--new-registry"):
        expect_in(option, text)
    expect((t.dir / ".vestim").exists(), False, "a data directory was made")


# The text must fit a terminal of the usual width.
@test("no line of a help text has more than 80 columns")
def _(t):
    for name in ("vestimd", "vestim-run", "vestim-estimate"):
        text = t.command(program(name), "--help").expect(0).out
        expect([line for line in text.splitlines() if len(line) > 80], [], name)


# A typing error must not start a daemon with other settings.
@test("a usage error is code 2 with a message, and nothing is started")
def _(t):
    wrong = (
        ["--no-such-option"],
        ["--port"],
        ["--port", "abc"],
        ["--port", "70000"],
        ["--port", "-1"],
        ["--port", ""],
        ["--max-running", "-1"],
        ["--capacity", "cpus=0"],
        ["--max-running", "x"],
        ["--log-level", "chatty"],
        ["--timeout", "soon", "--stop"],
        ["--status", "--stop"],
        ["a-word"],
    )
    for options in wrong:
        result = t.vestimd(*options).expect(2)
        if len(result.err) < 10:
            fail(f"{options}: no message")
    expect((t.home / "server.pid").exists(), False, "server.pid exists")


# Anyone who reaches the port could run commands as the user.
@test("--no-auth with a host that is not loopback is code 2")
def _(t):
    for host in ("0.0.0.0", "::", "192.0.2.1"):
        t.vestimd("--no-auth", "--host", host).expect(2)
    t.vestimd("--no-auth", env={"VESTIM_HOST": "0.0.0.0"}).expect(2)


@test("--no-auth serves without a token on loopback")
def _(t):
    daemon = t.daemon("--no-auth")
    daemon.get("/jobs", token=False).expect(200)
    # Pages in a browser are still refused.
    daemon.get("/jobs", token=False, headers={"Origin": "http://example.org"}).expect_problem(403)
    daemon.get("/jobs", token=False, headers={"Host": "example.org"}).expect_problem(421)


@test("the command line overrides the environment, which overrides vestimd.conf")
def _(t):
    by_file, by_environment, by_option = t.free_port(), t.free_port(), t.free_port()
    t.home.mkdir(mode=0o700)
    t.write("home/vestimd.conf", f"[vestimd]\nport={by_file}\nmax-running=3\n", 0o600)

    daemon = t.daemon(port=None)
    expect(daemon.port, by_file, "port of vestimd.conf")
    expect(daemon.get("/server/status").json()["max_running"], 3, "max-running of vestimd.conf")
    daemon.stop()

    daemon = t.daemon(port=None, env={"VESTIM_PORT": str(by_environment), "VESTIM_MAX_RUNNING": "4"})
    expect(daemon.port, by_environment, "port of the environment")
    expect(daemon.get("/server/status").json()["max_running"], 4, "max-running of the environment")
    daemon.stop()

    daemon = t.daemon("--max-running", "5", port=by_option, env={"VESTIM_PORT": str(by_environment)})
    expect(daemon.port, by_option, "port of the command line")
    expect(daemon.get("/server/status").json()["max_running"], 5, "max-running of the command line")


@test("an error in the environment or in vestimd.conf prevents the start, and the message names it")
def _(t):
    result = t.vestimd(env={"VESTIM_PORT": "eight thousand"})
    expect(result.code in (1, 2), True, f"exit code {result.code} for VESTIM_PORT")
    expect_in("VESTIM_PORT", result.err)
    t.home.mkdir(mode=0o700, exist_ok=True)
    for text in ("[vestimd]\nport=abc\n", "[vestimd]\nprot=8001\n", "no key file at all\n"):
        t.write("home/vestimd.conf", text, 0o600)
        result = t.vestimd()
        expect(result.code in (1, 2), True, f"exit code {result.code} for {text!r}")
        expect_in("vestimd.conf", result.err)


@test("VESTIM_HOME names the data directory, --data-dir overrides it, and ~/.vestim is the default")
def _(t):
    weaker = str(t.dir / "environment")
    t.daemon(home=t.dir / "option", env={"VESTIM_HOME": weaker}).stop()
    expect((t.dir / "environment").exists(), False, "the weaker data directory was made")

    for env, place in (({"VESTIM_HOME": weaker}, "environment"), ({}, ".vestim")):
        t.vestimd("--daemonize", "--port", "0", data_dir=False, env=env).expect(0)
        expect(json.loads((t.dir / place / "server.json").read_text())["url"][:7], "http://")
        t.vestimd("--stop", data_dir=False, env=env).expect(0)


# Service managers start programs without HOME, and scripts empty it.
@test("with HOME empty or unset the user's own home counts, and without one the message says what to do", root=True)
def _(t):
    for home in ("", None, "relative"):
        result = t.vestimd("--status", data_dir=False, env={"HOME": home}).expect(3)
        expect_in("data directory /root/.vestim", result.out)
        result = t.vestimd("--status", data_dir=False, env={"HOME": home}, user=54321, group=54321, extra_groups=[]).expect(1)
        expect_in("--data-dir", result.err)


@test("a data directory that is created is logged, so that a mistyped path is noticed")
def _(t):
    daemon = t.daemon(home=t.dir / "mistyped" / "place")
    daemon.until_logged(f"first={t.dir / 'mistyped'}")
    daemon.stop()
    daemon = t.daemon()
    daemon.until_logged(f"created the data directory path={t.home}")
    daemon.restart()
    daemon.stop()
    expect(daemon.log_text().count("created the data directory"), 1)


@test("vestimd.conf may start with the mark of an editor on Windows")
def _(t):
    t.home.mkdir(mode=0o700)
    t.write("home/vestimd.conf", b"\xef\xbb\xbf[vestimd]\r\nmax-running=3\r\n", 0o600)
    expect(t.daemon().get("/server/status").json()["max_running"], 3)


@test("a relative data directory is resolved from the current folder and shown as an absolute path")
def _(t):
    daemon = t.daemon(home="relative", start=False)
    daemon.home = t.dir / "relative"
    daemon.start()
    job = daemon.draft()
    expect(job["job_folder"], str(t.dir / "relative" / "jobs" / job["job_id"]))


@test("log lines are one event a line with key=value, control characters escaped, and never the token")
def _(t):
    daemon = t.daemon("--log-level", "debug")
    daemon.sh("true", name="two\nlines \x1b[31m and a bell \x07")
    daemon.completed(daemon.ids()[0])
    daemon.get("/jobs?q=%0Aforged%20line", headers={"User-Agent": "x\x7f"})
    daemon.stop()
    text = daemon.log_text()
    expect(daemon.token in text, False, "the token is in the log")
    expect(re.findall(r"[\x00-\x09\x0b-\x1f\x7f]", text), [], "control characters")
    for line in text.splitlines():
        if not re.match(r"^\S*\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S* \w+ [\w./-]+: ", line):
            fail(f"not a log line: {line!r}")
