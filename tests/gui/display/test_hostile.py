# SPDX-License-Identifier: MIT
"""The dashboard against a server that misbehaves at one request after the other: the dashboard does not crash, shows
the error and recovers by itself. Run inside session.py; prints TAP."""
import json
import os
import subprocess
import sys

from app import App, Daemon, Notifications, wait_for
from relay import ELSEWHERE, ENDLESS, FAILED, GARBAGE, HALF, Relay, answer
from tap import run, step

UNREADABLE = "this program can’t read"
BROKEN_OFF = "closed the connection"
NOT_OURS = "is probably not a VEstim server"
STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"

# Each page: its request, the wrong answer and the message that the page shows.
PAGES = (("Training", "/jobs/[^/]*/metrics", GARBAGE, UNREADABLE),
         ("Log", "/jobs/[^/]*/log", ENDLESS, "too long to show"),
         ("Files", "/jobs/[^/]*/files", HALF, BROKEN_OFF))


class World:
    def __init__(self):
        vestimd = os.path.join(os.environ["VESTIM_BUILD"], "vestimd")
        subprocess.run([vestimd, "--daemonize", "--port", "0"], check=True, stdout=subprocess.DEVNULL)
        self.daemon = Daemon()
        self.notifications = Notifications()
        self.token = (self.daemon.home / "token").read_text().strip()
        self.relay = Relay(self.daemon.url())
        self.daemon.command("all is said", "sh", "-c", "echo said; echo made > made.txt")
        self.daemon.command("never ends", "sleep", "600")
        self.app = None

    def start(self):
        self.app = App("--server", self.relay.url, VESTIM_TOKEN=self.token)

    def recover(self):
        """After a failed step, the next one finds a sound server, and no open menu or dialog."""
        self.relay.heal()
        if self.app is not None:
            self.app = self.app.replace()

    def turn_to(self, page):
        self.app.click(self.app.find("page tab", page))


@step("a wrong answer to the first requests is shown, and the list appears after recovery")
def greet(world):
    world.relay.answer("GET", "/server/status", GARBAGE)
    world.start()
    world.app.sees(NOT_OURS)
    for path, text, message in (("/server/status", answer(200, b"[1]"), NOT_OURS), ("/jobs", HALF, BROKEN_OFF),
                                ("/jobs", answer(200, b'{"status":"online"}'), UNREADABLE),
                                ("/jobs", ELSEWHERE, "does not follow redirects")):
        world.relay.heal()
        world.relay.answer("GET", path, text)
        world.app.press("Try Again")
        world.app.sees(message)
    world.relay.heal()
    world.app.press("Try Again")
    world.app.cell("all is said")


@step("a page that can't load says why, and loads after recovery")
def pages(world):
    app = world.app
    app.select("all is said")
    app.sees("from the start")
    world.turn_to("Details")
    for page, path, text, message in PAGES:
        world.relay.answer("GET", path, text)
        world.turn_to(page)
        app.sees(message)
    world.relay.heal()
    app.find("push button", "Open made.txt")  # It tries again by itself.
    world.turn_to("Training")
    app.sees("The job reported no values.")


@step("a refused change and a wrong answer to a change are shown")
def changes(world):
    app = world.app
    app.select("never ends")
    for text, message in ((FAILED, "could not do this"), (answer(409, b'{"detail":"<b>No.</b>"}'), "<b>No.</b>")):
        world.relay.heal()
        world.relay.answer("POST", "/jobs/[^/]*/stop", text)
        app.keys("ctrl+period")
        app.sees(message)
    world.relay.heal()
    app.keys("ctrl+period")
    wait_for(lambda: any(job["status"] == "stopped" for job in world.daemon.jobs()), "the job is stopped")


@step("a wrong answer to a new job loses no input, and a second try makes one job")
def create(world):
    app = world.app
    world.relay.answer("POST", "/jobs", GARBAGE)
    app.keys("ctrl+n")
    dialog = app.window("New Job")
    app.click(app.find("page tab", "Command", dialog))
    app.type_into("Command line", "true", dialog)
    app.type_into("Name", "made once", dialog)
    app.press("Create", within=dialog)
    wait_for(lambda: [node for role in ("alert", "notification")
                      for node in app.all(role, lambda name: UNREADABLE in name, dialog)], "the message in the dialog")
    world.relay.heal()
    app.press("Create", within=dialog)
    app.cell("made once")
    assert [job["name"] for job in world.daemon.jobs()].count("made once") == 1


@step("wrong events and a hostile job change nothing else")
def events(world):
    job = dict(world.daemon.jobs()[0], job_id="../x?y #", name="<b>\x1b[31m\u202e" + "e\u0301" * 5000, progress=1e300,
               created_at="nonsense", details={"metrics": {"tests": [7]}, "tasks": {}, "reason": ["x"]})
    sent = (("unknown", "x"), ("cleared", '{"job_ids":[7,null]}'), ("deleted", '{"job_id":"none"}'),
            ("job", json.dumps(job)))
    world.app.quit()
    world.relay.answer("GET", "/events", STREAM + "".join(f"event: {name}\ndata: {data}\n\n"
                                                          for name, data in sent).encode())
    world.start()
    app = world.app
    wait_for(lambda: app.all("label", lambda name: name.startswith("<b>")), "the hostile job")
    app.cell("made once")
    world.relay.heal()
    world.daemon.command("after all", "true")
    app.cell("after all")
    app.quit()


if __name__ == "__main__":
    sys.exit(run(World()))
