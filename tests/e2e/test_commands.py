# SPDX-License-Identifier: MIT
"""The environment of a command, and the report of its end."""

import json
import os
import signal

from support import expect, expect_in, fail, processes, test, until

OURS = ("VESTIM_JOB_ID", "VESTIM_JOB_DIR", "VESTIM_PROGRESS_FD")


def environment_of(daemon, **selections):
    """What `env` prints inside a job."""
    job = daemon.run("/usr/bin/env", "-0", **selections)
    daemon.completed(job)
    entries = daemon.get(f"/jobs/{job['job_id']}/log").body.rstrip(b"\0").split(b"\0")
    return job, dict(entry.decode().split("=", 1) for entry in entries)


@test("the environment is the daemon's without the daemon's own variables, plus exactly three names")
def _(t):
    secret = {"VESTIM_MAX_RUNNING": "2", "VESTIM_ANYTHING": "x", "LISTEN_PID": "1", "LISTEN_FDS": "1", "LISTEN_FDNAMES": "x"}
    daemon = t.daemon(env={**secret, "NOTIFY_SOCKET": str(t.dir / "none"), "KEPT": "a value", "VESTIMATE": "kept"})
    job, env = environment_of(daemon)
    wanted = {k: v for k, v in daemon.environment.items() if k not in secret and k != "NOTIFY_SOCKET"}
    wanted.update(VESTIM_JOB_ID=job["job_id"], VESTIM_JOB_DIR=job["job_folder"], VESTIM_PROGRESS_FD="3")
    # The daemon's own start adds these where a shell would.
    for name in ("PWD", "_", "SHLVL", "OLDPWD"):
        env.pop(name, None)
        wanted.pop(name, None)
    expect(env, wanted, "environment")


@test("env adds, replaces and with null removes, and cannot forge the job's own names")
def _(t):
    daemon = t.daemon(env={"GONE": "x", "REPLACED": "old", "KEPT": "y"})
    changes = {"GONE": None, "REPLACED": "new", "ADDED": "a=b c", "EMPTY": "", "VESTIM_JOB_ID": "forged", "VESTIM_MINE": "m", "NEVER_THERE": None}
    job, env = environment_of(daemon, env=changes)
    for name, value in (("REPLACED", "new"), ("ADDED", "a=b c"), ("EMPTY", ""), ("KEPT", "y"), ("VESTIM_MINE", "m"), ("VESTIM_JOB_ID", job["job_id"])):
        expect(env.get(name), value, name)
    expect("GONE" in env, False, "GONE is there")
    job, env = environment_of(daemon, env=dict.fromkeys(OURS))
    expect([name in env for name in OURS], [True] * 3)


# The token opens everything; a job's log or core file may be shared.
@test("the token is not in a job's environment, arguments or descriptors")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("echo ready; sleep 600")
    until(lambda: "ready" in daemon.log_of(job), "it runs")
    everyone = processes.of_job(daemon.folder(job))
    everyone += [processes.parent(pid) for pid in everyone if processes.parent(pid) not in (1, daemon.pid)]
    for pid in set(everyone):
        text = "\n".join(processes.environment(pid) + processes.command_line(pid))
        expect(daemon.token in text, False, f"the token is in {pid}")
        for link in processes.open_files(pid).values():
            expect(link.endswith("/token") or "registry.db" in link, False, f"{pid} has {link}")


@test("a job has descriptors 0 to 3 and no other; standard input is empty")
def _(t):
    daemon = t.daemon()
    job = daemon.run("/usr/bin/python3", "-c", "import os, sys; print(sorted(os.listdir('/proc/self/fd'))); print(repr(sys.stdin.read()))")
    daemon.completed(job)
    numbers, text = daemon.log_of(job).splitlines()
    # listdir's own descriptor is the fourth beside them.
    expect(numbers, "['0', '1', '2', '3', '4']")
    expect(text, "''")


@test("a job has the default signal mask and dispositions")
def _(t):
    daemon = t.daemon()
    job = daemon.run("/bin/cat", "/proc/self/status")
    daemon.completed(job)
    status = dict(line.split(":\t", 1) for line in daemon.log_of(job).splitlines() if ":\t" in line)
    for name in ("SigBlk", "SigIgn", "SigCgt"):
        expect(int(status[name], 16), 0, name)


@test("a job has a session of its own and starts in its folder, or in cwd")
def _(t):
    daemon = t.daemon()
    job = daemon.run("/bin/cat", "/proc/self/stat")
    daemon.completed(job)
    fields = daemon.log_of(job).split()
    expect((fields[4], fields[5]), (fields[0], fields[0]), "group and session are the job's own")
    job = daemon.run("/bin/pwd")
    daemon.completed(job)
    expect(daemon.log_of(job).strip(), str(daemon.folder(job)))
    job = daemon.run("/bin/pwd", cwd="/usr")
    daemon.completed(job)
    expect(daemon.log_of(job).strip(), "/usr")


