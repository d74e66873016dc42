# SPDX-License-Identifier: MIT
"""vestim-run --claim: attempts in a folder that several hosts share, without a daemon."""

import fcntl
import json
import os
import signal
import subprocess
import time

from support import expect, expect_in, processes, skip, test, until
from support.builds import program
from support.expect import PATIENCE
from support.slurm import Cluster
from support.waiting import text_of

# It reads the folder often, and gives up late: a busy machine must not look like a hung file server.
BEATING = ("--heartbeat", "0.05")
LOOP = "echo begun; i=0; while :; do i=$((i+1)); echo $i >count; sleep 0.02; done"


class Folder:
    def __init__(self, t, name="job"):
        self.t = t
        self.path = t.dir / name
        self.path.mkdir(parents=True)

    def start(self, attempt, script, *options, claim="7", prefix=(), **more):
        command = [*prefix, program("vestim-run"), "--folder", self.path, "--job-id", "job_claim"]
        command += ["--attempt", attempt, "--claim", claim, *options, "--", "sh", "-c", script]
        return self.t.process(*command, stderr=subprocess.PIPE, text=True, **more)

    @staticmethod
    def end(shim):
        """Its exit code."""
        return shim.wait(timeout=60 * PATIENCE)

    def run(self, attempt, script, *options):
        return self.end(self.start(attempt, script, *options))

    def text(self, name):
        return text_of(self.path / name)

    def record(self, attempt):
        return json.loads(self.text(f"attempt.{attempt}/exit.json"))

    def owner(self, attempt):
        return json.loads(self.text(f"attempt.{attempt}/owner.json"))

    def until_begun(self):
        until(lambda: "begun" in self.text("log.txt"), "the job has begun")

    def job_processes(self):
        return processes.of_job(self.path)


def own_mounts():
    """A prefix for a program that sees mounts of its own."""
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    prefix = ["unshare", "--mount", *user]
    if subprocess.run([*prefix, "mount", "-t", "tmpfs", "none", "/mnt"], check=False, capture_output=True).returncode:
        skip("no mounts can be made here")
    return prefix


@test("of 50 shims that claim one attempt at once, one runs it")
def _(t):
    folder = Folder(t)
    with open(t.write("gate", ""), "rb") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        wait = ["sh", "-c", 'flock -s "$0" true; exec "$@"', gate.name]
        shims = [folder.start(1, "echo ran >>ran", claim=f"shim-{i}", prefix=wait) for i in range(50)]
    codes = [folder.end(shim) for shim in shims]
    expect(sorted(codes), [0] + 49 * [75])
    expect(folder.text("ran"), "ran\n")
    expect(folder.owner(1)["id"], f"shim-{codes.index(0)}")
    refused = shims[(codes.index(0) + 1) % 50].stderr.read()
    expect_in("attempt 1", refused)


@test("of two shims that race for each of 50 attempts, one runs it")
def _(t):
    folder = Folder(t)
    for attempt in range(1, 51):
        shims = [folder.start(attempt, f"echo {attempt} >>ran", claim=name) for name in ("a", "b")]
        expect(sorted(folder.end(shim) for shim in shims), [0, 75], f"attempt {attempt}")
        expect(folder.record(attempt)["exit_code"], 0)
    expect(folder.text("ran").split(), [str(attempt) for attempt in range(1, 51)])


# The scheduler took its node for dead. The second attempt must not notice anything of it.
@test("a halted shim that wakes up after a later attempt took over ends its job and changes nothing else")
def _(t):
    folder = Folder(t)
    first = folder.start(1, LOOP, *BEATING)
    folder.until_begun()
    first_job = folder.job_processes()
    os.kill(first.pid, signal.SIGSTOP)
    second = folder.start(2, 'echo second; echo "{}" >&3; until [ -e go ]; do sleep 0.05; done', claim="8")
    until(lambda: "second" in folder.text("log.txt"), "the second attempt has begun")
    os.kill(first.pid, signal.SIGCONT)
    expect(folder.end(first), 0)
    expect_in("attempt 2 has begun", first.stderr.read())
    until(lambda: not any(map(processes.is_alive, first_job)), "the processes of the first attempt end")
    expect(folder.record(1)["fenced"], True)
    (folder.path / "go").touch()
    expect(folder.end(second), 0)
    expect(folder.record(2)["exit_code"], 0)
    expect(folder.record(2)["fenced"], False)
    expect(folder.text("log.txt"), "second\n")
    expect(folder.text("progress.jsonl"), "{}\n")
    expect(json.loads(folder.text("run.lock"))["attempt"], 2)


# Slurm suspends jobs for hours; then it lets them go on.
@test("a shim that is halted for longer than its fence goes on if nobody took over")
def _(t):
    folder = Folder(t)
    shim = folder.start(1, LOOP, *BEATING, "--fence", "3")
    folder.until_begun()
    os.kill(shim.pid, signal.SIGSTOP)
    time.sleep(6)
    before = json.loads(folder.text("attempt.1/heartbeat.json"))["beat"]
    os.kill(shim.pid, signal.SIGCONT)
    until(lambda: json.loads(folder.text("attempt.1/heartbeat.json"))["beat"] > before + 1, "the heart beats on")
    os.kill(shim.pid, signal.SIGTERM)
    expect(folder.end(shim), 0)
    expect(folder.record(1)["fenced"], False)
    expect(folder.record(1)["stopped"], True)


