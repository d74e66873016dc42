# SPDX-License-Identifier: MIT
"""Jobs that are not in memory, in groups, dependencies, retention, hooks and pages. The tests of many other subjects run
a second time without such jobs in memory (meson.build)."""

import os
import re
import signal

from support import expect, expect_in, processes, test, until
from support.waiting import WAITING, begun


def forgetful(t):
    """A daemon that keeps no job in memory that neither waits nor runs."""
    return t.daemon("--jobs-in-memory", "0")


def groups(daemon):
    return [group["name"] for group in daemon.get("/groups").expect(200).json()]


@test("a group stays as long as it has a job, in memory or not, also after a SIGKILL")
def _(t):
    daemon = forgetful(t)
    done = daemon.completed(daemon.run("true", group="night"))["job_id"]
    draft = daemon.draft(group="day")["job_id"]
    for _ in range(2):
        expect(groups(daemon), ["day", "default", "night"])
        expect(daemon.ids("?group=night"), [done])
        expect(daemon.ids("?group=default"), [])
        expect(daemon.ids("?group=unknown"), [])
        daemon.restart()
    daemon.patch(f"/jobs/{draft}", {"group": "evening"}).expect(200)
    expect((groups(daemon), daemon.ids("?group=evening")), (["default", "evening", "night"], [draft]))
    daemon.restart()
    expect((groups(daemon), daemon.ids("?group=evening")), (["default", "evening", "night"], [draft]))
    daemon.patch(f"/jobs/{draft}", {"group": "morning"}).expect(200)
    daemon.delete(f"/jobs/{done}").expect(200)
    expect(groups(daemon), ["default", "morning"])
    daemon.delete("/jobs?status=created").expect(200)
    expect(groups(daemon), ["default"])


@test("a job that cannot be read is 500, and nothing is lost")
def _(t):
    daemon = forgetful(t)
    draft = daemon.draft(name="kept")["job_id"]
    daemon.stop()
    daemon.start()
    (daemon.home / "registry.db").rename(t.dir / "elsewhere")
    for request in (("GET", f"/jobs/{draft}"), ("GET", "/jobs"), ("GET", "/jobs?q=kept"), ("PATCH", f"/jobs/{draft}", {"name": "new"})):
        daemon.request(*request).expect_problem(500)
    (t.dir / "elsewhere").rename(daemon.home / "registry.db")
    until(lambda: daemon.get(f"/jobs/{draft}").status == 200, "it can be read again")
    expect(daemon.job(draft)["name"], "kept")


# Otherwise none of them could ever start.
@test("a retry that would close a cycle of dependencies is refused, also after a SIGKILL")
def _(t):
    daemon = forgetful(t)
    first = daemon.completed(daemon.run("true"))["job_id"]
    second = daemon.completed(daemon.run("true", depends_on=[first]))["job_id"]
    daemon.patch("/server/settings", {"max_running": 0}).expect(200)
    daemon.post(f"/jobs/{first}/retry").expect(200)
    daemon.patch(f"/jobs/{first}", {"depends_on": [second]}).expect(200)
    for _ in range(2):
        expect_in("depend", daemon.post(f"/jobs/{second}/retry").expect_problem(409)["detail"])
        daemon.restart()
    daemon.patch(f"/jobs/{first}", {"depends_on": []}).expect(200)
    daemon.post(f"/jobs/{second}/retry").expect(200)
    daemon.patch(f"/jobs/{first}", {"depends_on": [second]}).expect_fields("depends_on")
    daemon.patch("/server/settings", {"max_running": 1}).expect(200)
    daemon.completed(first)
    daemon.completed(second)


@test("a job that was interrupted is not resumed if that would close a cycle of dependencies")
def _(t):
    daemon = forgetful(t)
    first = daemon.completed(daemon.run("true"))["job_id"]
    lost = daemon.sh(WAITING, restart=True, depends_on=[first])
    begun(daemon, lost)
    daemon.until_status(lost, "running")
    os.kill(processes.shim_of(daemon.folder(lost)), signal.SIGKILL)
    daemon.until_status(lost, "interrupted")
    daemon.patch("/server/settings", {"max_running": 0}).expect(200)
    daemon.post(f"/jobs/{first}/retry").expect(200)
    daemon.patch(f"/jobs/{first}", {"depends_on": [{"job_id": lost["job_id"], "when": "over"}]}).expect(200)
    daemon.restart()
    daemon.until_logged("job not resumed")
    expect(daemon.job(lost)["status"], "interrupted")
    daemon.patch("/server/settings", {"max_running": 1}).expect(200)
    daemon.completed(first)
    (daemon.folder(lost) / "go").touch()
    daemon.post(f"/jobs/{lost['job_id']}/retry").expect(200)
    daemon.completed(lost)


