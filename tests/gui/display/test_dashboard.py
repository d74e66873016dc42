# SPDX-License-Identifier: MIT
"""The dashboard against a real vestimd, driven as a user would. Run inside session.py; prints TAP."""
import contextlib
import math
import os
import pathlib
import signal
import subprocess
import sys

from gi.repository import GLib

from app import App, Daemon, Notifications, wait_for
from tap import run, step


# How often a step tries what a slow machine may be too late for.
TRIES = 5


class World:
    def __init__(self):
        self.daemon = Daemon()
        self.app = None
        self.data = pathlib.Path(os.environ["TMPDIR"]) / "data"
        self.notifications = Notifications()

    def recover(self):
        """After a failed step, the next one finds no open menu or dialog, and no search."""
        if self.app is not None:
            self.app = self.app.replace()

    def job(self, name):
        return next((job for job in self.daemon.jobs() if job["name"] == name), None)

    def is_state(self, name, *states):
        job = self.job(name)
        return job is not None and job["status"] in states

    def select(self, name):
        self.app.type_into("Search jobs", name)
        self.app.select(name)

    def show_all(self):
        self.app.type_into("Search jobs", "")

    def undoes(self, name):
        """Presses "Undo" after the deletion of a job. False if its message was gone before, and with it the job."""
        button = wait_for(lambda: self.app.newest("Undo") or self.job(name) is None, "the message, or its end")
        if button is not True:
            with contextlib.suppress(GLib.Error):
                button.press()
        wait_for(lambda: self.app.cells(name) or self.job(name) is None, "the job is back, or gone")
        self.show_all()
        return self.job(name) is not None

    def write_cycles(self):
        """Three small drive cycles of a made-up cell."""
        self.data.mkdir(exist_ok=True)
        for name, phase in (("train", 0.0), ("val", 1.0), ("test", 2.0)):
            rows = ["SOC,Current,Temp,Voltage"]
            for i in range(400):
                soc, current = 1 - i / 500, math.sin(i / 9 + phase)
                rows.append(f"{soc:.5f},{current:.5f},25,{3.2 + soc + 0.05 * current:.5f}")
            (self.data / f"{name}.csv").write_text("\n".join(rows) + "\n")


@step("the app starts the server by itself and shows that there are no jobs")
def first_start(world):
    world.app = App()
    world.app.sees("No Jobs Yet")
    assert world.daemon.jobs() == []


@step("a command job is created in the dialog, runs and completes")
def create_command(world):
    app = world.app
    app.keys("ctrl+n")
    dialog = app.window("New Job")
    app.click(app.find("page tab", "Command", dialog))
    app.type_into("Command line", "echo 'hello log'", dialog)
    app.type_into("Name", "say hello", dialog)
    app.press("Create", within=dialog)
    wait_for(lambda: world.is_state("say hello", "completed"), "the command completes")
    app.select("say hello")
    app.sees("Completed")
    app.sees("10 bytes, from the start")  # A command opens on its log.


@step("an empty command line is refused at its field, and nothing typed is lost")
def refuse_command(world):
    app = world.app
    app.keys("ctrl+n")
    dialog = app.window("New Job")
    app.click(app.find("page tab", "Command", dialog))
    app.type_into("Name", "kept name", dialog)
    app.press("Create", within=dialog)
    app.sees("Type the program and its arguments.")
    app.press("Cancel", within=dialog)
    app.press("Discard")
    wait_for(lambda: not app.all("frame", "New Job"), "the dialog closes")
    assert world.job("kept name") is None


@step("an estimation job is created from three files, runs, and its test table can be read")
def create_estimation(world):
    app = world.app
    world.write_cycles()
    app.keys("ctrl+n")
    dialog = app.window("New Job")
    for title, name in (("Training", "train"), ("Validation", "val"), ("Test", "test")):
        entry = next(node for node in app.walk(dialog)
                     if node.name.startswith(f"{title} Files: path"))
        entry.type(str(world.data / f"{name}.csv"))
        if name == "train":  # the other entries are read when the job is created
            app.click(entry)
            app.keys("Return")
    app.sees("400 rows")
    app.type_into("Training limit (epochs)", "4", dialog)
    app.type_into("Lookback (rows)", "10", dialog)
    app.type_into("Name", "small model", dialog)
    app.press("Create", within=dialog)
    wait_for(lambda: world.is_state("small model", "completed"), "the estimation completes")
    app.click(app.find("page tab", "Results"))
    app.sees("test.csv")
    app.sees("All files: RMSE")


@step("an estimation is stopped and tested, without a question")
def stop_and_test(world):
    world.write_cycles()
    files = {f"{name}_files": [str(world.data / f"{short}.csv")]
             for name, short in (("train", "train"), ("validation", "val"), ("test", "test"))}
    world.daemon.request("POST", "/jobs", {"name": "long training", "kind": "estimation", "selections": {
        **files, "lookback": 10, "max_epochs": 100000, "patience": 100000}})
    wait_for(lambda: world.job("long training")["progress"] or None, "it trains")
    world.select("long training")
    world.app.press("Stop and Test")
    world.app.sees("Retry continues the training.")
    wait_for(lambda: world.is_state("long training", "completed"), "the estimation completes")
    world.app.sees("All files: RMSE")
    world.show_all()


