# SPDX-License-Identifier: MIT
"""The cluster that the tests of Slurm use (tests/support/slurm.py) is one: what they kill in it is gone, and what they
only halt goes on."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys

from support import expect, processes, test, until
from support.slurm import Cluster, need_slurm

STARTS_A_CLUSTER = f"""
import signal, sys
sys.path[:0] = [{str(pathlib.Path(__file__).resolve().parents[1])!r}]
from support.scenario import Scenario
from support.slurm import Cluster
t = Scenario()
cluster = Cluster(t, nodes=1)
cluster.submit("trap '' TERM; setsid sleep 600 & echo begun; wait; sleep 600", "--job-name=long")
cluster.until_output("long", "begun")
print(t.dir, flush=True)
signal.pause()
"""


def check_nodes(cluster):
    """A job on each node, with the output and the end that it had."""
    jobs = {}
    for name in cluster.names:
        jobs[name] = cluster.submit(f"echo $SLURMD_NODENAME; id -un; [ {name} != n3 ]", f"--job-name=on-{name}", f"--nodelist={name}")
    for name, job in jobs.items():
        cluster.until_state(job, "FAILED" if name == "n3" else "COMPLETED")
        cluster.until_output(f"on-{name}", f"{name}\n{cluster.user}\n")


@test("each of three nodes runs the job that is meant for it")
def _(t):
    check_nodes(Cluster(t))


@test("an ordinary user has a cluster as well", root=True)
def _(t):
    check_nodes(Cluster(t, user="slurm"))


@test("a job on a node that dies is gone, and Slurm can be told; then the node is back")
def _(t):
    cluster = Cluster(t, nodes=2)
    job = cluster.submit("echo $$; sleep 600", "--job-name=victim", "--nodelist=n1", "--no-requeue")
    cluster.until_output("victim", "\n")
    cluster.node("n1").kill()
    expect(processes.is_alive(int(cluster.output("victim"))), False, "the process of the job lives")
    cluster.declare_down("n1")
    cluster.until_state(job, "NODE_FAIL")
    cluster.node("n1").start()
    again = cluster.submit("true", "--nodelist=n1")
    cluster.until_state(again, "COMPLETED")


@test("a job goes on while the slurmd of its node is dead, and ends when the whole node does")
def _(t):
    cluster = Cluster(t, nodes=1)
    cluster.submit("echo $$; until [ -e go ]; do sleep 0.05; done; echo gone on; sleep 600", "--job-name=survivor", f"--chdir={cluster.dir}")
    cluster.until_output("survivor", "\n")
    cluster.node("n1").kill_service()
    (cluster.dir / "go").touch()
    cluster.until_output("survivor", "gone on")
    pid = int(cluster.output("survivor").splitlines()[0])
    expect(processes.is_alive(pid), True, "the process of the job lives")
    cluster.node("n1").kill()
    expect(processes.is_alive(pid), False, "the process of the job lives after the node")


WAITS = "echo begun; until [ -e go ]; do sleep 0.05; done; echo over"


@test("a job ends while the controller is halted, and Slurm knows it afterwards")
def _(t):
    cluster = Cluster(t, nodes=1)
    job = cluster.submit(WAITS, "--job-name=job", f"--chdir={cluster.dir}")
    cluster.until_output("job", "begun")
    cluster.controller.halt()
    (cluster.dir / "go").touch()
    cluster.until_output("job", "over")
    cluster.controller.resume()
    cluster.until_state(job, "COMPLETED")


@test("a job goes on while the controller is dead, and the next controller runs jobs")
def _(t):
    cluster = Cluster(t, nodes=1)
    cluster.submit(WAITS, "--job-name=job", f"--chdir={cluster.dir}", "--no-requeue")
    cluster.until_output("job", "begun")
    cluster.controller.kill()
    (cluster.dir / "go").touch()
    cluster.until_output("job", "over")
    cluster.controller.start()
    cluster.until_answer()
    cluster.until_state(cluster.submit("true"), "COMPLETED")


@test("no process is left of a test that is killed with all its process group")
def _(t):
    need_slurm()
    killed = t.process(sys.executable, "-B", "-c", STARTS_A_CLUSTER, stdout=subprocess.PIPE, env=dict(os.environ), start_new_session=True)
    folder = killed.stdout.readline().decode().strip()
    t.cleanups.append(lambda: shutil.rmtree(folder))
    expect(len(processes.that_mention(folder)) > 4, True, "there are processes")
    os.killpg(killed.pid, signal.SIGKILL)
    until(lambda: not processes.that_mention(folder), lambda: f"all are gone: {[processes.describe(pid) for pid in processes.that_mention(folder)]}")
