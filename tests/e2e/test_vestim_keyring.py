# SPDX-License-Identifier: MIT
"""The token of a remote server from the desktop's keyring, where the dashboard stores it."""

import os
import pathlib
import shutil

from support import expect, expect_in, skip, test
from support.builds import program
from support.keyring import Keyring, start_bus
from support.shell import Shell

LIBRARY = "libsecret-1.so.0"
NO_TOKEN = "requires its token: set VESTIM_TOKEN, or use --token-file FILE."


def needs_libsecret():
    if LIBRARY.encode() not in pathlib.Path(program("vestim")).read_bytes():
        skip("vestim was built without libsecret")


def asked(shell, server, keyring=None, **env):
    """`vestim status` of the remote server, and the PID that it shows."""
    env = {**(keyring.environment if keyring else {}), **env}
    return shell.run("--server", server, "status", "--format", "{pid}", env=env)


@test("the token of a remote server comes from the keyring")
def _(t):
    needs_libsecret()
    remote = t.daemon(home=t.dir / "remote")
    keyring = Keyring(t, {"http://192.0.2.1:8001": "0" * 64, remote.url: remote.token})
    shell = Shell(t)
    expect(int(asked(shell, remote.url, keyring).expect(0).out), remote.pid)
    expect(int(asked(shell, remote.url + "/", keyring).expect(0).out), remote.pid)
    expect_in("SearchItems", keyring.calls())
    added = shell.run("--server", remote.url, "add", "--print-id", "--hold", "--", "true", env=keyring.environment)
    expect(remote.ids(), [added.expect(0).out.strip()])


@test("a keyring that is locked is unlocked")
def _(t):
    needs_libsecret()
    remote = t.daemon(home=t.dir / "remote")
    keyring = Keyring(t, {remote.url: remote.token}, locked=True)
    expect(int(asked(Shell(t), remote.url, keyring).expect(0).out), remote.pid)
    expect_in("Unlock", keyring.calls())


@test("the token that the keyring has for another server is not used")
def _(t):
    needs_libsecret()
    remote = t.daemon(home=t.dir / "remote")
    keyring = Keyring(t, {"http://192.0.2.1:8001": remote.token})
    expect_in(NO_TOKEN, asked(Shell(t), remote.url, keyring).expect(1).err)
    expect_in("SearchItems", keyring.calls())


@test("vestim says that the server does not accept the token of the keyring")
def _(t):
    needs_libsecret()
    remote = t.daemon(home=t.dir / "remote")
    keyring = Keyring(t, {remote.url: "0" * 64})
    expect_in("does not accept the token", asked(Shell(t), remote.url, keyring).expect(1).err)


@test("a token of the keyring is not sent in clear text over a network, unless --insecure")
def _(t):
    needs_libsecret()
    keyring = Keyring(t, {"http://192.0.2.1:8001": "0" * 64})
    expect_in("is not encrypted", asked(Shell(t), "http://192.0.2.1:8001", keyring).expect(2).err)


@test("the keyring is asked only for a remote server whose token is not given")
def _(t):
    remote = t.daemon(home=t.dir / "remote")
    t.daemon()
    keyring = Keyring(t, {remote.url: "0" * 64})
    shell = Shell(t)
    expect(int(asked(shell, remote.url, keyring, VESTIM_TOKEN=remote.token).expect(0).out), remote.pid)
    file = t.write("token", remote.token, mode=0o600)
    shell.run("--server", remote.url, "--token-file", file, "status", env=keyring.environment).expect(0)
    shell.run("status", env=keyring.environment).expect(0)
    expect(keyring.calls(), ["ready"])


@test("without a keyring, a bus or the library of the keyring, a remote server asks for its token")
def _(t):
    remote = t.daemon(home=t.dir / "remote")
    shell = Shell(t)
    expect_in(NO_TOKEN, asked(shell, remote.url, DBUS_SESSION_BUS_ADDRESS=start_bus(t)).expect(1).err)
    expect_in(NO_TOKEN, asked(shell, remote.url, DBUS_SESSION_BUS_ADDRESS=f"unix:path={t.dir}/none").expect(1).err)
    # The loader takes this file for the library, and cannot read it.
    t.write(f"empty/{LIBRARY}", "")
    lacking = asked(shell, remote.url, LD_LIBRARY_PATH=str(t.dir / "empty"), G_MESSAGES_DEBUG="all").expect(1)
    expect_in(NO_TOKEN, lacking.err)
    if LIBRARY.encode() in pathlib.Path(program("vestim")).read_bytes():
        expect_in("cannot load the library of the keyring", lacking.out + lacking.err)


# Each library costs every start; see docs/performance.md.
@test("a start loads nothing of the keyring")
def _(t):
    if not shutil.which("ldd"):
        skip("ldd is not installed")
    loaded = t.command("ldd", program("vestim"), env={"PATH": os.environ["PATH"]}).expect(0).out
    expect_in("libsoup", loaded)
    expect([name for name in ("libsecret", "libgcrypt") if name in loaded], [])
