# SPDX-License-Identifier: MIT
"""How `vestim` finds and starts the server, and what it does with one that misbehaves."""

import http.server
import threading

from support import expect, expect_in, test
from support.shell import Shell


@test("the first command starts the server; --no-start does not")
def _(t):
    shell = Shell(t)
    refused = shell.run("--no-start", "status").expect(3)
    expect_in(f"No server runs for {t.home}", refused.err)
    expect(t.home.exists(), False)
    shell.run("add", "--", "true").expect(0)
    daemon = t.found_daemon()
    expect(len(daemon.jobs()), 1)
    shell.run("status", "--no-start").expect(0)


@test("commands at the same time start one server, and none of them is lost")
def _(t):
    shell = Shell(t)
    started = [shell.start("add", "--print-id", "--", "true") for _ in range(6)]
    ended = [shell.end(process) for process in started]
    daemon = t.found_daemon()
    expect([code for code, _, _ in ended], [0] * 6, ended)
    expect(sorted(daemon.ids()), sorted(out.strip() for _, out, _ in ended))


@test("a server that was killed is started again, and its jobs are there")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    id = shell.id("--hold", "--", "true")
    daemon.kill()
    expect(shell.run("--no-start", "status").expect(3).out, "")
    expect(shell.run("status").expect(0).code, 0)
    expect(t.found_daemon().ids(), [id])


@test("vestim prints the sentence of a server that cannot start")
def _(t):
    shell = Shell(t)
    (t.home / "jobs" / "job_20261122-195012-00002a").mkdir(parents=True)
    t.home.chmod(0o700)
    failed = shell.run("status").expect(3)
    expect_in("registry", failed.err)


@test("--data-dir is another server")
def _(t):
    t.daemon()
    shell = Shell(t)
    other = t.daemon(home=t.dir / "other")
    expect(int(shell.run("--data-dir", t.dir / "other", "status", "--format", "{pid}").expect(0).out), other.pid)
    expect(int(shell.run("status", "--data-dir=other", "--format", "{pid}").expect(0).out), other.pid)


@test("--server asks the server at an address, with the token of a file or of VESTIM_TOKEN")
def _(t):
    remote = t.daemon(home=t.dir / "remote")
    shell = Shell(t)
    file = t.write("token", remote.token + "\n", mode=0o600)
    by_file = ["--server", remote.url, "--token-file", file]
    expect(int(shell.run(*by_file, "status", "--format", "{pid}").expect(0).out), remote.pid)
    env = {"VESTIM_SERVER": remote.url + "/", "VESTIM_TOKEN": remote.token}
    expect(int(shell.run("status", "--format", "{pid}", env=env).expect(0).out), remote.pid)
    expect_in("requires its token", shell.run("status", "--server", remote.url).expect(1).err)
    wrong = shell.run("status", env={**env, "VESTIM_TOKEN": "0" * 64}).expect(1)
    expect_in("does not accept the token", wrong.err)
    own = Shell(t, home=remote.home)
    own.run("status", "--server", remote.url).expect(0)
    expect(own.run("status", "--server", remote.url, env={"VESTIM_TOKEN": "0" * 64}).expect(1).err, wrong.err)
    job = remote.job(shell.run(*by_file, "add", "--print-id", "--hold", "--", "true").expect(0).out.strip())
    expect(job["selections"], {"argv": ["true"]}, "nothing of this computer")
    expect(t.home.exists(), False, "a server of this user was started")


@test("a token file that others may read is refused")
def _(t):
    remote = t.daemon(home=t.dir / "remote")
    shell = Shell(t)
    words = ["--server", remote.url, "status", "--token-file"]
    for mode in (0o640, 0o604, 0o660):
        expect_in("chmod 600", shell.run(*words, t.write("token", remote.token, mode)).expect(2).err)
    expect_in("cannot be read", shell.run(*words, t.dir / "none").expect(2).err)
    expect_in("no token", shell.run(*words, t.write("empty", "", 0o600)).expect(2).err)
    expect_in("is not a file", shell.run(*words, t.dir).expect(2).err)


@test("a token is not sent in clear text over a network, unless --insecure")
def _(t):
    shell = Shell(t)
    env = {"VESTIM_TOKEN": "0" * 64}
    refused = shell.run("--server", "http://192.0.2.1:8001", "status", env=env).expect(2)
    expect_in("is not encrypted", refused.err)
    expect_in("--insecure", refused.err)
    shell.run("--server", "ftp://x", "status").expect(2)
    shell.run("--server", "http://user@x", "status").expect(2)


class Garbage(http.server.BaseHTTPRequestHandler):
    """Answers that no vestimd gives, by path."""

    answers = {}
    seen = []

    def answer(self):
        self.seen.append((self.command, self.path, self.headers.get("Idempotency-Key")))
        answers = self.answers.get(self.path.split("?")[0], [(200, b"garbage")])
        status, body = answers.pop(0) if len(answers) > 1 else answers[0]
        if status is None:
            self.connection.close()
            return
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) + (7 if status == 299 else 0)))
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = answer

    def log_message(self, *_):
        pass


