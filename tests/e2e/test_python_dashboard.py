# SPDX-License-Identifier: MIT
"""The requests of the earlier Python dashboard, which sent no token."""

import datetime

from support import expect, skip, test

try:
    import requests
except ImportError:
    requests = None


@test("the earlier dashboard's client works unchanged against --no-auth")
def _(t):
    if requests is None:
        skip("python3-requests is not installed")
    base = t.daemon("--no-auth").url
    selections = {
        "folder_path": "/data/cycles",
        "data_type": "Battery",
        "notes": "first try",
        "timestamp": datetime.datetime.now().isoformat(),
    }
    response = requests.post(f"{base}/jobs", json={"selections": selections}, timeout=30)
    response.raise_for_status()
    job_id = response.json()["job_id"]

    jobs = requests.get(f"{base}/jobs", timeout=30).json()
    expect([job["job_id"] for job in jobs], [job_id])
    job = requests.get(f"{base}/jobs/{job_id}", timeout=30).json()
    expect((job["selections"], job["status"]), (selections, "created"))
    expect(job["job_folder"].endswith(job_id), True)

    cleared = requests.post(f"{base}/jobs/clear", timeout=30)
    cleared.raise_for_status()
    expect(requests.get(f"{base}/jobs", timeout=30).json(), [])
    expect(requests.get(f"{base}/jobs/{job_id}", timeout=30).status_code, 404)


@test("a session with keep-alive posts, lists and clears hundreds of jobs")
def _(t):
    if requests is None:
        skip("python3-requests is not installed")
    base = t.daemon("--no-auth").url
    with requests.Session() as session:
        for number in range(200):
            session.post(f"{base}/jobs", json={"selections": {"number": number}}, timeout=30).raise_for_status()
        expect(len(session.get(f"{base}/jobs", timeout=30).json()), 200)
        expect(session.post(f"{base}/jobs/clear", json={}, timeout=30).json()["cleared"], 200)
