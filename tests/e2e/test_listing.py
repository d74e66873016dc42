# SPDX-License-Identifier: MIT
"""The list of jobs: order, filters, pages, and requests that clear or stop many at once."""

import os
import re
import unicodedata
import urllib.parse

from support import expect, expect_in, fail, processes, test, until


def follow(daemon, query):
    """All pages, by the Link header."""
    pages = []
    target = "/jobs?" + query
    while target:
        answer = daemon.get(target).expect(200)
        pages.append([job["job_id"] for job in answer.json()])
        link = re.search(r'<([^>]*)>\s*;\s*rel="?next"?', answer.headers.get("Link", ""))
        target = link and link.group(1).replace(daemon.url, "")
        if len(pages) > 50:
            fail("the pages have no end")
    return pages


@test("jobs are listed newest first by creation, never by the clock")
def _(t):
    daemon = t.daemon()
    made = [daemon.draft(name=str(number))["job_id"] for number in range(12)]
    expect(daemon.ids(), made[::-1])
    daemon.patch(f"/jobs/{made[0]}", {"name": "changed later"}).expect(200)
    expect(daemon.ids(), made[::-1])
    daemon.restart()
    expect(daemon.ids(), made[::-1])


# Some letters fold to others, to two, or are written as one character or as two.
@test("q finds each job by its own name, in either case")
def _(t):
    daemon = t.daemon()
    names = ["stra\u00dfe", "\ufb01le", "\u1e9e", "caf\u00e9", "re\u0301sume\u0301", "\u0130zmir", "\u212a"]
    for name in names:
        job = daemon.draft(name=name)["job_id"]
        for query in (name, name.upper(), name.lower(), unicodedata.normalize("NFD", name)):
            found = daemon.get("/jobs?q=" + urllib.parse.quote(query)).expect(200).json()
            expect(job in [job["job_id"] for job in found], True, f"{query} finds {name}")
    found = daemon.get("/jobs?q=STRASSE").expect(200).json()
    expect([job["name"] for job in found], names[:1])


@test("tag, group and executor filter, also page by page, and a part of a tag is no tag")
def _(t):
    daemon = t.daemon()
    odd = 'a"b\\c, é'
    first = daemon.draft(tags=["nightly", odd])["job_id"]
    second = daemon.draft(tags=["nightly-2", "gpu"], group="night")["job_id"]
    third = daemon.draft(tags=["gpu", "nightly"], group="night.2")["job_id"]
    plain = daemon.draft()["job_id"]
    for query, wanted in (
        ("tag=nightly", [third, first]),
        ("tag=night", []),
        ("tag=" + urllib.parse.quote(odd), [first]),
        ("tag=" + urllib.parse.quote('a"b'), []),
        ("tag=" + urllib.parse.quote("b\\c, é"), []),
        ("tag=,", []),
        ("group=night", [second]),
        ("group=default", [plain, first]),
        ("group=nobody", []),
        ("tag=nightly&group=night.2", [third]),
        ("executor=slurm", []),
        ("executor=local&tag=gpu&q=job", [third, second]),
        ("tag=gpu&status=queued", []),
    ):
        answer = daemon.get("/jobs?" + query).expect(200)
        expect([job["job_id"] for job in answer.json()], wanted, query)
        expect(answer.headers["X-Total-Count"], str(len(wanted)), query)
    expect(follow(daemon, "limit=1&tag=nightly"), [[third], [first]])
    daemon.patch(f"/jobs/{third}", {"tags": []}).expect(200)
    daemon.restart()
    expect(daemon.ids("?tag=nightly"), [first])
    for wrong in ("tag=", "tag=" + "x" * 65, "tag=a%09b", "group=", "group=a/b", "executor=", "executor=cloud"):
        daemon.get("/jobs?" + wrong).expect_fields(wrong.split("=")[0])
    daemon.get("/jobs?tag=a&tag=b").expect_fields("tag")


