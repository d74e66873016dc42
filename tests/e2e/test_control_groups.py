# SPDX-License-Identifier: MIT
"""Control groups and limits: each attempt has a group of its own where the daemon may make one, and what
cannot be limited is refused."""

import os
import pathlib
import signal

from support import expect, expect_in, processes, skip, test, until
from support.builds import program
from support.groups import folder_of, group_of
from support.waiting import begun, release, WAITING, ENDING


def limits_of(daemon):
    return daemon.get("/server/status").expect(200).json()["limits"]


def groups_of(daemon, job):
    """Of all processes of the job that live long enough to be read."""
    groups = set()
    for pid in processes.of_job(daemon.folder(job)):
        try:
            groups.add(group_of(pid))
        except OSError:
            pass
    return groups - {""}


def need_groups(daemon):
    if not limits_of(daemon)["freezer"]:
        skip("the daemon may make no control groups of version 2 here")


@test("the status says what can be limited, and why not")
def _(t):
    limits = limits_of(t.daemon())
    expect(sorted(limits), ["cpus", "freezer", "memory", "reason"])
    expect(limits["reason"] is None, limits["memory"] and limits["cpus"], limits)


@test("hard limits are refused where they cannot be had, and the answer says what to do")
def _(t):
    daemon = t.daemon()
    if limits_of(daemon)["memory"]:
        skip("memory can be limited here")
    body = {"kind": "command", "selections": {"argv": ["true"]},
            "resources": {"memory_mb": 100, "enforce": True}}
    fault = daemon.post("/jobs", body).expect_problem(422)["errors"][0]
    expect(fault["field"], "resources.enforce")
    expect_in("Delegate=", fault["message"])
    expect_in("rlimit", fault["message"])
    draft = daemon.draft()
    daemon.patch(f"/jobs/{draft['job_id']}", {"resources": body["resources"]}).expect_problem(422)
    expect(len(daemon.jobs()), 1)


@test("--doctor says what the running daemon can limit, and what to do without it")
def _(t):
    daemon = t.daemon()
    limits = limits_of(daemon)
    lines = t.vestimd("--doctor").expect(0).out.splitlines()
    line = next(line for line in lines if "limits of jobs: " in line)
    expect_in("memory: " + ("yes" if limits["memory"] else "no"), line)
    expect_in(limits["reason"] or "freezer", line)
    daemon.stop()
    expect_in("Delegate=", t.vestimd("--doctor").expect(0).out)


@test("a hard limit of memory makes the job fail with its reason, and the limit of CPUs holds")
def _(t):
    daemon = t.daemon()
    limits = limits_of(daemon)
    if not (limits["memory"] and limits["cpus"]):
        skip(f"memory and CPUs cannot both be limited here: {limits['reason']}")
    job = daemon.run("python3", "-c", "x = bytearray(300 << 20)", resources={"memory_mb": 50, "enforce": True})
    ended = daemon.until_status(job, "failed")
    expect((ended["details"]["reason"], ended["details"]["signal"]), ("out of memory", "SIGKILL"))
    job = daemon.sh("cat /sys/fs/cgroup$(sed -n s/^0:://p /proc/self/cgroup)/cpu.max",
                    resources={"cpus": 2, "enforce": True})
    daemon.completed(job)
    expect(daemon.log_of(job), "200000 100000\n")


@test("with \"rlimit\" each process of a job is limited to memory_mb of addresses")
def _(t):
    daemon = t.daemon()
    limited = {"memory_mb": 2000, "enforce": "rlimit"}
    job = daemon.sh("ulimit -v; ulimit -H -v", resources=limited)
    expect(daemon.completed(job)["resources"], {"cpus": 1, "memory_mb": 2000, "gpus": 0, "enforce": "rlimit"})
    expect(daemon.log_of(job), "2048000\n2048000\n")
    job = daemon.run("python3", "-c", "bytearray(3 << 30)", resources=limited)
    ended = daemon.until_status(job, "failed")
    expect(ended["details"]["reason"], "exit code 1")
    expect_in("MemoryError", daemon.log_of(job))
    body = {"kind": "command", "selections": {"argv": ["true"]}, "resources": {"enforce": "rlimit"}}
    fault = daemon.post("/jobs", body).expect_problem(422)["errors"][0]
    expect(fault["field"], "resources.memory_mb")