# As after an unmount, or a mount that became read-only. /proc shows the mounts of the shim.
@test("a job whose folder vanishes or becomes read-only is ended")
def _(t):
    prefix = own_mounts()
    hide = {
        "unmounted": 'umount -l "$0"',
        "hidden": 'mount -t tmpfs none "$0"',
        "read-only": 'mount --bind "$0" "$0"; mount -o remount,bind,ro "$0"',
    }
    for name, command in hide.items():
        net = t.dir / name
        net.mkdir()
        # The folder can be seen only from inside, so the job's own output goes elsewhere.
        script = (
            'mount -t tmpfs none "$0"; mkdir "$0/job"; run=$1 begun=$2; shift 2; '
            '"$run" --folder "$0/job" --job-id a --attempt 1 --claim 7 --heartbeat 0.05 --fence 2 --pass-exit '
            '-- sh -c "touch $begun; exec sleep 600" & until [ -e "$begun" ] || ! kill -0 $!; do sleep 0.05; done; '
            f"{command}; wait $!"
        )
        result = t.command(*prefix, "sh", "-c", script, net, program("vestim-run"), t.dir / f"{name}.begun")
        result.expect(143)
        expect_in("its folder could not be written for 2 s", result.err)


@test("--pass-exit exits with the code of the program, and never with 0 for a job that was ended")
def _(t):
    folder = Folder(t)
    cases = [
        ("exit 0", (), 0),
        ("exit 3", (), 3),
        ("exit 255", (), 255),
        ("kill -9 $$", (), 137),
        ("kill -6 $$", (), 134),
        ("exec sleep 600", ("--timeout", "0.01"), 143),
    ]
    for number, (script, options, code) in enumerate(cases, 1):
        expect(folder.run(number, script, "--pass-exit", *options), code, script)
        expect(folder.record(number)["attempt"], number)


@test("a stopped job passes on a failure, also if its program ends with 0")
def _(t):
    folder = Folder(t)
    shim = folder.start(1, "trap 'exit 0' TERM; echo begun; while :; do sleep 0.05; done", "--pass-exit")
    folder.until_begun()
    shim.send_signal(signal.SIGTERM)
    expect(folder.end(shim), 143)
    expect(folder.record(1)["exit_code"], 0)
    expect(folder.record(1)["stopped"], True)


def batch(folder, attempt, script, *options):
    """A batch script as vestim-run(1) shows it."""
    return (
        f"exec {program('vestim-run')} --folder {folder.path} --job-id job_claim --attempt {attempt} "
        f"--claim \"$SLURM_JOB_ID\" --pass-exit {' '.join(options)} -- sh -c '{script}'"
    )


def exit_code(cluster, job):
    """The exit code that Slurm shows."""
    return cluster.command("squeue", "-h", "-t", "all", "-O", "exit_code", "-j", job).strip()


@test("an attempt that Slurm was given twice runs once, and Slurm shows how it ended")
def _(t):
    cluster = Cluster(t, nodes=2)
    folder = Folder(t)
    script = batch(folder, 1, "echo ran >>ran; exit 3")
    jobs = [cluster.submit(script, "--job-name=twice", "--no-requeue") for _ in range(2)]
    for job in jobs:
        cluster.until_state(job, "FAILED")
    expect(folder.text("ran"), "ran\n")
    winner = folder.owner(1)["id"]
    expect({job: int(exit_code(cluster, job)) >> 8 for job in jobs}, {job: 3 if job == winner else 75 for job in jobs})


# Slurm takes the node for dead, while the job runs on there and nobody else can end it.
@test("on a node that was only cut off, the job ends when the next attempt begins elsewhere")
def _(t):
    cluster = Cluster(t, nodes=2)
    folder = Folder(t)
    first = cluster.submit(batch(folder, 1, LOOP, *BEATING), "--job-name=first", "--nodelist=n1", "--no-requeue")
    folder.until_begun()
    cluster.node("n1").kill_service()
    cluster.declare_down("n1")
    cluster.until_state(first, "NODE_FAIL")
    expect(any(map(processes.is_alive, folder.job_processes())), True, "the first attempt still runs")
    second = cluster.submit(batch(folder, 2, "echo second"), "--job-name=second", "--nodelist=n2", "--no-requeue")
    cluster.until_state(second, "COMPLETED")
    until(lambda: "fenced" in folder.text("attempt.1/exit.json"), "the first attempt ends")
    expect(folder.record(1)["fenced"], True)
    expect(folder.job_processes(), [])
    expect(folder.record(2)["exit_code"], 0)
    expect(folder.text("log.txt"), "second\n")
