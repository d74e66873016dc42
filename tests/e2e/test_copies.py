# SPDX-License-Identifier: MIT
"""A copy of a data directory has files of its own, but no processes: those belong to the original."""

import json
import shutil
import subprocess

from support import expect, processes, test, until


def copy(t, daemon, name="copy"):
    """A copy of the daemon's data directory, made while it runs, and a daemon on it that is not started."""
    home = t.dir / name
    subprocess.run(["cp", "-a", str(daemon.home), str(home)], check=True)
    for left in home.glob("server.*"):
        left.unlink()
    return t.daemon(home=home, start=False)


def expect_lost(daemon, job):
    over = daemon.until_status(job, "interrupted")
    expect((over["attempt"], over["details"]["reason"]), (1, "lost"))


# The copied run.lock names the shim, the session and the pipes of the original.
@test("a daemon on a copy leaves the running jobs of the original alone, and calls its own interrupted")
def _(t):
    daemon = t.daemon("--max-running", "3")
    scripts = ("", "exec 3>&- >/dev/null 2>&1; ", "setsid env -i ")
    waiting = "/bin/sh -c 'touch \"{0}/begun{1}\"; until [ -e \"{0}/go\" ]; do sleep 0.05; done; exit 7'"
    jobs = [daemon.sh(script + waiting.format(t.dir, n)) for n, script in enumerate(scripts)]
    for n, job in enumerate(jobs):
        until(lambda n=n, job=job: (t.dir / f"begun{n}").exists() and daemon.job(job)["started_at"], "it runs")
    copied = copy(t, daemon).start()
    for job in jobs:
        expect_lost(copied, job)
    copied.post("/jobs/stop").expect(202)
    for job in jobs:
        copied.delete(f"/jobs/{job['job_id']}").expect(200)
    copied.stop()
    expect([daemon.job(job)["status"] for job in jobs], ["running"] * 3)
    (t.dir / "go").touch()
    expect([daemon.until_status(job, "failed")["details"]["exit_code"] for job in jobs], [7] * 3)


# There the processes of the original and their shim name the folder of the copy.
@test("a copy in the place of the original, which was moved away, neither ends nor adopts its jobs")
def _(t):
    daemon = t.daemon()
    job = daemon.sh(f"until [ -e '{t.dir}/go' ]; do sleep 0.05; done; exit 7")
    until(lambda: daemon.job(job)["started_at"], "it runs")
    daemon.kill()
    moved = t.dir / "moved"
    daemon.home.rename(moved)
    shutil.copytree(moved, daemon.home)
    daemon.start()
    expect_lost(daemon, job)
    daemon.stop()
    shutil.rmtree(daemon.home)
    moved.rename(daemon.home)
    daemon.start()
    expect(daemon.job(job)["status"], "running")
    (t.dir / "go").touch()
    expect(daemon.until_status(job, "failed")["details"]["exit_code"], 7)


# A moved folder keeps its files, so it is no copy.
@test("a job of a data directory that was moved can be retried there")
def _(t):
    daemon = t.daemon()
    job = daemon.until_status(daemon.sh("exit 7"), "failed")
    daemon.stop()
    daemon.home.rename(t.dir / "moved")
    moved = t.daemon(home=t.dir / "moved")
    moved.post(f"/jobs/{job['job_id']}/retry").expect(200)
    until(lambda: moved.job(job)["status"] == "failed" and moved.job(job)["attempt"] == 2, "the second attempt ended")


# Its run.lock does not say which file it is.
@test("a job of an older version whose shim was killed is lost, and its process is ended")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("env -i sleep 1000 & echo $!; wait")
    lock = daemon.folder(job) / "run.lock"
    child = int(until(lambda: daemon.log_of(job).strip(), "it runs"))
    record = json.loads(lock.read_text())
    daemon.kill()
    old = {key: value for key, value in record.items() if key not in ("device", "inode")}
    subprocess.run(["kill", "-9", str(record["pid"])], check=True)
    until(lambda: not processes.is_alive(record["pid"]), "the shim is gone")
    lock.write_text(json.dumps(old, separators=(",", ":")) + "\n")
    expect(processes.is_alive(child), True)
    daemon.start()
    expect_lost(daemon, job)
    until(lambda: not processes.is_alive(child), "its process is ended")
