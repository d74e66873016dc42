# SPDX-License-Identifier: MIT
"""As another user of the same machine, tries to read, change, stop or imitate a daemon, its jobs and its files.

The two ordinary users are two user IDs, so the attack needs root. The daemon's user has the umask 0. Whatever the other user
does, that user must not get the token, a job or a log, and no file of the daemon's user may change."""

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import threading

from support import processes, skip, until
from support.builds import program
from support.daemon import Daemon

OWNER, OTHER = 51001, 51002
SECRET = "the owner's secret"

# Run as the other user: prints what it could do to the paths given as arguments.
INTRUDE = r"""
import os, sys
for path in sys.argv[1:]:
    for what, call in (
        ("read", lambda: os.read(os.open(path, os.O_RDONLY | os.O_NONBLOCK), 1)),
        ("write", lambda: os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_APPEND)),
        ("list", lambda: os.listdir(path)),
        ("look at", lambda: os.lstat(path)),
        ("plant in", lambda: os.close(os.open(os.path.join(path, "planted"), os.O_WRONLY | os.O_CREAT))),
        ("rename", lambda: os.rename(path, path + ".away")),
        ("remove", lambda: os.unlink(path)),
        ("link", lambda: os.link(path, "/tmp/planted-%d" % os.getpid())),
    ):
        try:
            call()
            print(what, path)
        except OSError:
            pass
"""

# Run as the other user: prints what it could read of processes.
WATCH = r"""
import os, sys
for pid in sys.argv[1:]:
    for name in ("cmdline", "environ", "maps", "mem", "stack", "io", "status", "comm"):
        try:
            with open("/proc/%s/%s" % (pid, name), "rb") as file:
                sys.stdout.buffer.write(file.read(1 << 20))
        except OSError:
            pass
    for name in ("fd", "cwd", "root", "map_files"):
        try:
            print(os.listdir("/proc/%s/%s" % (pid, name)))
        except OSError:
            pass
    for number in (15, 9, 19):
        try:
            os.kill(int(pid), number)
            print("SIGNALLED", pid, number)
        except OSError:
            pass
"""

REFUSED = (1, 2)  # 2: the settings in the directory cannot be used


def as_user(user):
    return {"user": user, "group": user, "extra_groups": []}


class OwnersDaemon(Daemon):
    """Runs as the owner."""

    def launch(self, *more, **popen):
        return super().launch(*more, **as_user(OWNER), umask=0, **popen)


class Squatter:
    """Listens on the daemon's port as a program of the other user would, answers all requests, and keeps what it is sent."""

    def __init__(self, port):
        self.got = b""
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(("127.0.0.1", port))
        self.socket.listen(8)
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self):
        answer = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 33\r\n\r\n{"status": "online", "pid": 12345}'
        try:
            while True:
                connection, _ = self.socket.accept()
                connection.settimeout(5)
                with connection:
                    self.got += connection.recv(65536)
                    connection.sendall(answer)
        except OSError:
            pass

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(10)


