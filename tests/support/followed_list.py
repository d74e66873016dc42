# SPDX-License-Identifier: MIT
"""A client that keeps the list of jobs by events alone, over the deaths of daemons."""

import threading
import time

from support.answers import Closed
from support.events import Events
from support.expect import Failure, until


class FollowedList:
    """Reads the stream on a thread of its own. After a cut it goes on from the last event, or fetches the list again after a
    reset."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.lock = threading.Lock()
        self.jobs = {}
        self.last_id = None
        self.faults = []
        self.closing = False
        self.stream = None
        self.thread = threading.Thread(target=self._follow, daemon=True)
        self.thread.start()

    def close(self):
        self.closing = True
        if self.stream:
            self.stream.connection.close()

    def _follow(self):
        while not self.closing:
            try:
                if not self.last_id:
                    self._fetch()
                self.stream = Events(self.daemon, self.last_id)
                while True:
                    self._apply(self.stream.next(3600))
            except (OSError, Closed, ValueError, Failure):
                time.sleep(0.02)  # no daemon, or it has ended

    def _fetch(self):
        answer = self.daemon.get("/jobs")
        if answer.status == 200:
            with self.lock:
                self.jobs = {job["job_id"]: job for job in answer.json()}
                self.last_id = answer.headers["Vestim-Event-Id"]

    def _apply(self, event):
        with self.lock:
            if event.name == "hello":
                return
            if event.name == "reset":
                self.last_id = None
                raise Closed("the list is fetched again")
            self._check_order(event)
            if event.name == "job":
                self.jobs[event.data["job_id"]] = event.data
            elif event.name == "deleted":
                self.jobs.pop(event.data["job_id"], None)
            elif event.name == "queue":
                pass  # only `waiting` of queued jobs may differ
            elif event.data.get("all"):
                self.jobs.clear()
            else:
                for job_id in event.data["job_ids"]:
                    self.jobs.pop(job_id, None)
            self.last_id = event.id

    def _check_order(self, event):
        epoch, number = event.id.split(":")
        last_epoch, last_number = self.last_id.split(":")
        if epoch != last_epoch or int(number) <= int(last_number):
            self.faults.append(f"event {event.id} came after {self.last_id}")

    def catch_up(self, event_id, listed, found):
        """Waits until it has seen that event, and reports each job that differs from the list of that moment."""
        try:
            until(lambda: self.last_id == event_id, lambda: f"event {event_id} arrives, the last one is {self.last_id}", 30)
        except Failure as failure:
            found("the event stream has a gap", failure)
        with self.lock:
            jobs = dict(self.jobs)
        for job_id in set(jobs) | set(listed):
            if jobs.get(job_id) != listed.get(job_id):
                found("the event stream differs from the list", f"events: {jobs.get(job_id)}\nlist: {listed.get(job_id)}")
        for fault in self.faults:
            found("events are not in their order", fault)
