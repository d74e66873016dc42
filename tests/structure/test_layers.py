# SPDX-License-Identifier: MIT
"""Dependencies point one way: a lower layer that includes a higher one can no longer be read, tested
or replaced alone."""

import re

from sources import name, with_suffix
from support import expect, test
from support.builds import SOURCE

# What each folder may include of the project, besides itself. A folder that is not listed belongs
# to the next one above it that is.
COMMON = {"common", "common/json", "common/job", "common/estimation"}
SHARED_RESULTS = "common/results"
CLIENT, ACCESS = "common/client", "common/access"
VESTIMD, VESTIM = "daemon/vestimd", "daemon/vestim"
METRICS, SYS, HTTP, API = (f"{VESTIMD}/{folder}" for folder in ("metrics", "sys", "http", "api"))
DOCTOR, HOOKS, RETENTION = f"{VESTIMD}/doctor", f"{VESTIMD}/hooks", f"{VESTIMD}/retention"
JOBS, EXECUTOR, FOLDERS, REGISTRY = f"{VESTIMD}/jobs", *(f"{VESTIMD}/jobs/{folder}" for folder in ("executor", "folders", "registry"))
QUEUE = f"{JOBS}/queue"
POSIX, ATTEMPT = "daemon/posix", "daemon/attempt"
ESTIMATE = "daemon/vestim-estimate"
BASE, DATA, KERNEL, NETWORK = (f"{ESTIMATE}/{folder}" for folder in ("base", "data", "kernel", "network"))
TRAINING, RESULTS, TASKS = (f"{ESTIMATE}/{folder}" for folder in ("training", "results", "tasks"))
EXPORT, PAGE, COMMANDS = (f"{ESTIMATE}/{folder}" for folder in ("export", "page", "commands"))
VIEW_PARTS = {f"gui/view/{folder}" for folder in ("chart", "widgets")}
ALLOWED = {
    "common": set(),
    "common/json": {"common"},
    "common/job": {"common", "common/json"},
    "common/estimation": {"common", "common/json", "common/job"},
    CLIENT: {"common", "common/json", "common/job"},
    SHARED_RESULTS: {CLIENT, "common", "common/json", "common/job"},
    ACCESS: {CLIENT, "common", "common/json", "common/job"},
    POSIX: set(),
    ATTEMPT: {POSIX},
    METRICS: {"common", "common/json"},
    SYS: {POSIX},
    HTTP: {METRICS, SYS, "common", "common/json"},
    FOLDERS: {SYS, POSIX} | COMMON,
    REGISTRY: {FOLDERS, METRICS, SYS, POSIX} | COMMON,
    EXECUTOR: {ATTEMPT, SYS, POSIX} | COMMON,
    QUEUE: set(),
    JOBS: {ATTEMPT, EXECUTOR, QUEUE, REGISTRY, METRICS, SYS, POSIX} | COMMON,
    API: {ATTEMPT, HTTP, JOBS, QUEUE, EXECUTOR, REGISTRY, METRICS, SYS, POSIX} | COMMON,
    HOOKS: {METRICS, REGISTRY, SYS, POSIX} | COMMON,
    RETENTION: {JOBS, METRICS, QUEUE, REGISTRY, SYS, POSIX} | COMMON,
    DOCTOR: {HTTP, REGISTRY, SYS, POSIX} | COMMON,
    VESTIMD: {DOCTOR, HOOKS, RETENTION, ATTEMPT, API, HTTP, JOBS, QUEUE, EXECUTOR, REGISTRY, METRICS, SYS, POSIX} | COMMON,
    f"{VESTIM}/output": {CLIENT} | COMMON,
    f"{VESTIM}/views": {SHARED_RESULTS, f"{VESTIM}/output", CLIENT} | COMMON,
    VESTIM: {f"{VESTIM}/views", SHARED_RESULTS, f"{VESTIM}/output", ACCESS, CLIENT} | COMMON,
    "daemon/vestim-run": {ATTEMPT, POSIX},
    BASE: {POSIX} | COMMON,
    DATA: {BASE} | COMMON,
    KERNEL: {BASE} | COMMON,
    NETWORK: {KERNEL, BASE} | COMMON,
    TRAINING: {NETWORK, KERNEL, DATA, BASE} | COMMON,
    RESULTS: {TRAINING, NETWORK, DATA, BASE} | COMMON,
    TASKS: {ATTEMPT, POSIX, RESULTS, TRAINING, NETWORK, DATA, BASE} | COMMON,
    EXPORT: {RESULTS, TRAINING, NETWORK, DATA, BASE} | COMMON,
    PAGE: {RESULTS, DATA, BASE} | COMMON,
    COMMANDS: {ATTEMPT, TASKS, EXPORT, PAGE, RESULTS, TRAINING, NETWORK, DATA, BASE} | COMMON,
    ESTIMATE: {COMMANDS, BASE} | COMMON,
    "gui/base": {SHARED_RESULTS, CLIENT} | COMMON,
    "gui/system": {ACCESS, CLIENT, "gui/base"} | COMMON,
    "gui/net": {ACCESS, CLIENT, "gui/base"} | COMMON,
    "gui/model": {ACCESS, CLIENT, "gui/net", "gui/system", "gui/base"} | COMMON,
    "gui/view/widgets": {"gui/base"} | COMMON,
    "gui/view/chart": {SHARED_RESULTS, "gui/base"} | COMMON,
    "gui/view/job": {SHARED_RESULTS, CLIENT, "gui/model", "gui/system", "gui/base"} | VIEW_PARTS | COMMON,
    "gui/view/list": {SHARED_RESULTS, CLIENT, "gui/model", "gui/system", "gui/base"} | VIEW_PARTS | COMMON,
    "gui/view/new-job": {CLIENT, "gui/model", "gui/base"} | VIEW_PARTS | COMMON,
    "gui/view/window": {CLIENT, "gui/view/job", "gui/view/list", "gui/view/new-job", "gui/model", "gui/system", "gui/base"} | VIEW_PARTS | COMMON,
    "gui/view/application": {ACCESS, CLIENT, "gui/view/window", "gui/view/new-job", "gui/model", "gui/system", "gui/base"} | VIEW_PARTS | COMMON,
    "gui": {"gui/view/application"} | COMMON,
}

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')
SYSTEM = re.compile(r"^\s*#\s*include\s+<([^>]+)>")


