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
         "VESTIM_HOME", "VESTIM_PORT", "VESTIM_HOST", "VESTIM_TOKEN", "NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID")
PROGRAMS = ("Xvfb", "dbus-run-session", "xdotool")


def missing():
    """The reason why a session can't run here, or None."""
    for program in PROGRAMS:
        if shutil.which(program) is None:
            return f"{program} is not installed"
    look = "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"
    if subprocess.run([sys.executable, "-c", look], stderr=subprocess.DEVNULL, check=False).returncode != 0:
        return "AT-SPI's bindings for Python are not installed"
    return None


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
    # Without GL: cairo draws, and the drivers leak.
    env.update(DISPLAY=f":{display}", GDK_BACKEND="x11", GSK_RENDERER="cairo", GDK_DEBUG="gl-disable",
               GSETTINGS_BACKEND="memory",
               ADW_DISABLE_PORTAL="1", GIO_USE_VFS="local", LC_ALL="C.UTF-8", VESTIM_HOME=str(home / "vestim"))
    return env


@contextlib.contextmanager
def x_server(size):
    """Runs an X server and yields the number of its display."""
    read, write = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", size + "x24", "-nolisten", "tcp",
                               "-noreset"], pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as pipe:
            display = pipe.readline().strip()
        if not display:
            raise RuntimeError("Xvfb did not start")
        yield display
    finally:
        server.terminate()
        server.wait()


def stop_daemon(env):
    """The daemon that the dashboard started is not in the process group, so it needs its own stop."""
    vestimd = pathlib.Path(env["VESTIM_BUILD"]) / "vestimd"
    subprocess.run([vestimd, "--stop"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def run_inside(argv, env):
    """Returns the exit code. Only the program writes to stdout; output of the bus and its services is dropped."""
    out = os.dup(1)
    inner = [sys.executable, "-c", "import os, sys; os.dup2(int(sys.argv[1]), 1); os.execvp(sys.argv[2], sys.argv[2:])"]
    child = subprocess.Popen(["dbus-run-session", "--", *inner, str(out), *argv], env=env, stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, pass_fds=[out], start_new_session=True)
    try:
        return child.wait()
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGTERM)
        stop_daemon(env)


def run(argv, size="1280x800"):
    home = pathlib.Path(tempfile.mkdtemp(prefix="vestim-gui-"))
    try:
        with x_server(size) as display:
            return run_inside(argv, environment(home, display))
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    if reason := missing():
        print(f"1..0 # SKIP {reason}")
        sys.exit(0)
    sys.exit(run(sys.argv[1:], os.environ.get("VESTIM_SCREEN", "1280x800")))
