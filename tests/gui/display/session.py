# SPDX-License-Identifier: MIT
"""A private session for one run: X server, bus, home. Everything in it ends with it.

Used as a program it runs its arguments inside such a session: session.py PROGRAM [ARGUMENT …]
"""
import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

SETTINGS = """[Settings]
gtk-enable-animations=0
gtk-cursor-blink=0
gtk-double-click-time=1
gtk-font-name=Cantarell 11
"""
UNSET = ("WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "AT_SPI_BUS_ADDRESS", "XAUTHORITY", "GTK_A11Y", "GTK_THEME",
         "VESTIM_HOME", "VESTIM_PORT", "VESTIM_HOST", "NOTIFY_SOCKET")


def environment(home, display):
    env = {name: value for name, value in os.environ.items() if name not in UNSET}
    folders = {"HOME": "", "XDG_RUNTIME_DIR": "run", "XDG_CONFIG_HOME": "config", "XDG_CACHE_HOME": "cache",
               "XDG_DATA_HOME": "data", "TMPDIR": "tmp"}
    for name, folder in folders.items():
        path = home / folder
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        env[name] = str(path)
    config = home / "config/gtk-4.0"
    config.mkdir(parents=True, exist_ok=True)
    (config / "settings.ini").write_text(SETTINGS)
    env.update(DISPLAY=f":{display}", GDK_BACKEND="x11", GSK_RENDERER="cairo", GSETTINGS_BACKEND="memory",
               ADW_DISABLE_PORTAL="1", GIO_USE_VFS="local", LC_ALL="C.UTF-8", VESTIM_HOME=str(home / "vestim"))
    return env


@contextlib.contextmanager
def x_server(size):
    read, write = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", size + "x24", "-nolisten", "tcp",
                               "-noreset"], pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as pipe:
        display = pipe.readline().strip()
    try:
        if not display:
            raise RuntimeError("Xvfb did not start")
        yield display
    finally:
        server.terminate()
        server.wait()


def run(argv, size="1280x800"):
    """Runs argv in a session of its own; its exit code. The group it led is ended with it."""
    home = pathlib.Path(tempfile.mkdtemp(prefix="vestim-gui-"))
    try:
        with x_server(size) as display:
            child = subprocess.Popen(["dbus-run-session", "--", *argv], env=environment(home, display),
                                     start_new_session=True)
            try:
                return child.wait()
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGTERM)
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:], os.environ.get("VESTIM_SCREEN", "1280x800")))
