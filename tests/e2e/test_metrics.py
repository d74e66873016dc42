# SPDX-License-Identifier: MIT
"""GET /metrics: what Prometheus reads, and that each number moves as work is done."""

import json
import re
import shutil
import subprocess
import time

from support import expect, fail, skip, test, until
from support.builds import SOURCE
from support.metrics import Scrape, scrape

MONITORING = SOURCE / "data" / "monitoring"
PAGE = SOURCE / "docs" / "monitoring.md"


def busy(t):
    """A daemon that has something to show in each metric."""
    daemon = t.daemon()
    daemon.completed(daemon.run("true"))
    daemon.patch("/groups/night", {"max_running": 1}).expect(200)
    daemon.get("/metrics").expect(200)
    until(lambda: "process_open_fds" in scrape(daemon).names(), "the first measurement")
    return daemon


@test("the answer has the type of Prometheus' text format, needs the token, and HEAD works")
def _(t):
    daemon = t.daemon()
    answer = daemon.get("/metrics").expect(200)
    expect(answer.headers["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")
    head = daemon.request("HEAD", "/metrics").expect(200)
    expect(head.headers["Content-Type"], answer.headers["Content-Type"])
    expect(head.body, b"")
    daemon.get("/metrics", token=False).expect_problem(401)
    daemon.get("/metrics?name=a").expect_fields("name")


@test("Prometheus' own parser reads each metric with its type")
def _(t):
    try:
        from prometheus_client.parser import text_string_to_metric_families
    except ImportError:
        skip("python3-prometheus-client is not installed")
    text = busy(t).get("/metrics").text
    families = {family.name: family for family in text_string_to_metric_families(text)}
    expect({family.type for family in families.values()}, {"counter", "gauge", "histogram"})
    seen = {sample.name for family in families.values() for sample in family.samples}
    expect(seen, Scrape(text).names())
    expect([name for name, family in families.items() if not family.documentation or not family.samples], [])


@test("promtool finds nothing to say about the metrics and the alerts")
def _(t):
    if not shutil.which("promtool"):
        skip("promtool (package prometheus) is not installed")
    text = busy(t).get("/metrics").text
    checked = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True)
    expect((checked.returncode, checked.stdout + checked.stderr), (0, ""))
    rules = subprocess.run(["promtool", "check", "rules", MONITORING / "prometheus-alerts.yml"], capture_output=True, text=True)
    expect(rules.returncode, 0, rules.stdout + rules.stderr)


@test("each request is counted with its route, method and status")
def _(t):
    daemon = t.daemon()
    job = daemon.draft()["job_id"]
    before = scrape(daemon)
    daemon.get(f"/jobs/{job}").expect(200)
    daemon.get("/jobs/job_20260101-000000-000009").expect(404)
    daemon.request("HEAD", f"/jobs/{job}").expect(200)
    daemon.patch(f"/jobs/{job}", {"name": 5}).expect(422)
    daemon.get(f"/jobs/{job}", token=False).expect(401)
    daemon.get("/nothing").expect(404)
    daemon.request("PUT", "/jobs").expect(405)
    after = scrape(daemon)

    def more(**labels):
        return after.value("vestim_http_requests_total", **labels) - before.value("vestim_http_requests_total", **labels)

    expect(more(route="/jobs/{id}", method="GET", code="200"), 1)
    expect(more(route="/jobs/{id}", method="GET", code="404"), 1)
    expect(more(route="/jobs/{id}", method="HEAD", code="200"), 1)
    expect(more(route="/jobs/{id}", method="PATCH", code="422"), 1)
    expect(more(route="other", method="other", code="401"), 1)
    expect(more(route="other", method="other", code="404"), 1)
    expect(more(route="other", method="other", code="405"), 1)
    expect(more(route="/metrics", method="GET", code="200"), 1)