@step("a log opens at its end, and a search counts its matches")
def read_log(world):
    app = world.app
    world.daemon.command("three thousand lines", "seq", "-f", "line %g", "3000")
    wait_for(lambda: world.is_state("three thousand lines", "completed"), "the command completes")
    world.select("three thousand lines")
    app.click(app.find("page tab", "Log"))
    app.sees("from the start")

    def last_in_sight():
        app.type_into("Search the log", "")
        app.type_into("Search the log", "LINE")
        app.sees("3000 matches")
        app.press("Find Previous")
        return app.sees(" of 3000 matches") and app.labels("3000 of")
    wait_for(last_in_sight, "the last line is in sight")
    app.press("Match Case")
    app.sees("No matches")
    app.press("Match Case")
    app.type_into("Search the log", "")
    world.show_all()


@step("a running job is stopped, and retried")
def stop_and_retry(world):
    world.daemon.command("long sleep", "sleep", "600")
    wait_for(lambda: world.is_state("long sleep", "running"), "the job runs")
    world.select("long sleep")
    world.app.press("Stop")
    wait_for(lambda: world.is_state("long sleep", "stopped"), "the job is stopped")
    world.app.press("Retry")
    wait_for(lambda: world.is_state("long sleep", "queued", "running"), "the job is retried")
    world.app.press("Stop")
    wait_for(lambda: world.is_state("long sleep", "stopped"), "the job is stopped again")
    world.show_all()


@step("undo brings a deleted job back, and without it the job is gone")
def delete_and_undo(world):
    def is_undone(name):
        job = world.daemon.command(name, "true", hold=True)
        world.select(name)
        world.app.keys("Delete")
        if not world.undoes(name):
            return False
        world.daemon.request("DELETE", "/jobs/" + job["job_id"])
        return True
    assert any(is_undone(f"held {number}") for number in range(TRIES))
    wait_for(lambda: not world.app.labels("deleted"), "the toast goes")
    world.select("long sleep")
    world.app.keys("ctrl+Delete")
    wait_for(lambda: world.job("long sleep") is None, "the job is gone")
    world.show_all()


@step("a daemon that is killed is started again, and all jobs are still there")
def recover(world):
    before = {job["job_id"] for job in world.daemon.jobs()}
    old = world.daemon.pid()
    os.kill(old, signal.SIGKILL)
    wait_for(lambda: world.daemon.pid() != old, "another daemon serves")
    wait_for(lambda: {job["job_id"] for job in world.daemon.jobs()} == before, "the same jobs")
    world.daemon.command("after the crash", "true")
    world.app.cell("after the crash")


@step("the app waits after a stop of the server, and its button starts the server")
def start_again(world):
    old = world.daemon.pid()
    vestimd = os.path.join(os.environ["VESTIM_BUILD"], "vestimd")
    subprocess.run([vestimd, "--stop"], check=True, stdout=subprocess.DEVNULL)
    world.app.sees("Server Stopped")
    world.app.press("Start Server")
    wait_for(lambda: world.daemon.pid() != old and world.daemon.jobs(), "another daemon serves the same jobs")
    world.daemon.command("after the stop", "true")
    world.app.cell("after the stop")


@step("a name full of markup and control characters is shown as text, in the list and above the job")
def hostile_name(world):
    world.daemon.command("<b>&amp;\x01\x1b[31m " + "x" * 900, "true")
    is_shown = lambda label: label.startswith("<b>&amp;")  # noqa: E731
    world.app.click(wait_for(lambda: world.app.all("label", is_shown), "the name as it is")[0])
    wait_for(lambda: len(world.app.all("label", is_shown)) == 2, "the name as the title")


@step("at its top the list scrolls to each new job")
def newest_on_top(world):
    for number in range(25):
        world.daemon.command(f"crowd {number}", "true")
    wait_for(lambda: world.is_state("crowd 24", "completed"), "the crowd is done")
    world.app.cell("crowd 24")


@step("the keyboard alone is enough for the list: typing searches, spaces too, and the menu returns the focus")
def keyboard(world):
    def focus():
        return next((node for node in world.app.walk() if node.has_focus()), None)

    def is_in_list():
        return focus() is not None and focus().role == "table row"

    world.app.select("crowd 24")
    wait_for(is_in_list, "the focus in the list")
    world.app.keys("c", "r", "o", "w", "d", "space", "7")
    wait_for(lambda: not is_in_list(), "the focus in the search")
    wait_for(lambda: not world.app.all("label", "crowd 24"), "the other rows go")
    world.app.cell("crowd 7")
    world.app.keys("Down")
    wait_for(is_in_list, "the focus in the list again")
    world.app.keys("shift+F10")
    wait_for(lambda: focus() is not None and focus().role == "menu item", "the menu of the row")
    world.app.keys("Escape")
    wait_for(is_in_list, "the focus back in the list")
    world.app.keys("ctrl+f", "Escape")
    world.app.cell("crowd 24")


