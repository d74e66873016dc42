# SPDX-License-Identifier: MIT
"""Actions on jobs and on the server, in the running app against a real vestimd. Run inside session.py; prints TAP."""
import contextlib
import os
import subprocess
import sys
import time

from app import App, Daemon, Notifications, wait_for
from tap import run, step


class World:
    def __init__(self):
        vestimd = os.path.join(os.environ["VESTIM_BUILD"], "vestimd")
        subprocess.run([vestimd, "--daemonize", "--port", "0", "--max-running", "2"], check=True,
                       stdout=subprocess.DEVNULL)
        self.daemon = Daemon()
        self.notifications = Notifications()
        self.daemon.command("says numbers", "sh", "-c", "echo made >made.txt; for i in 1 2 3; do "
                            "echo '{\"step\": '$i', \"metrics\": {\"loss\": 0.'$i'}}' >&3; done")
        self.daemon.command("held one", "true", hold=True)
        self.daemon.command("held two", "true", hold=True)
        self.app = App()

    def recover(self):
        """After a failed step, the next one finds no open menu or dialog, no filter and no pause."""
        self.app = self.app.replace()
        self.daemon.request("POST", "/server/resume")
        self.daemon.request("PATCH", "/server/settings", {"max_running": 2})
        self.daemon.request("PATCH", "/groups/default", {"paused": False, "max_running": None})

    @contextlib.contextmanager
    def job_of_step(self, name, *argv, **more):
        """A job that the next steps do not see, even if this step fails."""
        job = self.daemon.command(name, *argv, **more)
        try:
            yield job
        finally:
            self.daemon.request("DELETE", f"/jobs/{job['job_id']}")
        wait_for(lambda: not self.app.cells(name), "its row goes, and the rows of the next step keep their places")

    def job(self, name):
        return next((job for job in self.daemon.jobs() if job["name"] == name), None)

    def has(self, name, **members):
        job = self.job(name)
        return job is not None and all(job[key] == value for key, value in members.items())

    def menu(self, item):
        self.app.press("Main Menu")
        self.app.press(item, role="menu item")

    def row_menu(self, name, item):
        """A menu keeps what the app knew when it opened, so it is opened again until the item can be pressed."""
        def opened():
            self.app.click(self.app.cell(name), button=3)
            for _ in range(50):
                found = [node for node in self.app.all("menu item", item) if node.is_sensitive()]
                if found:
                    return found
                time.sleep(0.1)
            self.app.keys("Escape")
            return None

        wait_for(opened, f"a sensitive menu item {item!r} of {name!r}")[-1].press()

    def turn_to(self, page):
        self.app.click(self.app.find("page tab", page))


@step("a job gets tags and a note, and the list is filtered by a tag")
def notes(world):
    world.row_menu("held one", "Tags and Note…")
    world.app.type_into("Tags", "nightly, lab 2")
    world.app.type_into("Note", "after the update")
    world.app.press("Save")
    wait_for(lambda: world.has("held one", tags=["nightly", "lab 2"], note="after the update"), "tags and note are stored")
    world.app.press("All 3")
    world.app.press("nightly", role="menu item")
    wait_for(lambda: not world.app.all("label", "held two"), "the other rows go")
    world.app.press("All 3, nightly")
    world.app.press("Any Tag", role="menu item")
    world.app.cell("held two")
    world.daemon.request("PATCH", f"/jobs/{world.job('held one')['job_id']}", {"tags": ["nightly", "a, b"]})
    world.row_menu("held one", "Tags and Note…")
    world.app.type_into("Note", "a tag with a comma")
    world.app.press("Save")
    wait_for(lambda: world.has("held one", tags=["nightly", "a, b"], note="a tag with a comma"), "the tags are kept")


@step("a running job is paused and goes on")
def pause(world):
    with world.job_of_step("runs long", "sleep", "600"):
        wait_for(lambda: world.has("runs long", status="running"), "the job runs")
        world.row_menu("runs long", "Pause")
        wait_for(lambda: world.has("runs long", paused=True), "the job is paused")
        world.row_menu("runs long", "Go On")
        wait_for(lambda: world.has("runs long", paused=False), "the job goes on")