@test("argv[0] is looked up in the job's PATH, and arguments arrive as they are, without a shell")
def _(t):
    daemon = t.daemon()
    t.write("tools/my-tool", "#!/bin/sh\necho found \"$@\"\n", 0o755)
    job = daemon.run("my-tool", "$HOME", "a b", "*", ";", "", env={"PATH": f"{t.dir}/tools:/usr/bin:/bin"})
    daemon.completed(job)
    expect(daemon.log_of(job), "found $HOME a b * ; \n")
    job = daemon.run("my-tool")
    expect_in("my-tool", daemon.until_status(job, "failed")["details"]["reason"])


@test("a program that cannot be started fails with a sentence that names it")
def _(t):
    daemon = t.daemon()
    t.write("not-executable", "x", 0o644)
    t.write("no-format", "\x7fELF nonsense", 0o755)
    for argv, cwd in ((["/no/such/program"], None), ([str(t.dir / "not-executable")], None), (["/tmp"], None), (["true"], "/no/such/folder")):
        job = daemon.run(*argv, **({"cwd": cwd} if cwd else {}))
        over = daemon.until_status(job, "failed")
        expect_in(cwd or argv[0], over["details"]["reason"] or "", "reason")
        expect(over["finished_at"] is not None, True)


@test("more arguments than a program can be given are refused, or fail with a sentence")
def _(t):
    daemon = t.daemon()
    body = {"name": "x", "kind": "command", "selections": {"argv": ["echo", "x" * 200_000]}}
    daemon.post("/jobs", body).expect_fields("selections.argv[1]")
    job = daemon.run("true", *["x" * 20] * 20_000, env={"BIG": "x" * 100_000})
    over = daemon.until_over(job)
    expect(over["status"] == "completed" or bool(over["details"]["reason"]), True, f"{over['details']}")


@test("an exit code is reported unchanged")
def _(t):
    daemon = t.daemon()
    for code in (0, 1, 3, 77, 126, 127, 255):
        over = daemon.until_over(daemon.sh(f"exit {code}"))
        expect((over["status"], over["details"]["exit_code"]), ("failed" if code else "completed", code))
        expect(over["details"]["signal"], None)


@test("a signal is reported by its name")
def _(t):
    daemon = t.daemon()
    for name in ("SEGV", "KILL", "TERM", "ABRT", "USR1"):
        over = daemon.until_status(daemon.sh(f"ulimit -c 0; kill -{name} $$"), "failed")
        expect((over["details"]["signal"], over["details"]["exit_code"]), (f"SIG{name}", None))


@test("details contain the times and the resources used")
def _(t):
    daemon = t.daemon()
    busy = "import time\nx = bytearray(60_000_000)\nend = time.process_time() + 0.5\nwhile time.process_time() < end: pass"
    over = daemon.completed(daemon.run("/usr/bin/python3", "-c", busy), 60)
    details = over["details"]
    expect(details["cpu_s"] >= 0.45, True, f"cpu_s {details['cpu_s']}")
    expect(details["wall_s"] >= 0.45, True, f"wall_s {details['wall_s']}")
    expect(details["max_rss_kb"] >= 58_000, True, f"max_rss_kb {details['max_rss_kb']}")
    expect(over["created_at"] <= over["started_at"] < over["finished_at"], True, "times")


@test("timeout_s ends the job as failed with the reason `timed out`, its whole tree with it")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("setsid sleep 600 & sleep 601", timeout_s=0.5)
    over = daemon.until_status(job, "failed")
    expect(over["details"]["reason"], "timed out")
    until(lambda: not processes.of_job(daemon.folder(job)), "no process is left")


@test("a job that ends in time is not touched by its time limit")
def _(t):
    daemon = t.daemon()
    over = daemon.completed(daemon.sh("sleep 0.2", timeout_s=30))
    expect(over["details"]["reason"], None)


@test("exit.json contains attempt and result, and job.json the job's selections")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("exit 3", name="seen in job.json")
    daemon.until_status(job, "failed")
    record = json.loads((daemon.folder(job) / "exit.json").read_text())
    expect((record["attempt"], record["exit_code"]), (1, 3))
    given = json.loads((daemon.folder(job) / "job.json").read_text())
    expect((given["job_id"], given["selections"]), (job["job_id"], job["selections"]))


@test("stop takes a job from the queue at once, and it never runs")
def _(t):
    daemon = t.daemon("--max-running", "1")
    blocker = daemon.sh("until [ -e go ]; do sleep 0.05; done")
    waiting = daemon.sh("touch ran")
    daemon.post(f"/jobs/{waiting['job_id']}/stop").expect(202)
    daemon.until_status(waiting, "stopped")
    (daemon.folder(blocker) / "go").touch()
    daemon.completed(blocker)
    daemon.completed(daemon.run("true"))
    expect((daemon.folder(waiting) / "ran").exists(), False, "it ran")