@test("retention deletes the oldest jobs and spares pinned ones, also after a SIGKILL")
def _(t):
    daemon = forgetful(t)
    jobs = [daemon.completed(daemon.run("true"))["job_id"] for _ in range(6)]
    daemon.patch(f"/jobs/{jobs[1]}", {"pinned": True}).expect(200)
    daemon.patch("/server/settings", {"retention": {"max_jobs": 2}}).expect(200)
    daemon.restart()
    until(lambda: daemon.ids() == [jobs[5], jobs[4], jobs[1]], lambda: f"three are left: {daemon.ids()}")
    until(lambda: {path.name for path in (daemon.home / "jobs").iterdir()} == set(daemon.ids()), "their folders, too")
    daemon.completed(daemon.run("true"))
    until(lambda: jobs[4] not in daemon.ids(), "the next one makes room")
    expect(jobs[1] in daemon.ids(), True)


@test("the hook is started for the end of each job, also of one that is retried after a SIGKILL")
def _(t):
    log = t.dir / "ends.txt"
    script = f"""#!/bin/sh
    case "$(cat)" in *'"attempt":2,'*) attempt=2 ;; *) attempt=1 ;; esac
    echo "$VESTIM_JOB_ID $VESTIM_JOB_STATUS $attempt" >> "{log}"
    """
    hook = t.write("hook", script, 0o755)
    t.home.mkdir(mode=0o700)
    (t.home / "vestimd.conf").write_text(f"[hooks]\non_end={hook}\n")
    daemon = forgetful(t)
    jobs = [daemon.completed(daemon.run("true"))["job_id"] for _ in range(2)]
    ends = lambda: set(log.read_text().splitlines()) if log.exists() else set()  # noqa: E731
    wanted = {f"{job} completed 1" for job in jobs}
    until(lambda: ends() == wanted, lambda: f"{ends()}")
    daemon.restart()
    daemon.post(f"/jobs/{jobs[0]}/retry").expect(200)
    until(lambda: ends() == wanted | {f"{jobs[0]} completed 2"}, lambda: f"{ends()}")


def next_page(answer):
    link = re.search(r"<([^>]*)>", answer.headers.get("Link", ""))
    return link and link.group(1)


@test("the next page goes on after a SIGKILL, and after the job was deleted with which the last one ended")
def _(t):
    daemon = forgetful(t)
    jobs = [daemon.draft(name=f"part {i % 2}", tags=["odd" if i % 2 else "even"], group="a" if i < 6 else "b")["job_id"] for i in range(12)]
    for query, wanted in (("tag=odd", jobs[1::2]), ("q=PART%200", jobs[::2]), ("group=a", jobs[:6]), ("status=created&tag=even", jobs[::2])):
        wanted = [job for job in wanted if job in daemon.ids()][::-1]
        answer = daemon.get(f"/jobs?{query}&limit=2").expect(200)
        expect(answer.headers["X-Total-Count"], str(len(wanted)))
        found = [job["job_id"] for job in answer.json()]
        daemon.delete(f"/jobs/{found[-1]}").expect(200)
        daemon.restart()
        while next_page(answer):
            answer = daemon.get(next_page(answer)).expect(200)
            found += [job["job_id"] for job in answer.json()]
        expect(found, wanted, query)


@test("a client can wait for the start of a draft that is not in memory, and follow the log of a job that is over")
def _(t):
    daemon = forgetful(t)
    draft = daemon.sh("echo 'some text'", hold=True)["job_id"]
    daemon.run("true", hold=True)
    connection = daemon.connect()
    connection.send(daemon.request_bytes("GET", f"/jobs/{draft}?wait=60"))
    daemon.get("/server/status").expect(200)
    daemon.post(f"/jobs/{draft}/start").expect(200)
    expect(connection.answer().expect(200).json()["status"] != "created", True)
    connection.close()
    daemon.completed(draft)
    daemon.restart()
    expect(daemon.get(f"/jobs/{draft}/log?follow=1").expect(200).text, "some text\n")
    expect(daemon.get(f"/jobs/{draft}?wait=60").expect(200).json()["status"], "completed")


@test("a name is free while its job is not in memory, and a retry takes it again")
def _(t):
    daemon = forgetful(t)
    body = {"kind": "command", "selections": {"argv": ["true"]}, "unique": "nightly"}
    old = daemon.completed(daemon.post("/jobs", body).expect(201).json())["job_id"]
    daemon.restart()
    daemon.completed(daemon.post("/jobs", body).expect(201).json())
    daemon.patch("/server/settings", {"max_running": 0}).expect(200)
    daemon.post(f"/jobs/{old}/retry").expect(200)
    daemon.restart()
    expect(daemon.post("/jobs", body).expect_problem(409)["job_id"], old)
