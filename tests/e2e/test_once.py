# SPDX-License-Identifier: MIT
"""An attempt is executed once, whatever its job does to its folder and to its shim."""

from support import expect, processes, test, until

JOB_DIR = '"$VESTIM_JOB_DIR"'


class Witness:
    """A job that appends a line to a file outside its folder at each execution."""

    def __init__(self, t, daemon, script):
        self.t, self.daemon = t, daemon
        self.runs = t.dir / f"runs-{len(list(t.dir.glob('runs-*')))}"
        self.runs.touch()
        self.job = daemon.sh(f"echo $PPID >> '{self.runs}'; {script}")
        self.folder = daemon.folder(self.job)

    def begun(self):
        until(lambda: self.runs.read_text().endswith("\n"), "the job runs")

    def shim(self):
        return int(self.runs.read_text().split()[0])

    def expect_once(self, status, reason):
        """One execution, this result, and no process left when the result is reported."""
        over = self.daemon.until_over(self.job)
        left = [processes.describe(pid) for pid in processes.of_job(self.folder)]
        expect((over["status"], over["attempt"]), (status, 1))
        expect(over["details"]["reason"], reason)
        expect(len(self.runs.read_text().split()), 1, "executions")
        expect(left, [], "processes that are left")


@test("a job that moves its folder away runs once and ends by its own exit code")
def _(t):
    daemon = t.daemon()
    for script in (
        f'mv {JOB_DIR} {JOB_DIR}-moved; sleep 0.3; exit 6',
        f'sleep 0.3; mv {JOB_DIR} {JOB_DIR}-moved; exit 6',
        f'mv {JOB_DIR} {JOB_DIR}-moved; mkdir {JOB_DIR}; sleep 0.3; exit 6',
        f'rm -rf {JOB_DIR}; sleep 0.3; exit 6',
        f'cd /; mv {JOB_DIR} {JOB_DIR}-moved; ln -s /etc {JOB_DIR}; exit 6',
    ):
        Witness(t, daemon, script).expect_once("failed", "exit code 6")


SPOIL = (
    ">run.lock",
    "echo {} >run.lock",
    "rm run.lock",
    f"rm -rf {JOB_DIR}",
    f"mv {JOB_DIR} {JOB_DIR}-moved",
    f"cd /; mv {JOB_DIR} {JOB_DIR}-moved; ln -s /etc {JOB_DIR}",
)
# The shim is suspended first, so that it restores nothing.
KILLING = "(setsid sleep 601 &); {before}kill -STOP $PPID; {spoil}; kill -9 $PPID; sleep 602; exit 6"


@test("a job that damages its folder and kills its shim is lost, does not run again, and leaves no process")
def _(t):
    daemon = t.daemon()
    for spoil in SPOIL:
        for before in ("", "sleep 0.2; "):
            Witness(t, daemon, KILLING.format(before=before, spoil=spoil)).expect_once("interrupted", "lost")


@test("a job whose shim died while no daemon lived leaves nothing running")
def _(t):
    daemon = t.daemon()
    go = t.dir / "go"
    for spoil in SPOIL:
        witness = Witness(t, daemon, KILLING.format(before=f"until [ -e '{go}' ]; do sleep 0.02; done; ", spoil=spoil))
        witness.begun()
        daemon.kill()
        go.touch()
        until(lambda: not processes.is_alive(witness.shim()), "the shim is gone")
        daemon.start()
        witness.expect_once("interrupted", "lost")
        go.unlink()


# The registry alone knows it then: the folder, the shim and every process are gone.
@test("a job that was seen to run and disappears without a trace while no daemon lives is lost")
def _(t):
    daemon = t.daemon()
    go = t.dir / "go"
    script = f"until [ -e '{go}' ]; do sleep 0.02; done; kill -STOP $PPID; rm -rf {JOB_DIR}; kill -9 $PPID"
    witness = Witness(t, daemon, script)
    witness.begun()
    until(lambda: daemon.database("SELECT started_at FROM jobs").strip(), "its start is stored")
    daemon.kill()
    go.touch()
    gone = lambda: not processes.is_alive(witness.shim()) and not processes.of_job(witness.folder)
    until(gone, "all of it is gone")
    daemon.start()
    witness.expect_once("interrupted", "lost")


# The shim did not write such a record: it would have ended all processes of the job first.
@test("processes of a job that wrote its own exit record and killed its shim are ended")
def _(t):
    daemon = t.daemon()
    record = '{"version":1,"attempt":1,"exit_code":0}'
    for go, restart in ((t.dir / "go1", False), (t.dir / "go2", True)):
        wait = f"until [ -e '{go}' ]; do sleep 0.02; done; "
        witness = Witness(t, daemon, KILLING.format(before=wait, spoil=f"echo '{record}' >exit.json"))
        witness.begun()
        if restart:
            daemon.kill()
        go.touch()
        until(lambda: not processes.is_alive(witness.shim()), "the shim is gone")
        if restart:
            daemon.start()
        witness.expect_once("completed", None)


@test("a job that moves its folder after a restart of the daemon runs once")
def _(t):
    daemon = t.daemon()
    go = t.dir / "go"
    for first in (f"rm -rf {JOB_DIR}; ", ""):
        script = f"{first}until [ -e '{go}' ]; do sleep 0.02; done; mv {JOB_DIR} {JOB_DIR}-moved; sleep 0.2; exit 6"
        witness = Witness(t, daemon, script)
        witness.begun()
        daemon.restart()
        expect(daemon.until_status(witness.job, "running")["attempt"], 1)
        go.touch()
        witness.expect_once("failed", "exit code 6")
        go.unlink()
