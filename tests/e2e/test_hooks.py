# SPDX-License-Identifier: MIT
"""[hooks] on_end of vestimd.conf: a program for each final status, and the examples in data/hooks."""

import email
import email.policy
import http.server
import json
import os
import threading
import time

from support import expect, expect_in, processes, test, until
from support.builds import SOURCE
from support.waiting import WAITING, begun, release

# Writes its input to <folder>/<number of the start>-<status>, by rename.
RECORD = """#!/bin/sh
cat > "{folder}/.$$" && mv "{folder}/.$$" "{folder}/$VESTIM_JOB_ID-$VESTIM_JOB_STATUS-$$"
{more}
"""


class Hook:
    """A hook that records each run in a folder."""

    def __init__(self, t, more="", name="hook"):
        self.folder = t.dir / f"{name}-runs"
        self.folder.mkdir(exist_ok=True)
        self.path = t.write(name, RECORD.format(folder=self.folder, more=more), 0o755)

    def runs(self):
        """(job_id, status, job object) of each run."""
        found = []
        for path in sorted(self.folder.iterdir()):
            if not path.name.startswith("."):
                job_id, status, _ = path.name.rsplit("-", 2)
                found.append((job_id, status, json.loads(path.read_text())))
        return found

    def until(self, count):
        until(lambda: len(self.runs()) >= count, lambda: f"{count} runs: {[run[:2] for run in self.runs()]}", 60)
        return self.runs()


def configure(t, hook, more=""):
    t.home.mkdir(mode=0o700, exist_ok=True)
    path = hook.path if isinstance(hook, Hook) else hook
    (t.home / "vestimd.conf").write_text(f"[hooks]\non_end={path}\n{more}")


def processes_of(t, job):
    """Another test may have a job of the same ID."""
    return set(processes.that_mention(job["job_id"])) & set(processes.that_mention(str(t.dir)))


@test("each final status starts the hook once, with the job object as it is shown")
def _(t):
    hook = Hook(t)
    configure(t, hook)
    daemon = t.daemon("--max-running", "1")
    jobs = {"completed": daemon.run("true"), "failed": daemon.sh("exit 3")}
    for status, job in jobs.items():
        daemon.until_status(job, status)
    jobs["stopped"] = daemon.sh(WAITING)
    daemon.until_status(jobs["stopped"], "running")
    queued = daemon.run("true")
    daemon.post(f"/jobs/{queued['job_id']}/stop").expect(202)
    daemon.post(f"/jobs/{jobs['stopped']['job_id']}/stop").expect(202)
    daemon.until_status(jobs["stopped"], "stopped")
    runs = hook.until(4)
    wanted = {(job["job_id"], status) for status, job in jobs.items()} | {(queued["job_id"], "stopped")}
    expect({run[:2] for run in runs}, wanted)
    for job_id, status, shown in runs:
        expect(shown, daemon.job(job_id))
        expect(shown["status"], status)

    # Changes of a job that is over are no new end; its next attempt is.
    failed = jobs["failed"]["job_id"]
    daemon.patch(f"/jobs/{failed}", {"name": "renamed"}).expect(200)
    daemon.post(f"/jobs/{failed}/retry").expect(200)
    runs = hook.until(5)
    expect(sorted(run[2]["attempt"] for run in runs if run[0] == failed), [1, 2])
    daemon.post("/jobs/stop").expect(202)
    until(lambda: daemon.database("SELECT count(*) FROM hooks").strip() == "0", "all are done")
    expect(len(hook.runs()), 5)


@test("an attempt that the retry policy repeats is no end, and a job whose dependency failed has one")
def _(t):
    hook = Hook(t)
    configure(t, hook)
    daemon = t.daemon("--max-running", "1")
    retry = {"max": 2, "delay_s": 0, "backoff": 1, "on": ["failed"]}
    failing = daemon.create(kind="command", selections={"argv": ["false"]}, retry=retry)
    waiting = daemon.create(kind="command", selections={"argv": ["true"]}, depends_on=[failing["job_id"]])
    daemon.until_over(waiting)
    runs = {run[0]: run for run in hook.until(2)}
    expect({job_id: run[1] for job_id, run in runs.items()}, {failing["job_id"]: "failed", waiting["job_id"]: "stopped"})
    shown = runs[failing["job_id"]][2]
    expect((shown["attempt"], shown["waiting"]), (3, None))
    expect_in(failing["job_id"], runs[waiting["job_id"]][2]["details"]["reason"])
    expect(len(hook.runs()), 2)


