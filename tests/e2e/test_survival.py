# SPDX-License-Identifier: MIT
"""The daemon dies, is killed or is upgraded: jobs go on, and none is lost, run twice or shown with a wrong status."""

import json
import os
import signal

from support import expect, expect_in, processes, test, until
from support.waiting import ENDING, WAITING, begun, release


@test("three jobs over SIGKILL: one ends meanwhile, one is stopped afterwards, one ends by itself")
def _(t):
    daemon = t.daemon("--max-running", "3")
    meanwhile, stopped, itself = (daemon.sh(WAITING + ENDING + str(code)) for code in (3, 4, 5))
    begun(daemon, meanwhile, stopped, itself)
    daemon.kill()
    release(daemon, meanwhile)
    until(lambda: (daemon.folder(meanwhile) / "exit.json").exists(), "the first ended without a daemon")
    daemon.start()

    over = daemon.until_status(meanwhile, "failed")
    expect((over["details"]["exit_code"], over["attempt"]), (3, 1))
    for job in (stopped, itself):
        now = daemon.job(job)
        expect((now["status"], now["attempt"], now["progress"], now["message"]), ("running", 1, 0.5, "half"))
    daemon.post(f"/jobs/{stopped['job_id']}/stop").expect(202)
    expect(daemon.until_status(stopped, "stopped")["details"]["signal"], "SIGTERM")
    release(daemon, itself)
    expect(daemon.until_status(itself, "failed")["details"]["exit_code"], 5)

    for job in (meanwhile, itself):
        now = daemon.job(job)
        expect((now["progress"], now["message"]), (1, "last words"))
        expect(daemon.log_of(job).splitlines(), ["begun", "ended"])
        series = daemon.get(f"/jobs/{job['job_id']}/metrics").json()["series"]
        expect(series, {"x": [[1, 1], [2, 2]]})
    for job in (meanwhile, stopped, itself):
        until(lambda job=job: not processes.of_job(daemon.folder(job)), "no process is left")


@test("a job lives on over five SIGKILLs, with its progress and log unbroken")
def _(t):
    daemon = t.daemon()
    script = "i=0; while [ ! -e go ]; do i=$((i+1)); echo \"{\\\"metrics\\\": {\\\"i\\\": $i}}\" >&3; echo $i; sleep 0.01; done"
    job = daemon.sh(script)
    for _ in range(5):
        count = len(daemon.log_of(job).split())
        until(lambda: len(daemon.log_of(job).split()) > count + 5, "the job goes on")
        daemon.restart()
        expect(daemon.job(job)["status"], "running")
    release(daemon, job)
    over = daemon.completed(job)
    expect(over["attempt"], 1)
    lines = [int(line) for line in daemon.log_of(job).split()]
    expect(lines, list(range(1, len(lines) + 1)))
    series = daemon.get(f"/jobs/{job['job_id']}/metrics").json()["series"]["i"]
    expect([value for _, value in series], lines)


@test("a job that double-forks into its own session is adopted and stopped with its tree")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("(setsid sh -c 'setsid sleep 600 & sleep 601' &) ; echo begun; sleep 602")
    begun(daemon, job)
    until(lambda: len(processes.of_job(daemon.folder(job))) >= 4, "the tree stands")
    daemon.restart()
    expect(daemon.job(job)["status"], "running")
    daemon.post(f"/jobs/{job['job_id']}/stop").expect(202)
    daemon.until_status(job, "stopped")
    expect(processes.of_job(daemon.folder(job)), [], "processes left")


@test("when a shim is killed its tree is ended and the job is interrupted, reason `lost`")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("setsid sleep 600 & echo begun; sleep 601")
    begun(daemon, job)
    os.kill(processes.shim_of(daemon.folder(job)), signal.SIGKILL)
    over = daemon.until_status(job, "interrupted")
    expect_in("lost", over["details"]["reason"])
    until(lambda: not processes.of_job(daemon.folder(job)), "its tree is ended")
    daemon.completed(daemon.run("true"))


@test("when shim and daemon are both killed the next start ends the tree and the job is interrupted")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("setsid sleep 600 & echo begun; sleep 601")
    begun(daemon, job)
    shim = processes.shim_of(daemon.folder(job))
    daemon.kill()
    os.kill(shim, signal.SIGKILL)
    daemon.start()
    expect_in("lost", daemon.until_status(job, "interrupted")["details"]["reason"])
    until(lambda: not processes.of_job(daemon.folder(job)), "its tree is ended")


