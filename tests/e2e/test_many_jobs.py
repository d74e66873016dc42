# SPDX-License-Identifier: MIT
"""More jobs than are kept in memory: they look and behave like the others."""

import contextlib
import re
import sqlite3
import threading

from support import expect, test, until
from support.events import Events
from support.waiting import WAITING, begun

IN_MEMORY = 20


def with_many(t, count):
    """A daemon with that many jobs: each tenth failed, each hundredth is a draft, the others completed."""
    daemon = t.daemon("--jobs-in-memory", str(IN_MEMORY))
    first = daemon.run("true", name="number 1", hold=True)["job_id"]
    daemon.stop()
    with contextlib.closing(sqlite3.connect(daemon.home / "registry.db")) as base:
        names = [row[1] for row in base.execute("PRAGMA table_info(jobs)")]
        other = ", ".join(name for name in names if name not in ("sequence", "job_id", "name", "state"))
        base.execute(
            f"""WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
            INSERT INTO jobs (sequence, job_id, name, state, {other})
            SELECT i, ? || printf('%06x', i), 'number ' || i,
              CASE WHEN i % 100 = 0 THEN 'created' WHEN i % 10 = 0 THEN 'failed' ELSE 'completed' END, {other}
            FROM n, jobs WHERE sequence = 1""",
            (count, first[:-6]),
        )
        base.commit()
    daemon.start()
    return daemon, [f"{first[:-6]}{number:06x}" for number in range(count, 0, -1)]


def number_of(job_id):
    return int(job_id[-6:], 16)


def counts_of(daemon):
    return {status: n for status, n in daemon.get("/server/status").json()["jobs"].items() if n > 0}


def pages(daemon, query):
    """The IDs of all pages, by the Link header, and what X-Total-Count said."""
    found, totals, target = [], set(), "/jobs?" + query
    while target:
        answer = daemon.get(target).expect(200)
        found += [job["job_id"] for job in answer.json()]
        totals.add(answer.headers["X-Total-Count"])
        link = re.search(r"<([^>]*)>", answer.headers.get("Link", ""))
        target = link and link.group(1)
    return found, totals


def listed_then_followed(daemon, answer, until_event):
    """The list of an answer after the events that follow it, by ID."""
    jobs = {job["job_id"]: job for job in answer.json()}
    with Events(daemon, answer.headers["Vestim-Event-Id"]) as events:
        while True:
            event = events.next()
            if event.name == "job":
                jobs[event.data["job_id"]] = event.data
            elif event.name == "deleted":
                jobs.pop(event.data["job_id"], None)
            elif event.name == "cleared":
                for job_id in event.data.get("job_ids", list(jobs)):
                    jobs.pop(job_id, None)
            if until_event(event):
                return jobs


@test("lists, pages, filters and counts are those of all jobs, in memory or not, also after a SIGKILL")
def _(t):
    daemon, ids = with_many(t, 1500)
    failed = [job_id for job_id in ids if number_of(job_id) % 10 == 0 and number_of(job_id) % 100 != 0]
    for _ in range(2):
        expect(daemon.ids(), ids, "the whole list")
        expect(pages(daemon, "limit=400"), (ids, {"1500"}))
        expect(pages(daemon, "limit=1200"), (ids, {"1500"}), "a page that is sent as a stream")
        expect(pages(daemon, "status=failed&limit=50"), (failed, {str(len(failed))}))
        expect(pages(daemon, "kind=command&status=created&limit=10")[1], {"16"})
        wanted = [job_id for job_id in failed if str(number_of(job_id)).startswith("14")]
        expect(pages(daemon, "q=NUMBER%20&limit=1000"), (ids, {"1500"}))
        expect(pages(daemon, "q=number%2014&status=failed&limit=7"), (wanted, {str(len(wanted))}))
        expect(daemon.ids(f"?q={ids[-5]}"), [ids[-5]])
        counts = daemon.get("/server/status").json()["jobs"]
        expect((counts["created"], counts["failed"], sum(counts.values())), (16, len(failed), 1500))
        daemon.restart()


