# SPDX-License-Identifier: MIT
"""python3 tests/coverage BUILD: what the tests have run of a build with -Db_coverage=true.

Prints the covered lines and branches of each folder. Then compares the code of some folders with
unreached.txt: code that no test has reached must be named there with its reason, and what is named must be
unreached. The exit status says whether that is so."""

import collections
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[1]
NAMES = HERE / "unreached.txt"
WATCHED = ("daemon/attempt", "daemon/vestimd/http", "daemon/vestimd/jobs")  # jobs includes the registry
FOLDERS = ("common", "daemon", "gui")
SOMETIMES = "sometimes: "  # a reason that begins so is for code that only some runs reach


class Line:
    def __init__(self):
        self.count = 0
        self.branches = {}  # number: taken?
        self.function = ""


class File:
    """A source file with its lines, in the sum of all objects that contain it."""

    def __init__(self, path):
        self.path = path
        self.lines = collections.defaultdict(Line)
        self.text = (SOURCE / path).read_text().splitlines()

    def add(self, report):
        names = {f["name"]: f["demangled_name"] for f in report["functions"]}
        for one in report["lines"]:
            line = self.lines[one["line_number"]]
            line.count += one["count"]
            line.function = names.get(one.get("function_name"), line.function)
            for number, branch in enumerate(one["branches"]):
                line.branches[number] = line.branches.get(number, False) or branch["count"] > 0

    def gaps(self):
        """The pieces of code that never ran: (function, text of the first line, first, last)."""
        gap = None
        for number in sorted(self.lines):
            line = self.lines[number]
            if gap and (line.count > 0 or line.function != gap[0]):
                yield tuple(gap)
                gap = None
            if line.count == 0:
                gap = gap or [line.function, self.text[number - 1].strip(), number, number]
                gap[3] = number
        if gap:
            yield tuple(gap)


def run_gcov(data):
    """The reports of one object."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["gcov", "--json-format", "--stdout", "--branch-probabilities", data]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    reports = []
    for text in done.stdout.splitlines():
        if text.startswith("{"):
            report = json.loads(text)
            reports += [(report["current_working_directory"], one) for one in report["files"]]
    return reports


def name_of(folder, path):
    """The path in the source tree, or None for what is not of ours."""
    whole = pathlib.Path(os.path.normpath(os.path.join(folder, path)))
    if not whole.is_relative_to(SOURCE):
        return None
    name = str(whole.relative_to(SOURCE))
    return name if name.startswith(tuple(f"{folder}/" for folder in FOLDERS)) and (SOURCE / name).is_file() else None


def read_build(build):
    files = {}
    notes = sorted(build.rglob("*.gcno"))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for reports in pool.map(run_gcov, notes):
            for folder, report in reports:
                name = name_of(folder, report["file"])
                if name:
                    files.setdefault(name, File(name)).add(report)
    return files


def percent(part, whole):
    return f"{100 * part / whole:6.1f} %" if whole else "       -"


def print_folders(files):
    sums = collections.defaultdict(lambda: [0, 0, 0, 0])
    for name, file in files.items():
        for folder in (str(pathlib.Path(name).parent), "all"):
            for line in file.lines.values():
                taken = list(line.branches.values())
                for place, more in enumerate((line.count > 0, 1, sum(taken), len(taken))):
                    sums[folder][place] += more
    print(f"{'folder':40} {'lines':>8} {'covered':>8} {'branches':>9} {'taken':>8}")
    for folder in sorted(sums, key=lambda name: (name == "all", name)):
        reached, lines, taken, branches = sums[folder]
        print(f"{folder:40} {lines:8} {percent(reached, lines)} {branches:9} {percent(taken, branches)}")


def read_names():
    """{(file, function, code): reason} of unreached.txt. A file and a function of "*" stand for all."""
    names = {}
    for number, text in enumerate(NAMES.read_text().splitlines(), 1):
        if not text.strip() or text.startswith("#"):
            continue
        parts = [part.strip() for part in text.split(" | ")]
        if len(parts) != 3 or len(parts[0].split()) != 2 or not parts[2]:
            raise SystemExit(f"{NAMES}:{number}: must be `FILE FUNCTION | CODE | REASON`")
        names[(*parts[0].split(), parts[1])] = parts[2]
    return names


def compare(files):
    """Prints the gaps without a reason and the reasons without a gap, and returns whether there are none."""
    names = read_names()
    unnamed, found, number = [], set(), 0
    for name in sorted(files):
        if not name.startswith(tuple(f"{folder}/" for folder in WATCHED)):
            continue
        for function, code, first, last in files[name].gaps():
            keys = {(name, function, code), ("*", "*", code)}
            found |= keys
            number += 1
            if not keys & set(names):
                where = str(first) if first == last else f"{first}-{last}"
                unnamed.append(f"{where}: {name} {function} | {code} | ")
    stale = [key for key, reason in names.items() if key not in found and not reason.startswith(SOMETIMES)]
    for text in unnamed:
        print(f"not reached by a test, and not named: {text}")
    for key in stale:
        print(f"named, but reached or gone: {key[0]} {key[1]} | {key[2]}")
    print(f"{number} pieces of code are unreached, {len(unnamed)} of them without a reason; {len(stale)} reasons are for nothing")
    return not unnamed and not stale


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    build = pathlib.Path(sys.argv[1]).resolve()
    files = read_build(build)
    if not any(build.rglob("*.gcda")):
        raise SystemExit(f"{build} has no data: build it with -Db_coverage=true and run its tests")
    print_folders(files)
    raise SystemExit(0 if compare(files) else 1)


main()
