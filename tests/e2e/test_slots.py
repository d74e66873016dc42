# SPDX-License-Identifier: MIT
"""CPUs, memory and GPUs that jobs reserve, and what the machine has of them."""

import os

from support import expect, expect_in, test, until
from support.waiting import WAITING, begun, release

SHOW = "echo cpus=$VESTIM_JOB_CPUS memory=$VESTIM_JOB_MEMORY_MB cuda=$CUDA_VISIBLE_DEVICES rocr=$ROCR_VISIBLE_DEVICES order=$CUDA_DEVICE_ORDER; "


def running(daemon):
    return daemon.get("/server/status").json()["jobs"]["running"]


def shown(daemon, job):
    """What SHOW has printed."""
    return dict(word.split("=") for word in daemon.log_of(job).split("\n")[0].split())


def waits_for(daemon, job, word):
    waiting = daemon.job(job)["waiting"]
    expect(waiting and waiting["for"], word, f"waiting {waiting}")
    return waiting["detail"]


@test("jobs run at the same time as far as CPUs, memory and GPUs suffice, and later ones that fit pass")
def _(t):
    daemon = t.daemon("--max-running", "9", "--capacity", "cpus=4,memory_mb=1000,gpus=2")
    for needs, others in (
        ({"cpus": 3}, {"cpus": 2}),
        ({"memory_mb": 600}, {"memory_mb": 401}),
        ({"gpus": 1}, {"gpus": 2}),
    ):
        first = daemon.sh(WAITING, resources=needs)
        begun(daemon, first)
        second = daemon.sh(WAITING, resources=others)
        third = daemon.completed(daemon.run("true"))
        waits_for(daemon, second, "slot")
        expect(third["waiting"], None)
        release(daemon, first)
        daemon.until_status(second, "running")
        begun(daemon, second)
        expect(daemon.job(second)["waiting"], None)
        release(daemon, second)
        daemon.completed(second)
    expect(daemon.get("/server/status").json()["in_use"], {"cpus": 0, "memory_mb": 0, "gpus": 0})


@test("each job gets GPUs of its own, which are in its environment and its details")
def _(t):
    daemon = t.daemon("--max-running", "9", env={"VESTIM_CAPACITY": "cpus=9 gpus=3", "CUDA_VISIBLE_DEVICES": None, "ROCR_VISIBLE_DEVICES": None})
    one = daemon.sh(SHOW + WAITING, resources={"gpus": 1})
    two = daemon.sh(SHOW + WAITING, resources={"gpus": 2, "memory_mb": 10, "cpus": 2}, env={"CUDA_VISIBLE_DEVICES": "7", "CUDA_DEVICE_ORDER": "FASTEST_FIRST"})
    none = daemon.sh(SHOW + WAITING, env={"CUDA_VISIBLE_DEVICES": "7"})
    begun(daemon, one, two, none)
    expect(shown(daemon, one), {"cpus": "1", "memory": "", "cuda": "0", "rocr": "0", "order": "PCI_BUS_ID"})
    expect(shown(daemon, two), {"cpus": "2", "memory": "10", "cuda": "1,2", "rocr": "1,2", "order": "FASTEST_FIRST"})
    expect(shown(daemon, none), {"cpus": "", "memory": "", "cuda": "7", "rocr": "", "order": ""})
    expect([daemon.job(job)["details"].get("gpu_indices") for job in (one, two, none)], [[0], [1, 2], None])
    for job in (one, two, none):
        release(daemon, job)
    expect(daemon.completed(two)["details"]["gpu_indices"], [1, 2])


@test("slots and GPUs of running jobs stay theirs when the daemon is killed")
def _(t):
    daemon = t.daemon("--max-running", "9", "--capacity", "cpus=9,gpus=2")
    first = daemon.sh(SHOW + WAITING, resources={"gpus": 1})
    second = daemon.sh(SHOW + WAITING, resources={"gpus": 1, "cpus": 4})
    begun(daemon, first, second)
    waiting = daemon.sh(SHOW + WAITING, resources={"gpus": 1})
    daemon.restart()
    until(lambda: running(daemon) == 2, "both run")
    expect(daemon.get("/server/status").json()["in_use"], {"cpus": 5, "memory_mb": 0, "gpus": 2})
    waits_for(daemon, waiting, "slot")
    release(daemon, second)
    begun(daemon, waiting)
    expect(shown(daemon, waiting)["cuda"], "1")
    expect(daemon.job(first)["details"]["gpu_indices"], [0])
    daemon.kill()
    release(daemon, first)
    daemon.start()
    daemon.completed(first)
    until(lambda: daemon.get("/server/status").json()["in_use"]["gpus"] == 1, "a GPU is free")
    release(daemon, waiting)
    daemon.completed(waiting)


