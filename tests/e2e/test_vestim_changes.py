# SPDX-License-Identifier: MIT
"""The commands of `vestim` that change jobs: stop, retry, hold, release, edit, delete, clean, open."""

import time

from support import expect, expect_in, test
from support.shell import Shell


@test("stop and retry take several jobs, and one that fails does not keep the others from their turn")
def _(t):
    daemon, shell = t.daemon("--max-running", "1"), Shell(t)
    running, queued = shell.id("--", "sleep", "600"), shell.id("--", "true")
    over = shell.id("--hold", "--", "true")
    stopped = shell.run("stop", queued, over, "abc", running).expect(1)
    expect([line.split()[0] for line in stopped.out.splitlines()], [queued, running])
    expect_in(f"vestim: {over}: ", stopped.err)
    expect_in('no job "abc"', stopped.err)
    daemon.until_status(running, "stopped")
    expect(shell.run("retry", "-q", queued).expect(0).out, "")
    daemon.completed(queued)
    expect([job["job_id"] for job in shell.json("retry", "--fresh", queued)], [queued])
    expect(daemon.completed(queued)["attempt"], 3)


@test("release queues a held job")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    id = shell.id("--hold", "--", "true")
    expect(daemon.job(id)["status"], "created")
    expect_in("is held", shell.run("hold", id).expect(0).out)
    shell.run("release", id).expect(0)
    daemon.completed(id)
    expect_in("only a held job can be released", shell.run("release", id).expect(1).err)
    expect_in("only a queued job can be held", shell.run("hold", id).expect(1).err)


@test("edit changes the fields that its options name, and leaves the others")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    first = shell.id("--", "true")
    id = shell.id("--hold", "-c", "1", "-m", "1M", "--retry", "2", "--retry-delay", "3", "-t", "a", "-e", "X=1", "--after",
                  first, "--at", "2099-01-01", "--pin", "--unique", "u", "--", "true")
    before = daemon.job(id)
    shell.run("edit", id, "-n", "new", "-p", "3", "-m", "2M", "--retry-delay", "4", "--timeout", "5m", "-e", "Y=2").expect(0)
    job = daemon.job(id)
    expect([job["name"], job["priority"], job["selections"]["timeout_s"]], ["new", 3, 300.0])
    expect(job["resources"], {**before["resources"], "memory_mb": 2})
    expect(job["retry"], {**before["retry"], "delay_s": 4})
    expect([job["selections"]["env"][name] for name in "XY"], ["1", "2"])
    unchanged = ("tags", "depends_on", "start_after", "pinned", "unique", "group", "note")
    expect({name: job[name] for name in unchanged}, {name: before[name] for name in unchanged})
    shell.run("edit", id, "--tag", "", "--after", "", "--at", "", "--unique", "", "--retry", "0", "--unpin").expect(0)
    job = daemon.job(id)
    removed = {"tags": [], "depends_on": [], "start_after": None, "unique": None, "retry": None, "pinned": False}
    expect({name: job[name] for name in removed}, removed)
    expect(shell.run("edit", id, "-n", "new").expect(0).out, f"{id} is changed: new\n")


@test("edit without options opens the job in the editor, and sends what was changed")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    id = shell.id("--hold", "-n", "old name", "--", "true")
    editor = {"EDITOR": "sed -i s/old/new/", "VISUAL": None}
    expect(shell.run("edit", id, env=editor).expect(0).out, f"{id} is changed: new name\n")
    expect(daemon.job(id)["name"], "new name")
    expect_in("stays as it is", shell.run("edit", id, env={"VISUAL": "true"}).expect(0).out)
    expect_in("Nothing was changed", shell.run("edit", id, env={"VISUAL": "false"}).expect(1).err)
    expect_in("not valid JSON", shell.run("edit", id, env={"VISUAL": "echo garbage >"}).expect(1).err)
    wrong = {"VISUAL": "sed -i 's/\"priority\" : 0/\"priority\" : 5000/'"}
    expect_in("priority: ", shell.run("edit", id, env=wrong).expect(1).err)
    expect([daemon.job(id)["name"], daemon.job(id)["priority"]], ["new name", 0])


@test("delete removes jobs with their folders")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    ids = [shell.id("--", "sleep", "600"), shell.id("--hold", "--", "true")]
    daemon.until_status(ids[0], "running")
    expect(shell.json("delete", *ids), [{"job_id": id} for id in ids])
    expect(daemon.jobs(), [])
    expect_in(f"There is no job {ids[0]}.", shell.run("delete", ids[0]).expect(1).err)
    expect(any((daemon.home / "jobs").iterdir()), False)