@test("a machine that was switched off: nothing runs, no exit record, and the job is interrupted")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("echo begun; sleep 600")
    begun(daemon, job)
    shim = processes.shim_of(daemon.folder(job))
    daemon.kill()
    for pid in [shim] + processes.of_job(daemon.folder(job)):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    until(lambda: not processes.of_job(daemon.folder(job)), "all is dead")
    daemon.start()
    over = daemon.until_status(job, "interrupted")
    expect((over["attempt"], over["finished_at"] is not None), (1, True))


@test("the exit record of another attempt is ignored")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("[ -e second ] && { echo begun; sleep 600; }; touch second; exit 7")
    daemon.until_status(job, "failed")
    daemon.post(f"/jobs/{job['job_id']}/retry").expect(200)
    begun(daemon, job)
    old = {"format": 1, "version": 1, "attempt": 1, "exit_code": 0, "signal": None}
    t.write(f"home/jobs/{job['job_id']}/exit.json", json.dumps(old), 0o600)
    daemon.restart()
    expect(daemon.job(job)["status"], "running")
    daemon.post(f"/jobs/{job['job_id']}/stop").expect(202)
    daemon.until_status(job, "stopped")


@test("a stop that was asked for before SIGKILL is carried through by the next daemon")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("trap '' TERM; echo begun; while :; do sleep 0.1; done")
    begun(daemon, job)
    daemon.post(f"/jobs/{job['job_id']}/stop").expect(202)
    daemon.restart()
    daemon.until_status(job, "stopped")
    until(lambda: not processes.of_job(daemon.folder(job)), "no process is left")


@test("a time limit holds while no daemon lives")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("sleep 600", timeout_s=1.5)
    daemon.until_status(job, "running", "failed")
    daemon.kill()
    until(lambda: not processes.of_job(daemon.folder(job)), "the shim ended it")
    daemon.start()
    expect(daemon.until_status(job, "failed")["details"]["reason"], "timed out")


@test("queued jobs are still there after SIGKILL and run in their order")
def _(t):
    daemon = t.daemon("--max-running", "1")
    blocker = daemon.sh(WAITING)
    begun(daemon, blocker)
    order = t.dir / "order.txt"
    waiting = [daemon.sh(f"echo {n} >> '{order}'", priority=priority) for n, priority in enumerate((0, 5, 0, -5, 5))]
    daemon.restart()
    expect([daemon.job(job)["status"] for job in waiting], ["queued"] * 5)
    release(daemon, blocker)
    for job in waiting:
        daemon.completed(job)
    expect(order.read_text().split(), ["1", "4", "0", "2", "3"])


# Many scripts begin with `rm -rf *`, and they begin in the job folder.
@test("a job that empties its folder, or removes it, ends with its own exit code and runs once")
def _(t):
    daemon = t.daemon("--max-running", "3")
    runs = t.dir / "runs.txt"
    for clean in ('rm -rf "$PWD"/*', 'rm -rf "$PWD"; mkdir "$PWD"', 'rm -rf "$PWD"', "rm run.lock exit.json*"):
        runs.write_text("")
        job = daemon.sh(f"echo run >> '{runs}'; {clean}; exit 6")
        over = daemon.until_status(job, "failed")
        expect((over["details"]["exit_code"], runs.read_text()), (6, "run\n"), clean)


@test("the next daemon adopts a job that emptied its folder and does not run it again")
def _(t):
    daemon = t.daemon()
    runs = t.dir / "runs.txt"
    job = daemon.sh(f"rm -rf \"$PWD\"/*; echo run >> '{runs}'; until [ -e go ]; do sleep 0.05; done; exit 6")
    until(lambda: runs.exists() and (daemon.folder(job) / "run.lock").exists(), "the lock is put back")
    daemon.restart()
    expect((daemon.job(job)["status"], daemon.job(job)["attempt"]), ("running", 1))
    release(daemon, job)
    over = daemon.until_status(job, "failed")
    expect((over["details"]["exit_code"], runs.read_text()), (6, "run\n"))
