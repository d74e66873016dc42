# SPDX-License-Identifier: MIT
"""`vestim add`: what it captures of the shell, and what each of its options becomes."""

from support import expect, expect_in, test
from support.shell import Shell


@test("a job gets the folder and the environment of the shell that adds it")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    (t.dir / "work").mkdir()
    (t.dir / "link").symlink_to("work")
    script = 'cd link && FRUIT="an apple" vestim add --print-id -- sh -c \'echo "$FRUIT"; pwd; pwd -P\''
    job = daemon.completed(shell.sh(script).expect(0).out.strip())
    expect(daemon.log_of(job), f"an apple\n{t.dir}/link\n{t.dir}/work\n")
    expect(job["selections"]["cwd"], f"{t.dir}/link")
    expect(job["name"], "sh -c 'echo \"$FRUIT\"; pwd; pwd -P'")
    expect(job["selections"]["env"]["HOME"], str(t.dir))


# What a job does not get, and how it gets it nevertheless.
HIDDEN = {
    "GITHUB_TOKEN": "1", "AWS_SECRET_ACCESS_KEY": "1", "AWS_SESSION_TOKEN": "1", "AWS_ACCESS_KEY_ID": "1",
    "DB_PASSWORD": "1", "mysql_passwd": "1", "MYSQL_PWD": "1", "PGPASSWORD": "1", "CLIENT_SECRET": "1",
    "OPENAI_API_KEY": "1", "SSH_AUTH_SOCK": "/1", "SSH_AGENT_PID": "1", "GPG_AGENT_INFO": "1",
    "DBUS_SESSION_BUS_ADDRESS": "unix:path=/1", "XDG_SESSION_ID": "1", "XDG_RUNTIME_DIR": "/1", "DISPLAY": ":99",
    "WAYLAND_DISPLAY": "1", "XAUTHORITY": "/1", "TERM": "dumb", "COLUMNS": "70", "TMUX": "1", "SHLVL": "7",
    "OLDPWD": "/1", "VESTIM_TOKEN": "1", "NOTIFY_SOCKET": "/1", "INVOCATION_ID": "1", "JOURNAL_STREAM": "1",
}


@test("secrets, and what belongs to the session or the terminal, stay with the shell")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    kept = {"KEYBOARD": "1", "TOKENIZER": "1", "LANG": "C.UTF-8", "MONKEY": "1"}
    job = daemon.job(shell.id("--hold", "--", "true", env={**HIDDEN, **kept}))
    env = job["selections"]["env"]
    expect(sorted(set(HIDDEN) & set(env)), [])
    expect({name: env.get(name) for name in kept}, kept)
    passed = daemon.job(shell.id("--hold", "-e", "GITHUB_TOKEN", "-eDISPLAY", "--", "true", env=HIDDEN))
    expect([passed["selections"]["env"].get(name) for name in ("GITHUB_TOKEN", "DISPLAY")], ["1", ":99"])


@test("with --clean-env the job gets the server's environment alone")
def _(t):
    daemon, shell = t.daemon(env={"COLOUR": "of the server"}), Shell(t)
    job = daemon.completed(shell.id("--clean-env", "-e", "OWN=1", "--", "sh", "-c", 'echo "$COLOUR,$OWN"',
                                    env={"COLOUR": "of the shell"}))
    expect(daemon.log_of(job), "of the server,1\n")
    expect(job["selections"]["env"], {"OWN": "1"} | {"PWD": str(t.dir)})


@test("a variable that is not UTF-8 is left out and told; an argument is refused")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    added = shell.sh("BAD=$(printf '\\377') vestim add --print-id -- true").expect(0)
    expect_in("The variable BAD is not UTF-8", added.err)
    expect("BAD" in daemon.job(added.out.strip())["selections"]["env"], False)
    refused = shell.sh("vestim add -- echo \"$(printf '\\377')\"").expect(2)
    expect_in("is not UTF-8", refused.err)
    expect_in("is not UTF-8", shell.sh("vestim add -e \"X=$(printf '\\377')\" -- true").expect(2).err)
    expect(len(daemon.jobs()), 1)


@test("an environment that is too large is refused with the way out")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    large = {f"LARGE_{n}": "x" * 100_000 for n in range(12)}
    refused = shell.run("add", "--", "true", env=large).expect(1)
    expect_in("1 MiB: use --clean-env", refused.err)
    shell.run("add", "--clean-env", "--", "true", env=large).expect(0)
    expect(len(daemon.jobs()), 1)


@test("each option of the program becomes a member of its selections")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    words = ["--hold", "-C", "work", "-e", "SEED=1", "-e", "PAIR=a=b", "--unset", "LANG", "--timeout", "2h", "--restart"]
    selections = daemon.job(shell.id(*words, "--", "./sim", "-x", "--", "y"))["selections"]
    expect(selections["argv"], ["./sim", "-x", "--", "y"])
    expect(selections["cwd"], f"{t.dir}/work")
    env = selections["env"]
    expect([env["SEED"], env["PAIR"], env["LANG"], env["PWD"]], ["1", "a=b", None, f"{t.dir}/work"])
    expect([selections["timeout_s"], selections["restart"]], [7200.0, True])
    words = ["--pty", "--log-timestamps", "--stop-signal", "INT", "--stop-grace", "1.5s", "--keep-leftovers"]
    selections = daemon.job(shell.id("--hold", *words, "--", "true", env={"TERM": "dumb"}))["selections"]
    wanted = {"pty": True, "log_timestamps": True, "stop_signal": "INT", "stop_grace_s": 1.5, "keep_leftovers": True}
    expect({name: selections[name] for name in wanted}, wanted)
    expect(selections["env"]["TERM"], "dumb", "the terminal's variables go with --pty")


