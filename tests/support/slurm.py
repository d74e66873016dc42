# SPDX-License-Identifier: MIT
"""A real Slurm cluster on this computer: Debian's slurmctld and slurmd with a munged of their own, in the folder of a
test. Nothing in /etc or /run, no service manager, no port that anybody knows."""

import os
import pathlib
import pwd
import random
import shutil
import socket
import subprocess

from support import skip
from support.expect import PATIENCE, fail, until
from support.machine import Machine
from support.waiting import text_of

NEEDED = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "scontrol")
PATH = os.environ.get("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin"
MAX_STARTS = 5

# What the tests may change by name.
DEFAULTS = {
    "SlurmdTimeout": 10,
    "MinJobAge": 300,
    "KillWait": 30,
    "MaxArraySize": 1001,
    "MaxJobCount": 10000,
    "SelectTypeParameters": "CR_Core",
}
# Nodes believe the file, not the machine, about their CPUs; the scheduler looks at once.
FIXED = """
SlurmdParameters=config_overrides
AuthType=auth/munge
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
SelectType=select/cons_tres
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0,bf_interval=1
MpiDefault=none
ReturnToService=2
SlurmctldTimeout=10
InactiveLimit=0
"""


def need_slurm():
    """Skips the test where no cluster can be had."""
    missing = [name for name in NEEDED if not shutil.which(name, path=PATH)]
    if missing:
        skip(f"Slurm or munge is not installed: there is no {', '.join(missing)}")


class Cluster:
    """Nodes n1, n2, … in the partition `main`. It runs as the test's own user; with `user`, which only root may
    give, as that one: `slurm` comes with Debian's packages. `settings` are settings of slurm.conf."""

    def __init__(self, t, nodes=3, cpus=4, user=None, **settings):
        need_slurm()
        t.dir.chmod(0o711)  # munged wants everybody to reach its socket
        self.dir = t.dir / "cluster"
        self.user = user or _own_name()
        self.prefix = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"] if user else []
        self.environment = {"PATH": PATH, "SLURM_CONF": str(self.dir / "slurm.conf"), "LC_ALL": "C", "HOME": str(t.dir)}
        self.names = [f"n{number + 1}" for number in range(nodes)]
        self.cpus = cpus
        self.settings = {**DEFAULTS, **settings}
        self.machines = {}
        t.cleanups.append(self.kill)
        self._start()

    @property
    def controller(self):
        return self.machines["controller"]

    def node(self, name):
        return self.machines[name]

    def kill(self):
        """Kills all of its processes."""
        for machine in self.machines.values():
            machine.kill()

    # What a user of the cluster does.

    def command(self, *command, text="", may_fail=False):
        """The output of a client program."""
        done = subprocess.run(
            [*self.prefix, *map(str, command)],
            env=self.environment,
            cwd=self.dir,
            input=text,
            capture_output=True,
            text=True,
            timeout=60 * PATIENCE,
        )
        if done.returncode != 0 and not may_fail:
            fail(f"{command} ended with {done.returncode}: {done.stdout}{done.stderr}{self.logs()}")
        return done.stdout.strip()

    def submit(self, script, *options):
        """Submits a shell script; the ID of its job."""
        options = ["--parsable", f"--output={self.dir}/%x.out", "--chdir=/", *options]
        return self.command("sbatch", *options, text=f"#!/bin/sh\n{script}\n")

    def state(self, job):
        """The word of squeue; "" for a job that Slurm does not know any more."""
        return self.command("squeue", "-h", "-t", "all", "-o", "%T", "-j", job, may_fail=True)

    def until_state(self, job, *states, timeout=60.0):
        until(lambda: self.state(job) in states, lambda: f"job {job} is {states}: {self.state(job)}{self.logs()}", timeout)

    def until_answer(self):
        """Waits until the controller answers."""
        until(lambda: "is UP" in self.command("scontrol", "ping", may_fail=True), lambda: f"the controller answers{self.logs()}", 60)

    def declare_down(self, node):
        """Tells Slurm that a node is dead: it would find out after SlurmdTimeout and some 20 s."""
        self.command("scontrol", "update", f"nodename={node}", "state=down", "reason=test")

    def output(self, name):
        """What the job of this name wrote, as far as it has come."""
        return text_of(self.dir / f"{name}.out")

    def until_output(self, name, text):
        until(lambda: text in self.output(name), lambda: f"{text!r} in the output of {name}: {self.output(name)!r}{self.logs()}")

    def logs(self):
        """The ends of the services' logs."""
        return "".join(f"\n--- {machine.name}\n{machine.log_text()[-1500:]}" for machine in self.machines.values())

    # The start.

    def _start(self):
        for _ in range(MAX_STARTS):
            self._prepare()
            if self._start_services():
                return
            # Another program may have taken a port since it was free.
            logs = self.logs()
            self.kill()
        fail(f"the cluster did not start: {logs}")

    def _prepare(self):
        shutil.rmtree(self.dir, ignore_errors=True)
        for folder in ("munge", "state", *(f"spool/{name}" for name in self.names)):
            (self.dir / folder).mkdir(parents=True)
        (self.dir / "munge" / "key").write_bytes(os.urandom(128))
        (self.dir / "munge" / "key").chmod(0o400)
        (self.dir / "slurm.conf").write_text(self._configuration())
        # No control groups: the plugin for version 1 does nothing unless it is used, that for version 2 does at once.
        (self.dir / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n")
        if self.prefix:
            for path in [self.dir, *self.dir.rglob("*")]:
                shutil.chown(path, self.user, self.user)

    def _configuration(self):
        controller_port, *ports = _free_ports(1 + len(self.names))
        host = socket.gethostname()
        lines = [
            f"ClusterName=test{os.getpid()}",
            f"SlurmctldHost={host}(127.0.0.1)",
            f"SlurmctldPort={controller_port}",
            f"SlurmUser={self.user}",
            f"SlurmdUser={self.user}",
            f"AuthInfo=socket={self.dir}/munge/socket",
            f"SlurmctldPidFile={self.dir}/controller.pid",
            f"SlurmdPidFile={self.dir}/%n.pid",
            f"StateSaveLocation={self.dir}/state",
            f"SlurmdSpoolDir={self.dir}/spool/%n",
        ]
        lines += [f"{name}={value}" for name, value in self.settings.items()]
        hardware = f"CPUs={self.cpus} SocketsPerBoard=1 CoresPerSocket={self.cpus} ThreadsPerCore=1 RealMemory=8000"
        for name, port in zip(self.names, ports):
            lines.append(f"NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} {hardware}")
        lines.append(f"PartitionName=main Nodes={','.join(self.names)} Default=YES MaxTime=INFINITE State=UP")
        return FIXED + "\n".join(lines) + "\n"

    def _machine(self, name, *command):
        machine = Machine(name, [*self.prefix, *command], self.dir / f"{name}.log", self.environment)
        self.machines[name] = machine
        machine.start()
        return machine

    def _start_services(self):
        """False when one of them has ended."""
        munge = self.dir / "munge"
        files = [f"--{kind}-file={munge}/{kind}" for kind in ("key", "pid", "seed", "log")]
        self._machine("munged", "munged", "--foreground", f"--socket={munge}/socket", *files)
        if not self._until_ready((munge / "socket").exists, "munged has its socket"):
            return False
        self._machine("controller", "slurmctld", "-D", "-f", self.dir / "slurm.conf")
        for name in self.names:
            self._machine(name, "slurmd", "-D", "-N", name, "-f", self.dir / "slurm.conf")
        return self._until_ready(self._are_nodes_idle, "all nodes are idle")

    def _until_ready(self, question, what):
        def all_run():
            return all(machine.is_running() for machine in self.machines.values())

        until(lambda: question() or not all_run(), lambda: what + self.logs(), 60)
        return all_run()

    def _are_nodes_idle(self):
        found = self.command("sinfo", "-h", "-N", "-t", "idle", "-o", "%N", may_fail=True)
        return sorted(found.split()) == self.names


def _own_name():
    return pwd.getpwuid(os.geteuid()).pw_name


def _free_ports(count):
    """Ports that are free now, outside the range from which the kernel takes those of connections."""
    low, high = map(int, pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split())
    candidates = [port for port in range(10000, 65000) if not low <= port <= high]
    chosen = []
    for port in random.sample(candidates, len(candidates)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("0.0.0.0", port))
            except OSError:
                continue
        chosen.append(port)
        if len(chosen) == count:
            return chosen
    return skip("too few ports are free for a cluster")