@test("the hook has the environment of a job, the data directory as its folder, and no token")
def _(t):
    hook = Hook(t, more='env > "$HOME/env.txt"; pwd > "$HOME/pwd.txt"; echo "$#" > "$HOME/args.txt"; mv "$HOME/args.txt" "$HOME/done.txt"')
    configure(t, hook)
    daemon = t.daemon(env={"COLOUR": "green", "VESTIM_LOG_LEVEL": "debug", "NOTIFY_SOCKET": None})
    job = daemon.completed(daemon.sh("exit 0", env={"COLOUR": "blue"}))
    until(lambda: (t.dir / "done.txt").exists(), "the hook ran")
    lines = (t.dir / "env.txt").read_text().splitlines()
    expect_in("COLOUR=green", lines)
    ours = sorted(line for line in lines if line.startswith("VESTIM_"))
    expect(ours, [f"VESTIM_JOB_DIR={daemon.folder(job)}", f"VESTIM_JOB_ID={job['job_id']}", "VESTIM_JOB_STATUS=completed"])
    expect(daemon.token in (t.dir / "env.txt").read_text(), False)
    expect((t.dir / "pwd.txt").read_text().strip(), str(t.home))
    expect((t.dir / "done.txt").read_text(), "0\n")


@test("its output and its failure are in the log, escaped and limited")
def _(t):
    hook = Hook(t, more="printf 'one\\033[31m \"two\"\\n'; echo problem >&2; head -c 100000 /dev/zero | tr '\\0' x; exit 5")
    configure(t, hook)
    daemon = t.daemon()
    daemon.completed(daemon.run("true"))
    daemon.until_logged("hook failed id=")
    log = daemon.log_text()
    for text in ("exit_code=5", "problem", "hook output left out id="):
        expect_in(text, log)
    expect("\033" in log, False)
    expect(len(log) < 20000, True, "bytes of log")

    missing = t.write("gone", "#!/no/such/interpreter\n", 0o755)
    daemon.stop()
    configure(t, missing)
    daemon.start()
    daemon.completed(daemon.run("true"))
    daemon.until_logged("hook not started id=")


@test("jobs that end all at once start a few hooks at a time, and the queue is not in memory")
def _(t):
    hook = Hook(t, more=f'ls "{t.dir}/busy" | wc -l >> "{t.dir}/counts"')
    (t.dir / "busy").mkdir()
    script = hook.path.read_text().replace("#!/bin/sh\n", f'#!/bin/sh\ntouch "{t.dir}/busy/$$"; trap \'rm "{t.dir}/busy/$$"\' EXIT\n')
    t.write("hook", script, 0o755)
    configure(t, hook)
    daemon = t.daemon("--max-running", "1")
    running = daemon.sh(WAITING)
    daemon.until_status(running, "running")
    body = json.dumps({"kind": "command", "selections": {"argv": ["true", "x" * 100000]}}).encode()
    with daemon.connect() as connection:
        for _ in range(200):
            connection.send(daemon.request_bytes("POST", "/jobs", body))
            connection.answer().expect(201)
    daemon.post("/jobs/stop").expect(202)
    runs = hook.until(201)
    expect(len({run[0] for run in runs}), 201)
    most = max(int(line) for line in (t.dir / "counts").read_text().split())
    expect(most <= 4, True, f"{most} at a time")