# A histogram whose count differs from its counter would make each quotient wrong.
@test("a route's histogram counts as many requests as its counters")
def _(t):
    daemon = t.daemon()
    for _ in range(5):
        daemon.get("/jobs").expect(200)
    daemon.get("/jobs?limit=0").expect(422)
    now = scrape(daemon)
    labels = {"route": "/jobs", "method": "GET"}
    expect(now.value("vestim_http_request_duration_seconds_count", **labels), 6)
    expect(now.value("vestim_http_request_duration_seconds_bucket", le="+Inf", **labels), 6)
    if not 0 < now.value("vestim_http_request_duration_seconds_sum", **labels) < 60:
        fail(f"a sum of {now.value('vestim_http_request_duration_seconds_sum', **labels)} s")


@test("jobs, launches, ends and waits are counted as jobs run")
def _(t):
    daemon = t.daemon("--max-running", "1")
    daemon.completed(daemon.run("true"))
    daemon.until_status(daemon.run("false"), "failed")
    daemon.until_status(daemon.run("/nonexistent/program"), "failed")
    first = daemon.sh("sleep 600")
    daemon.until_status(first, "running")
    daemon.run("true")
    daemon.draft()
    now = scrape(daemon)
    for status, count in {"created": 1, "queued": 1, "running": 1, "completed": 1, "failed": 2, "stopped": 0}.items():
        expect(now.value("vestim_jobs", status=status), count, status)
    expect(now.value("vestim_max_running_jobs"), 1)
    expect(now.value("vestim_job_launches_total", outcome="delayed"), 0)
    started, failed = (now.value("vestim_job_launches_total", outcome=outcome) for outcome in ("started", "failed"))
    expect(started + failed, 4)
    expect(now.value("vestim_job_queue_wait_seconds_count"), started)
    expect(now.value("vestim_job_attempts_ended_total", status="completed"), 1)
    expect(now.value("vestim_job_attempts_ended_total", status="failed"), 2)
    daemon.post(f"/jobs/{first['job_id']}/stop").expect(202)
    daemon.until_status(first, "stopped")
    expect(scrape(daemon).value("vestim_job_attempts_ended_total", status="stopped"), 1)


# The time that a job waits for its turn, not that which it runs.
@test("the wait in the queue is measured until the start of the process")
def _(t):
    daemon = t.daemon("--max-running", "1")
    first = daemon.sh("until [ -e go ]; do sleep 0.05; done")
    daemon.until_status(first, "running")
    second = daemon.run("true")
    began = time.monotonic()
    time.sleep(0.3)
    waited = time.monotonic() - began
    (daemon.folder(first) / "go").touch()
    daemon.completed(second)
    now = scrape(daemon)
    expect(now.value("vestim_job_queue_wait_seconds_count"), 2)
    if now.value("vestim_job_queue_wait_seconds_sum") < waited:
        fail(f"a wait of {now.value('vestim_job_queue_wait_seconds_sum')} s, but the first job took {waited} s")


