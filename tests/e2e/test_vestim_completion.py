# SPDX-License-Identifier: MIT
"""Completion of the shells: what `vestim complete` offers, and bash, zsh and fish with their own files."""

import functools
import os
import pathlib
import shutil

from support import expect, expect_in, skip, test, until
from support.builds import SOURCE, program
from support.terminals import Terminal, vestim


def offered(t, daemon, *words):
    """The place and the words that are offered."""
    lines = vestim(t, daemon, "complete", "--", *words).expect(0).out.split("\n")
    return lines[0], [line.split("\t")[0] for line in lines[1:-1]]


def expect_offered(t, daemon, words, wanted):
    """On a busy machine the server may answer too late for somebody who types: then nothing is offered."""
    found = None

    def look():
        nonlocal found
        found = offered(t, daemon, *words)
        return found == wanted

    until(look, lambda: f"{words}: got {found}, wanted {wanted}")


@test("each place of the command line gets what may stand there")
def _(t):
    daemon = t.daemon()
    job = daemon.run("true", hold=True, name="one\x1b[31m", tags=["nightly", "a b"], group="gpu")["job_id"]
    done = daemon.completed(daemon.run("true", name="done"))["job_id"]
    for words, wanted in (
        (("sh",), ("words", ["show"])),
        (("show", ""), ("words", [done, job])),
        (("show", job[:12]), ("words", [done, job])),
        (("show", job[4:12]), ("words", [done[4:], job[4:]])),
        (("--json", "show", job), ("words", [job])),
        (("retry", ""), ("words", [done])),
        (("stop", ""), ("words", [])),
        (("release", ""), ("words", [job])),
        (("list", "--ta"), ("words", ["--tag"])),
        (("list", "--tag", ""), ("words", ["nightly", "a b"])),
        (("list", "-t", "n"), ("words", ["nightly"])),
        (("list", "--group", "g"), ("words", ["gpu"])),
        (("list", "--status", "queued,run"), ("words", ["queued,running"])),
        (("list", "--status=comp"), ("words", ["--status=completed"])),
        (("list", "--status", "=", "comp"), ("words", ["completed"])),
        (("list", "--status", "="), ("words", "created queued running completed failed stopped interrupted held paused".split())),
        (("list", ""), ("words", [])),
        (("add", "--after", done), ("words", [done])),
        (("add", "-C", ""), ("folder", [])),
        (("add", "ma"), ("program", [])),
        (("add", "make", "-j"), ("file", [])),
        (("add", "--", "make", "--"), ("file", [])),
        (("train", ""), ("folder", [])),
        (("train", "--model", "G"), ("words", ["GRU"])),
        (("train", "--config", ""), ("file", [])),
        (("help", "tra"), ("words", ["train"])),
        (("nonsense", ""), ("words", [])),
    ):
        # No command is named: commands are offered.
        if words[0] == "nonsense":
            expect(offered(t, daemon, *words)[0], "words")
            continue
        expect_offered(t, daemon, words, wanted)
    expect("complete" in offered(t, daemon, "")[1], False, "the hidden command")
    expect_in("--max-epochs", offered(t, daemon, "train", "--")[1])
    expect_in("--no-start", offered(t, daemon, "train", "--")[1])
    wanted = f"words\n{job}\theld: one\ufffd[31m\n"
    until(lambda: vestim(t, daemon, "complete", "--", "show", job).expect(0).out == wanted, "the description")


@test("completion starts no server and says nothing when there is none")
def _(t):
    home = t.dir / "elsewhere"
    for words in (("show", ""), ("--data-dir", str(home), "show", ""), ("--server", "http://127.0.0.1:1", "stop", "")):
        ended = t.command(program("vestim"), "complete", "--", *words, env={"VESTIM_HOME": str(home)}).expect(0)
        expect((ended.out, ended.err), ("words\n", ""))
    expect(home.exists(), False)


@test("completion asks the server that the line names")
def _(t):
    daemon = t.daemon()
    job = daemon.draft(name="there")["job_id"]
    command = [program("vestim"), "complete", "--", "--data-dir", daemon.home, "show", ""]
    until(lambda: job in t.command(*command, env={"VESTIM_HOME": str(t.dir / "no")}).expect(0).out, f"{job} is offered")


def shell_env(daemon):
    return {"VESTIM_HOME": str(daemon.home), "PATH": f"{pathlib.Path(program('vestim')).parent}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}


def typed(t, daemon, shell, prepare, keys, shown):
    """Types keys into a shell after a line, and the last one again until all is shown: an answer of the server may come
    too late."""
    terminal = Terminal(t, *shell, columns=200, env={**shell_env(daemon), "TERM": "vt100"})
    os.write(terminal.master, (prepare + "; echo rea''dy\n").encode())
    terminal.until_shown("ready")
    terminal.raw = ""
    os.write(terminal.master, keys.encode())

    def is_shown():
        while terminal.read(3):
            if all(text in terminal.raw for text in shown):
                return True
        os.write(terminal.master, keys[-1:].encode())
        return False

    until(is_shown, lambda: f"{shown} is shown: {terminal.raw!r}")
    terminal.close()


def need(shell):
    if not shutil.which(shell):
        skip(f"{shell} is not installed")


@test("bash completes commands, options, values, jobs and files")
def _(t):
    need("bash")
    daemon = t.daemon()
    job = daemon.draft(name="only", tags=["a b"])["job_id"]
    prepare = f"source {SOURCE}/data/bash-completion/vestim"
    for keys, shown in (
        ("vestim sho\t", ["vestim show "]),
        ("vestim list --stat\t", ["--status "]),
        ("vestim list --status=comp\t", ["--status=completed"]),
        ("vestim show \t", [job]),
        ("vestim list --tag a\t", ["a\\ b"]),
        ("vestim train hom\t", ["home/"]),
        ("vestim add -- mkd\t", ["mkdir"]),
    ):
        typed(t, daemon, ("bash", "--norc", "--noprofile", "-i"), prepare, keys, shown)


@test("zsh completes with descriptions")
def _(t):
    need("zsh")
    daemon = t.daemon()
    job = daemon.draft(name="only: one")["job_id"]
    daemon.draft(name="other")
    prepare = f"fpath=({SOURCE}/data/zsh-completion $fpath); autoload -Uz compinit; compinit -u -d {t.dir}/zcompdump"
    for keys, shown in (
        ("vestim sho\t", ["show"]),
        ("vestim show \t\t", [job, "created: only: one", "created: other"]),
        ("vestim list --status=comp\t", ["--status=completed"]),
        ("vestim train hom\t", ["train home"]),
    ):
        typed(t, daemon, ("zsh", "-f", "-i"), prepare, keys, shown)


@test("fish completes with descriptions")
def _(t):
    need("fish")
    daemon = t.daemon()
    job = daemon.draft(name="only")["job_id"]
    script = f"source {SOURCE}/data/fish-completion/vestim.fish; complete -C $argv[1]"
    for line, shown in (
        ("vestim sho", ["show\tShow all"]),
        ("vestim show ", [f"{job}\tcreated: only"]),
        ("vestim list --status=comp", ["--status=completed"]),
        ("vestim train hom", ["home/"]),
    ):
        ask = functools.partial(t.command, "fish", "-N", "-c", script, line, env=shell_env(daemon))
        until(lambda: all(text in ask().expect(0).out for text in shown), f"{shown} is offered for {line!r}")