@test("an attempt has a group of its own, which goes with it")
def _(t):
    daemon = t.daemon("--max-running", "2")
    need_groups(daemon)
    jobs = [daemon.sh("setsid sleep 600 & cat /proc/self/cgroup; " + WAITING + ENDING + "0") for _ in range(2)]
    begun(daemon, *jobs)
    groups = [groups_of(daemon, job) for job in jobs]
    expect([len(found) for found in groups], [1, 1], groups)
    expect(groups[0] != groups[1], True, "the groups differ")
    for job, found in zip(jobs, groups):
        expect_in(job["job_id"] + "-1-", next(iter(found)))
        expect(group_of(processes.shim_of(daemon.folder(job))) in found, False, "the shim is outside")
    for job in jobs:
        release(daemon, job)
        daemon.completed(job)
    expect([folder_of(next(iter(found))).exists() for found in groups], [False, False])


@test("the group of a running attempt survives the daemon")
def _(t):
    daemon = t.daemon()
    need_groups(daemon)
    job = daemon.sh(WAITING + ENDING + "0")
    begun(daemon, job)
    group = groups_of(daemon, job)
    daemon.restart()
    expect(groups_of(daemon, job), group)
    release(daemon, job)
    daemon.completed(job)
    until(lambda: not folder_of(next(iter(group))).exists(), "the group is removed")


@test("after the shim was killed, processes are found by their group, even frozen ones")
def _(t):
    daemon = t.daemon()
    need_groups(daemon)
    job = daemon.sh("(env -i setsid sh -c 'exec >/dev/null 2>&1 3>&-; cd /; sleep 601 & sleep 601' &); echo begun; sleep 601")
    begun(daemon, job)
    shim = processes.shim_of(daemon.folder(job))
    group = folder_of(group_of(processes.of_job(daemon.folder(job))[0]))
    until(lambda: len((group / "cgroup.procs").read_text().split()) >= 4, "all processes run")
    (group / "cgroup.freeze").write_text("1")
    daemon.kill()
    os.kill(shim, signal.SIGKILL)
    daemon.start()
    ended = daemon.until_status(job, "interrupted", timeout=60)
    expect(ended["details"]["reason"], "lost")
    expect(group.exists(), False, "the group is gone")


def killing(t):
    """The environment of a daemon whose jobs have no group of their own, and share the counter in the folder "shared"."""
    t.write("shared/memory.events", "oom_kill 0\n")
    return t.helpers(run=f"""#!/bin/sh
exec {program("vestim-run")} "$@" --cgroup /nonexistent --oom-group {t.dir}/shared
""")


@test("a job that the kernel killed for memory fails with that reason, also without a limit")
def _(t):
    daemon = t.daemon(env=killing(t))
    job = daemon.sh(f"echo 'oom_kill 1' > {t.dir}/shared/memory.events; kill -9 $$")
    details = daemon.until_status(job, "failed")["details"]
    expect((details["reason"], details["signal"]), ("out of memory", "SIGKILL"))


@test("a job that a user kills keeps its signal as the reason")
def _(t):
    daemon = t.daemon(env=killing(t))
    job = daemon.sh("kill -9 $$")
    details = daemon.until_status(job, "failed")["details"]
    expect((details["reason"], details["signal"]), ("ended by SIGKILL", "SIGKILL"))


@test("a job that could not enter its group is paused without it")
def _(t):
    # The folder looks like a group that can be frozen, but no process can be in it.
    daemon = t.daemon(env=t.helpers(run=f"""#!/bin/sh
case " $* " in *" --ready "*)
  id=$(echo "$*" | sed 's/.*--job-id \\([^ ]*\\).*/\\1/')
  mkdir -p {t.dir}/groups/vestim-$id-1-$$
  touch {t.dir}/groups/vestim-$id-1-$$/cgroup.freeze ;;
esac
exec {program("vestim-run")} "$@" --cgroup {t.dir}/groups
"""))
    job = daemon.sh("echo begun; while :; do :; done")
    begun(daemon, job)
    pid = processes.of_job(daemon.folder(job))[0]
    daemon.post(f"/jobs/{job['job_id']}/pause").expect(200)
    until(lambda: pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "T", "it is stopped")
    daemon.post(f"/jobs/{job['job_id']}/stop").expect(202)
    daemon.until_status(job, "stopped")


@test("a pause freezes the group of the job")
def _(t):
    daemon = t.daemon()
    need_groups(daemon)
    job = daemon.sh("echo begun; sleep 600")
    begun(daemon, job)
    group = folder_of(next(iter(groups_of(daemon, job))))
    daemon.post(f"/jobs/{job['job_id']}/pause").expect(200)
    until(lambda: "frozen 1" in (group / "cgroup.events").read_text(), "the group is frozen")
    daemon.restart()
    expect_in("frozen 1", (group / "cgroup.events").read_text())
    daemon.post(f"/jobs/{job['job_id']}/resume").expect(200)
    until(lambda: "frozen 0" in (group / "cgroup.events").read_text(), "the group goes on")
    daemon.post(f"/jobs/{job['job_id']}/stop").expect(202)
    daemon.until_status(job, "stopped")
    expect(group.exists(), False)
