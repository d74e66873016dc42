# SPDX-License-Identifier: MIT
"""The dashboard as a user of a screen reader uses it: widgets are found by role and name."""
import json
import os
import pathlib
import subprocess
import sys
import time
import urllib.request

from gi.repository import GLib

from accessible import Atspi, Tree

DEADLINE_S = 60 * float(os.environ.get("VESTIM_TEST_PATIENCE", "1"))


def wait_for(condition, what):
    """The value of `condition` as soon as it is true. Fails after the deadline."""
    end = time.monotonic() + DEADLINE_S
    while True:
        began = time.monotonic()
        try:
            value = condition()
        except (GLib.Error, OSError, ValueError):  # a widget or a file that disappeared meanwhile
            value = None
        if value:
            return value
        now = time.monotonic()
        if now > end:
            raise AssertionError(f"not within {DEADLINE_S:.0f} s: {what}")
        # The check takes the app's time too, so leave it some for itself.
        time.sleep(max(0.05, (now - began) / 2))


# When GLib needs a larger table of quarks, it leaks its first one, for 2,048 quarks, on purpose. LeakSanitizer sees
# only g_malloc as its origin, and a suppression of that would hide other leaks too.
QUARKS = "Direct leak of 16384 byte(s) in 1 object(s) allocated from:"


def is_only_quarks(lines):
    """Whether `lines` are a report of LeakSanitizer that contains only GLib's table."""
    leaks = [line for line in lines if " leak of " in line]
    return leaks == [QUARKS] and "LeakSanitizer" in "".join(lines[:2]) and lines[-1].startswith("SUMMARY")


def matches(label, name):
    """A name contains its mnemonic, and GTK 4.8 repeats it without: "C_reate Create"."""
    if name is None:
        return True
    plain = label.replace("_", "")
    return name(label) if callable(name) else plain in (name, f"{name} {name}")


class Notifications:
    """The desktop's notification service of this session."""

    def __init__(self):
        self.kept = pathlib.Path(os.environ["TMPDIR"]) / "notifications"
        subprocess.Popen([sys.executable, pathlib.Path(__file__).with_name("notifications.py"), self.kept])
        wait_for(self.kept.exists, "the notification service")

    def received(self):
        """The titles and texts so far."""
        return [json.loads(line) for line in self.kept.read_text(encoding="utf-8").splitlines()]


class Daemon:
    """The daemon of this session. Tests ask it directly, without the dashboard."""

    def __init__(self):
        self.home = pathlib.Path(os.environ["VESTIM_HOME"])

    def server(self):
        return json.loads((self.home / "server.json").read_text())

    def url(self):
        return self.server()["url"]

    def request(self, method, path, body=None):
        request = urllib.request.Request(self.url() + path, method=method)
        request.add_header("Authorization", "Bearer " + (self.home / "token").read_text().strip())
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body).encode()
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())

    def jobs(self):
        return self.request("GET", "/jobs")

    def command(self, name, *argv, **more):
        return self.request("POST", "/jobs", {"name": name, "kind": "command",
                                              "selections": {"argv": list(argv)}, **more})

    def pid(self):
        return self.server()["pid"]


