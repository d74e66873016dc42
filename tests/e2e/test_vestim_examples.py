# SPDX-License-Identifier: MIT
"""Commands as users write them, in a shell, with the server killed between them."""

import json

from support import expect, expect_in, test
from support.shell import Shell


@test("a job is added, waited for, and its log shown")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    t.write("Makefile", "all:\n\t@echo made\n")
    done = shell.sh("id=$(vestim add --print-id -- make -j4); vestim wait $id && vestim log $id").expect(0)
    expect_in("made", done.out)
    t.write("report.sh", "#!/bin/sh\necho report\n", 0o755)
    id = daemon.ids()[0]
    shell.sh(f"id={id}; vestim add --after $id --tag nightly -- ./report.sh").expect(0)
    job = daemon.completed(daemon.ids()[0])
    expect([job["tags"], daemon.log_of(job)], [["nightly"], "report\n"])
    shell.sh("vestim wait last && vestim log -f last").expect(0)


@test("a job after another one waits for it, also when the server is killed")
def _(t):
    daemon, shell = t.daemon("--max-running", "2"), Shell(t)
    script = "id=$(vestim add -C '' --print-id -- sh -c 'until [ -e go ]; do sleep 0.05; done'); vestim add --after $id -q -- true; echo $id"
    after, first = shell.sh(script).expect(0).out.split()
    expect(daemon.job(after)["waiting"]["for"], "dependency")
    daemon.restart()
    expect(daemon.job(after)["status"], "queued")
    (daemon.folder(first) / "go").touch()
    shell.run("wait", first, after).expect(0)


@test("the list goes to jq")
def _(t):
    daemon, shell = t.daemon("--max-running", "1"), Shell(t)
    shell.sh("vestim add -- sleep 600; vestim add -n two -- true").expect(0)
    listed = shell.sh("vestim list --status running,queued --json").expect(0)
    expect([job["name"] for job in json.loads(listed.out)], ["two", "sleep 600"])


@test("old jobs are cleaned")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    shell.sh("vestim add --wait -- true && vestim clean --older 30d").expect(0)
    expect(len(daemon.jobs()), 1)


@test("the output of a command is the input of a job")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    t.write("consume", "#!/bin/sh\nwc -l\n", 0o755)
    shell.sh("seq 1000 | vestim add --stdin -- ./consume && vestim wait -q last").expect(0)
    expect(daemon.log_of(daemon.ids()[0]), "1000\n")


@test("a folder, variables, a time limit and resources are options")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    daemon.patch("/server/settings", {"capacity": {"cpus": 8, "memory_mb": 16384, "gpus": 0}})
    t.write("srv/sim", "#!/bin/sh\necho $SEED in $PWD\n", 0o755)
    shell.sh(f"vestim add --wait -C {t.dir}/srv -e SEED=1 --timeout 2h --cpus 4 --memory 8G -- ./sim").expect(0)
    job = daemon.jobs()[0]
    expect(daemon.log_of(job), f"1 in {t.dir}/srv\n")
    expect(job["resources"], {"cpus": 4, "memory_mb": 8192, "gpus": 0} | {k: v for k, v in job["resources"].items() if k == "enforce"})


# The example of the manual on a small computer: the job is kept, and its user knows why it does not start.
@test("a job that needs more than the server has is added with a warning, and starts after an edit")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    daemon.patch("/server/settings", {"capacity": {"cpus": 2, "memory_mb": 4096, "gpus": 0}}).expect(200)
    t.write("srv/sim", "#!/bin/sh\necho $SEED\n", 0o755)
    added = shell.sh(f"vestim add -C {t.dir}/srv -e SEED=1 --timeout 2h --cpus 4 --memory 8G -- ./sim").expect(0)
    lack = "The job needs 4 CPUs and 8G of memory, but the server has 2 CPUs and 4G of memory. Ask for less"
    expect_in(f"cannot start now. {lack}", added.err)
    daemon.restart()
    job = daemon.ids()[0]
    expect_in("needs 4 CPUs and 8G of memory", shell.run("list").expect(0).out)
    shell.run("edit", job, "--cpus", "2", "--memory", "1G").expect(0)
    shell.run("wait", job).expect(0)
    expect(shell.run("add", "--print-id", "--cpus", "2", "--", "true").expect(0).err, "")


@test("the job waits for its retries, which are no ends")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    script = "vestim add -w --retry 2 --retry-delay 0.1s -- sh -c 'echo x >>runs; [ $(wc -l <runs) -eq 3 ]'"
    shell.sh(script).expect(0)
    expect((t.dir / "runs").read_text(), "x\nx\nx\n")
    shell.sh("vestim add -w --retry 2 --retry-delay 0.1s --never-retry 4 -- sh -c 'exit 4'").expect(4)


@test("a job of a unique name is added once")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    shell.sh("vestim add --unique report -- sleep 600").expect(0)
    refused = shell.sh("vestim add --unique report -- sleep 600").expect(1)
    expect_in(daemon.ids()[0], refused.err)
    expect(len(daemon.jobs()), 1)