@test("a long list has an entity tag, and none of its jobs is missing or doubled while others change")
def _(t):
    daemon, ids = with_many(t, 2000)
    answer = daemon.get("/jobs").expect(200)
    daemon.get("/jobs", headers={"If-None-Match": answer.headers["ETag"]}).expect(304)
    daemon.request("HEAD", "/jobs").expect(200)

    connection = daemon.connect()
    connection.send(daemon.request_bytes("GET", "/jobs"))
    connection.fill()  # it has begun
    for job_id in (ids[0], ids[1000], ids[-1]):
        daemon.patch(f"/jobs/{job_id}", {"name": "changed"}).expect(200)
    daemon.delete(f"/jobs/{ids[1]}").expect(200)
    daemon.delete(f"/jobs/{ids[-2]}").expect(200)
    new = daemon.draft(name="the last one")["job_id"]
    answer = connection.answer().expect(200)
    connection.close()
    listed = [job["job_id"] for job in answer.json()]
    expect(listed, sorted(set(listed), key=number_of, reverse=True), "the order")
    jobs = listed_then_followed(daemon, answer, lambda event: event.name == "job" and event.data["job_id"] == new)
    expect(jobs, {job["job_id"]: job for job in daemon.jobs()})


@test("a job that is not in memory can be read, changed, started, retried and deleted")
def _(t):
    daemon, ids = with_many(t, 300)
    by_number = {number_of(job_id): job_id for job_id in ids}
    with daemon.events() as events:
        expect(daemon.job(by_number[5])["name"], "number 5")
        until(lambda: daemon.folder(by_number[6]).exists(), "its folder is made")
        (daemon.folder(by_number[6]) / "a file").write_text("text")
        files = daemon.get(f"/jobs/{by_number[6]}/files").expect(200).json()
        expect("a file" in str(files), True, f"{files}")
        expect(daemon.log_of(by_number[7]), "")
        daemon.get(f"/jobs/{by_number[7]}/metrics").expect(200)
        daemon.patch(f"/jobs/{by_number[8]}", {"name": "renamed"}).expect(200)
        expect(daemon.job(by_number[8])["name"], "renamed")
        daemon.patch(f"/jobs/{by_number[8]}", {"priority": 5}).expect(409)
        daemon.post(f"/jobs/{by_number[9]}/retry").expect(200)
        expect(daemon.completed(by_number[9])["attempt"], 2)
        daemon.post(f"/jobs/{by_number[100]}/start").expect(200)
        daemon.completed(by_number[100])
        daemon.post(f"/jobs/{by_number[11]}/stop").expect(409)
        daemon.delete(f"/jobs/{by_number[12]}").expect(200)
        daemon.get(f"/jobs/{by_number[12]}").expect(404)
        expect(daemon.folder(by_number[12]).exists(), False)
        key = {"Idempotency-Key": "once"}
        first = daemon.post(f"/jobs/{by_number[13]}/retry", headers=key).expect(200).json()
        daemon.completed(by_number[13])
        expect(daemon.post(f"/jobs/{by_number[13]}/retry", headers=key).expect(200).json(), first)
        daemon.get(f"/jobs/{by_number[14][:-6]}ffffff").expect(404)
        daemon.get(f"/jobs/job_20000101-000000-{by_number[14][-6:]}").expect(404)
        until(lambda: events.next().name == "deleted", "the deletion is announced")
    daemon.restart()
    expect(daemon.job(by_number[8])["name"], "renamed")
    expect(daemon.job(by_number[9])["attempt"], 2)
    expect(daemon.ids(), [job_id for job_id in ids if job_id != by_number[12]])