@step("a second deletion carries out the first, and can be undone itself")
def delete_twice(world):
    def is_second_undone(*names):
        for name in names:
            world.select(name)
            world.app.keys("Delete")
            wait_for(lambda: not world.app.cells(name), f"the row of {name!r} goes")
        wait_for(lambda: world.job(names[0]) is None, "the first is gone")
        return world.undoes(names[1])
    assert any(is_second_undone(f"crowd {number}", f"crowd {number - 1}") for number in range(24, 24 - 2 * TRIES, -2))
    world.show_all()
    for job in world.daemon.jobs():
        if job["name"].startswith("crowd"):  # The next steps search a short list faster.
            world.daemon.request("DELETE", "/jobs/" + job["job_id"])


@step("jobs that end while another window is in front send notifications, many jobs a summary")
def notify(world):
    world.app.drop_focus()
    known = len(world.notifications.received())
    world.daemon.command("<i>far & away</i>", "sh", "-c", "exit 3")
    wanted = ["<i>far & away</i>", "Failed: exit code 3"]
    wait_for(lambda: wanted in world.notifications.received()[known:], "a notification")
    world.app.process.send_signal(signal.SIGSTOP)  # It receives all events at once.
    for number in range(6):
        world.daemon.command(f"many {number}", "true")
    wait_for(lambda: world.is_state("many 5", "completed"), "the jobs are over")
    world.app.process.send_signal(signal.SIGCONT)
    wait_for(lambda: any("jobs ended" in title for title, _text in world.notifications.received()), "a summary")
    first = next(i for i, (title, _text) in enumerate(world.notifications.received(), 1) if title == "<i>far & away</i>")
    subprocess.run(["gdbus", "call", "--session", "-d", "org.freedesktop.Notifications", "-o",
                    "/org/freedesktop/Notifications", "-m", "org.freedesktop.Notifications.Click", str(first)],
                   check=True, stdout=subprocess.DEVNULL)
    world.app.sees("exit code 3")
    world.app.take_focus()


@step("the app is closed and opened again with the same jobs in the same order")
def open_again(world):
    def top(name):
        return world.app.cell(name).extents()[1]

    world.app.quit()
    world.app = App(GSETTINGS_BACKEND="keyfile")
    world.app.cell("say hello")
    world.app.click(world.app.find("label", "Name"))
    wait_for(lambda: top("say hello") < top("small model"), "the list is in the order of its names")
    world.app.quit()
    world.app = App(GSETTINGS_BACKEND="keyfile")
    wait_for(lambda: top("say hello") < top("small model"), "the list is in the same order")
    world.select("small model")
    world.select("say hello")
    world.show_all()


@step("the dialog for a token can be cancelled, and can be open when the app ends")
def leave_token(world):
    world.app.quit()
    app = App("--server", world.daemon.url())
    app.sees("requires its token")
    for leave in (lambda: app.keys("Escape"), app.quit):
        app.press("Enter Token…")
        app.find("push button", "Connect")
        leave()
    world.app = App()


@step("wrong arguments are refused with the reason")
def bad_arguments(world):
    program = os.environ["VESTIM_BUILD"] + "/vestim-dashboard"
    for arguments, reason in ((["--server", "no address"], "no address"), (["one", "two"], "“one”")):
        ended = subprocess.run([program, *arguments], capture_output=True, encoding="utf-8", timeout=60)
        assert ended.returncode == 2 and len(ended.stderr.splitlines()) == 1 and reason in ended.stderr, ended


@step("a finished estimation is tested with another file, and the page compares")
def evaluate(world):
    app = world.app
    world.select("small model")
    app.click(app.cell("small model"), button=3)
    app.press("Evaluate…", role="menu item")
    dialog = app.window("New Job")
    app.sees("small model: test RMSE")
    entry = next(node for node in app.walk(dialog) if node.name.startswith("Files: path"))
    entry.type(str(world.data / "val.csv"))
    app.type_into("Name", "on other data", dialog)
    app.press("Create", within=dialog)
    wait_for(lambda: world.is_state("on other data", "completed"), "the evaluation completes")
    app.sees("1 (best)")
    app.sees("Best is model 1: RMSE")
    app.click(app.find("page tab", "Results"))
    app.sees("val.csv")
    world.show_all()


@step("finished jobs are cleared")
def clear(world):
    world.app.press("Main Menu")
    world.app.find("menu item", "Clear Finished Jobs").press()
    wait_for(lambda: world.daemon.jobs() == [], "no job is left")
    world.app.sees("No Jobs Yet")
    world.app.quit()


if __name__ == "__main__":
    sys.exit(run(World()))
