# SPDX-License-Identifier: MIT
"""GTK's dialogs to choose a file, in the running app against a real vestimd. Run inside session.py; prints TAP."""
import csv
import os
import pathlib
import subprocess
import sys

from app import App, Daemon, Notifications, wait_for
from tap import run, step


class World:
    def __init__(self):
        vestimd = os.path.join(os.environ["VESTIM_BUILD"], "vestimd")
        subprocess.run([vestimd, "--daemonize", "--port", "0"], check=True, stdout=subprocess.DEVNULL)
        self.folder = pathlib.Path(os.environ["TMPDIR"])
        self.daemon = Daemon()
        self.notifications = Notifications()
        self.daemon.command("made a file", "sh", "-c", "echo made >made.txt")
        self.daemon.command("held", "true", hold=True)
        self.app = App()

    def recover(self):
        self.app = self.app.replace()


@step("a file of a job is saved elsewhere")
def save_file(world):
    copy = world.folder / "a copy.txt"
    world.app.select("made a file")
    world.app.click(world.app.find("page tab", "Files"))
    world.app.press("Save As… made.txt")
    dialog = world.app.chooser("Save File")
    world.app.type_into("Name:", str(copy), dialog)
    world.app.press("Save", within=dialog)
    wait_for(lambda: copy.exists() and copy.read_text() == "made\n", "the copy")
    world.app.sees("File saved")


@step("the list is exported, and an error of the export is shown")
def export(world):
    table = world.folder / "list.csv"
    for path, message in ((table, "List exported"), (pathlib.Path("/proc/list.csv"), "Could not export the list")):
        world.app.press("Main Menu")
        world.app.press("Export List…", role="menu item")
        dialog = world.app.chooser("Export List")
        world.app.type_into("Name:", str(path), dialog)
        world.app.press("Export", within=dialog)
        world.app.sees(message)
    with table.open(newline="") as rows:
        found = {row["name"]: row["status"] for row in csv.DictReader(rows)}
    assert found == {job["name"]: job["status"] for job in world.daemon.jobs()}, found
    world.app.quit()


if __name__ == "__main__":
    sys.exit(run(World()))
