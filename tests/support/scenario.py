# SPDX-License-Identifier: MIT
"""One test's surroundings: a temporary folder, the daemons started in it, and the check that no process
is left."""

import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import tempfile

from support import processes
from support.builds import is_sanitized, program
from support.daemon import Daemon
from support.expect import PATIENCE, fail, until

SANITIZER_WORDS = ("AddressSanitizer", "LeakSanitizer", "runtime error:", "UndefinedBehaviorSanitizer")


class Result:
    def __init__(self, completed):
        self.code = completed.returncode
        self.out = completed.stdout
        self.err = completed.stderr

    def expect(self, code):
        if self.code != code:
            fail(f"exit code {self.code}, wanted {code}\nstdout: {self.out}\nstderr: {self.err}")
        return self


class Scenario:
    def __init__(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="vestim-e2e-")).resolve()
        self.home = self.dir / "home"
        self.daemons = []
        self.cleanups = []
        self.outputs = []

    def environment(self, **more):
        """The environment without variables that change a daemon; None removes a name."""
        steering = ("VESTIM_", "LISTEN_", "NOTIFY_", "XDG_")
        env = {k: v for k, v in os.environ.items() if not k.startswith(steering)}
        env["HOME"] = str(self.dir)
        if "VESTIM_TEST_JOBS_IN_MEMORY" in os.environ:
            env["VESTIM_JOBS_IN_MEMORY"] = os.environ["VESTIM_TEST_JOBS_IN_MEMORY"]
        if is_sanitized():
            env.setdefault("ASAN_OPTIONS", "detect_leaks=1:abort_on_error=0")
            env.setdefault("UBSAN_OPTIONS", "halt_on_error=1:print_stacktrace=1")
        env.update(more)
        return {k: v for k, v in env.items() if v is not None}

    def daemon(self, *options, home=None, env=None, prefix=(), port=0, start=True):
        """A daemon on any free port, unless `port` is None (then nothing names one)."""
        naming = [] if port is None else ["--port", str(port)]
        daemon = Daemon(self, home or self.home, [*naming, *options], self.environment(**(env or {})), prefix)
        self.daemons.append(daemon)
        return daemon.start() if start else daemon

    def found_daemon(self, home=None):
        """A daemon that another program started, found by its server.json."""
        daemon = Daemon(self, home or self.home, [], self.environment())
        daemon.use(json.loads((daemon.home / "server.json").read_text()))
        self.cleanups.append(lambda: processes.is_alive(daemon.pid) and os.kill(daemon.pid, signal.SIGTERM))
        return daemon

    def vestimd(self, *options, home=None, env=None, timeout=60, data_dir=True, **more):
        """Runs vestimd to its end."""
        where = ["--data-dir", str(home or self.home)] if data_dir else []
        return self.command(program("vestimd"), *where, *options, env=env, timeout=timeout, **more)

    def command(self, *command, env=None, timeout=60, **more):
        completed = subprocess.run(
            list(map(str, command)),
            env=self.environment(**(env or {})),
            cwd=more.pop("cwd", self.dir),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout * PATIENCE,
            **more,
        )
        self.outputs.append(completed.stderr)
        return Result(completed)

    def process(self, *command, stdin=subprocess.DEVNULL, **more):
        """A process of the test's own, ended with it."""
        process = subprocess.Popen(list(map(str, command)), stdin=stdin, **more)
        self.cleanups.append(lambda: (process.kill(), process.wait()))
        return process

    def ended(self, process, timeout=60):
        """Waits for the end of such a process, and returns its exit code."""
        try:
            return process.wait(timeout * PATIENCE)
        except subprocess.TimeoutExpired:
            fail(f"{process.args} did not end within {timeout * PATIENCE:.0f} s")

    def listening_socket(self, port=0, host="127.0.0.1"):
        """A port that is held by the test."""
        held = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind((host, port))
        held.listen(8)
        self.cleanups.append(held.close)
        return held

    def free_port(self):
        """A free port that no other program gets by chance: below those of clients and of port 0."""
        first = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
        while True:
            port = random.SystemRandom().randrange(max(1024, first // 2), first)
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError:
                    continue
            return port

    def write(self, name, content, mode=0o644):
        path = self.dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        content = content if isinstance(content, bytes) else content.encode()
        if mode & 0o111:
            subprocess.run(["cp", "/dev/stdin", path], input=content, check=True)
        else:
            path.write_bytes(content)
        path.chmod(mode)
        return path

    def helpers(self, **scripts):
        """The environment of a daemon with these helper programs: `run` and `estimate` are scripts, or the built ones."""
        for name in ("run", "estimate"):
            place = f"libexec/vestim-{name}"
            if name in scripts:
                self.write(place, scripts[name], 0o755)
            else:
                (self.dir / place).parent.mkdir(exist_ok=True)
                (self.dir / place).symlink_to(program(f"vestim-{name}"))
        return {"VESTIM_LIBEXEC": str(self.dir / "libexec")}

    def copy_program(self, program, place):
        """A copy that can be started at once. A process of another thread may inherit a descriptor of what this
        process writes, and while anyone has a program open for writing, the kernel refuses to start it (ETXTBSY)."""
        subprocess.run(["cp", program, place], check=True)

    def mount_small_disk(self, place, size="12m"):
        """A file system of its own at that folder, until the end of the test; False without the right."""
        command = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "tmpfs", str(place)]
        if os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode != 0:
            return False
        self.cleanups.append(lambda: subprocess.run(["umount", "-l", str(place)], check=True))
        return True

    # The end.

    def describe(self):
        """The output of the daemons of a failed test."""
        return "".join(f"--- {d.log_path.name}\n{d.log_text()[-3000:]}" for d in self.daemons)

    def _stop_daemons(self):
        for daemon in self.daemons:
            if daemon.process and daemon.process.poll() is None:
                daemon.process.send_signal(signal.SIGTERM)
        for daemon in self.daemons:
            if daemon.process:
                daemon.wait(25)

    def _run_cleanups(self):
        while self.cleanups:
            self.cleanups.pop()()

    def _leftovers(self):
        return processes.that_mention(str(self.dir))

    def close(self):
        """Stops all, and fails when a process or a sanitizer's report is left."""
        self._stop_daemons()
        self._run_cleanups()
        until(
            lambda: not self._leftovers(),
            lambda: f"no process is left over: {[processes.describe(p) for p in self._leftovers()]}",
            10,
        )
        texts = self.outputs + [path.read_text(errors="replace") for path in self.dir.glob("*.txt")]
        texts += [path.read_text(errors="replace") for path in self.dir.glob("**/vestimd.log*")]
        for text in texts:
            for word in SANITIZER_WORDS:
                if word in text:
                    fail(f"a sanitizer reported:\n{text[text.index(word) - 200 if text.index(word) > 200 else 0 :][:4000]}")
        shutil.rmtree(self.dir, ignore_errors=True)

    def abandon(self, keep=False):
        """After a failure: ends everything, without a check. `keep` leaves the folder."""
        for daemon in self.daemons:
            if daemon.process and daemon.process.poll() is None:
                daemon.process.kill()
        try:
            self._run_cleanups()
        except OSError:
            pass
        for pid in self._leftovers():
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass
        for daemon in self.daemons:
            if daemon.process:
                daemon.process.wait()
        if not keep:
            shutil.rmtree(self.dir, ignore_errors=True)