@test("each option of the job becomes a field of it")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    first, second = shell.id("--", "true"), shell.id("--", "true")
    words = ["--hold", "-n", "a name", "-t", "one", "--tag=two", "--note", "x", "-g", "gpu", "-p", "-5", "--after", first,
             "--after-any", second, "--at", "2099-01-02T03:04:05+01:00", "-c", "1", "-m", "1.5M", "--retry", "3",
             "--retry-delay", "10s", "--retry-backoff", "2", "--retry-on", "failed,lost", "--never-retry", "2,3",
             "--unique", "u", "--pin"]
    job = daemon.job(shell.id(*words, "--", "true"))
    wanted = {
        "name": "a name", "tags": ["one", "two"], "note": "x", "group": "gpu", "priority": -5, "pinned": True,
        "unique": "u", "start_after": "2099-01-02T02:04:05.000Z", "status": "created",
        "depends_on": [{"job_id": first, "when": "completed"}, {"job_id": second, "when": "over"}],
    }
    expect({name: job[name] for name in wanted}, wanted)
    expect({k: job["resources"][k] for k in ("cpus", "memory_mb", "gpus")}, {"cpus": 1, "memory_mb": 2, "gpus": 0})
    retry = {"max": 3, "delay_s": 10, "backoff": 2, "on": ["failed", "lost"], "never_exit_codes": [2, 3]}
    expect({name: job["retry"][name] for name in retry}, retry)


@test("values that make no sense are usage errors, and add nothing")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    wrong = [
        ["--timeout", "soon"], ["--memory", "lots"], ["--cpus", "-1"], ["--priority", "9999"], ["--retry-delay", "1s"],
        ["--at", "someday"], ["--at", "18:00", "--in", "1h"], ["-e", "=x"], ["-e", "NO_SUCH_VARIABLE"], ["--no-such"],
        ["--retry", "1", "--never-retry", "x"], ["--retry", "1", "--retry-backoff", "0"], ["--hold", "--wait"],
        ["--retry", "1", "--retry-on", "failed,foo"], ["--enforce-rlimit"], ["--cpus", "0"], ["--gpus", "2000"],
    ]
    for words in wrong:
        refused = shell.run("add", *words, "--", "true").expect(2)
        expect_in("vestim: ", refused.err)
        expect(refused.out, "")
    shell.run("add").expect(2)
    expect(daemon.jobs(), [])


@test("vestim prints the server's sentence for what it refuses, and exits with 1")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    refused = shell.run("add", "--group", "not a group", "--", "true").expect(1)
    expect_in("group: ", refused.err)
    expect_in("no job", shell.run("add", "--after", "abcdef", "--", "true").expect(1).err)
    expect(daemon.jobs(), [])


@test("vestim says at once that a program is not there, and queues the job nevertheless")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    expect_in('no program "no-such-program" in PATH', shell.run("add", "--", "no-such-program").expect(0).err)
    expect_in('There is no "./built-later"', shell.run("add", "--hold", "--", "./built-later").expect(0).err)
    t.write("text", "no program")
    expect_in("not executable", shell.run("add", "--hold", "--", "./text").expect(0).err)
    expect_in('no folder "/none"', shell.run("add", "--hold", "-C", "/none", "--", "true").expect(0).err)
    expect(shell.run("add", "--", "true").expect(0).err, "")
    expect(len(daemon.jobs()), 5)


@test("the output is a line, the ID, JSON or a template")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    line = shell.run("add", "-n", "one", "--", "true").expect(0).out
    expect(line, f"{daemon.ids()[0]} is added: one\n")
    for option in ("--print-id", "-q"):
        out = shell.run("add", option, "--", "true").expect(0).out
        expect(out, daemon.ids()[0] + "\n")
    expect(shell.json("add", "-n", "two", "--hold", "--", "true"), daemon.jobs()[0])
    expect(shell.run("add", "--format", "{name}:{status}", "-n", "n", "--hold", "--", "true").expect(0).out, "n:created\n")
    shell.run("add", "--format", "{name", "--", "true").expect(2)


@test("add --wait exits with the job's code, and prints its end")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    ended = shell.run("add", "--wait", "-n", "n", "--", "sh", "-c", "exit 7").expect(7)
    expect(ended.out, f"{daemon.ids()[0]} failed (exit code 7): n\n")
    expect(shell.run("add", "-w", "--print-id", "--", "true").expect(0).out, daemon.ids()[0] + "\n")
    expect(shell.run("add", "-w", "--json", "--", "false").expect(1).out[:11], '{"job_id":"')