@test("requests that come together for jobs that are not in memory each get their job")
def _(t):
    daemon, ids = with_many(t, 400)
    wrong = []

    def ask(some):
        for job_id in some:
            if daemon.job(job_id)["job_id"] != job_id:
                wrong.append(job_id)
            daemon.patch(f"/jobs/{job_id}", {"name": f"of {job_id}"}).expect(200)

    threads = [threading.Thread(target=ask, args=[ids[start:400:5]]) for start in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expect(wrong, [])
    expect({job["name"] for job in daemon.jobs()}, {f"of {job_id}" for job_id in ids})


@test("a clear deletes jobs that are not in memory, and a new one made meanwhile stays")
def _(t):
    daemon, ids = with_many(t, 1500)
    failed = len([job_id for job_id in ids if number_of(job_id) % 10 == 0 and number_of(job_id) % 100 != 0])
    expect(daemon.delete("/jobs?status=failed").expect(200).json()["cleared"], failed)
    expect(daemon.ids("?status=failed"), [])
    expect(pages(daemon, "limit=500")[1], {str(1500 - failed)})
    listed = daemon.get("/jobs").expect(200)

    answers = []
    clear = threading.Thread(target=lambda: answers.append(daemon.delete("/jobs", headers={"Idempotency-Key": "k"})))
    clear.start()
    until(lambda: answers or sum(counts_of(daemon).values()) < 1500 - failed, "it deletes")
    new = daemon.draft(name="new")["job_id"]
    clear.join()
    expect(answers[0].expect(200).json()["cleared"], 1500 - failed)
    expect(daemon.delete("/jobs", headers={"Idempotency-Key": "k"}).expect(200).json()["cleared"], 1500 - failed)
    expect(daemon.ids(), [new])
    last = daemon.draft(name="last")["job_id"]
    jobs = listed_then_followed(daemon, listed, lambda event: event.name == "job" and event.data["job_id"] == last)
    expect(set(jobs), {new, last})
    until(lambda: {path.name for path in (daemon.home / "jobs").iterdir()} == {new, last}, "the folders are gone")


@test("after a SIGKILL in the middle of a clear, each job is there with its folder, or gone with it")
def _(t):
    daemon, ids = with_many(t, 2000)
    until(lambda: len(list((daemon.home / "jobs").iterdir())) == 2000, "the folders are made")
    connection = daemon.connect()
    connection.send(daemon.request_bytes("DELETE", "/jobs"))
    until(lambda: sum(counts_of(daemon).values()) < 2000, "the first jobs are deleted")
    daemon.kill()
    connection.close()
    daemon.start()
    left = daemon.ids()
    expect(left, [job_id for job_id in ids if job_id in set(left)])
    expect(len(left) < 2000, True)
    until(lambda: {path.name for path in (daemon.home / "jobs").iterdir()} == set(left), "the folders are those of the list")
    expect(daemon.delete("/jobs").expect(200).json()["cleared"], len(left))


@test("a row that another program removed or changed is not listed, and the log names its job")
def _(t):
    daemon, ids = with_many(t, 300)
    with contextlib.closing(sqlite3.connect(daemon.home / "registry.db")) as base:
        base.execute("DELETE FROM jobs WHERE sequence = 5")
        base.execute("UPDATE jobs SET state = 'running' WHERE sequence = 6")
        base.commit()
    lost = {5, 6}
    expect(daemon.ids(), [job_id for job_id in ids if number_of(job_id) not in lost])
    for number in lost:
        daemon.get(f"/jobs/{ids[-number]}").expect(404)
        daemon.until_logged(ids[-number])
    expect(daemon.delete("/jobs").expect(200).json()["cleared"], 300)
    expect(daemon.ids(), [])


@test("a job can depend on jobs that are not in memory, also when they are retried or cleared")
def _(t):
    daemon = t.daemon("--jobs-in-memory", "0")
    done = daemon.completed(daemon.run("true"))["job_id"]
    failed = daemon.until_status(daemon.sh("test -e now"), "failed")["job_id"]
    daemon.completed(daemon.run("true", depends_on=[done]))
    daemon.completed(daemon.run("true", depends_on=[{"job_id": failed, "when": "over"}]))
    blocked = daemon.until_status(daemon.run("true", depends_on=[failed]), "stopped")["job_id"]
    held = daemon.run("true", hold=True, depends_on=[done])["job_id"]
    daemon.restart()
    expect(daemon.job(blocked)["details"]["reason"], f"job {failed} failed")
    (daemon.folder(failed) / "now").touch()
    daemon.post(f"/jobs/{failed}/retry").expect(200)
    until(lambda: daemon.job(blocked)["status"] == "completed", "the blocked job goes on")
    daemon.delete("/jobs?status=completed").expect(200)
    daemon.restart()
    expect(daemon.ids(), [held])
    daemon.post(f"/jobs/{held}/start").expect(200)
    daemon.completed(held)


def with_queue(t, count):
    """A daemon that starts nothing, with that many queued jobs."""
    daemon = t.daemon()
    daemon.patch("/server/settings", {"max_running": 0}).expect(200)
    daemon.run("true")
    daemon.stop()
    with contextlib.closing(sqlite3.connect(daemon.home / "registry.db")) as base:
        names = [row[1] for row in base.execute("PRAGMA table_info(jobs)")]
        other = ", ".join(name for name in names if name not in ("sequence", "job_id", "rank"))
        base.execute(
            f"""WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
            INSERT INTO jobs (sequence, job_id, rank, {other})
            SELECT i, substr(job_id, 1, 20) || printf('%06x', i), i * 1048576, {other} FROM n, jobs WHERE sequence = 1""",
            (count,),
        )
        base.commit()
    return daemon.start()


@test("a stop of very many queued jobs starts none of them, although a running one ends")
def _(t):
    daemon = with_queue(t, 1500)
    running = daemon.sh(WAITING, priority=5)
    daemon.patch("/server/settings", {"max_running": 1}).expect(200)
    begun(daemon, running)
    daemon.until_status(running, "running")
    answers = []
    stop = threading.Thread(target=lambda: answers.append(daemon.post("/jobs/stop")))
    stop.start()
    until(lambda: counts_of(daemon) == {"stopped": 1501}, lambda: f"all are stopped: {counts_of(daemon)}")
    stop.join()
    expect(answers[0].expect(202).json()["stopped"], 1501)
    daemon.restart()
    expect(counts_of(daemon), {"stopped": 1501})


@test("after a SIGKILL in the middle of a stop of all, all jobs are stopped or none is")
def _(t):
    daemon = with_queue(t, 2000)
    connection = daemon.connect()
    connection.send(daemon.request_bytes("POST", "/jobs/stop", headers={"Idempotency-Key": "once"}))
    until(lambda: daemon.get("/server/status").expect(200), "the daemon serves others")
    daemon.kill()
    connection.close()
    daemon.start()
    expect(counts_of(daemon) in ({"queued": 2000}, {"stopped": 2000}), True, f"{counts_of(daemon)}")
    answer = daemon.post("/jobs/stop", headers={"Idempotency-Key": "once"}).expect(202).json()
    expect((answer["stopped"], counts_of(daemon)), (2000, {"stopped": 2000}))


@test("a stop, a clear and a stop of all at the same time are all answered")
def _(t):
    daemon = with_queue(t, 1000)
    answers = []
    requests = [("POST", "/jobs/stop"), ("DELETE", "/jobs"), ("POST", "/jobs/stop"), ("DELETE", "/jobs?status=stopped")]
    threads = [threading.Thread(target=lambda r=r: answers.append(daemon.request(*r))) for r in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expect(sorted(answer.status for answer in answers), [200, 200, 202, 202])
    daemon.restart()
    expect(daemon.ids(), [])