# Scrapes: the numbers follow each change at once.
@test("slots, groups, paused jobs and what jobs wait for are counted, also after a kill of the daemon")
def _(t):
    daemon = t.daemon()
    settings = {"max_running": 9, "capacity": {"cpus": 4, "memory_mb": 1024, "gpus": 1}}
    daemon.patch("/server/settings", settings).expect(200)
    daemon.patch("/groups/full", {"max_running": 1}).expect(200)
    daemon.patch("/groups/still", {"paused": True}).expect(200)
    resources = {"cpus": 2, "memory_mb": 512, "gpus": 1}
    first = daemon.run("sleep", "600", group="full", resources=resources)
    daemon.until_status(first, "running")
    daemon.run("true", group="full")
    daemon.run("true", group="still")
    daemon.run("true", depends_on=[first["job_id"]])
    daemon.run("true", start_after="2100-01-01T00:00:00Z")
    held = daemon.run("true", start_after="2100-01-01T00:00:00Z")
    daemon.post(f"/jobs/{held['job_id']}/pause").expect(200)
    daemon.run("true", resources={"cpus": 3})
    failing = daemon.run("false", retry={"max": 1, "delay_s": 100000})
    until(lambda: (daemon.job(failing)["waiting"] or {}).get("for") == "retry", "the retry waits")
    daemon.post(f"/jobs/{first['job_id']}/pause").expect(200)
    wanted = {"slot": 1, "group": 1, "paused": 2, "dependency": 1, "time": 1, "retry": 1}
    for _ in range(2):
        now = scrape(daemon)
        for reason, count in wanted.items():
            expect(now.value("vestim_waiting_jobs", reason=reason), count, reason)
        for name, amount in {"cpus": 2, "memory_bytes": 512 << 20, "gpus": 1}.items():
            expect(now.value(f"vestim_reserved_{name}"), amount, name)
        for name, amount in {"cpus": 4, "memory_bytes": 1024 << 20, "gpus": 1}.items():
            expect(now.value(f"vestim_capacity_{name}"), amount, name)
        for group, running, queued, paused in (("full", 1, 1, 0), ("still", 0, 1, 1), ("default", 0, 5, 0)):
            expect(now.value("vestim_group_running_jobs", group=group), running, group)
            expect(now.value("vestim_group_queued_jobs", group=group), queued, group)
            expect(now.value("vestim_group_paused", group=group), paused, group)
        expect(now.value("vestim_group_max_running_jobs", group="full"), 1)
        expect(now.total("vestim_group_max_running_jobs"), 1, "no other group has a limit")
        expect((now.value("vestim_paused_jobs"), now.value("vestim_queue_paused")), (1, 0))
        daemon.restart()
    daemon.post("/server/pause").expect(200)
    now = scrape(daemon)
    expect(now.value("vestim_queue_paused"), 1)
    expect([now.value("vestim_waiting_jobs", reason=reason) for reason in ("slot", "group", "paused")], [0, 0, 4])
    daemon.post("/jobs/stop").expect(202)
    daemon.until_status(first, "stopped")
    until(lambda: scrape(daemon).total("vestim_waiting_jobs") == 0, "no job waits")
    until(lambda: scrape(daemon).value("vestim_reserved_cpus") == 0, "nothing is reserved")
    expect(scrape(daemon).value("vestim_paused_jobs"), 0)


# A label costs Prometheus a series, and users choose the names of groups.
@test("a hundred groups have series of their own, and the others share one")
def _(t):
    daemon = t.daemon()
    daemon.post("/server/pause").expect(200)
    for number in range(110):
        daemon.run("true", group=f"g{number:03}")
    now = scrape(daemon)
    expect(now.total("vestim_group_queued_jobs"), 110)
    expect(now.value("vestim_group_queued_jobs", group="g000"), 1)
    expect(now.value("vestim_group_queued_jobs", group="(others)"), 11)
    expect(now.value("vestim_group_queued_jobs", group="g109"), 0)


@test("hooks and the deletions of retention are counted, and hooks that wait over a kill")
def _(t):
    t.write("hook", '#!/bin/sh\ncase $VESTIM_JOB_STATUS in failed) exit 1;; stopped) until [ -e "$0.go" ]; do sleep 0.05; done;; esac\n', 0o755)
    t.write("home/vestimd.conf", f"[hooks]\non_end={t.dir}/hook\n")
    daemon = t.daemon("--max-running", "1")

    def ended(outcome):
        return scrape(daemon).value("vestim_hooks_ended_total", outcome=outcome)

    daemon.completed(daemon.run("true"))
    until(lambda: ended("done") == 1, "the hook has ended")
    daemon.until_status(daemon.run("false"), "failed")
    until(lambda: ended("failed") == 1, "the other hook has failed")
    until(lambda: scrape(daemon).value("vestim_hooks_pending") == 0, "no hook is left")
    held = daemon.run("sleep", "600")
    daemon.until_status(held, "running")
    daemon.post(f"/jobs/{held['job_id']}/stop").expect(202)
    daemon.until_status(held, "stopped")
    expect(scrape(daemon).value("vestim_hooks_pending"), 1)
    daemon.restart()
    expect(scrape(daemon).value("vestim_hooks_pending"), 1)
    (t.dir / "hook.go").touch()
    until(lambda: ended("done") == 1, "the hook has ended")
    until(lambda: scrape(daemon).value("vestim_hooks_pending") == 0, "no hook is left")
    expect(scrape(daemon).value("vestim_retention_deleted_jobs_total"), 0)
    daemon.patch("/server/settings", {"retention": {"max_jobs": 1}}).expect(200)
    until(lambda: scrape(daemon).value("vestim_retention_deleted_jobs_total") == 2, "two jobs are deleted")


