# SPDX-License-Identifier: MIT
"""What an attack is given: random numbers, a budget of steps, daemons, and a place for its findings."""

import importlib
import random
import threading
import time
import traceback

from support.expect import Failure
from support.runner import Skip
from support.scenario import Scenario

ENOUGH = 20  # findings, after which an attack ends


class Enough(Exception):
    """The attack found so much that it may end."""


class AttackRun:
    """`random` is seeded, `t` is the scenario: its folder is `t.dir`, its daemons come from `t.daemon()`."""

    def __init__(self, name, options):
        self.name = name
        self.options = options
        self.module = importlib.import_module(name)
        self.random = random.Random(f"{name} {options.seed}")
        self.deadline = time.monotonic() + options.seconds if options.seconds else None
        self.findings = []
        self.tried = 0
        self.lock = threading.Lock()
        self.t = None

    # For the attacks, from any thread.

    def steps(self, count):
        """Numbers from 0: as many as `count`, or with --seconds until the time is over."""
        number = 0
        while time.monotonic() < self.deadline if self.deadline else number < count:
            yield number
            number += 1

    def shuffled(self, cases, count):
        """Cases of a list in random order: `count` of them, or all again and again with --seconds."""
        order = []
        for _ in self.steps(count):
            if not order:
                order = self.random.sample(cases, len(cases))
            yield order.pop()

    def count(self, number=1):
        """Adds to the number of things that were tried."""
        with self.lock:
            self.tried += number

    def found(self, sentence, details=""):
        """Something that must not happen."""
        with self.lock:
            self.findings.append(sentence)
            print(f"# FOUND: {sentence}", *(f"#   {line}" for line in str(details).splitlines()), sep="\n", flush=True)
            if len(self.findings) >= ENOUGH:
                raise Enough

    # For the command.

    def judge(self, number):
        """Runs the attack, reports it as case `number`, and returns whether it found nothing."""
        began = time.monotonic()
        skipped = self._attack()
        found = len(self.findings)
        what = f"{found} found" if found else "nothing found"
        print(f"{'not ok' if found else 'ok'} {number} - {self.name}: {self.tried} tried, {what}" + skipped)
        print(f"# {time.monotonic() - began:.1f} s", flush=True)
        for finding in self.findings:
            print(f"# {finding}")
        if found:
            budget = f" --seconds {self.options.seconds:g}" if self.options.seconds else ""
            print(f"# repeat: /usr/bin/python3 tests/attack {self.options.build} {self.name} --seed {self.options.seed}{budget}")
        return not found

    def _attack(self):
        """Returns what TAP says of a skipped case, or nothing."""
        self.t = Scenario()
        try:
            self.module.attack(self)
            if not self.findings:
                self.t.close()
        except Enough:
            pass
        except Skip as reason:
            self.t.abandon()
            return f" # SKIP {reason}"
        except Failure as failure:
            self._add_last(str(failure).split("\n")[0], traceback.format_exc())
        except BaseException as error:  # also KeyboardInterrupt: the daemons must go
            self._add_last(f"the attack failed: {error!r}", traceback.format_exc())
        if self.findings:
            self._end_badly()
        return ""

    def _add_last(self, sentence, details):
        try:
            self.found(sentence, details)
        except Enough:
            pass

    def _end_badly(self):
        print("\n".join("# " + line for line in self.t.describe().splitlines()))
        if self.options.keep:
            print(f"# kept: {self.t.dir}")
        self.t.abandon(keep=self.options.keep)