@test("a job that needs more than the machine has waits and says so, also after a kill, until the capacity is raised")
def _(t):
    daemon = t.daemon()
    daemon.patch("/server/settings", {"capacity": {"cpus": 2, "memory_mb": 1000, "gpus": 0}}).expect(200)
    wanted = {
        "cpus": ({"cpus": 4}, "needs 4 CPUs, but the server has 2 CPUs"),
        "memory_mb": ({"memory_mb": 1001}, "needs 1001M of memory, but the server has 1000M of memory"),
        "gpus": ({"gpus": 1}, "needs 1 GPU, but the server has 0 GPUs"),
    }
    jobs = {name: daemon.run("true", resources=resources, priority=9) for name, (resources, _) in wanted.items()}
    for _ in range(2):
        for name, (_, sentence) in wanted.items():
            expect_in(sentence, waits_for(daemon, jobs[name], "slot"))
            expect(daemon.job(jobs[name])["waiting"]["too_large"], True)
        daemon.completed(daemon.run("true"))
        daemon.restart()
    daemon.patch("/server/settings", {"capacity": {"cpus": 4, "memory_mb": 1001, "gpus": 1}}).expect(200)
    for job in jobs.values():
        daemon.completed(job)


@test("if the capacity sinks, a job that is too large now waits, and starts when it needs less")
def _(t):
    daemon = t.daemon("--capacity", "cpus=4")
    held = daemon.run("true", hold=True, resources={"cpus": 4})
    daemon.patch("/server/settings", {"capacity": {"cpus": 3}}).expect(200)
    daemon.post(f"/jobs/{held['job_id']}/start").expect(200)
    expect_in("needs 4 CPUs, but the server has 3 CPUs", waits_for(daemon, held, "slot"))
    daemon.patch(f"/jobs/{held['job_id']}", {"resources": {"cpus": 2}}).expect(200)
    daemon.completed(held)


@test("the capacity is what the machine has, unless it is set; null goes back to that")
def _(t):
    daemon = t.daemon()
    found = daemon.get("/server/status").json()["capacity"]
    expect(1 <= found["cpus"] <= len(os.sched_getaffinity(0)), True, found)
    with open("/proc/meminfo") as file:
        total = int(file.readline().split()[1]) // 1024
    expect(0 < found["memory_mb"] <= total, True, f"{found} of {total}")
    settings = daemon.patch("/server/settings", {"capacity": {"cpus": 64, "gpus": 3}}).expect(200).json()
    expect(settings["capacity"], {**found, "cpus": 64, "gpus": 3})
    daemon.restart()
    expect(daemon.get("/server/status").json()["capacity"], {**found, "cpus": 64, "gpus": 3})
    daemon.patch("/server/settings", {"capacity": {"cpus": None}}).expect(200)
    expect(daemon.get("/server/status").json()["capacity"], {**found, "gpus": 3})
    daemon.stop()
    daemon.start("--capacity", "gpus=1")
    expect(daemon.get("/server/status").json()["capacity"], {**found, "gpus": 1})
    daemon.stop()
    daemon.start()
    expect(daemon.patch("/server/settings", {"capacity": None}).expect(200).json()["capacity"], found)


@test("who allows more jobs than there are CPUs gets that many at the same time")
def _(t):
    many = 2 * len(os.sched_getaffinity(0)) + 1
    daemon = t.daemon("--max-running", str(many))
    expect(daemon.get("/server/status").json()["capacity"]["cpus"], many)
    jobs = [daemon.sh(WAITING) for _ in range(many)]
    begun(daemon, *jobs)
    for job in jobs:
        release(daemon, job)


@test("a capacity that makes no sense is refused")
def _(t):
    daemon = t.daemon()
    for capacity, field in (
        (4, "capacity"),
        ({"cpus": 0}, "capacity.cpus"),
        ({"cpus": 1.5}, "capacity.cpus"),
        ({"memory_mb": -1}, "capacity.memory_mb"),
        ({"gpus": 1025}, "capacity.gpus"),
        ({"cores": 1}, "capacity.cores"),
    ):
        daemon.patch("/server/settings", {"capacity": capacity}).expect_fields(field)
    daemon.patch("/server/settings", {"starvation_s": -1}).expect_fields("starvation_s")


@test("a large job does not starve: after starvation_s nothing starts before it")
def _(t):
    daemon = t.daemon("--max-running", "9", "--capacity", "cpus=2")
    daemon.patch("/server/settings", {"starvation_s": 0}).expect(200)
    small = daemon.sh(WAITING)
    begun(daemon, small)
    large = daemon.sh(WAITING, resources={"cpus": 2})
    later = daemon.sh(WAITING)
    waits_for(daemon, later, "slot")
    daemon.patch("/server/settings", {"starvation_s": 3600}).expect(200)
    begun(daemon, later)
    waits_for(daemon, large, "slot")
    release(daemon, small)
    release(daemon, later)
    begun(daemon, large)
    release(daemon, large)
    daemon.completed(large)


@test("max_running 0 drains: running jobs continue and no other one starts, also after a restart")
def _(t):
    daemon = t.daemon()
    first = daemon.sh(WAITING)
    begun(daemon, first)
    second = daemon.run("true")
    expect(daemon.patch("/server/settings", {"max_running": 0}).expect(200).json()["max_running"], 0)
    daemon.restart()
    until(lambda: running(daemon) == 1, "the job goes on")
    release(daemon, first)
    daemon.completed(first)
    waits_for(daemon, second, "slot")
    daemon.stop()
    daemon.start("--max-running", "1")
    daemon.completed(second)
