# SPDX-License-Identifier: MIT
"""Every source file has its licence, compiles alone, is formatted and has no leftovers."""

import re
import shutil
import subprocess

from sources import files, lines, name, with_suffix
from support import expect, skip, test
from support.builds import SOURCE


@test("each source starts with its SPDX line")
def _(t):
    missing = []
    for path in with_suffix(".c", ".h", ".inc", ".py", ".sh", ".build"):
        first = lines(path)[:2]
        text = first[1] if first and first[0].startswith("#!") and len(first) > 1 else (first or [""])[0]
        if "SPDX-License-Identifier: MIT" not in text:
            missing.append(name(path))
    expect(missing, [])


def flags():
    found = subprocess.run(["pkg-config", "--cflags", "glib-2.0", "libuv", "sqlite3"], capture_output=True, text=True)
    if found.returncode != 0:
        skip("pkg-config does not know the libraries")
    clients = subprocess.run(["pkg-config", "--cflags", "json-glib-1.0", "libsoup-3.0"], capture_output=True, text=True)
    options = (found.stdout + clients.stdout).split() + ["-std=gnu17", "-D_GNU_SOURCE", f"-I{SOURCE}"]
    return options, () if clients.returncode == 0 else ("common/client/", "common/access/", "daemon/vestim/")


@test("only tests need Python")
def _(t):
    expect([name(path) for path in with_suffix(".py") if not name(path).startswith("tests/")], [])


@test("each header compiles alone")
def _(t):
    wrong = []
    options, unbuilt = flags()
    for path in with_suffix(".h"):
        if name(path).startswith(("tests/", "gui/", *unbuilt)):
            continue
        probe = t.write(f"probe/{name(path).replace('/', '-')}.c", f'#include "{path}"\n')
        done = subprocess.run(["cc", "-fsyntax-only", *options, f"-I{path.parent}", str(probe)], capture_output=True, text=True)
        if done.returncode != 0:
            wrong.append(f"{name(path)}: {done.stderr.splitlines()[:2]}")
    expect(wrong, [])


@test("shell scripts pass the shell's own check, and shellcheck where it is installed")
def _(t):
    wrong = []
    for path in files():
        first = (path.read_bytes()[:64].splitlines() or [b""])[0]
        if path.suffix != ".sh" and not re.match(rb"#!.*\b(sh|bash)\b", first):
            continue
        shell = "bash" if b"bash" in first else "sh"
        checks = [[shell, "-n", str(path)]]
        if shutil.which("shellcheck"):
            checks.append(["shellcheck", "-S", "error", "-e", "SC3044", str(path)])
        for check in checks:
            done = subprocess.run(check, capture_output=True, text=True)
            if done.returncode != 0:
                wrong.append(f"{name(path)}: {(done.stdout + done.stderr)[:400]}")
    expect(wrong, [])


@test("man pages have no warning")
def _(t):
    if not shutil.which("man"):
        skip("man-db is not installed")
    wrong = []
    for path in files():
        if re.fullmatch(r"\.[1-8]", path.suffix):
            command = ["man", "--warnings", "-E", "UTF-8", "-Tutf8", "-Z", "-l", str(path)]
            done = subprocess.run(command, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin", "MANWIDTH": "80", "LC_ALL": "C.UTF-8"})
            if done.returncode != 0 or done.stderr.strip():
                wrong.append(f"{name(path)}: {done.stderr.strip()[:300]}")
    expect(wrong, [])


# A quote within a word, or behind one that is closed, is swallowed, or begins another font.
@test("quotes that a man page shows are written as \\(dq")
def _(t):
    arguments = re.compile(r'\.[A-Z]+( +("([^"]|"")*"|[^" ][^" ]*))* *')
    wrong = []
    for path in files():
        if re.fullmatch(r"\.[1-8]", path.suffix):
            for number, line in enumerate(lines(path), 1):
                if re.match(r"\.(B|I|R|SM|SB|BI|BR|IB|IR|RB|RI|SH|SS|TH|SY|OP) ", line) and not arguments.fullmatch(line):
                    wrong.append(f"{name(path)}:{number}: {line}")
    expect(wrong, [])


@test("the dashboard's man page has every key of its window of keys")
def _(t):
    words = {"<Control>": "Ctrl+", "<Shift>": "Shift+", "<Alt>": "Alt+", "period": ".", "question": "?", "_": " "}
    page = (SOURCE / "docs" / "vestim-dashboard.1").read_text()
    told = [key.lower() for line in re.findall(r"^(.+)\t", page, re.MULTILINE) for key in re.split(r", (?:or )?", line)]
    shown = re.findall(r'name="accelerator">([^<]+)<', (SOURCE / "gui/view/window/shortcuts.ui").read_text())
    missing = []
    for key in " ".join(shown).replace("&lt;", "<").replace("&gt;", ">").split():
        for word, text in words.items():
            key = key.replace(word, text)
        if key.lower() not in told:
            missing.append(key)
    expect(len(shown) > 10, True, "keys were found")
    expect(missing, [])


@test("nothing is marked to be done later, and no path of one machine is in the code")
def _(t):
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    machine = re.compile(r"/(tmp|work|farm|root|home)/[a-z.]")
    wrong = []
    for path in with_suffix(".c", ".h", ".inc", ".sh", ".build", ".md", ".in"):
        checked_by_path = not name(path).startswith(("tests/", "docs/"))
        for number, line in enumerate(lines(path), 1):
            if marks.search(line) or (checked_by_path and machine.search(line)):
                wrong.append(f"{name(path)}:{number}: {line.strip()[:100]}")
    expect(wrong, [])


def anchors(path):
    """What a link to a heading of the page names, as GitHub makes it."""
    text = re.sub(r"^```.*?^```", "", path.read_text(), flags=re.MULTILINE | re.DOTALL)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}


