# SPDX-License-Identifier: MIT
"""A real vestimd, and the requests of a client."""

import json
import os
import pathlib
import signal
import subprocess
import urllib.parse

from support import openapi
from support.answers import Connection
from support.builds import program
from support.events import Events
from support.expect import PATIENCE, expect, fail, until
from support.waiting import text_of

FINAL = ("completed", "failed", "stopped", "interrupted")


# Fields of POST /jobs, apart from the kind and the selections.
FIELDS = (
    "hold", "priority", "name", "resources", "group", "depends_on", "start_after", "retry", "tags", "note", "pinned",
    "unique", "executor",
)  # fmt: skip


class Daemon:
    """Started in the foreground with its own data directory; `start` may follow `stop` or `kill`."""

    def __init__(self, scenario, home, options, environment, prefix=()):
        self.scenario = scenario
        self.home = pathlib.Path(home)
        self.options = list(options)
        self.environment = environment
        self.prefix = list(prefix)
        self.process = None
        self.url = None
        self.starts = 0

    # Life.

    @property
    def log_path(self):
        return self.scenario.dir / f"{self.home.name}-stderr.txt"

    def log_text(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def until_logged(self, text, count=1):
        """Waits for the text in the log, `count` times; more is a failure. A thread writes the log."""
        until(lambda: self.log_text().count(text) >= count, lambda: f"{text!r} is logged:\n{self.log_text()[-2000:]}")
        expect(self.log_text().count(text), count, f"lines with {text!r}")

    def launch(self, *more, **popen):
        """Starts the process and does not wait for it to serve."""
        command = self.prefix + [program("vestimd"), "--data-dir", str(self.home)]
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                command + self.options + list(more),
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=popen.pop("stderr", log),
                cwd=self.scenario.dir,
                **popen,
            )
        self.starts += 1
        return self

    def try_start(self, what="the daemon", timeout=30.0):
        """Launches it, waits until it serves or has ended, and returns whether it serves."""
        self.launch()
        until(lambda: self.process.poll() is not None or (self.home / "server.json").exists(), f"{what}: it starts or ends", timeout)
        return self.process.poll() is None and self.serves()

    def start(self, *more, **popen):
        self.launch(*more, **popen)
        until(self.serves, lambda: "the daemon serves\n" + self.log_text()[-2000:], 30)
        return self

    def serves(self):
        code = self.process.poll()
        if code is not None:
            fail(f"the daemon ended with {code} at start:\n{self.log_text()[-2000:]}")
        try:
            server = json.loads((self.home / "server.json").read_text())
        except (OSError, ValueError):
            return False
        if not self.prefix and server["pid"] != self.process.pid:
            return False
        self.use(server)
        return True

    def use(self, server):
        self.server = server
        self.pid = server["pid"]
        self.url = server["url"]
        where = urllib.parse.urlsplit(self.url)
        self.host, self.port = where.hostname, where.port
        self.token = (self.home / "token").read_text().strip()

    def signal(self, number):
        os.kill(self.pid, number)

    def wait(self, timeout=30.0):
        """The exit code; fails when it does not end."""
        try:
            return self.process.wait(timeout * PATIENCE)
        except subprocess.TimeoutExpired:
            fail(f"the daemon did not end within {timeout * PATIENCE:.0f} s")

    def stop(self, timeout=30.0):
        self.signal(signal.SIGTERM)
        expect(self.wait(timeout), 0, "exit code after SIGTERM")

    def kill(self):
        self.signal(signal.SIGKILL)
        self.process.wait()

    def restart(self):
        self.kill()
        return self.start()

    # HTTP.

    @property
    def netloc(self):
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def connect(self, timeout=30.0):
        return Connection(self.host, self.port, timeout)

    def request_bytes(self, method, target, body=None, headers=None, version="HTTP/1.1", token=True):
        """The bytes of a well-formed request. A header of value None is left out."""
        fields = {"Host": self.netloc}
        if token:
            fields["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            fields["Content-Length"] = str(len(body))
            fields["Content-Type"] = "application/json"
        fields.update(headers or {})
        lines = [f"{method} {target} {version}"]
        lines += [f"{name}: {value}" for name, value in fields.items() if value is not None]
        return "\r\n".join(lines + ["", ""]).encode() + (body or b"")

    def request(self, method, target, data=None, body=None, headers=None, token=True, timeout=30.0):
        """One request on a connection of its own. `data` is sent as JSON, `body` as it is."""
        if data is not None:
            body = json.dumps(data).encode()
        with self.connect(timeout) as connection:
            connection.send(self.request_bytes(method, target, body, headers, token=token))
            answer = connection.answer(to_head=method == "HEAD")
        openapi.check(method, target, body, headers, answer)
        return answer

    def get(self, target, **more):
        return self.request("GET", target, **more)

    def post(self, target, data=None, **more):
        return self.request("POST", target, data, **more)

    def patch(self, target, data=None, **more):
        return self.request("PATCH", target, data, **more)

    def put(self, target, body, **more):
        return self.request("PUT", target, body=body, **more)

    def delete(self, target, **more):
        return self.request("DELETE", target, **more)

    def events(self, last_id=None, query=""):
        return Events(self, last_id, query)

    # Jobs.

    def create(self, name="a job", **fields):
        """Posts a job and returns its object."""
        fields.setdefault("selections", {})
        return self.post("/jobs", {"name": name, **fields}).expect(201).json()

    def run(self, *argv, **selections):
        """Posts a command; fields of a job go to the job, all else to its selections."""
        outer = {key: selections.pop(key) for key in FIELDS if key in selections}
        return self.create(kind="command", selections={"argv": list(argv), **selections}, **outer)

    def sh(self, script, **selections):
        return self.run("/bin/sh", "-c", script, **selections)

    def draft(self, **fields):
        return self.create(**fields)

    def job(self, job):
        return self.get(f"/jobs/{_id(job)}").expect(200).json()

    def waits_for(self, job):
        """The word for what a queued job waits for, or None."""
        return (self.job(job)["waiting"] or {}).get("for")

    def jobs(self, query=""):
        return self.get("/jobs" + query).expect(200).json()

    def ids(self, query=""):
        return [job["job_id"] for job in self.jobs(query)]

    def until_status(self, job, *statuses, timeout=30.0):
        """Waits for one of the statuses, and fails at once when the job is over in another way."""

        def look():
            now = self.job(job)
            if now["status"] in statuses:
                return now
            if now["status"] in FINAL:
                fail(f"the job is {now['status']}, wanted {statuses}: {now}\n{self.log_of(job)[-800:]}")
            return None

        return until(look, lambda: f"status {statuses} of {self.job(job)}", timeout)

    def until_over(self, job, timeout=30.0):
        return self.until_status(job, *FINAL, timeout=timeout)

    def completed(self, job, timeout=30.0):
        return self.until_status(job, "completed", timeout=timeout)

    def log_of(self, job):
        return self.get(f"/jobs/{_id(job)}/log").expect(200).text

    def folder(self, job):
        return self.home / "jobs" / _id(job)

    def until_file(self, path, timeout=30.0):
        """Waits for a file with a whole line in it, and returns its text."""
        path = pathlib.Path(path)
        until(lambda: text_of(path).endswith("\n"), f"{path} is written", timeout)
        return path.read_text()

    def database(self, sql):
        """What the sqlite3 program sees, while the daemon runs."""
        command = ["sqlite3", "-readonly", "-cmd", ".timeout 30000", str(self.home / "registry.db"), sql]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _id(job):
    return job["job_id"] if isinstance(job, dict) else job