@test("a hook that takes too long is ended with its processes, and the next ones run")
def _(t):
    hook = Hook(t, more='case "$(cat "$HOME/slow" 2>/dev/null)" in "$VESTIM_JOB_ID") trap "" TERM; sleep 600 & sleep 600;; esac')
    configure(t, hook)
    daemon = t.daemon("--max-running", "1")
    slow = daemon.run("true", hold=True)
    (t.dir / "slow").write_text(slow["job_id"])
    daemon.post(f"/jobs/{slow['job_id']}/start").expect(200)
    hook.until(1)
    others = [daemon.run("true") for _ in range(6)]
    for job in others:
        daemon.completed(job)
    hook.until(7)
    until(lambda: "hook ended at its time limit" in daemon.log_text(), "the limit of 30 s", 60)
    until(lambda: not processes_of(t, slow), "its processes have ended")


# The status is stored, and the daemon dies before the hook has done its work.
@test("a daemon that is killed while a hook runs: the next one runs it again")
def _(t):
    hook = Hook(t, more='until [ -e "$HOME/go" ]; do sleep 0.05; done')
    configure(t, hook)
    daemon = t.daemon("--max-running", "8")
    jobs = [daemon.run("true") for _ in range(8)]
    for job in jobs:
        daemon.completed(job)
    hook.until(4)
    daemon.kill()
    (t.dir / "go").touch()
    daemon.start()
    until(lambda: {run[0] for run in hook.runs()} == {job["job_id"] for job in jobs}, "each has had its hook")
    until(lambda: daemon.database("SELECT count(*) FROM hooks").strip() == "0", "all are done")
    count = len(hook.runs())
    expect(8 <= count <= 12, True, f"{count} runs")
    daemon.restart()
    time.sleep(0.3)
    expect(len(hook.runs()), count)


@test("jobs that end while no daemon lives, and jobs that were deleted, have their hooks")
def _(t):
    hook = Hook(t)
    configure(t, hook)
    daemon = t.daemon()
    job = daemon.sh(WAITING)
    begun(daemon, job)
    daemon.kill()
    release(daemon, job)
    until(lambda: (daemon.folder(job) / "exit.json").exists(), "it has ended")
    daemon.start()
    expect(hook.until(1)[0][:2], (job["job_id"], "completed"))
    daemon.stop()
    slow = Hook(t, more='sleep 0.5; test -d "$VESTIM_JOB_DIR" || echo gone > "$HOME/gone"', name="slow")
    configure(t, slow)
    daemon.start()
    job = daemon.completed(daemon.run("true", name="deleted soon"))
    daemon.delete(f"/jobs/{job['job_id']}").expect(200)
    expect(slow.until(1)[0][2]["name"], "deleted soon")


@test("a stop waits a moment for hooks, and the next start runs those that did not end")
def _(t):
    hook = Hook(t, more='until [ -e "$HOME/go" ]; do sleep 0.05; done')
    configure(t, hook)
    daemon = t.daemon()
    job = daemon.sh(WAITING)
    begun(daemon, job)
    daemon.until_status(job, "running")
    daemon.stop()
    expect("time limit" in daemon.log_text(), False, "the stop has waited until the hook was too late")
    until(lambda: not processes_of(t, job), "the hook has ended")
    first = len(hook.runs())  # A stop in a hurry starts none.
    (t.dir / "go").touch()
    daemon.start()
    expect([run[:2] for run in hook.until(first + 1)], [(job["job_id"], "interrupted")] * (first + 1))
    until(lambda: daemon.database("SELECT count(*) FROM hooks").strip() == "0", "all are done")

    (t.dir / "go").unlink()
    daemon.completed(daemon.run("true"))
    hook.until(first + 2)
    daemon.kill()
    (t.home / "vestimd.conf").unlink()
    (t.dir / "go").touch()
    daemon.start()
    daemon.until_logged("hook not run, vestimd.conf has no on_end any more")
    until(lambda: daemon.database("SELECT count(*) FROM hooks").strip() == "0", "none is left")