def garbage_server(t, **answers):
    handler = type("Handler", (Garbage,), {"answers": {"/" + k.replace("_", "/"): v for k, v in answers.items()}, "seen": []})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    t.cleanups.append(lambda: (server.shutdown(), server.server_close()))
    return f"http://127.0.0.1:{server.server_address[1]}", handler.seen


@test("a server that sends garbage gets a sentence")
def _(t):
    shell = Shell(t)
    deep = b"[" * 100_000
    for body in (b"garbage", b"", b"\xff", deep, b'{"a":1,"a":2}', b"<html>404</html>"):
        url, _ = garbage_server(t, server_status=[(200, body)], jobs=[(200, body)])
        failed = shell.run("--server", url, "status").expect(3)
        expect_in("probably not a VEstim server", failed.err)
        expect_in("probably not a VEstim server", shell.run("--server", url, "add", "--", "true").expect(3).err)
        expect_in("probably not a VEstim server", shell.run("--server", url, "stop", "last").expect(3).err)
    url, _ = garbage_server(t, server_status=[(302, b"")], jobs=[(500, b"<html>")])
    shell.run("--server", url, "status").expect(1)
    expect_in("status 500", shell.run("--server", url, "add", "--", "true").expect(1).err)


@test("what the server says cannot change the terminal")
def _(t):
    shell = Shell(t)
    problem = b'{"title":"x","status":409,"detail":"\\u001b[31mred\\u202e"}'
    url, _ = garbage_server(t, server_status=[(409, problem)])
    failed = shell.run("--server", url, "status").expect(1)
    expect_in("[31mred", failed.err)
    expect("\x1b" in failed.err or "\u202e" in failed.err, False)


@test("a change without an answer is sent again with the same key")
def _(t):
    shell = Shell(t)
    job = b'{"job_id":"job_20261122-195012-00002a","name":"n","status":"queued"}'
    url, seen = garbage_server(t, jobs=[(None, b""), (503, b""), (299, b"{}"), (201, job)])
    expect(shell.run("--server", url, "add", "-q", "--", "true").expect(0).out, "job_20261122-195012-00002a\n")
    expect(len(seen), 4)
    expect(len({key for _, _, key in seen}), 1)


@test("nobody answers: exit code 3")
def _(t):
    shell = Shell(t)
    failed = shell.run("--server", f"http://127.0.0.1:{t.free_port()}", "status").expect(3)
    expect_in("no server answers there", failed.err)
    shell.run("--server", f"http://127.0.0.1:{t.free_port()}", "wait", "job_20261122-195012-00002a").expect(3)


@test("a full disk and a reader that has gone are noticed")
def _(t):
    t.daemon()
    shell = Shell(t)
    expect_in("cannot be written", shell.sh("vestim status >/dev/full").expect(1).err)
    expect_in("cannot be written", shell.sh("vestim --help >/dev/full").expect(1).err)


@test("wrong command lines are told with the right one, and exit with 2")
def _(t):
    shell = Shell(t)
    cases = {
        "": "Name a command", "ad x": 'Did you mean "add"?', "nothing": "no command", "add --tagg x -- y": "Did you mean --tag?",
        "stop": "vestim stop [OPTION]... JOB...", "status x": "one word too many", "add --hold=1 -- x": "takes no value",
        "stop -Z 1": "no option -Z", "add --name": "needs a value", "help nothing": "no command",
    }
    for words, sentence in cases.items():
        failed = shell.sh("vestim " + words).expect(2)
        expect_in(sentence, failed.err)
        expect(failed.out, "")
    expect(t.home.exists(), False)


@test("the help of each command fits 80 columns and begins with its use and examples")
def _(t):
    shell = Shell(t)
    overview = shell.run("--help").expect(0).out
    expect(shell.run("help").expect(0).out, overview)
    names = [line.split()[0] for line in overview.partition("Commands:\n")[2].partition("\n\n")[0].splitlines() if line[2] != " "]
    for name in names:
        text = shell.run("help", name).expect(0).out
        for form in (("--help", name), (name, "--help"), (name, "-h")):
            expect(shell.run(*form).expect(0).out, text)
        expect(text.startswith(f"Usage: vestim {name}"), True)
        expect(text.index("Examples:") < text.index("Options:") if "Options:" in text else True, True)
        expect([line for line in text.splitlines() if len(line) > 80], [])
    expect([line for line in overview.splitlines() if len(line) > 80], [])
    expect(shell.run("--version").expect(0).out.split()[0], "vestim")


@test("a job adds jobs to the server that runs it")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    outer = daemon.completed(shell.id("-e", f"PATH={shell.env['PATH']}", "--", "vestim", "add", "--print-id", "--hold", "--", "true"))
    expect(daemon.ids()[0], daemon.log_of(outer).strip())
    expect((t.dir / ".vestim").exists(), False, "another server was started")
