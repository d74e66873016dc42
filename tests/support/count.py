# SPDX-License-Identifier: MIT
"""count.py [--failures] TESTLOG: the numbers of cases in meson's testlog.json, "passed failed skipped", or the
failed cases with their output. count.py --tap LOG CODE: the numbers of one program that ended with CODE."""

import json
import re
import sys

CASE = re.compile(r"^(not )?ok\b *\d* *-? *(.*)$")


class Test:
    """One test program of meson, with the cases that it reported as TAP."""

    def __init__(self, entry):
        self.name = entry["name"]
        self.result = entry["result"]
        self.passed, self.skipped, self.failures = 0, 0, []
        self.errors = entry.get("stderr", "")
        self.lines = entry.get("stdout", "").splitlines()
        for number, line in enumerate(self.lines):
            if match := CASE.match(line):
                self._add(bool(match.group(1)), match.group(2), number)
        self._judge()

    def _add(self, failed, text, number):
        if "# SKIP" in text.upper():
            self.skipped += 1
        elif failed and "# TODO" not in text.upper():
            self.failures.append((text, self._behind(number)))
        else:
            self.passed += 1

    def _behind(self, number):
        """The comment lines that follow a case."""
        said = []
        for line in self.lines[number + 1 :]:
            if not line.startswith("#"):
                break
            said.append(line)
        return said[-60:]

    def _judge(self):
        """A program that crashed or hung is a failed case; one without TAP is one case."""
        good = self.result in ("OK", "SKIP", "EXPECTEDFAIL")
        if not good and not self.failures:
            self.failures.append((f"the program: {self.result}", self.lines[-20:] + self.errors.splitlines()[-30:]))
        if good and not self.passed and not self.skipped:
            self.passed, self.skipped = (0, 1) if self.result == "SKIP" else (1, 0)


def read_log(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def of_program(path, code):
    """What meson would log of a program."""
    return Test({"name": path, "result": "OK" if code == "0" else "FAIL", "stdout": read_log(path)})


def main():
    if sys.argv[1] == "--tap":
        tests = [of_program(*sys.argv[2:])]
    else:
        tests = [Test(json.loads(line)) for line in read_log(sys.argv[-1]).split("\n") if line.strip()]
    if "--failures" not in sys.argv:
        failed = sum(len(test.failures) for test in tests)
        print(sum(test.passed for test in tests), failed, sum(test.skipped for test in tests))
        return
    for test in tests:
        for text, said in test.failures:
            print(f"FAILED {test.name}: {text}", *(f"    {line}" for line in said), sep="\n")


main()