@test("clean deletes what is over and not pinned, as its options choose")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    pinned = shell.id("--pin", "--", "true")
    tagged, failed, old = (shell.id("-t", "a tag", "--", "true"), shell.id("--", "false"), shell.id("--", "true"))
    held = shell.id("--hold", "--", "true")
    for id in (pinned, tagged, failed, old):
        daemon.until_over(id)

    def cleaned(*words):
        return [job["job_id"] for job in shell.json("clean", *words)]

    expect(cleaned("--older", "1h"), [])
    expect(cleaned("--dry-run"), [old, failed, tagged])
    expect(cleaned("--keep", "1", "-n"), [failed, tagged])
    expect(cleaned("--tag", "a tag"), [tagged])
    expect(cleaned("--status", "failed,stopped"), [failed])
    time.sleep(0.02)
    expect(cleaned("--older", "0.01s"), [old])
    expect(cleaned(), [])
    expect(sorted(daemon.ids()), sorted([pinned, held]))
    shell.run("clean", "--status", "running").expect(2)
    shell.run("clean", "everything").expect(2)


@test("clean deletes more jobs than fit on a page of the list")
def _(t):
    daemon, shell = t.daemon("--max-running", "1"), Shell(t)
    shell.run("add", "--", "sleep", "600").expect(0)
    for n in range(520):
        daemon.run("true", name=str(n))
    daemon.post("/jobs/stop").expect(202)
    for job in daemon.jobs("?status=running"):
        daemon.until_over(job)
    expect(len(shell.run("clean").expect(0).out.splitlines()), 521)
    expect(daemon.jobs(), [])


@test("open shows the folder with the desktop's program, or prints it")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    id = shell.id("--hold", "--", "true")
    folder = daemon.job(id)["job_folder"]
    expect(shell.run("open", "--print", id).expect(0).out, folder + "\n")
    without = shell.run("open", id, env={"DISPLAY": None, "WAYLAND_DISPLAY": None}).expect(1)
    expect_in(folder, without.err)
    t.write("bin/xdg-open", '#!/bin/sh\necho "$1" >"$HOME/opened"\n', 0o755)
    path = f"{t.dir}/bin:{shell.env['PATH']}"
    shell.run("open", id, env={"DISPLAY": ":99", "PATH": path}).expect(0)
    expect((t.dir / "opened").read_text(), folder + "\n")
    t.write("bin/xdg-open", "#!/bin/sh\nexit 3\n", 0o755)
    expect_in("xdg-open cannot open it", shell.run("open", id, env={"DISPLAY": ":99", "PATH": path}).expect(1).err)
    shell.run("open", "--print").expect(2)


@test("status shows the server and the number of jobs")
def _(t):
    daemon, shell = t.daemon("--max-running", "3"), Shell(t)
    daemon.until_over(shell.id("--", "false"))
    shown = shell.run("status").expect(0).out
    for part in (daemon.url, f"PID {daemon.pid}", "at most 3 jobs", "0 queued, 0 running, 1 failed"):
        expect_in(part, shown)
    expect(shell.json("status")["pid"], daemon.pid)
    expect(shell.run("status", "--format", "{pid} {jobs.failed}").expect(0).out, f"{daemon.pid} 1\n")
    expect(shell.run("status", "-q").expect(0).out, "")


@test("limit sets how many jobs run at a time, of all and of a group, and status shows it")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    expect(shell.run("limit", "1").expect(0).out, "At most 1 job runs at a time.\n")
    expect(shell.json("status")["max_running"], 1)
    expect(shell.json("limit", "2", "-g", "disk")["max_running"], 2)
    expect_in("no limit", shell.run("limit", "none", "--group", "disk").expect(0).out)
    shell.run("limit", "0", "--group", "disk").expect(0)
    id = shell.id("--group", "disk", "--", "true")
    shell.run("add", "--wait", "--", "true").expect(0)
    expect(daemon.job(id)["status"], "queued")
    daemon.kill()
    daemon = t.daemon()
    expect(daemon.job(id)["status"], "queued")
    expect(shell.json("status")["max_running"], 1)
    shell.run("limit", "none", "--group", "disk").expect(0)
    daemon.completed(id)
    for words in (["none"], ["1025"], ["-g", "disk", "all"], []):
        expect_in('"vestim help limit"', shell.run("limit", *words).expect(2).err)


@test("add --unique names the job that has the name")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    id = shell.id("--unique", "u", "--", "sleep", "600")
    expect_in(id, shell.run("add", "--unique", "u", "--", "true").expect(1).err)