@test("the links of README.md and docs/ lead to files and headings that are there")
def _(t):
    broken = []
    for path in with_suffix(".md"):
        for target, heading in re.findall(r"\]\(([^)#\s]*)(?:#([^)\s]+))?\)", path.read_text()):
            if "://" in target:
                continue
            page = path.parent / target if target else path
            if not page.exists() or heading and heading not in anchors(page):
                broken.append(f"{name(path)}: {target}#{heading}")
    expect(broken, [])


# A dependency that one of the lists lacks fails for the next user, who has none of ours installed.
@test("quickstart, README.md, the Debian packages, the container and the tests list the same packages")
def _(t):
    quickstart = (SOURCE / "data" / "quickstart.sh").read_text()
    needed, more = (set(" ".join(re.findall(rf'^{name}="([^"]*)"', quickstart, re.MULTILINE)).split()) for name in ("packages", "dashboard_packages"))
    builds = {word for word in needed | more if re.match(r"lib.*-dev|.*-compiler", word)}
    expect(len(builds) > 8, True, "packages were found")
    lists = {
        "data/debian/control": builds,
        "README.md": builds,
        "tests/support/stages.sh": builds,
        "docs/containers.md": builds & needed,
    }
    missing = [f"{path}: {word}" for path, words in lists.items() for word in words if word not in (SOURCE / path).read_text()]
    expect(sorted(missing), [])


# meson.build has the version; the manual pages get it when they are built. The two histories must name it as the
# newest release.
@test("the newest release of the changelog and of the metainfo is the version of meson.build, on the same day")
def _(t):
    version = re.search(r"^  version: '([^']+)'", (SOURCE / "meson.build").read_text(), re.MULTILINE).group(1)
    changelog = re.search(r"^## \[(\d[^]]*)\] - (\S+)$", (SOURCE / "docs/CHANGELOG.md").read_text(), re.MULTILINE)
    metainfo = (SOURCE / "data/dashboard/org.vestim.Dashboard.metainfo.xml").read_text()
    release = re.search(r'<release version="([^"]+)" date="([^"]+)"', metainfo)
    expect(changelog.group(1), version, "docs/CHANGELOG.md")
    expect(release.groups(), changelog.groups(), "the metainfo")
    number = re.compile(r"(?<![\d.])" + re.escape(version) + r"(?![\d.])")
    typed = [name(path) for path in files() if re.fullmatch(r"\.(md|[1-8]|in|sh)", path.suffix) and number.search(path.read_text())]
    expect(typed, ["docs/CHANGELOG.md"], "files with the version")


# A test file that no list names never runs.
@test("meson runs each file of tests that is in the tree")
def _(t):
    missing = []
    for folder, pattern, word in (("e2e", "test_*.py", "'{}'"), ("unit", "test-*.c", "{}'"), ("gui", "test[-_]*", "{}")):
        base = SOURCE / "tests" / folder
        listed = "\n".join(path.read_text() for path in base.rglob("meson.build"))
        tests = [path for path in base.rglob(pattern) if path.suffix in (".c", ".py")]
        expect(len(tests) > 3, True, f"tests in {folder}")
        missing += [name(p) for p in tests if word.format(re.sub(r"^test[-_]", "", p.stem)) not in listed]
    expect(missing, [])