@test("stop ends a job with SIGTERM: stopped, whatever its exit code")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("trap 'echo caught; exit 0' TERM; echo ready; while :; do sleep 0.05; done")
    until(lambda: "ready" in daemon.log_of(job), "it runs")
    daemon.post(f"/jobs/{job['job_id']}/stop").expect(202)
    over = daemon.until_status(job, "stopped")
    expect_in("caught", daemon.log_of(job))
    expect(over["details"]["exit_code"], 0)


@test("stop ends the whole tree: setsid, double forks, and those that ignore SIGTERM after 5 seconds")
def _(t):
    daemon = t.daemon()
    daemonizing = (
        "import os, signal, time\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    if os.fork() == 0:\n"
        "        signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "        open('double', 'w').close()\n"
        "        time.sleep(600)\n"
        "    os._exit(0)\n"
        "time.sleep(600)\n"
    )
    job = daemon.sh(f"setsid sleep 601 & sleep 602 & cat > x.py <<'END'\n{daemonizing}END\nexec /usr/bin/python3 x.py")
    until(lambda: (daemon.folder(job) / "double").exists(), "the tree stands")
    expect(len(processes.of_job(daemon.folder(job))) >= 4, True, "processes")
    daemon.post(f"/jobs/{job['job_id']}/stop").expect(202)
    over = daemon.until_status(job, "stopped")
    expect(processes.of_job(daemon.folder(job)), [], "processes left when it is called stopped")
    expect(over["details"]["signal"], "SIGTERM")


@test("a tree that forks while it is stopped does not escape")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("trap '' TERM; echo ready; while :; do setsid sh -c \"trap '' TERM; sleep 600\" & sleep 0.02; done")
    until(lambda: "ready" in daemon.log_of(job), "it runs")
    daemon.post(f"/jobs/{job['job_id']}/stop").expect(202)
    daemon.until_status(job, "stopped", timeout=60)
    expect(processes.of_job(daemon.folder(job)), [], "processes left")


@test("leftovers of a job whose own process ended are ended too, before its status is completed")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("setsid sleep 600 > /dev/null 2>&1 & (setsid sleep 601 &) ; echo done")
    over = daemon.completed(job)
    expect(over["details"]["exit_code"], 0)
    expect(processes.of_job(daemon.folder(job)), [], "processes left")


@test("a job that cleared its environment is ended too")
def _(t):
    daemon = t.daemon()
    # This argument distinguishes it from processes of another run of the tests.
    seconds = f"98765.{os.getpid()}"
    job = daemon.sh(f"env -i setsid sleep {seconds} & echo ready; wait")
    until(lambda: "ready" in daemon.log_of(job), "it runs")

    def sleeper():
        return [p for p in processes.all_pids() if processes.command_line(p) == ["sleep", seconds] and processes.is_alive(p)]

    until(sleeper, "the child runs")
    daemon.post(f"/jobs/{job['job_id']}/stop").expect(202)
    daemon.until_status(job, "stopped")
    expect(sleeper(), [], "processes left")


@test("a second stop, and a stop at the moment of the start, do no harm")
def _(t):
    daemon = t.daemon("--max-running", "4")
    for _ in range(10):
        job = daemon.sh("sleep 600")
        daemon.post(f"/jobs/{job['job_id']}/stop").expect(202)
        second = daemon.post(f"/jobs/{job['job_id']}/stop").status
        if second not in (202, 409):
            fail(f"second stop: {second}")
        over = daemon.until_status(job, "stopped")
        expect(processes.of_job(daemon.folder(job)), [], "processes left")
        expect(over["finished_at"] is not None, True)


# At once, usually before the shim has reported the start, and later.
@test("a job that stopped its shim (SIGSTOP) is shown as running, and stop ends it")
def _(t):
    daemon = t.daemon()
    for script in ["kill -STOP $PPID; exec sleep 600"] * 8 + ["sleep 0.3; kill -STOP $PPID; exec sleep 600"]:
        job = daemon.sh(script)
        until(lambda: any(processes.command_line(pid)[:2] == ["sleep", "600"]
                          for pid in processes.of_job(daemon.folder(job))), "it runs")
        daemon.until_status(job, "running")
        daemon.post(f"/jobs/{job['job_id']}/stop").expect(202)
        daemon.until_status(job, "stopped")
        expect(processes.of_job(daemon.folder(job)), [], "processes left")


@test("stop also ends a job that is suspended (SIGSTOP)")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("echo ready; exec sleep 600")
    until(lambda: "ready" in daemon.log_of(job), "it runs")
    for pid in processes.of_job(daemon.folder(job)):
        if processes.command_line(pid)[:1] == ["sleep"]:
            os.kill(pid, signal.SIGSTOP)
    daemon.post(f"/jobs/{job['job_id']}/stop").expect(202)
    daemon.until_status(job, "stopped")
