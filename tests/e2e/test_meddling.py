# SPDX-License-Identifier: MIT
"""Jobs that move, remove or replace what the daemon keeps in their folder."""

import json
import os
import signal

from support import expect, expect_in, processes, test, until

COUNTING = "echo run >> '{runs}'; echo begun; until [ -e '{go}' ]; do sleep 0.05; done; exit 6"


class Counted:
    """A job that counts its executions and ends with 6 when it is released, wherever its folder is."""

    def __init__(self, t, daemon, before=""):
        self.runs, self.go = t.dir / "runs.txt", t.dir / "go"
        self.daemon = daemon
        self.job = daemon.sh(before + COUNTING.format(runs=self.runs, go=self.go))
        self.folder = daemon.folder(self.job)
        until(lambda: self.runs.exists(), "the job runs")

    def shim(self):
        # Those that come and go while they are looked at are none.
        (own,) = [pid for pid in processes.of_job(self.folder) if (processes.stat(pid) or [0] * 4)[3] == pid]
        return processes.parent(own)

    def expect_running(self):
        now = self.daemon.job(self.job)
        expect((now["status"], now["attempt"]), ("running", 1))

    def expect_one_end(self):
        self.go.touch()
        over = self.daemon.until_status(self.job, "failed")
        expect((over["details"]["exit_code"], over["attempt"]), (6, 1))
        expect(self.runs.read_text(), "run\n")


@test("a lock that the job moved away is restored")
def _(t):
    counted = Counted(t, t.daemon(), before="mv run.lock r2; ")
    until(lambda: (counted.folder / "run.lock").exists(), "the lock is put back")
    counted.daemon.restart()
    counted.expect_running()
    counted.expect_one_end()


# The shim is suspended, so that it cannot restore its lock before the next daemon looks.
@test("the next daemon adopts a job without its lock and does not run it again")
def _(t):
    daemon = t.daemon()
    for spoil in (
        lambda folder: (folder / "run.lock").rename(folder / "r2"),
        lambda folder: (folder / "run.lock").unlink(),
        lambda folder: (folder / "run.lock").write_text("garbage\n"),
        lambda folder: folder.rename(t.dir / "elsewhere"),
    ):
        counted = Counted(t, daemon)
        shim = counted.shim()
        os.kill(shim, signal.SIGSTOP)
        spoil(counted.folder)
        daemon.restart()
        counted.expect_running()
        os.kill(shim, signal.SIGCONT)
        counted.expect_one_end()
        counted.runs.unlink()
        counted.go.unlink()


@test("a shim that is killed without its lock is a lost job, not one that never started")
def _(t):
    daemon = t.daemon()
    counted = Counted(t, daemon)
    shim = counted.shim()
    os.kill(shim, signal.SIGSTOP)
    (counted.folder / "run.lock").rename(counted.folder / "r2")
    os.kill(shim, signal.SIGKILL)
    over = daemon.until_status(counted.job, "interrupted")
    expect((over["details"]["reason"], over["attempt"]), ("lost", 1))
    expect(counted.runs.read_text(), "run\n")
    until(lambda: not processes.of_job(counted.folder), "its processes are ended")


# The shim is killed, because it would replace the record by its own.
@test("a record of an attempt to come does not end that attempt before it began")
def _(t):
    daemon = t.daemon()
    exit_record = '{"version":1,"attempt":%d,"exit_code":0,"signal":null,"stopped":false,"timed_out":false,"lost":false}\n'
    for number in (2, 5):
        job = daemon.sh(f"echo run >> runs; printf '%s' '{exit_record % number}' > exit.json; [ $(wc -l < runs) -gt 1 ] || kill -9 $PPID; exit 6")
        daemon.until_status(job, "interrupted")
        daemon.post(f"/jobs/{job['job_id']}/retry").expect(200)
        over = daemon.until_status(job, "failed")
        expect((over["details"]["exit_code"], over["attempt"]), (6, 2))
        expect((daemon.folder(job) / "runs").read_text(), "run\nrun\n")
    held = daemon.sh("exit 6", hold=True)
    lock = json.loads((daemon.folder(job) / "run.lock").read_text())
    for name, text in (("exit.json", exit_record % 1), ("run.lock", json.dumps({**lock, "attempt": 1}, separators=(",", ":")) + "\n")):
        until(daemon.folder(held).is_dir, "the folder is made")
        (daemon.folder(held) / name).write_text(text)
    daemon.post(f"/jobs/{held['job_id']}/start").expect(200)
    expect(daemon.until_status(held, "failed")["details"]["exit_code"], 6)
    expect((daemon.folder(held) / "exit.json.1").read_text(), exit_record % 1)


@test("folders in the place of the daemon's files are moved aside, and the job can be retried")
def _(t):
    daemon = t.daemon()
    names = "run.lock log.txt log.1.txt progress.jsonl exit.json exit.json.tmp job.json"
    job = daemon.sh(f"rm -rf *; for n in {names}; do mkdir $n && touch $n/work; done; exit 0")
    for attempt in (1, 2):
        over = daemon.until_status(job, "completed")
        expect((over["attempt"], over["details"]["exit_code"]), (attempt, 0))
        daemon.post(f"/jobs/{job['job_id']}/retry").expect(200)
    daemon.completed(job)


@test("a job that puts a link in its folder's place ends with its own exit code and can be retried")
def _(t):
    daemon = t.daemon()
    away = t.dir / "away"
    script = f'cd /; rm -rf {away}; mv "$VESTIM_JOB_DIR" {away}; ln -s {away} "$VESTIM_JOB_DIR"; exit 0'
    job = daemon.sh(script)
    daemon.completed(job)
    expect(daemon.folder(job).is_symlink(), False, "the link is gone")
    expect((away / "exit.json").exists(), False, "nothing went through it")
    daemon.folder(job).rename(t.dir / "again")
    daemon.folder(job).symlink_to(t.dir / "again")
    daemon.post(f"/jobs/{job['job_id']}/retry").expect(200)
    expect(daemon.completed(job)["attempt"], 2)


@test("a folder that the job closed is opened again for its exit record")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("chmod 0 .; exit 0")
    daemon.completed(job)
    daemon.post(f"/jobs/{job['job_id']}/retry").expect(200)
    expect(daemon.completed(job)["attempt"], 2)


@test("a log or series that the job replaced by another kind of file is reported as an error")
def _(t):
    daemon = t.daemon()
    for spoil in ("ln -sf /etc/passwd {0}", "rm {0}; mkdir {0}", "rm {0}; mkfifo {0}"):
        spoiling = "; ".join(spoil.format(name) for name in ("log.txt", "progress.jsonl"))
        job = daemon.completed(daemon.sh(spoiling))
        for part, name in (("log", "log.txt"), ("metrics", "progress.jsonl")):
            problem = daemon.get(f"/jobs/{job['job_id']}/{part}").expect_problem(404)
            expect_in(f"The job's {name}", problem["detail"])
