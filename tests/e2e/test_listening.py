# SPDX-License-Identifier: MIT
"""The socket and the port: one daemon for each address, and never another address without a word."""

import json
import os
import socket
import subprocess
import sys

from support import expect, expect_in, fail, skip, test, until
from support.builds import program


@test("port 0 takes any free port, and server.json contains it")
def _(t):
    daemon = t.daemon()
    server = json.loads((t.home / "server.json").read_text())
    expect(sorted(server), ["pid", "started_at", "url", "version"])
    expect(server["url"], f"http://127.0.0.1:{daemon.port}")
    daemon.get("/").expect(200)


@test("a second daemon on the same data directory is code 3 and names address and PID")
def _(t):
    daemon = t.daemon()
    result = t.vestimd("--port", "0").expect(3)
    expect_in(daemon.url, result.err)
    expect_in(str(daemon.pid), result.err)
    expect_in(f"--stop --data-dir '{t.home}'", result.err)
    daemon.get("/").expect(200)
    expect(json.loads((t.home / "server.json").read_text())["pid"], daemon.pid)


@test("a second daemon on the same port is code 3 and names address and PID of the first")
def _(t):
    daemon = t.daemon()
    result = t.vestimd("--port", daemon.port, home=t.dir / "other").expect(3)
    expect_in(f"127.0.0.1:{daemon.port}", result.err)
    expect_in(f". The port is used by another vestimd, process {daemon.pid}.", result.err)
    expect((t.dir / "other" / "server.pid").exists(), False, "server.pid of the refused one exists")


# A port that a user or an admin wrote down is what clients, tunnels and firewalls rely on.
@test("a port that any setting names is never changed")
def _(t):
    taken = t.listening_socket().getsockname()[1]
    expect_in(f"127.0.0.1:{taken}", t.vestimd("--port", taken).expect(3).err)
    t.vestimd(env={"VESTIM_PORT": str(taken)}).expect(3)
    t.write("home/vestimd.conf", f"[vestimd]\nport={taken}\n", 0o600)
    t.vestimd().expect(3)


@test("when the default port is held by someone else a free one is taken, said and stored")
def _(t):
    while True:
        try:
            t.listening_socket(8001)
        except OSError:
            pass  # Someone else holds it: just as good, if it still does when the daemon starts.
        daemon = t.daemon(port=None)
        if daemon.port != 8001:
            break
        daemon.stop()
    daemon.until_logged(f"taken=8001 port={daemon.port} ")
    daemon.get("/").expect(200)


@test("the default address is 127.0.0.1:8001", root=True)
def _(t):
    inside = ["unshare", "--net", "sh", "-c", 'ip link set lo up; exec "$0" "$@"']
    if subprocess.run(inside + ["true"], capture_output=True).returncode != 0:
        skip("no network namespace can be made here")
    daemon = t.daemon(port=None, prefix=inside)
    expect(daemon.url, "http://127.0.0.1:8001")


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
            return True
    except OSError:
        return False


@test("IPv6 literals are served, with brackets or without")
def _(t):
    if not has_ipv6():
        skip("no IPv6 on this machine")
    for host in ("::1", "[::1]"):
        daemon = t.daemon("--host", host, home=t.dir / f"home{len(host)}")
        expect(daemon.url, f"http://[::1]:{daemon.port}")
        daemon.get("/").expect(200)
        t.vestimd("--status", home=daemon.home).expect(0)
        daemon.stop()


@test("a name is resolved")
def _(t):
    daemon = t.daemon("--host", "localhost")
    daemon.get("/").expect(200)
    result = t.vestimd("--host", "no-such-host.invalid", home=t.dir / "other", timeout=120).expect(1)
    expect_in("no-such-host.invalid", result.err)


@test("an address of another machine is refused with code 1")
def _(t):
    expect_in("192.0.2.1", t.vestimd("--host", "192.0.2.1", "--port", "0").expect(1).err)


@test("a host that is not loopback is served with the token and a warning about clear text")
def _(t):
    daemon = t.daemon("--host", "0.0.0.0")
    daemon.until_logged("clear text")
    daemon.host = "127.0.0.1"
    daemon.get("/").expect(200)
    daemon.get("/", token=False).expect_problem(401)


# Clients that were connected leave sockets in TIME_WAIT on the server's side.
@test("a restart binds at once over connections in TIME_WAIT")
def _(t):
    port = t.free_port()
    for _ in range(3):
        daemon = t.daemon(port=port)
        for _ in range(10):
            daemon.get("/", headers={"Connection": "close"}).expect(200)
        idle = [daemon.connect() for _ in range(5)]
        daemon.stop()
        for connection in idle:
            connection.close()