class App:
    def __init__(self, *arguments, **environment):
        build = os.environ["VESTIM_BUILD"]
        self.started_with = arguments, environment
        env = dict(os.environ, G_DEBUG="fatal-criticals", **environment)
        self.log = open(os.path.join(os.environ["TMPDIR"], "dashboard.log"), "w+")
        self.process = subprocess.Popen([build + "/vestim-dashboard", *arguments], env=env, stderr=self.log)
        self.tree = wait_for(lambda: Tree(self.process.pid), "the dashboard on the accessibility bus")

    def walk(self, within=None, rows=True):
        """The current widgets of the app, or those within `within`, which an earlier call returned."""
        root = self.tree.look()
        if within is not None:
            root = next((node for node in root.walk() if node.path == within.path), None)
        return list(root.walk(rows)) if root is not None else []

    def all(self, role, name=None, within=None):
        """The widgets with that role and name (a function or a text) that have a size."""
        return [node for node in self.walk(within, rows=role == "label")
                if node.role == role and matches(node.name, name) and node.has_size()]

    def find(self, role, name=None, within=None):
        return wait_for(lambda: self.all(role, name, within), f"{role} {name!r}")[-1]

    def press(self, name, role="push button", within=None):
        """Presses a button, once it is sensitive."""
        def ready():
            return [node for node in self.all(role, name, within) if node.is_sensitive()]
        wait_for(ready, f"a sensitive {role} {name!r}")[-1].press()

    def toggle(self, name):
        """Clicks a switch, whose role differs between versions of GTK."""
        def found():
            return [node for node in self.walk() if node.name == name and node.role != "label" and node.has_size()]
        nodes = wait_for(found, f"a switch {name!r}")
        self.click(nodes[-1])

    def newest(self, name):
        """The button that is above all others, or None."""
        def look_in(node):
            for child in reversed(node.children):
                found = look_in(child)
                if found is not None:
                    return found
            return node if node.role == "push button" and name in node.name else None
        return look_in(self.tree.look())

    def entry(self, name, within=None):
        def found():
            for node in self.walk(within, rows=False):
                if node.name == name:  # an entry, or a row with one inside
                    for child in node.walk():
                        if child.can_be_typed_in():
                            return child
            return None
        return wait_for(found, f"an entry {name!r}")

    def type_into(self, name, text, within=None):
        self.entry(name, within).type(text)

    def window(self, title):
        return self.find("frame", title)

    def chooser(self, title):
        """GTK's dialog to choose a file."""
        return self.find("filler", title)

    def labels(self, text):
        """The labels with that text in them."""
        return [node for node in self.walk() if node.role == "label" and text in node.name and node.has_size()]

    def sees(self, text):
        return wait_for(lambda: self.labels(text), f"the text {text!r}")

    def cells(self, name):
        """The labels with that name in the list, if there is a list."""
        tables = self.all("tree table", "Jobs")
        return self.all("label", name, tables[0] if tables else None)

    def cell(self, name):
        """The label of the row with that name."""
        return wait_for(lambda: self.cells(name), f"a row {name!r}")[0]

    def select(self, name):
        """Clicks a row until its job is shown: a tooltip under the pointer may catch a click."""
        def is_shown():
            self.click(self.cell(name))
            return len(self.all("label", name)) > 1
        wait_for(is_shown, f"the title {name!r}")

    def click(self, node, button=1):
        x, y, width, height = node.extents()
        at = str(x + min(width // 2, 40)), str(y + height // 2)
        subprocess.run(["xdotool", "mousemove", *at, "click", str(button)], check=True)

    def pointer(self, *commands):
        subprocess.run(["xdotool", *commands], check=True)

    def keys(self, *keys):
        subprocess.run(["xdotool", "key", *keys], check=True)

    def drop_focus(self):
        """Takes the focus from the app, as if the user used another window."""
        subprocess.run(["xdotool", "mousemove", "1279", "799", "windowfocus", "1"], check=True)
        wait_for(lambda: not any(frame.has(Atspi.StateType.ACTIVE) for frame in self.all("frame")), "the app has no focus")

    def take_focus(self):
        subprocess.run(["xdotool", "windowfocus", self.x_window("VEstim")], check=True)

    def x_window(self, title):
        """The X window ID. While jobs are dragged, and after that, GTK has small windows with the same title."""
        def area(window):
            shell = subprocess.run(["xdotool", "getwindowgeometry", "--shell", window], check=True, capture_output=True,
                                   text=True)
            values = dict(line.split("=") for line in shell.stdout.split())
            return int(values["WIDTH"]) * int(values["HEIGHT"])
        found = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", f"^{title}$"], check=True,
                               capture_output=True, text=True)
        return max(found.stdout.split(), key=area)

    def resize(self, title, width, height):
        subprocess.run(["xdotool", "windowsize", "--sync", self.x_window(title), str(width), str(height)], check=True)

    def screenshot(self, path):
        subprocess.run(["import", "-window", "root", str(path)], check=True)

    def read_log(self):
        """The lines that the app has written to stderr."""
        with open(self.log.name, encoding="utf-8", errors="replace") as log:
            return [line.rstrip() for line in log if line.strip()]

    def quit(self):
        """Ends the app as a logout does. The end must be clean: exit code 0, nothing on stderr."""
        if self.process.poll() is None:
            self.process.terminate()
        code = self.process.wait(timeout=DEADLINE_S)
        log = self.read_log()
        if (code != 0 or log) and not is_only_quarks(log):
            raise AssertionError(f"the app ended with {code} and wrote: " + "\n".join(log[-40:]))

    def replace(self):
        """Another app with the same arguments in place of this one, which may hang or have a dialog open."""
        self.process.kill()
        self.process.wait()
        arguments, environment = self.started_with
        return App(*arguments, **environment)

    def state(self):
        """The state of the app, for the report of a failure."""
        code = self.process.poll()
        life = "the app is running" if code is None else f"the app ended with {code}"
        return [life, *self.read_log()[-40:]]