@test("a hook that cannot be one is refused at the start, with what to do, and --doctor says the same")
def _(t):
    plain, open_to_all = t.write("plain", "x"), t.write("open", "#!/bin/sh\n", 0o777)
    for value, words in (
        ("hook.sh", "not an absolute path"),
        ("", "not an absolute path"),
        ("/no/such/program", "No such file"),
        (str(plain), "chmod +x"),
        (str(t.dir), "not a program"),
        (str(open_to_all), "chmod o-w"),
    ):
        configure(t, value)
        result = t.vestimd().expect(2)
        expect_in(words, result.err)
        expect_in("vestimd.conf: on_end: ", result.err)
        expect_in(words, t.vestimd("--doctor").out)
    (t.home / "vestimd.conf").write_text("[hooks]\non_start=/bin/true\n")
    expect_in("the only one is on_end", t.vestimd().expect(2).err)
    (t.home / "vestimd.conf").write_text("[hook]\non_end=/bin/true\n")
    expect_in("[hooks]", t.vestimd().expect(2).err)
    configure(t, "/bin/true")
    daemon = t.daemon()
    daemon.patch("/server/settings", {"max_running": 2, "hooks": {"on_end": "/bin/true"}}).expect_fields("hooks")
    daemon.stop()


# ---- The examples ----


def example(t, name, **settings):
    """A copy with other settings, as a user makes it."""
    text = (SOURCE / "data/hooks" / name).read_text()
    for key, value in settings.items():
        start = text.index(f"\n{key} = ") + 1
        text = text[:start] + f"{key} = {value!r}" + text[text.index("\n", start) :]
    return t.write(f"my-{name}", text, 0o755)


def fake(t, name, script):
    t.write(f"bin/{name}", f"#!/bin/sh\n{script}\n", 0o755)
    return {"PATH": f"{t.dir}/bin:{os.environ['PATH']}"}


@test("the example mail sends one mail, whatever the name of the job is")
def _(t):
    configure(t, example(t, "mail", TO="me@localhost"))
    daemon = t.daemon(env=fake(t, "sendmail", 'echo "$@" > "$HOME/args"; cat > "$HOME/mail.tmp"; mv "$HOME/mail.tmp" "$HOME/mail"'))
    daemon.until_status(daemon.sh("exit 3", name="süß\nBcc: all@example.org"), "failed")
    until(lambda: (t.dir / "mail").exists(), lambda: f"a mail\n{daemon.log_text()}")
    mail = email.message_from_bytes((t.dir / "mail").read_bytes(), policy=email.policy.default)
    expect((mail["To"], mail["Bcc"], mail["Subject"]), ("me@localhost", None, "Job failed: süß Bcc: all@example.org"))
    expect_in("exit code 3", mail.get_content())
    expect((t.dir / "args").read_text(), "-t -i\n")


@test("the example notify shows a notification, and nothing for a job that was stopped")
def _(t):
    configure(t, example(t, "notify"))
    daemon = t.daemon(env=fake(t, "notify-send", 'printf "%s\\n" "$@" > "$HOME/shown.tmp"; mv "$HOME/shown.tmp" "$HOME/shown"'))
    stopped = daemon.sh(WAITING)
    daemon.until_status(stopped, "running")
    daemon.post(f"/jobs/{stopped['job_id']}/stop").expect(202)
    daemon.until_status(stopped, "stopped")
    daemon.until_status(daemon.run("/no/such/<program>", name="--help"), "failed")
    until(lambda: (t.dir / "shown").exists(), lambda: f"a notification\n{daemon.log_text()}")
    lines = (t.dir / "shown").read_text().splitlines()
    expect(lines[:4], ["--app-name=VEstim", "--urgency=critical", "--", "--help: failed"])
    expect_in("&lt;program&gt;", lines[4])


@test("the example webhook posts JSON, tries again, and says what did not work")
def _(t):
    got = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(503 if len(got) == 1 else 404 if len(got) == 3 else 204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    t.cleanups.append(server.shutdown)
    configure(t, example(t, "webhook", URL=f"http://127.0.0.1:{server.server_port}/x"))
    daemon = t.daemon(env={"http_proxy": None, "HTTP_PROXY": None})
    daemon.completed(daemon.run("true", name='"quoted"'))
    until(lambda: len(got) == 2, lambda: f"the second try: {got}\n{daemon.log_text()}")
    expect(got[1], {"text": '"quoted": completed'})
    daemon.until_status(daemon.run("false", name="b"), "failed")
    daemon.until_logged("hook failed id=")
    expect_in("404", daemon.log_text())
    expect(len(got), 3)