@test("status, kind and q filter, alone and together, and X-Total-Count counts before the limit")
def _(t):
    daemon = t.daemon()
    draft = daemon.draft(name="US06 draft")["job_id"]
    held = daemon.run("true", hold=True, name="Udds held")["job_id"]
    done = daemon.completed(daemon.run("true", name="us06 done"))["job_id"]
    failed = daemon.until_status(daemon.run("false", name="100% _done_"), "failed")["job_id"]
    for query, wanted in (
        ("status=created", [held, draft]),
        ("status=completed,failed", [failed, done]),
        ("status=running", []),
        ("kind=command", [failed, done, held]),
        ("kind=estimation", []),
        ("q=US06", [done, draft]),
        ("q=us06&status=created", [draft]),
        ("q=%25", [failed]),
        ("q=_done_", [failed]),
        (f"q={held[-6:]}", [held]),
        (f"q={urllib.parse.quote(done)}&kind=command", [done]),
        ("q=", [failed, done, held, draft]),
    ):
        answer = daemon.get("/jobs?" + query).expect(200)
        expect([job["job_id"] for job in answer.json()], wanted, query)
        expect(answer.headers["X-Total-Count"], str(len(wanted)), query)
    answer = daemon.get("/jobs?status=created&limit=1").expect(200)
    expect((len(answer.json()), answer.headers["X-Total-Count"]), (1, "2"))


@test("pages follow each other without a gap or a doubled job")
def _(t):
    daemon = t.daemon()
    made = [daemon.draft()["job_id"] for _ in range(25)]
    expect(follow(daemon, "limit=10"), [made[:14:-1], made[14:4:-1], made[4::-1]])
    expect(follow(daemon, "limit=25"), [made[::-1]])
    expect([job for page in follow(daemon, "limit=7&status=created") for job in page], made[::-1])
    expect("Link" in daemon.get("/jobs").headers, False, "a Link without a limit")


# A client that reads pages must not lose its place when another one deletes a job.
@test("the next page works when the job it follows is gone, also after a restart")
def _(t):
    daemon = t.daemon()
    made = [daemon.draft()["job_id"] for _ in range(9)]
    daemon.delete(f"/jobs/{made[5]}").expect(200)
    expect(daemon.ids(f"?limit=3&after={made[5]}"), [made[4], made[3], made[2]])
    daemon.restart()
    expect(daemon.ids(f"?limit=3&after={made[5]}"), [made[4], made[3], made[2]])
    expect(daemon.ids(f"?after={made[0]}"), [])


@test("jobs that are created while pages are read do not shift them")
def _(t):
    daemon = t.daemon()
    made = [daemon.draft()["job_id"] for _ in range(6)]
    first = daemon.ids("?limit=3")
    daemon.draft()
    expect(first + daemon.ids(f"?limit=3&after={first[-1]}"), made[::-1])