def includes(path, pattern):
    return [m.group(1) for m in map(pattern.match, path.read_text().splitlines()) if m]


def part_of(folder):
    while folder and folder not in ALLOWED:
        folder = folder.rpartition("/")[0]
    return folder


def sources():
    return [path for path in with_suffix(".c", ".h", ".inc") if not name(path).startswith("tests/")]


@test("no include points upwards")
def _(t):
    wrong = []
    for path in sources():
        part = part_of(name(path.parent))
        for include in includes(path, INCLUDE):
            folder = part_of(include.rpartition("/")[0])
            if folder != part and folder not in ALLOWED[part]:
                wrong.append(f"{name(path)} includes {include}")
    expect(wrong, [], "upward includes")


@test("an include names the header's place in the tree")
def _(t):
    paths = with_suffix(".c", ".h", ".inc")
    wrong = [f"{name(p)}: {i}" for p in paths for i in includes(p, INCLUDE) if not (SOURCE / i).is_file() or "/../" in i]
    expect(wrong, [])


# A library that is used everywhere can never be replaced.
@test("each library is used where it belongs and nowhere else")
def _(t):
    borders = {
        "sqlite3.h": (f"{REGISTRY}/",),
        "json-glib/": (f"{CLIENT}/", f"{ACCESS}/", f"{VESTIM}/", "gui/base/", "gui/net/", "gui/model/", "gui/system/"),
        "gtk/": ("gui/view/",),
        "adwaita.h": ("gui/view/",),
        "libsoup/": (f"{ACCESS}/", "gui/net/"),
        "libsecret/": (f"{ACCESS}/",),
        "gio/": (f"{ACCESS}/", f"{VESTIM}/", "gui/"),
        "onnx.pb-c.h": (f"{EXPORT}/onnx-",),
        "matio.h": (f"{DATA}/table/mat-",),
        "glib-object.h": (f"{VESTIM}/", "gui/"),
    }
    wrong = []
    for path in sources():
        for include in includes(path, SYSTEM):
            for header, places in borders.items():
                if include.startswith(header) and not name(path).startswith(places or "-"):
                    wrong.append(f"{name(path)} includes <{include}>")
    expect(wrong, [])


@test("the shim and what it links are plain POSIX: no GLib, no libuv")
def _(t):
    plain = (f"{POSIX}/", f"{ATTEMPT}/", "daemon/vestim-run/")
    wrong = [f"{name(p)}: {i}" for p in sources() for i in includes(p, SYSTEM) if name(p).startswith(plain) and re.match(r"glib|uv\.h|gio", i)]
    expect(wrong, [])


@test("the daemon has one loop, libuv's: nothing of GLib's main loop, objects, tasks or spawning")
def _(t):
    banned = re.compile(r"\b(g_main_\w+|GMainContext|g_source_\w+|GObject|g_object_\w+|GTask|g_spawn_\w+|g_warning|g_message|g_critical|g_timeout_add\w*|g_idle_add\w*|g_thread_\w+)\b")
    wrong = []
    for path in sources():
        if not name(path).startswith("daemon/") or name(path).startswith(f"{VESTIM}/"):
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if banned.search(line):
                wrong.append(f"{name(path)}:{number}: {line.strip()}")
    expect(wrong, [])
