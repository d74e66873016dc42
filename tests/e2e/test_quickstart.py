# SPDX-License-Identifier: MIT
"""The quickstart, as a stranger runs it: in a fresh clone, twice, with an empty home; and its
messages, with programs that are built already."""

import fcntl
import os
import pty
import re
import shutil
import struct
import termios

from support import expect, expect_in, test, until
from support.builds import SOURCE, build_folder, program
from support.estimations import cycle


def clone(t):
    """The sources without build folders, in a path with a space."""
    place = t.dir / "a clone"
    shutil.copytree(SOURCE, place, ignore=shutil.ignore_patterns("build*", "b", ".git", "__pycache__", ".cache"))
    return place


# Any free port: the usual one may be in use on the machine.
QUIET = {"DISPLAY": None, "WAYLAND_DISPLAY": None, "VESTIM_PORT": "0"}


def quickstart(t, place, *arguments, **env):
    script = place / "data" / "quickstart.sh"
    return t.command("sh", script, *arguments, timeout=1000, env={**QUIET, **env})


def stand_in(t):
    """The script with programs that are built. The tools to install and to build only leave a mark."""
    place = t.dir / "stand-in"
    (place / "data").mkdir(parents=True)
    shutil.copy(SOURCE / "data" / "quickstart.sh", place / "data")
    (place / "build").symlink_to(build_folder())
    for tool in ("dpkg-query", "ninja"):
        t.write(f"bin/{tool}", f"#!/bin/sh\necho {tool} >>'{t.dir}/called'\necho install ok installed\n", 0o755)
    return place, f"{t.dir}/bin:{os.environ['PATH']}"


def drive_cycles(t):
    for phase, name in enumerate(("train", "val", "test")):
        cycle(t, f"{name}/a", phase, rows=20000 if name == "train" else 1200)
    return t.dir / "cycles"


class Terminal:
    """A program on a terminal of that many columns."""

    def __init__(self, t, columns, *command, env):
        self.main, side = pty.openpty()
        self.resize(columns)
        self.text = ""
        self.process = t.process(*command, env=t.environment(**env), stdout=side, stderr=side, start_new_session=True)
        os.close(side)
        os.set_blocking(self.main, False)
        t.cleanups.append(lambda: os.close(self.main))

    def resize(self, columns):
        fcntl.ioctl(self.main, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def bars(self):
        """All updates of the bar."""
        try:
            self.text += os.read(self.main, 65536).decode()
        except OSError:
            pass  # nothing new, or it ended
        return self.text.split("\r[")[1:]


@test("a fresh clone goes from nothing to a table of errors, and the second run builds nothing", alone=True)
def _(t):
    place = clone(t)
    # GCC warns of more in a release build, and a warning must not reach a user.
    first = quickstart(t, place, CFLAGS="-Werror").expect(0)
    expect(first.err, "", "stderr")
    table = re.findall(r"^(\S.*?) +(\d+\.\d\d) +(\d+\.\d\d) +(\d+\.\d\d)$", first.out, re.MULTILINE)
    expect(table[-1][0], "all test files")
    expect(len(table) >= 2, True, "a line for each test file")
    expect(float(table[-1][1]) < 200, True, f"RMSE {table[-1][1]} mV")
    expect_in("100 %", first.out)

    daemon = t.found_daemon(home=t.dir / ".vestim")
    built = (place / "build" / "vestimd").stat().st_mtime_ns
    second = quickstart(t, place).expect(0)
    expect((place / "build" / "vestimd").stat().st_mtime_ns, built, "when vestimd was built")
    expect_in("already", second.out)
    expect([job["status"] for job in daemon.jobs()], ["completed", "completed"])

    t.command(place / "build" / "vestimd", "--stop").expect(0)


# A typing error must not install packages, nor start a daemon.
@test("arguments are checked first")
def _(t):
    place, path = stand_in(t)
    (t.dir / "half" / "train").mkdir(parents=True)
    shown = quickstart(t, place, "--help", PATH=path).expect(0)
    expect_in("Usage: sh data/quickstart.sh [FOLDER]", shown.out)
    for arguments, word in (
        (["--foo"], "--foo"),
        ([t.dir / "nowhere"], f"there is no folder '{t.dir}/nowhere'"),
        ([t.dir / "half"], "'val'"),
        ([t.dir, t.dir], "one folder"),
    ):
        refused = quickstart(t, place, *arguments, PATH=path).expect(2)
        expect_in(word, refused.err)
        expect(refused.out, "", "stdout")
    expect((t.dir / "called").exists(), False, "something was installed or built")
    expect((t.dir / ".vestim").exists(), False, "a data directory was made")


# Measured data often has other columns, so the message must name them.
@test("when a job is refused for its columns, the message shows them and how to choose others")
def _(t):
    place, path = stand_in(t)
    folder = drive_cycles(t)
    for file in folder.glob("*/a.csv"):
        file.write_text(file.read_text().replace("Temp", "Celsius", 1))
    refused = quickstart(t, place, folder, PATH=path).expect(1)
    t.found_daemon(home=t.dir / ".vestim")
    expect_in('there is no column "Temp"; the columns are', refused.err)
    expect_in("Celsius", refused.err)
    expect_in('"inputs"', refused.err)
    expect("See errors" in refused.err, False, "a hint at what is not shown")


# Trains for ever, so that the bar is there for as long as the test looks at it, however fast the
# machine is. Whatever else it is asked, the real program answers.
ENDLESS = """#!/bin/sh
case "$*" in
--check*) exec '{program}' "$@" ;;
esac
while :; do
  echo '{{"progress": 0.5, "message": "epoch 7 of 100, training 20.5 mV, validation 21.5 mV, some words more"}}' >&3
  sleep 0.2
done
"""


# A line that is too long makes a new one of each update.
@test("the bar stays in one line of the terminal, also when that becomes narrow")
def _(t):
    place, path = stand_in(t)
    estimate = t.write("libexec/vestim-estimate", ENDLESS.format(program=program("vestim-estimate")), 0o755)
    (estimate.parent / "vestim-run").symlink_to(program("vestim-run"))
    env = {**QUIET, "PATH": path, "VESTIM_LIBEXEC": str(estimate.parent)}
    terminal = Terminal(t, 80, "sh", place / "data" / "quickstart.sh", drive_cycles(t), env=env)
    for columns in (80, 60, 40, 0):
        terminal.resize(columns)
        before = len(terminal.bars())
        # The one under way may still be of the size before.
        until(lambda: len(terminal.bars()) >= before + 4, lambda: f"the bar goes on: {terminal.text}")
        for bar in terminal.bars()[before + 1 : before + 3]:
            expect(len("[" + bar), (columns or 80) - 1, "columns")
            expect(re.sub(r"[^\n]", "", bar), "", "line feeds")
            expect(re.fullmatch(r"#* *\] +\d+ %  .*", bar) is not None, True, bar)
    os.killpg(terminal.process.pid, 15)
    t.found_daemon(home=t.dir / ".vestim")