@step("queued jobs change places by menu, keys and pointer, in a list that has the order of the queue")
def reorder(world):
    app = world.app

    def has_order(*names):
        def is_shown():
            tops = [app.cells(name)[0].extents()[1] for name in names]
            return tops == sorted(tops)
        wait_for(is_shown, f"the order {names}")
        ranks = [world.job(name)["rank"] for name in names]
        assert ranks == sorted(ranks), ranks

    pause_s = 0

    def drag(name, other, share):
        """Drags a row to a part of the height of another one. The app answers the pointer late on a slow machine."""
        nonlocal pause_s
        pause_s += 0.2
        x, y, _width, height = app.cell(name).extents()
        _x, to, _width, _height = app.cell(other).extents()
        start, end = str(y + height // 2), str(int(to + height * share))
        app.pointer("mousemove", str(x + 9), start, "mousedown", "1", "mousemove", str(x + 30), start, "sleep", str(pause_s),
                    "mousemove", str(x + 20), end, "sleep", str(pause_s), "mousemove", str(x + 30), end,
                    "sleep", str(pause_s), "mouseup", "1")

    def drops(name, other, share, *order):
        def is_dropped():
            drag(name, other, share)
            return [job["name"] for job in sorted(world.daemon.jobs(), key=lambda job: job["rank"] or 0)
                    if job["status"] == "queued"] == list(order)
        wait_for(is_dropped, f"{name!r} is dropped at {other!r}")
        has_order(*order)

    world.daemon.request("PATCH", "/server/settings", {"max_running": 0})
    with contextlib.ExitStack() as stack:
        for name in ("one", "two", "three", "four"):
            stack.enter_context(world.job_of_step(name, "true"))
        app.press("Sort")
        app.press("Queue Order", role="menu item")
        has_order("one", "two", "three", "four")
        world.row_menu("three", "Place in Queue")
        app.press("Move to Front", role="menu item")
        has_order("three", "one", "two", "four")
        app.keys("alt+Down")
        has_order("one", "three", "two", "four")
        app.keys("alt+End")
        has_order("one", "two", "four", "three")
        drops("three", "two", 0.2, "one", "three", "two", "four")
        drops("one", "four", 0.8, "three", "two", "four", "one")
        app.press("Sort")
        app.press("Newest First", role="menu item")
        world.daemon.request("POST", "/server/pause")
        wait_for(lambda: len(app.labels("paused")) >= 4, "the rows say that the queue is paused")
        world.daemon.request("POST", "/server/resume")
    world.daemon.request("PATCH", "/server/settings", {"max_running": 2})


@step("a queued job is edited; one that starts meanwhile is not changed, and says so")
def edit(world):
    app = world.app
    title = "A queued job"
    world.daemon.request("PATCH", "/server/settings", {"max_running": 0})
    with world.job_of_step(title, "true"):
        world.row_menu(title, "Edit…")
        dialog = app.window("Edit Job")
        app.type_into("Command line", "sleep 601", dialog)
        app.press("Save", within=dialog)
        wait_for(lambda: world.job(title)["selections"]["argv"] == ["sleep", "601"], "the command is changed")
        wait_for(lambda: not app.all("frame", "Edit Job"), "the dialog closes")
        world.row_menu(title, "Edit…")
        dialog = app.window("Edit Job")
        app.type_into("Command line", "sleep 602", dialog)
        world.daemon.request("PATCH", "/server/settings", {"max_running": 2})
        wait_for(lambda: world.has(title, status="running"), "the job starts")
        app.press("Save", within=dialog)
        wait_for(lambda: [node for role in ("alert", "notification")
                          for node in app.all(role, lambda name: "The job was not changed." in name, dialog)], "the message")
        assert app.entry("Command line", dialog).text() == "sleep 602"
        app.press("Cancel", within=dialog)
        app.press("Discard")
        wait_for(lambda: not app.all("frame", "Edit Job"), "the dialog closes")


@step("the queue and a group are paused, and the limit of a group is shown")
def queue(world):
    app = world.app
    app.press(lambda name: name.startswith("Server: "))
    app.press("Queue…")
    app.toggle("Pause the queue")
    wait_for(lambda: world.daemon.request("GET", "/server/status")["paused"], "the queue is paused")
    app.toggle("Pause the queue")
    wait_for(lambda: not world.daemon.request("GET", "/server/status")["paused"], "the queue goes on")
    app.toggle("Pause default")
    wait_for(lambda: world.daemon.request("GET", "/groups")[0]["paused"], "the group is paused")
    limit = "Running jobs of default at once"
    assert app.entry(limit).text() == "No limit", app.entry(limit).text()
    world.daemon.request("PATCH", "/groups/default", {"max_running": 3})
    wait_for(lambda: app.entry(limit).text() == "3", "the limit of the group is shown")
    world.daemon.request("PATCH", "/groups/default", {"paused": False, "max_running": None})
    wait_for(lambda: app.entry(limit).text() == "No limit", "there is no limit again")
    app.keys("Escape")
    wait_for(lambda: not app.all("frame", "Queue"), "the dialog goes")


@step("a job is renamed")
def rename(world):
    world.app.select("held two")
    world.app.keys("F2")
    world.app.type_into("New name", "a <b>new</b> name")
    world.app.press("Rename")
    wait_for(lambda: world.has("a <b>new</b> name"), "the new name is stored")
    world.app.cell("a <b>new</b> name")


@step("a priority is set for all selected jobs")
def set_priority(world):
    wait_for(lambda: world.has("says numbers", status="completed"), "a job that has ended")
    world.app.select("held one")
    world.app.keys("ctrl+a")
    world.app.sees("3 Jobs Selected")
    world.row_menu("held one", "Set Priority…")
    world.app.type_into("Priority", "7")
    world.app.press("Set")
    wait_for(lambda: world.has("held one", priority=7) and world.has("a <b>new</b> name", priority=7), "both have it")
    assert world.has("says numbers", priority=0)


@step("a filter shows jobs by status, with counts, and can be cleared")
def filter_jobs(world):
    app = world.app
    app.press("All 3")
    app.press("Created 2", role="menu item")
    wait_for(lambda: not app.all("label", "says numbers"), "the other rows go")
    app.press("Created 2")
    app.press("Failed 0", role="menu item")
    app.sees("No Matching Jobs")
    app.press("Show All Jobs")
    app.cell("says numbers")


@step("a held job is started")
def start(world):
    world.app.select("held one")
    world.app.press("Start")
    wait_for(lambda: world.has("held one", status="completed"), "it runs")


@step("keys move the cursor of a chart, which describes the values as text")
def read_chart(world):
    app = world.app
    app.select("says numbers")
    world.turn_to("Training")

    def described():
        return [node.description for node in app.all("image", "Value")]
    wait_for(lambda: described() == ["loss: 0.3 at step 3"], "the last value")
    app.click(app.find("image", "Value"))
    app.keys("Home")
    wait_for(lambda: described() == ["loss: 0.1 at step 1"], "the first value")
    app.keys("Right")
    wait_for(lambda: described() == ["loss: 0.2 at step 2"], "the next value")


@step("an open job stays visible when the window becomes narrow, with a way back to the list")
def get_narrow(world):
    app = world.app
    app.select("says numbers")
    app.keys("Return")
    world.daemon.command("comes in between", "true", hold=True)
    app.cell("comes in between")
    app.resize("VEstim", 360, 640)
    app.find("push button", "Back to the List")
    world.turn_to("Details")
    app.sees("Job Settings")
    app.press("Back to the List")
    app.select("held one")
    app.press("Back to the List")


@step("clearing a search in a narrow window shows the rows again")
def search_narrow(world):
    app = world.app
    for number in range(30):
        world.daemon.command(f"one of many {number}", "true", hold=True)
    app.cell("one of many 29")
    app.type_into("Search jobs", "says")
    wait_for(lambda: not app.all("label", "one of many 29"), "the other rows go")
    app.select("says numbers")
    app.press("Back to the List")
    app.type_into("Search jobs", "")
    app.cell("one of many 29")  # GTK's single-click mode once selected rows under the pointer here, and drew no row.
    app.resize("VEstim", 1240, 760)
    for job in world.daemon.jobs():
        if job["name"].startswith("one of many"):  # The rows of the next steps are visible.
            world.daemon.request("DELETE", "/jobs/" + job["job_id"])


@step("the preferences set the maximum number of running jobs")
def jobs_at_a_time(world):
    world.app.keys("ctrl+comma")
    dialog = world.app.window("Preferences")
    world.app.click(world.app.find("spin button", "Maximum running jobs", dialog))
    world.app.keys("ctrl+a", "3", "Return")
    wait_for(lambda: world.daemon.request("GET", "/server/status")["max_running"] == 3, "the server has it")
    world.app.keys("Escape")
    wait_for(lambda: not world.app.all("frame", "Preferences"), "the preferences close")


@step("a new job is refused by the server for what it needs, and then waits for another job")
def queue_job(world):
    app = world.app
    first = world.daemon.command("goes first", "true", hold=True, group="night-1")
    app.cell("goes first")
    app.take_focus()
    app.keys("ctrl+n")
    dialog = app.window("New Job")
    app.click(app.find("page tab", "Command", dialog))
    app.type_into("Command line", "true", dialog)
    app.type_into("Name", "goes second", dialog)
    for _ in range(20):
        app.click(dialog, button=5)
    app.click(app.find("label", "Queue and Limits", dialog))
    app.press("Choose a Group", within=dialog)
    app.press("night-1", role="menu item")
    wait_for(lambda: app.entry("Group", dialog).text() == "night-1", "the group is chosen")
    app.type_into("CPUs", "100001", dialog)
    app.type_into("Retries", "2", dialog)
    app.type_into("Tags, with commas between them", "nightly, cell 3", dialog)
    app.press("Create", within=dialog)
    wait_for(lambda: app.labels("100000"), "the server's error")
    app.type_into("CPUs", "1", dialog)
    for _ in range(20):
        app.click(dialog, button=5)
    app.press("Add a Job to Wait For", within=dialog)
    app.sees("goes first: Created")
    app.type_into("Search for a job", "goes FIRST")
    app.keys("Return")
    app.find("push button", "goes first: Remove", dialog)
    for _ in range(20):
        app.click(dialog, button=5)
    app.toggle("Pinned")
    app.press("Create", within=dialog)
    wait_for(lambda: world.has("goes second", status="queued"), "it is queued")
    made = world.job("goes second")
    assert made["group"] == "night-1" and made["pinned"], made
    assert made["tags"] == ["nightly", "cell 3"] and made["retry"]["max"] == 2, made
    assert made["depends_on"] == [{"job_id": first["job_id"], "when": "completed"}], made
    assert made["waiting"]["for"] == "dependency", made
    app.sees("After “goes first”")
    shown = f"All {len(world.daemon.jobs())}"
    app.press(shown)
    app.press("night-1", role="menu item")
    wait_for(lambda: not app.cells("held two") and not app.cells("says numbers"), "the jobs of other groups go")
    app.cell("goes first")
    app.press(f"{shown}, night-1")
    app.press("Any Group", role="menu item")
    app.cell("says numbers")


@step("all jobs are stopped after a confirmation")
def stop_all(world):
    for number in range(4):
        world.daemon.command(f"long {number}", "sleep", "600")
    world.app.cell("long 3")
    world.menu("Stop All Jobs")
    world.app.press("Cancel")
    wait_for(lambda: not world.app.all("push button", "Stop All"), "the question goes")
    assert not world.has("long 0", status="stopped")
    world.menu("Stop All Jobs")
    world.app.press("Stop All")
    wait_for(lambda: all(world.has(f"long {number}", status="stopped") for number in range(4)), "all are stopped")


@step("the app stops the server, asks about the running jobs, and starts it again")
def stop_server(world):
    world.daemon.command("interrupted", "sleep", "600")
    world.app.cell("interrupted")
    wait_for(lambda: world.has("interrupted", status="running"), "the job runs")
    world.app.select("comes in between")
    world.app.keys("Delete")
    wait_for(lambda: not world.app.cells("comes in between"), "its row goes")
    world.app.press(lambda name: name.startswith("Server: "))
    world.app.press("Stop Server")
    world.app.sees("Stop the Server?")
    world.app.press("Interrupt Jobs")
    world.app.sees("You stopped the server.")
    wait_for(lambda: not (world.daemon.home / "server.json").exists(), "the server has gone")
    world.app.press("Start Server")
    wait_for(lambda: world.has("interrupted", status="interrupted"), "it serves the same jobs")
    world.app.cell("interrupted")
    assert world.job("comes in between") is None  # Its deletion was not lost with the server.


@step("the app asks before it ends with an unsaved job")
def quit_asks(world):
    world.app.take_focus()  # Without a window manager the focus does not return when a dialog closes.
    world.app.keys("ctrl+n")
    dialog = world.app.window("New Job")
    world.app.type_into("Name", "not made yet", dialog)
    world.app.keys("ctrl+q")
    world.app.press("Keep Editing")
    wait_for(lambda: not world.app.all("push button", "Keep Editing"), "the question goes")
    world.app.keys("Escape")
    world.app.press("Discard")
    wait_for(lambda: not world.app.all("frame", "New Job"), "the dialog goes")


@step("all jobs are cleared after a question that says how many")
def clear_all(world):
    world.menu("Clear All Jobs…")
    world.app.sees(f"Delete All {len(world.daemon.jobs())} Jobs?")
    world.app.press("Delete All")
    wait_for(lambda: world.daemon.jobs() == [], "no job is left")
    world.app.sees("No Jobs Yet")
    world.app.take_focus()
    world.app.keys("ctrl+q")
    wait_for(lambda: world.app.process.poll() is not None, "the app ends")
    world.app.quit()


if __name__ == "__main__":
    sys.exit(run(World()))