class Attack:
    def __init__(self, run):
        self.run, self.t, self.random = run, run.t, run.random
        self.t.dir.chmod(0o711)
        self.number = 0
        self.new_owner()

    def new_owner(self):
        """A new home with a secret, in which the daemon has never run."""
        self.number += 1
        self.home = self.t.dir / f"owner-{self.number}"
        self.home.mkdir(mode=0o755)
        self.secret = self.home / "secret"
        self.secret.write_text(SECRET)
        self.secret.chmod(0o600)
        for path in (self.home, self.secret):
            os.chown(path, OWNER, OWNER)
        env = self.t.environment(HOME=str(self.home))
        self.daemon = OwnersDaemon(self.t, self.home / "data", ["--port", str(self.t.free_port())], env)
        self.t.daemons.append(self.daemon)

    def python(self, script, *arguments):
        """What a script of the other user prints."""
        self.run.count()
        command = ["/usr/bin/python3", "-c", script, *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, errors="replace", cwd="/", **as_user(OTHER)).stdout

    def vestimd(self, *options, data=None):
        """A command of the owner."""
        self.run.count()
        command = [program("vestimd"), "--data-dir", str(data or self.daemon.home), *options]
        env = self.t.environment(HOME=str(self.home))
        return subprocess.run(command, capture_output=True, text=True, env=env, stdin=subprocess.DEVNULL, timeout=60, cwd="/", umask=0, **as_user(OWNER))

    def processes(self):
        return processes.that_mention(str(self.home))

    # Against a daemon with a job.

    def intrude(self):
        paths = [self.daemon.home, *self.daemon.home.rglob("*")]
        could = self.python(INTRUDE, *paths).splitlines()
        could = [line for line in could if line != f"look at {self.daemon.home}"]
        if could:
            self.run.found("the other user could use files of the daemon", "\n".join(could))
        for path in paths:
            if path.is_file() and not path.is_symlink() and path.stat().st_mode & 0o022:
                self.run.found("a file of the daemon could be written by others", path)
        for name in ("token", "server.json", "server.pid", "registry.db", "registry.db-wal", "vestimd.log"):
            path = self.daemon.home / name
            if path.exists() and path.stat().st_mode & 0o077:
                self.run.found(f"{name} has the mode {stat.filemode(path.stat().st_mode)}")

    def watch(self):
        running = self.processes()
        seen = self.python(WATCH, *running)
        if self.daemon.token in seen:
            self.run.found("the token is in /proc for everyone", seen[:500])
        if "SIGNALLED" in seen:
            self.run.found("the other user could signal a process of the daemon", seen[-300:])
        for pid in running:
            if any(self.daemon.token in text for text in processes.command_line(pid)):
                self.run.found("the token is in a command line", processes.describe(pid))
            if pid != self.daemon.pid and any(self.daemon.token in text for text in processes.environment(pid)):
                self.run.found("the token is in the environment of a job", processes.describe(pid))

    def ask_without_token(self):
        for method, target in (("GET", "/jobs"), ("POST", "/server/shutdown"), ("DELETE", "/jobs"), ("GET", "/events"), ("GET", "/metrics")):
            for header in (None, "Bearer ", "Bearer " + "0" * 64, "Basic OmE=", f"Bearer {self.daemon.token[:-1]}", f"Bearer {self.daemon.token}0"):
                self.run.count()
                headers = {"Authorization": header} if header else {}
                status = self.daemon.request(method, target, headers=headers, token=False).status
                if status != 401:
                    self.run.found(f"{method} {target} with {header!r} was answered with {status}")

    def share_port(self):
        """A listener on the same port, more special or with other options, would get the owner's requests."""
        for host, option in (("127.0.0.1", socket.SO_REUSEADDR), ("127.0.0.1", socket.SO_REUSEPORT), ("0.0.0.0", socket.SO_REUSEADDR), ("0.0.0.0", socket.SO_REUSEPORT)):
            self.run.count()
            with socket.socket() as thief:
                thief.setsockopt(socket.SOL_SOCKET, option, 1)
                try:
                    thief.bind((host, self.daemon.port))
                    thief.listen(1)
                except OSError:
                    continue
                self.run.found(f"another socket could listen on the daemon's port at {host}")

    def leave_in_tmp(self):
        """What the owner's programs leave in shared folders."""
        for folder in ("/tmp", "/var/tmp", "/dev/shm"):
            for name in os.listdir(folder):
                path = os.path.join(folder, name)
                if self.owner_of(path) == OWNER:
                    self.run.found("the owner's programs left a file in a shared folder", path)

    def owner_of(self, path):
        try:
            return os.lstat(path).st_uid
        except FileNotFoundError:
            return None  # of another program, which has removed it

    # Against a daemon that does not run.

    def take_port(self):
        """The daemon was killed, and another program listens where it did."""
        self.daemon.kill()
        squatter = Squatter(self.daemon.port)
        try:
            for options, codes in ((["--status"], (3,)), (["--status", "--json"], (3,)), (["--stop"], (0,)), (["--port", str(self.daemon.port)], (3,))):
                code = self.vestimd(*options).returncode
                if code not in codes:
                    self.run.found(f"vestimd {' '.join(options)} took another program for its daemon: code {code}")
        finally:
            squatter.close()
        if self.daemon.token.encode() in squatter.got:
            self.run.found("the token was sent to another program on the daemon's port", squatter.got[:500])
        self.daemon.start()

    def old_address(self):
        """A daemon that is still starting holds its PID file, while server.json has the address of one that was killed."""
        server = self.daemon.home / "server.json"
        kept = server.read_text()
        port = self.t.free_port()
        squatter = Squatter(port)
        os.kill(self.daemon.pid, signal.SIGSTOP)
        try:
            server.write_text(kept.replace(f":{self.daemon.port}", f":{port}").replace(f"{self.daemon.pid}", "4000001"))
            code = self.vestimd("--status").returncode
            if code != 4:
                self.run.found(f"vestimd --status took another program for its daemon: code {code}")
        finally:
            server.write_text(kept)
            os.kill(self.daemon.pid, signal.SIGCONT)
            squatter.close()
        if self.daemon.token.encode() in squatter.got:
            self.run.found("the token was sent to the address of an earlier daemon", squatter.got[:500])

    def claim_pid(self):
        """A PID file that names a process of the other user."""
        with subprocess.Popen(["sleep", "600"], **as_user(OTHER)) as victim:
            self.daemon.kill()
            (self.daemon.home / "server.pid").write_text(f"{victim.pid}\n")
            self.vestimd("--status")
            self.vestimd("--stop")
            if victim.poll() is not None:
                self.run.found("a process of the other user was signalled")
            victim.kill()
        self.daemon.start()

    # Before the first start: what the other user plants where the data directory will be.

    def plant(self):
        self.daemon.stop()
        self.new_owner()
        shared = self.t.dir / f"shared-{self.number}"
        shared.mkdir()
        shared.chmod(0o1777 if self.random.random() < 0.7 else 0o777)
        self.daemon.home = data = shared / "data"
        kind = self.random.choice(("nothing", "folder", "open folder", "link", "link to home", "file", "FIFO", "traps"))
        if kind in ("folder", "open folder", "traps"):
            data.mkdir()
            os.chown(data, OWNER if kind == "traps" else OTHER, OTHER)
            data.chmod(0o700 if kind == "folder" else 0o777)
        if kind == "traps":
            self.set_traps(data)
        if kind == "link":
            (self.t.dir / f"trap-{self.number}").mkdir()
            os.chown(self.t.dir / f"trap-{self.number}", OTHER, OTHER)
            data.symlink_to(self.t.dir / f"trap-{self.number}")
        if kind == "link to home":
            data.symlink_to(self.secret)
        if kind == "file":
            data.write_text("mine")
        if kind == "FIFO":
            os.mkfifo(data, 0o666)
        self.start_over(kind, oct(shared.stat().st_mode & 0o7777), shared)

    def set_traps(self, data):
        """Files and links with the names that the daemon uses."""
        for name in ("server.pid", "server.json", "token", "registry.db", "registry.db-wal", "jobs", "trash", "vestimd.log", "vestimd.conf", "registry.db.new", "token.new"):
            kind = self.random.choice(("no", "link", "hard link", "file", "folder", "FIFO"))
            path = data / name
            if kind == "link":
                path.symlink_to(self.secret)
            elif kind == "hard link":
                os.link(self.secret, path)
            elif kind == "file":
                path.write_text("0" * 64 + "\n")
                os.chown(path, OTHER, OTHER)
                path.chmod(0o666)
            elif kind == "folder":
                path.mkdir(mode=0o777)
            elif kind == "FIFO":
                os.mkfifo(path, 0o666)

    def start_over(self, kind, mode, shared):
        """The start is refused, or nothing of the other user is used."""
        log = len(self.daemon.log_text())
        self.daemon.launch()
        until(lambda: self.daemon.process.poll() is not None or self.serves(), "the daemon starts or refuses", 60)
        code = self.daemon.process.poll()
        what = f"{kind}, parent {mode}\n{self.daemon.log_text()[log:]}"
        self.run.count()
        if code is None and (kind != "nothing" or mode != "0o1777"):
            self.run.found("the daemon serves from what another user has prepared", what)
        elif code is not None and (code not in REFUSED or kind == "nothing" and mode == "0o1777"):
            self.run.found(f"the start ended with {code}", what)
        elif code is not None and len(self.daemon.log_text()) == log:
            self.run.found("the start was refused without a sentence", what)
        if self.secret.read_text() != SECRET or self.secret.stat().st_mode & 0o077:
            self.run.found("a file of the owner was changed through a trap", what)
        if code is None:
            self.daemon.process.terminate()
            self.daemon.wait()
        shutil.rmtree(shared)
        self.daemon.home = self.home / "data"
        self.prepare()

    def serves(self):
        path = self.daemon.home / "server.json"
        try:
            return path.is_file() and json.loads(path.read_text())["pid"] == self.daemon.process.pid
        except (OSError, ValueError):
            return False

    def prepare(self):
        """The owner's daemon with a job that runs."""
        self.daemon.start()
        self.daemon.until_status(self.daemon.sh("echo secret; sleep 300"), "running")

    def step(self):
        running = (self.intrude, self.watch, self.ask_without_token, self.share_port, self.leave_in_tmp)
        stopped = (self.take_port, self.claim_pid, self.old_address) if self.random.random() < 0.3 else (self.plant, self.plant)
        self.random.choice(running + stopped)()


def attack(run):
    if os.geteuid() != 0:
        skip("needs root")
    for path in (program("vestimd"), program("vestim-run")):
        if subprocess.run(["test", "-x", path], **as_user(OWNER)).returncode:
            skip("another user cannot execute the programs in the build folder")
    attack_on = Attack(run)
    attack_on.prepare()
    for _ in run.steps(20):
        attack_on.step()