LAUNCHER = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ["LISTEN_PID"] = str(os.getpid())
os.execv(sys.argv[2], sys.argv[2:])
"""


# Passes the socket as each descriptor from 3 to the one named, and nothing else.
FEWER = """
import os, sys
held = os.dup2(int(sys.argv[1]), 20, inheritable=False)
last = int(sys.argv[2])
os.closerange(3, 20)
for fd in range(3, last + 1):
    os.dup2(held, fd)
os.environ["LISTEN_PID"] = str(os.getpid())
os.execv(sys.argv[3], sys.argv[3:])
"""


def activated(t, held, count="1", **env):
    command = [sys.executable, "-c", LAUNCHER, str(held.fileno()), program("vestimd"), "--data-dir", t.home]
    os.set_inheritable(held.fileno(), True)
    return t.process(
        *command,
        pass_fds=[held.fileno()],
        env=t.environment(LISTEN_FDS=count, **env),
        stderr=open(t.dir / "activated.txt", "w"),
    )


@test("a socket from a service manager is used instead of a new one")
def _(t):
    held = t.listening_socket()
    process = activated(t, held, VESTIM_PORT="1")
    until(lambda: (t.home / "server.json").exists() or process.poll() is not None, "serves")
    expect(process.poll(), None, (t.dir / "activated.txt").read_text())
    daemon = t.found_daemon()
    expect(daemon.port, held.getsockname()[1], "port")
    daemon.get("/").expect(200)
    job = daemon.sh("env")
    daemon.completed(job)
    expect("LISTEN_" in daemon.log_of(job), False, "LISTEN_* reached the job")
    t.vestimd("--stop").expect(0)


# The daemon must not take its own descriptors for the promised ones.
@test("missing descriptors of LISTEN_FDS do no harm")
def _(t):
    for count, last in (("1", 2), ("2", 3), ("5", 4)):
        home = t.dir / f"home-{count}"
        with t.listening_socket() as held:
            os.set_inheritable(held.fileno(), True)
            process = t.process(
                *[sys.executable, "-c", FEWER, str(held.fileno()), str(last), program("vestimd")],
                *["--data-dir", home, "--port", "0"],
                pass_fds=[held.fileno()],
                env=t.environment(LISTEN_FDS=count),
                stderr=subprocess.DEVNULL,
            )
            until(lambda: (home / "server.json").exists() or process.poll() is not None, "serves")
            t.vestimd("--status", home=home).expect(0)
            process.terminate()
            expect(t.ended(process, 60), 0, f"exit code with LISTEN_FDS={count}")
            expect((home / "server.pid").exists(), False, "server.pid is left")


@test("a passed descriptor that is not a listening socket prevents the start")
def _(t):
    with socket.socket() as unbound:
        process = activated(t, unbound)
        expect(t.ended(process, 30), 1, "exit code")
    if len((t.dir / "activated.txt").read_text()) < 20:
        fail("no message")


@test("NOTIFY_SOCKET gets READY=1 when the daemon serves, and STOPPING=1 at the end")
def _(t):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(t.dir / "notify"))
        manager.settimeout(30)
        daemon = t.daemon(env={"NOTIFY_SOCKET": str(t.dir / "notify")})
        expect_in("READY=1", manager.recv(4096).decode())
        job = daemon.sh("env")
        daemon.completed(job)
        expect("NOTIFY_SOCKET" in daemon.log_of(job), False, "NOTIFY_SOCKET reached the job")
        daemon.stop()
        expect_in("STOPPING=1", manager.recv(4096).decode())


@test("an abstract NOTIFY_SOCKET works too")
def _(t):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        name = "vestim-" + t.dir.name
        manager.bind("\0" + name)
        manager.settimeout(30)
        t.daemon(env={"NOTIFY_SOCKET": "@" + name})
        expect_in("READY=1", manager.recv(4096).decode())


# A user who sets it wants other helpers than the default ones.
@test("a VESTIM_LIBEXEC without the helpers is reported")
def _(t):
    daemon = t.daemon(env={"VESTIM_LIBEXEC": str(t.dir / "nothing")})
    daemon.until_logged(f'VESTIM_LIBEXEC has no such program folder="{t.dir}/nothing" name=vestim-run')


@test("programs copied into one folder find each other there")
def _(t):
    place = t.dir / "programs"
    place.mkdir()
    for name in ("vestimd", "vestim-run", "vestim-estimate"):
        t.copy_program(program(name), place)
    t.command(place / "vestimd", "--data-dir", t.home, "--port", "0", "--daemonize").expect(0)
    daemon = t.found_daemon()
    daemon.completed(daemon.sh("echo hello"))
    t.vestimd("--stop").expect(0)