@test("commits, their size and their flushes are counted")
def _(t):
    daemon = t.daemon()
    until(lambda: scrape(daemon).value("vestim_registry_transactions_total", outcome="stored") == 1, "the start is stored")
    before = scrape(daemon)
    for _ in range(3):
        daemon.draft()
    now = scrape(daemon)
    expect(now.value("vestim_registry_transactions_total", outcome="stored") - before.value("vestim_registry_transactions_total", outcome="stored"), 3)
    expect(now.value("vestim_registry_commit_changes_sum") - before.value("vestim_registry_commit_changes_sum"), 3)
    commits = now.value("vestim_registry_commit_changes_count") - before.value("vestim_registry_commit_changes_count")
    expect(commits, 3)
    expect(now.value("vestim_registry_flush_seconds_count") - before.value("vestim_registry_flush_seconds_count"), commits)
    expect(now.value("vestim_registry_flush_seconds_sum") > before.value("vestim_registry_flush_seconds_sum"), True)


@test("connections and event streams are those that are open now")
def _(t):
    daemon = t.daemon()
    with daemon.events() as events:
        expect(events.next().name, "hello")
        with daemon.connect():
            until(lambda: scrape(daemon).value("vestim_http_connections") == 3, "two clients and the scrape")
            expect(scrape(daemon).value("vestim_event_subscribers"), 1)
    until(lambda: scrape(daemon).value("vestim_event_subscribers") == 0, "the stream is closed")
    until(lambda: scrape(daemon).value("vestim_http_connections") == 1, "only the scrape")


@test("version, start time, memory, descriptors and disk are those of this daemon")
def _(t):
    daemon = t.daemon()
    job = daemon.completed(daemon.sh("head -c 100000 /dev/zero >zeros"))
    until(lambda: scrape(daemon).value("vestim_jobs_disk_bytes") > 100000, f"the files of {job['job_id']} are counted")
    until(lambda: scrape(daemon).value("process_open_fds") > 0, "the first measurement")
    now = scrape(daemon)
    status = daemon.get("/server/status").json()
    expect(now.value("vestim_build_info", version=status["version"]), 1)
    expect(abs(now.value("process_start_time_seconds") - time.time()) < 600, True, "start time is near")
    limits = (int(line.split()[3]) for line in open(f"/proc/{daemon.pid}/limits") if line.startswith("Max open files"))
    expect(now.value("process_max_fds"), next(limits))
    for name in ("process_resident_memory_bytes", "process_virtual_memory_bytes", "process_cpu_seconds_total", "vestim_disk_free_bytes"):
        expect(now.value(name) > 0, True, name)


def words(text):
    """The metrics that a text names, without the endings of a histogram's samples."""
    return {re.sub(r"_(bucket|sum|count)$", "", name) for name in re.findall(r"\b(?:vestim|process)_[a-z_]+", text)}


@test("each metric of the alerts, of the Grafana dashboard and of the page exists, and the page has all")
def _(t):
    text = busy(t).get("/metrics").text
    answered = set(re.findall(r"^# TYPE (\S+)", text, re.MULTILINE))
    alerts = (MONITORING / "prometheus-alerts.yml").read_text()
    dashboard = (MONITORING / "grafana-dashboard.json").read_text()
    expect(words(alerts) - answered, set(), "metrics of the alerts")
    expect(words(dashboard) - answered, set(), "metrics of the dashboard")
    expect(words(PAGE.read_text()), answered, "metrics of the page")
    named = set(re.findall(r"alert: (\w+)", alerts))
    expect(set(re.findall(r"`(Vestim\w+)`", PAGE.read_text())), named, "alerts of the page")


@test("the Grafana dashboard is complete JSON with a query in each panel")
def _(t):
    dashboard = json.loads((MONITORING / "grafana-dashboard.json").read_text())
    expect(len({panel["id"] for panel in dashboard["panels"]}), len(dashboard["panels"]))
    for panel in dashboard["panels"]:
        expect(all(target["expr"] for target in panel["targets"]) and bool(panel["targets"]), True, panel["title"])
