# SPDX-License-Identifier: MIT
"""Things around the daemon that hang, and processes that it may not end."""

import fcntl
import os
import pty
import signal
import termios

from support import expect, expect_in, processes, test, until


def full_pipe(t):
    """(reader, writer) of a pipe that takes nothing more."""
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    t.cleanups += [lambda: os.close(writer), lambda: os.close(reader)]
    return reader, writer


def fill(writer):
    """By a description of its own, so that the daemon's stays as it is."""
    filler = os.open(f"/proc/self/fd/{writer}", os.O_WRONLY | os.O_NONBLOCK)
    try:
        while True:
            os.write(filler, b"x")
    except BlockingIOError:
        pass
    os.close(filler)


def expect_at_work(daemon):
    """Each of these logs lines."""
    for _ in range(20):
        daemon.completed(daemon.run("true"))
    daemon.get("/server/status").expect(200)


@test("a daemon whose standard error nobody reads answers, and SIGTERM ends it")
def _(t):
    _, writer = full_pipe(t)
    daemon = t.daemon("--log-level", "debug", start=False).start(stderr=writer)
    fill(writer)
    expect_at_work(daemon)
    daemon.stop()


@test("a daemon on a terminal that was stopped with Ctrl+S answers, and SIGTERM ends it")
def _(t):
    terminal, slave = pty.openpty()
    t.cleanups += [lambda: os.close(terminal), lambda: os.close(slave)]
    daemon = t.daemon("--log-level", "debug", start=False).start(stderr=slave)
    termios.tcflow(slave, termios.TCOOFF)
    expect_at_work(daemon)
    daemon.stop()


@test("a start that is refused ends, even if nobody reads why")
def _(t):
    _, writer = full_pipe(t)
    fill(writer)
    t.daemon()
    second = t.daemon(start=False).launch(stderr=writer)
    expect(second.wait(10), 3)
