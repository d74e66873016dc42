# SPDX-License-Identifier: MIT
"""The commands of `vestim` that change the queue: pause, resume, hold, release, move."""

from support import expect, expect_in, test
from support.shell import Shell
from support.waiting import WAITING, begun, release, until_halted


@test("pause and resume switch the queue, groups and jobs")
def _(t):
    daemon, shell = t.daemon("--max-running", "2"), Shell(t)
    expect(shell.run("pause").expect(0).out, "The queue is paused. Running jobs go on.\n")
    id = shell.id("--", "true")
    expect(daemon.job(id)["waiting"]["for"], "paused")
    expect_in("paused; ", shell.run("status").expect(0).out)
    expect(shell.run("resume").expect(0).out, "The queue goes on.\n")
    daemon.completed(id)
    empty = " It has no queued or running jobs.\n"
    expect(shell.run("pause", "-g", "one", "--group", "two").expect(0).out, f"The group one is paused.{empty}The group two is paused.{empty}")
    id = shell.id("-g", "two", "--", "true")
    expect(daemon.job(id)["waiting"]["for"], "paused")
    shown = shell.run("status").expect(0).out.splitlines()
    expect([line.split() for line in shown if line.startswith("two")], [["two", "0", "1", "paused"]])
    expect(shell.json("resume", "--group", "two")["paused"], False)
    daemon.completed(id)
    shell.run("pause", "--group", "one", id).expect(2)
    expect_in("name: ", shell.run("pause", "--group", "no group").expect(1).err)


@test("a paused job stands still, and goes on after resume")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    id = shell.id("-C", "", "--", "sh", "-c", WAITING)
    begun(daemon, id)
    expect_in("is paused", shell.run("pause", id).expect(0).out)
    expect(daemon.job(id)["paused"], True)
    until_halted(daemon, id)
    release(daemon, id)
    daemon.restart()
    expect(daemon.job(id)["status"], "running")
    shell.run("resume", id).expect(0)
    daemon.completed(id)


@test("a held job keeps its place; its release lets it start")
def _(t):
    daemon, shell = t.daemon("--max-running", "1"), Shell(t)
    shell.run("pause").expect(0)
    ids = [shell.id("-n", name, "--", "sh", "-c", f"echo {name} >>order") for name in "abc"]
    shell.run("hold", ids[0], ids[1]).expect(0)
    expect([daemon.job(id)["paused"] for id in ids], [True, True, False])
    shell.run("release", ids[1]).expect(0)
    shell.run("resume").expect(0)
    daemon.completed(ids[2])
    expect((t.dir / "order").read_text().split(), ["b", "c"])
    expect(daemon.job(ids[0])["waiting"]["for"], "paused")
    daemon.restart()
    shell.run("release", ids[0]).expect(0)
    daemon.completed(ids[0])


# `queued` would say that the job starts by itself.
@test("list, show, watch and the filter of list say that jobs are held or paused, also after a kill of the daemon")
def _(t):
    daemon, shell = t.daemon("--max-running", "1"), Shell(t)
    paused = shell.id("-C", "", "--", "sh", "-c", WAITING)
    begun(daemon, paused)
    queued, held, never_queued = shell.id("--", "true"), shell.id("--", "true"), shell.id("--hold", "--", "true")
    draft = daemon.draft()["job_id"]
    shell.run("pause", paused).expect(0)
    shell.run("hold", held).expect(0)
    daemon.restart()
    shown = {line.split()[0]: line.split()[1] for line in shell.run("list").expect(0).out.splitlines()[1:]}
    expect(shown, {paused: "paused", queued: "queued", held: "held", never_queued: "held", draft: "created"})
    for id, word in ((paused, "paused: 50 %, half"), (held, "held: waits for its release"), (never_queued, "held: waits for its release")):
        expect_in(f"{word}\n", shell.run("show", id).expect(0).out)
    for words, ids in (("held", [never_queued, held]), ("paused", [paused]), ("held,running", [never_queued, held, paused]),
                       ("queued", [held, queued]), ("created", [draft, never_queued])):
        expect(shell.run("list", "--quiet", "--status", words).expect(0).out.split(), ids, words)
    expect(shell.run("list", "--status", "held", "--format", "{status} {paused}").expect(0).out, "created false\nqueued true\n")
    watching = shell.start("watch", held)
    expect_in("held, waits for its release", watching.stdout.readline())
    shell.run("release", held, never_queued).expect(0)
    shell.run("resume", paused).expect(0)
    release(daemon, paused)
    expect(shell.end(watching)[0], 0)
    expect(shell.run("list", "--quiet", "--status", "held,paused").expect(0).out, "")


@test("a job that was frozen cannot be held, and a sentence says what it is")
def _(t):
    daemon, shell = t.daemon(), Shell(t)
    id = shell.id("-C", "", "--", "sh", "-c", WAITING)
    begun(daemon, id)
    expect_in("is running: only a queued job can be held", shell.run("hold", id).expect(1).err)
    shell.run("pause", id).expect(0)
    expect_in("is paused: only a queued job can be held", shell.run("hold", id).expect(1).err)
    shell.run("stop", id).expect(0)
    daemon.until_status(id, "stopped")
    expect_in("was stopped: only a held job can be released", shell.run("release", id).expect(1).err)


@test("move changes the order, and several jobs keep theirs")
def _(t):
    daemon, shell = t.daemon("--max-running", "1"), Shell(t)
    shell.run("pause").expect(0)
    a, b, c, d, e = (shell.id("-n", name, "--", "sh", "-c", f"echo {name} >>order") for name in "abcde")
    shell.run("move", d, c, "--front").expect(0)
    shell.run("move", a, "--after", b).expect(0)
    shell.run("move", e, "--before", c).expect(0)
    shell.run("move", d, "--back").expect(0)
    daemon.restart()
    shell.run("resume").expect(0)
    for id in (a, b, c, d, e):
        daemon.completed(id)
    expect((t.dir / "order").read_text().split(), list("ecbad"))
    shell.run("move", a).expect(2)
    shell.run("move", a, "--front", "--back").expect(2)
    expect_in(a, shell.run("move", a, b, "--front").expect(1).err)
