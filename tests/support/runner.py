# SPDX-License-Identifier: MIT
"""A small runner: tests are functions named by a sentence, run on some threads, reported as TAP."""

import argparse
import os
import queue
import sys
import threading
import time
import traceback

from support.scenario import Scenario

_tests = []


class Skip(Exception):
    """The test cannot run here; the text says why."""


def skip(reason):
    raise Skip(reason)


def test(sentence, long=False, root=False, alone=False):
    """Registers a test. `long`: only with VESTIM_TEST_LONG; `root`: only as root; `alone`: with no
    other test of its file beside it."""

    def register(function):
        _tests.append((sentence, function, long, root, alone))
        return function

    return register


def _reason_to_skip(long, root):
    if long and not os.environ.get("VESTIM_TEST_LONG"):
        return "long: run with VESTIM_TEST_LONG=1"
    if root and os.geteuid() != 0:
        return "needs root"
    return None


def _run(function):
    """(error or None, reason to skip or None)"""
    scenario = Scenario()
    try:
        function(scenario)
        scenario.close()
        return None, None
    except Skip as reason:
        scenario.abandon()
        return None, str(reason)
    except BaseException:  # also KeyboardInterrupt: the daemons must go
        error = traceback.format_exc() + scenario.describe()
        scenario.abandon()
        return error, None


class _Report:
    def __init__(self, count):
        self.lock = threading.Lock()
        self.number = 0
        self.failed = 0
        print(f"1..{count}", flush=True)

    def add(self, sentence, error, skipped, seconds):
        with self.lock:
            self.number += 1
            self.failed += error is not None
            word = "not ok" if error else "ok"
            note = f" # SKIP {skipped}" if skipped else ""
            name = sentence.replace("#", "no.")
            print(f"{word} {self.number} - {name}{note}")
            print(f"# {seconds:.2f} s")
            for line in (error or "").splitlines():
                print(f"# {line}")
            sys.stdout.flush()


def _work(pending, report):
    while True:
        try:
            sentence, function, long, root, _ = pending.get_nowait()
        except queue.Empty:
            return
        began = time.monotonic()
        skipped = _reason_to_skip(long, root)
        error = None
        if not skipped:
            error, skipped = _run(function)
        report.add(sentence, error, skipped, time.monotonic() - began)


def _in_threads(tests, threads, report):
    pending = queue.Queue()
    for entry in tests:
        pending.put(entry)
    workers = [threading.Thread(target=_work, args=(pending, report)) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def parse_options(all_files):
    parser = argparse.ArgumentParser()
    parser.add_argument("-k", metavar="WORDS", default="", help="only tests with these words")
    parser.add_argument("-j", metavar="N", type=int, default=int(os.environ.get("VESTIM_TEST_THREADS", "4")))
    parser.add_argument("files", metavar="FILE", nargs="*", default=all_files)
    return parser.parse_args()


def run(options):
    """Runs what was registered; the exit code."""
    chosen = [entry for entry in _tests if options.k in entry[0]]
    report = _Report(len(chosen))
    _in_threads([entry for entry in chosen if not entry[4]], options.j, report)
    _in_threads([entry for entry in chosen if entry[4]], 1, report)
    return 1 if report.failed else 0