@test("query parameters that are not valid are 422 with their name")
def _(t):
    daemon = t.daemon()
    for query, name in (
        ("status=sleeping", "status"),
        ("status=completed,,failed", "status"),
        ("status=", "status"),
        ("kind=dance", "kind"),
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=ten", "limit"),
        ("limit=1.5", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("after=nonsense", "after"),
        ("after=", "after"),
        ("page=2", "page"),
        ("status=created&status=failed", "status"),
        ("q=%zz", None),
        ("q=%ff", None),
        ("q=%00", None),
    ):
        answer = daemon.get("/jobs?" + query)
        if answer.status != 422 and not (name is None and answer.status in (400, 200)):
            fail(f"{query}: {answer.status}")
        if name and answer.status == 422:
            expect_in(name, answer.text, query)


@test("clear removes all jobs or those of a status, with their folders, and stops running ones first")
def _(t):
    daemon = t.daemon("--max-running", "3")
    running = daemon.sh("sleep 600 & setsid sleep 601 & echo ready; wait")
    until(lambda: "ready" in daemon.log_of(running), "it runs")
    failed = daemon.until_status(daemon.run("false"), "failed")
    drafts = [daemon.draft() for _ in range(3)]

    answer = daemon.post("/jobs/clear?status=failed,stopped").expect(200).json()
    expect((answer["cleared"], isinstance(answer["message"], str)), (1, True))
    daemon.get(f"/jobs/{failed['job_id']}").expect(404)
    expect(len(daemon.jobs()), 4)
    expect(daemon.delete("/jobs?status=created").expect(200).json()["cleared"], 3)
    expect([daemon.folder(job).exists() for job in drafts], [False] * 3)

    expect(daemon.delete("/jobs").expect(200).json()["cleared"], 1)
    expect((daemon.jobs(), os.listdir(t.home / "jobs")), ([], []))
    expect(daemon.post("/jobs/clear").expect(200).json()["cleared"], 0)
    daemon.post("/jobs/clear?status=sleeping").expect_problem(422)


@test("a job that ignores SIGTERM does not survive clear, nor does its folder come back")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("trap '' TERM; echo ready; while :; do sleep 0.1; echo x >> file; done")
    until(lambda: "ready" in daemon.log_of(job), "it runs")
    daemon.post("/jobs/clear", timeout=40).expect(200)
    until(lambda: not processes.of_job(daemon.folder(job)), "its processes are gone")
    expect(os.listdir(t.home / "jobs"), [])


@test("DELETE of a job stops it and takes its folder; the second DELETE is 404")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("echo ready; sleep 600")
    until(lambda: "ready" in daemon.log_of(job), "it runs")
    expect(isinstance(daemon.delete(f"/jobs/{job['job_id']}").expect(200).json()["message"], str), True)
    expect(daemon.folder(job).exists(), False, "the folder")
    daemon.delete(f"/jobs/{job['job_id']}").expect_problem(404)
    daemon.get(f"/jobs/{job['job_id']}").expect_problem(404)
    daemon.restart()
    expect(daemon.jobs(), [])


@test("stop of all ends queued and running jobs, and leaves the others")
def _(t):
    daemon = t.daemon("--max-running", "1")
    done = daemon.completed(daemon.run("true"))
    held = daemon.run("true", hold=True)
    active = [daemon.sh("sleep 600") for _ in range(4)]
    daemon.until_status(active[0], "running")
    answer = daemon.post("/jobs/stop").expect(202).json()
    expect((answer["stopped"], isinstance(answer["message"], str)), (4, True))
    for job in active:
        daemon.until_status(job, "stopped")
    expect((daemon.job(done)["status"], daemon.job(held)["status"]), ("completed", "created"))
    expect(daemon.post("/jobs/stop").expect(202).json()["stopped"], 0)


@test("max_running set by PATCH takes effect at once and is kept over a restart")
def _(t):
    daemon = t.daemon("--port", "0", port=None)
    daemon.patch("/server/settings", {"max_running": 1}).expect(200)
    jobs = [daemon.sh("until [ -e go ]; do sleep 0.05; done") for _ in range(3)]
    daemon.until_status(jobs[0], "running")
    expect([daemon.job(job)["status"] for job in jobs[1:]], ["queued", "queued"])
    daemon.patch("/server/settings", {"max_running": 3}).expect(200)
    for job in jobs:
        daemon.until_status(job, "running")
    for job in jobs:
        (daemon.folder(job) / "go").touch()
        daemon.completed(job)
    daemon.stop()
    daemon.start()
    expect(daemon.get("/server/status").json()["max_running"], 3)


@test("settings that are not valid are 422 with their field")
def _(t):
    daemon = t.daemon()
    for body, field in (
        ({"max_running": -1}, "max_running"),
        ({"max_running": "2"}, "max_running"),
        ({"max_running": 1.5}, "max_running"),
        ({"max_running": 10**9}, "max_running"),
        ({"max_running": 2, "port": 1}, "port"),
        ({}, "max_running"),
        ([], ""),
    ):
        daemon.patch("/server/settings", body).expect_fields(field)
