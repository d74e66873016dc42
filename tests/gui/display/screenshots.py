# SPDX-License-Identifier: MIT
"""Pictures of every state, against a real vestimd: session.py python3 screenshots.py FOLDER [NAME …]
A name is one of the functions below that start with "show_"."""
import contextlib
import math
import os
import pathlib
import signal
import subprocess
import sys
import traceback

from app import App, Daemon, Notifications, wait_for
from relay import Relay

MANY = 10000
NARROW = (360, 640)
STYLES = (("", {}), ("-dark", {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"}), ("-contrast", {"ADW_DEBUG_HIGH_CONTRAST": "1"}))


class Studio:
    """The daemon with its jobs, the app and the folder for the pictures."""

    def __init__(self, folder):
        self.folder = folder
        self.daemon = Daemon()
        self.notifications = Notifications()
        self.data = pathlib.Path(os.environ["TMPDIR"]) / "data"
        self.app = None

    @contextlib.contextmanager
    def open(self, *arguments, **environment):
        self.app = App(*arguments, **environment)
        try:
            yield self.app
            self.app.quit()
        except Exception:
            self.keep(f"failed-{self.app.process.pid}")
            raise
        finally:
            if self.app.process.poll() is None:
                self.app.process.kill()
                self.app.process.wait()

    def keep(self, name, shown="root"):
        """Saves the picture when two in a row are the same; a clock in it changes once in a second."""
        before = None

        def is_stable():
            nonlocal before
            before, last = picture_of(shown), before
            return before == last
        wait_for(is_stable, f"two equal pictures of {name}")
        (self.folder / (name + ".png")).write_bytes(before)

    def turn_to(self, page):
        self.app.click(self.app.find("page tab", page))
        self.app.find("page tab", page)

    def menu(self, item):
        self.app.press("Main Menu")
        self.app.find("menu item", item).press()

    def post(self, name, **selections):
        return self.daemon.request("POST", "/jobs", {"name": name, "kind": "estimation", "selections": selections})

    def id_of(self, name):
        return next(job["job_id"] for job in self.daemon.jobs() if job["name"] == name)

    def completes(self, job_id):
        wait_for(lambda: self.daemon.request("GET", "/jobs/" + job_id)["status"] == "completed", "it completes")


def picture_of(shown):
    """The content of a window as PNG. The same picture has the same bytes."""
    return subprocess.run(["import", "-window", shown, "-define", "png:exclude-chunks=date,time", "png:-"], check=True,
                          capture_output=True).stdout


def write_cycles(folder):
    folder.mkdir(exist_ok=True)
    for name, phase, n in (("train", 0.0, 4000), ("val", 1.0, 1500), ("US06", 2.0, 3000), ("LA92", 3.0, 2000)):
        rows = ["SOC,Current,Temp,Voltage"]
        for i in range(n):
            current = 2 * math.sin(i / 23 + phase) + math.sin(i / 5.1)
            soc = 1 - i / n * 0.9
            rows.append(f"{soc:.5f},{current:.5f},25,{3.1 + soc - 0.2 * math.exp(-8 * soc) + 0.04 * current:.5f}")
        (folder / f"{name}.csv").write_text("\n".join(rows) + "\n")


def make_jobs(studio):
    """A job in each state, and three estimations with results."""
    data = studio.data
    write_cycles(data)
    files = {"train_files": [str(data / "train.csv")], "validation_files": [str(data / "val.csv")],
             "test_files": [str(data / "US06.csv"), str(data / "LA92.csv")], "lookback": 30}
    program = os.environ["VESTIM_BUILD"] + "/vestim-estimate"
    subprocess.run([program, "--demo", str(data / "simulated")], check=True, stdout=subprocess.DEVNULL)
    studio.daemon.command("cycler import", "sh", "-c", "echo reading; exit 3")
    done = [studio.post("US06 and LA92, one layer", max_epochs=30, **files),
            studio.post("LSTM and GRU, two sizes", max_epochs=8, repetitions=2,
                        sweep={"model": ["LSTM", "GRU"], "layers": [[6], [8, 8]]}, **files),
            studio.post("Simulated cycles, LSTM 10", folder_path=str(data / "simulated"), max_epochs=60),
            studio.post("Trained on short windows", **{**files, "lookback": 4}, training="windowed", max_epochs=10)]
    for job in done:
        studio.completes(job["job_id"])
    tests = {"models": [job["job_id"] for job in done[:2]], "files": files["test_files"] + files["validation_files"]}
    compared = studio.daemon.request("POST", "/jobs", {"name": "One layer or the sweep", "kind": "evaluation", "selections": tests})
    studio.completes(compared["job_id"])
    # It would train for a day. When it is stopped it has a curve.
    stopped = studio.post("Overnight, two layers", max_epochs=100000, patience=100000, layers=[8, 8], **files)
    wait_for(lambda: studio.daemon.request("GET", "/jobs/" + stopped["job_id"])["progress"] or None, "it trains")
    studio.daemon.request("POST", f"/jobs/{stopped['job_id']}/stop")
    wait_for(lambda: all(job["status"] != "running" for job in studio.daemon.jobs()), "it is stopped")
    studio.daemon.command("night run", "sleep", "600")
    studio.daemon.command("sweep, later", "true", hold=True)
    studio.daemon.command("waits", "true", priority=5)


def show_empty(studio):
    for suffix, style in STYLES:
        with studio.open(**style) as app:
            app.find("label", "No Jobs Yet")
            studio.keep("empty" + suffix)


def show_pages(studio):
    """Each page of a finished estimation, and of a sweep."""
    for name, kind, styles in (("US06 and LA92, one layer", "", STYLES), ("LSTM and GRU, two sizes", "-sweep", STYLES[:1])):
        for suffix, style in styles:
            with studio.open("--job", studio.id_of(name), **style) as app:
                for page in ("Training", "Results", "Compare", "Log", "Files", "Details"):
                    studio.turn_to(page)
                    studio.keep(page.lower() + kind + suffix)


def show_tests_that_differ(studio):
    """The warning, in wide and narrow windows."""
    for suffix, style in STYLES:
        with studio.open("--job", studio.id_of("Trained on short windows"), **style) as app:
            studio.turn_to("Results")
            studio.keep("differ" + suffix)
            app.resize("VEstim", *NARROW)
            studio.keep("narrow-differ" + suffix)


def show_finish(studio):
    """The button of a running estimation, and what it says."""
    files = {"train_files": [str(studio.data / "train.csv")], "validation_files": [str(studio.data / "val.csv")],
             "test_files": [str(studio.data / "US06.csv")]}
    job = studio.post("Long enough", max_epochs=100000, patience=100000, **files)
    studio.daemon.request("PATCH", "/server/settings", {"max_running": 9})
    wait_for(lambda: studio.daemon.request("GET", "/jobs/" + job["job_id"])["progress"] or None, "it trains")
    with studio.open("--job", job["job_id"]) as app:
        app.press("Stop and Test")
        studio.completes(job["job_id"])
        app.sees("Retry continues the training.")
        studio.keep("finish")


def show_evaluation(studio):
    for suffix, style in STYLES:
        with studio.open("--job", studio.id_of("One layer or the sweep"), **style) as app:
            for page in ("Results", "Compare"):
                studio.turn_to(page)
                app.sees("RMSE")
                studio.keep(f"evaluation-{page.lower()}{suffix}")
            app.resize("VEstim", *NARROW)
            studio.keep("narrow-evaluation" + suffix)
        with studio.open("--job", studio.id_of("One layer or the sweep"), **style) as app:
            app.sees("RMSE")
            app.keys("ctrl+d")
            dialog = app.window("New Job")
            app.sees("rows")
            studio.keep("new-evaluation" + suffix)
            app.press("Add a Finished Estimation", within=dialog)
            app.sees("Simulated cycles, LSTM 10: test RMSE")
            studio.keep("new-evaluation-list" + suffix)


def show_jobs(studio):
    """A job in each state."""
    for name, kept in (("cycler import", "failed"), ("Overnight, two layers", "stopped-job"), ("night run", "running"),
                       ("sweep, later", "held"), ("waits", "queued")):
        with studio.open("--job", studio.id_of(name)) as app:
            app.find("page tab", "Details")
            studio.keep(kept)


def show_readme(studio):
    with studio.open("--job", studio.id_of("Simulated cycles, LSTM 10")) as app:
        studio.turn_to("Results")
        app.sees("RMSE")
        studio.keep("readme", app.x_window("VEstim"))


def show_narrow(studio):
    for suffix, style in STYLES:
        with studio.open(**style) as app:
            app.resize("VEstim", *NARROW)
            app.sees("night run")
            studio.keep("narrow-list" + suffix)
        with studio.open("--job", studio.id_of("US06 and LA92, one layer"), **style) as app:
            app.resize("VEstim", *NARROW)
            for page in ("Training", "Results"):
                studio.turn_to(page)
                studio.keep(f"narrow-{page.lower()}{suffix}")
        with studio.open(**style) as app:
            app.keys("ctrl+n")
            app.window("New Job")
            app.resize("New Job", *NARROW)
            studio.keep("narrow-new-job" + suffix)


def show_list(studio):
    """The list, its menus, a search and a deletion."""
    with studio.open() as app:
        app.sees("night run")
        app.resize("VEstim", 1280, 720)
        studio.keep("list")
        app.press("Main Menu")
        app.find("menu item", "Export List…")
        studio.keep("main-menu")
        app.keys("Escape")
        app.click(app.cell("cycler import"), button=3)
        app.find("menu item", "Duplicate…")
        studio.keep("row-menu")
        app.keys("Escape")
        app.press(lambda name: name.startswith("Server: "))
        app.sees("The server is running")
        studio.keep("server")
        app.keys("Escape")
        app.type_into("Search jobs", "no such job")
        app.sees("No Matching Jobs")
        studio.keep("no-match")
        app.type_into("Search jobs", "")
        studio.menu("Clear All Jobs…")
        app.find("push button", "Delete All")
        studio.keep("clear-all")
        app.keys("Escape")
        app.select("cycler import")
        app.keys("Delete")
        app.find("push button", "Undo")
        studio.keep("undo")
        app.newest("Undo").press()
        app.cell("cycler import")


def show_dialogs(studio):
    for suffix, style in STYLES:
        with studio.open(**style) as app:
            studio.menu("Preferences")
            app.window("Preferences")
            studio.keep("preferences" + suffix)
        with studio.open(**style) as app:
            studio.menu("Keyboard Shortcuts")
            app.sees("Back to the list")
            studio.keep("shortcuts" + suffix)
        with studio.open(**style) as app:
            studio.menu("About VEstim")
            app.sees("The VEstim project")
            studio.keep("about" + suffix)
        with studio.open("--job", studio.id_of("sweep, later"), **style) as app:
            app.sees("held")
            app.keys("F2")
            app.find("push button", "Rename")
            studio.keep("rename" + suffix)


def show_new_job(studio):
    for suffix, style in STYLES:
        with studio.open(**style) as app:
            app.keys("ctrl+n")
            dialog = app.window("New Job")
            studio.keep("new-job" + suffix)
            app.press("Create", within=dialog)
            app.sees("Add a file or folder.")
            studio.keep("new-job-refused" + suffix)
        with studio.open("--job", studio.id_of("US06 and LA92, one layer"), **style) as app:
            app.sees("All files")
            app.keys("ctrl+d")
            app.window("New Job")
            app.sees("rows")
            studio.keep("duplicate" + suffix)
        with studio.open(**style) as app:
            app.keys("ctrl+n")
            dialog = app.window("New Job")
            app.click(app.find("page tab", "Command", dialog))
            app.type_into("Command line", "cp 'unfinished", within=dialog)
            fault = "A quote is not closed: type the closing quote."
            hint = app.sees(fault)[0].path
            app.press("Create", within=dialog)
            wait_for(lambda: [node for node in app.sees(fault) if node.path != hint],
                     "the fault at its field")
            studio.keep("new-command" + suffix)


def show_queue_form(studio):
    """How a new job is queued: a copy of one with all fields."""
    other = studio.daemon.command("prepare the data of all cells", "true", hold=True)
    studio.daemon.command("queued with everything", "true", hold=True, group="lab", tags=["nightly", "cell 3"],
                          resources={"cpus": 2, "memory_mb": 512}, retry={"max": 3, "delay_s": 300, "backoff": 2},
                          depends_on=[other["job_id"]], start_after="2036-12-24T18:00:00Z", unique="sync", note="A note.")
    for suffix, style in STYLES:
        for size in ("", "-narrow"):
            with studio.open("--job", studio.id_of("queued with everything"), **style) as app:
                app.sees("queued with everything")
                app.keys("ctrl+d")
                dialog = app.window("New Job")
                app.resize("New Job", *(NARROW if size else (640, 780)))
                studio.keep("queue-form" + size + suffix)
                app.type_into("CPUs", "many", within=dialog)
                app.press("Create", within=dialog)
                app.sees("Type a whole number.")
                studio.keep("queue-form-refused" + size + suffix)
                for _ in range(30):
                    app.click(app.find("label", "CPUs", dialog), button=5)
                studio.keep("queue-form-end" + size + suffix)


def show_queue(studio):
    """A job's options and place in the queue, and the dialogs for the queue, its groups, tags and notes."""
    made = studio.daemon.command("with options", "true", hold=True, group="lab", tags=["nightly", "a, b"], note="Two\nlines.",
                                 resources={"cpus": 1, "memory_mb": 512})
    studio.daemon.request("PATCH", "/jobs/" + made["job_id"], {"selections": {
        "argv": ["true"], "stop_signal": "INT", "stop_grace_s": 90, "pty": True, "log_timestamps": True, "keep_leftovers": True}})
    for size in ("", "-narrow"):
        with studio.open("--job", made["job_id"]) as app:
            app.sees("with options")
            if size:
                app.resize("VEstim", *NARROW)
            studio.turn_to("Details")
            studio.keep("queue-details" + size)
        with studio.open() as app:
            app.click(app.cell("with options"), button=3)
            app.press("Tags and Note…", role="menu item")
            app.find("push button", "Save")
            studio.keep("notes" + size)
            app.press("Cancel")
            app.press(lambda name: name.startswith("Server: "))
            app.press("Queue…")
            dialog = app.window("Queue")
            if size:
                app.resize("Queue", *NARROW)
            app.find("label", "lab", dialog)
            studio.keep("queue-dialog" + size)
            app.keys("Escape")


def show_queue_order(studio):
    """The list in the order of the queue, with what jobs wait for and where a dragged job would go, and its menus."""
    first = studio.daemon.command("prepare the data", "true", hold=True)
    kept = studio.daemon.command("train on them", "true", depends_on=[first["job_id"]], group="lab", priority=3)
    for name in ("compare with last week", "write the report"):
        studio.daemon.command(name, "true", depends_on=[first["job_id"], kept["job_id"]], group="lab")
    studio.daemon.request("PATCH", "/jobs/" + kept["job_id"], {"pinned": True, "tags": ["nightly"]})
    for suffix, style in STYLES:
        with studio.open(**style) as app:
            app.resize("VEstim", 1400, 760)
            app.press("Sort")
            app.press("Queue Order", role="menu item")
            app.sees("After “prepare the data”")
            studio.keep("queue-order" + suffix)
            x, y, _width, height = app.cell("write the report").extents()
            to = app.cell("compare with last week").extents()[1]
            app.pointer("mousemove", str(x + 9), str(y + height // 2), "mousedown", "1", "mousemove", str(x + 40), str(y),
                        "sleep", "0.5", "mousemove", str(x + 30), str(to + 4), "sleep", "0.5", "mousemove", str(x + 40), str(to + 4))
            studio.keep("queue-drag" + suffix)
            app.keys("Escape")
            app.pointer("mouseup", "1")
            app.click(app.cell("train on them"), button=3)
            app.press("Place in Queue", role="menu item")
            app.find("menu item", "Move to Front")
            studio.keep("queue-menu" + suffix)
            app.keys("Escape")
            app.press(lambda name: name.startswith("All "))
            app.find("menu item", "lab")
            studio.keep("queue-filter" + suffix)
            app.keys("Escape")
            studio.turn_to("Details")
            app.sees("is completed")
            studio.keep("queue-order-details" + suffix)
            app.click(app.cell("train on them"), button=3)
            app.press("Edit…", role="menu item")
            app.window("Edit Job")
            studio.keep("queue-edit" + suffix)
            app.keys("Escape")
        with studio.open(**style) as app:
            app.resize("VEstim", *NARROW)
            app.cell("train on them")
            studio.keep("narrow-queue" + suffix)


def show_faults(studio):
    """The messages when the server can't be used."""
    token = (studio.daemon.home / "token").read_text().strip()
    for suffix, style in STYLES:
        relay = Relay(studio.daemon.url())
        with studio.open("--server", relay.url, **style) as app:
            app.sees("requires its token")
            studio.keep("token" + suffix)
            app.press("Enter Token…")
            app.find("push button", "Connect")
            studio.keep("enter-token" + suffix)
        with studio.open("--server", relay.url, VESTIM_TOKEN=token, **style) as app:
            app.sees("night run")
            relay.cut()
            app.sees("Reconnecting")
            studio.keep("reconnecting" + suffix)
        with studio.open("--server", relay.url, VESTIM_TOKEN=token, **style) as app:
            app.sees("can’t be reached")
            studio.keep("unreachable" + suffix)
        with studio.open("--server", "http://192.0.2.1:8001", VESTIM_TOKEN=token, **style) as app:
            app.sees("not encrypted")
            studio.keep("clear-text" + suffix)


def show_many(studio):
    for i in range(MANY):
        studio.daemon.command(f"job {i}", "true", hold=True)
    with studio.open() as app:
        app.sees(f"job {MANY - 1}")
        studio.keep("many")
        status = pathlib.Path(f"/proc/{app.process.pid}/status").read_text()
        print("memory with", MANY, "jobs:", next(line for line in status.splitlines() if line.startswith("VmRSS")))


def show_stopped(studio):
    with studio.open() as app:
        app.sees("1 running")
        os.kill(studio.daemon.pid(), signal.SIGTERM)
        app.sees("Server Stopped")
        studio.keep("stopped")


def main():
    folder = pathlib.Path(sys.argv[1]).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    studio = Studio(folder)
    wanted = sys.argv[2:]
    failed = 0
    # The first starts the daemon, the last ends it.
    with studio.open() as app:
        app.find("label", "No Jobs Yet")
    for show in (show_empty, make_jobs, show_pages, show_tests_that_differ, show_evaluation, show_jobs, show_readme, show_narrow, show_list, show_dialogs,
                 show_new_job, show_queue_form, show_queue, show_queue_order, show_faults, show_many, show_finish, show_stopped):
        if wanted and show.__name__ not in (*wanted, "make_jobs"):
            continue
        try:
            show(studio)
            print("made:", show.__name__, flush=True)
        except Exception:
            failed += 1
            traceback.print_exc()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
