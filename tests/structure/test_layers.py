# SPDX-License-Identifier: MIT
"""Dependencies point one way: a lower layer that includes a higher one can no longer be read, tested
or replaced alone."""

import re

from sources import name, with_suffix
from support import expect, test
from support.builds import SOURCE

# What each part may include, besides the system's headers.
COMMON = {"common"}
ALLOWED = {
    "common": COMMON,
    "daemon/sys": {"daemon/sys"},
    "daemon/http": {"daemon/http", "daemon/sys", "common/vestim-fields.h", "common/vestim-json.h"},
    "daemon/registry": {"daemon/registry", "daemon/sys"} | COMMON,
    "daemon/jobs": {"daemon/jobs", "daemon/registry", "daemon/sys"} | COMMON,
    "daemon/api": {"daemon/api", "daemon/http", "daemon/jobs", "daemon/registry", "daemon/sys"} | COMMON,
    "daemon/run": {"daemon/run"},
    "daemon/estimator": {"daemon/estimator"} | COMMON,
    "daemon": {"daemon", "daemon/api", "daemon/http", "daemon/jobs", "daemon/registry", "daemon/sys"} | COMMON,
    "gui/base": {"gui/base"} | COMMON,
    "gui/system": {"gui/system", "gui/base"} | COMMON,
    "gui/net": {"gui/net", "gui/base"} | COMMON,
    "gui/model": {"gui/model", "gui/net", "gui/system", "gui/base"} | COMMON,
    "gui/view": {"gui/view", "gui/model", "gui/system", "gui/base"} | COMMON,
    "gui": {"gui", "gui/view"} | COMMON,
}

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')
SYSTEM = re.compile(r"^\s*#\s*include\s+<([^>]+)>")


def includes(path, pattern):
    return [m.group(1) for m in map(pattern.match, path.read_text().splitlines()) if m]


def part_of(folder):
    return folder if folder in ALLOWED else folder.split("/")[0]


def resolve(path, include):
    """The included file's name in the tree: beside the file, under daemon/, gui/ or the top."""
    for base in (path.parent, SOURCE, SOURCE / "daemon", SOURCE / "gui"):
        if (base / include).is_file():
            return name((base / include).resolve())
    return None


def sources():
    return [path for path in with_suffix(".c", ".h", ".inc") if not name(path).startswith("tests/")]


@test("no include points upwards")
def _(t):
    wrong = []
    for path in sources():
        part = part_of(name(path.parent))
        for include in includes(path, INCLUDE):
            target = resolve(path, include)
            if target is None:
                continue  # Made by the build.
            folder = part_of(target.rpartition("/")[0])
            if folder not in ALLOWED[part] and target not in ALLOWED[part]:
                wrong.append(f"{name(path)} includes {target}")
    expect(wrong, [], "upward includes")


@test("headers of the project are included by their path, not by a bare name or a way up")
def _(t):
    wrong = [f"{name(p)}: {i}" for p in sources() for i in includes(p, INCLUDE) if i.startswith(".") or "/../" in i]
    expect(wrong, [])


# A library that is met everywhere can never be replaced.
@test("each foreign library is met where it belongs and nowhere else")
def _(t):
    borders = {
        "sqlite3.h": ("daemon/registry/",),
        "llhttp.h": ("daemon/http/",),
        "json-glib/": (),
        "gtk/": ("gui/view/",),
        "adwaita.h": ("gui/view/",),
        "libsoup/": ("gui/net/",),
        "libsecret/": ("gui/system/",),
        "gio/": ("gui/",),
        "glib-object.h": ("gui/",),
    }
    wrong = []
    for path in sources():
        for include in includes(path, SYSTEM):
            for header, places in borders.items():
                if include.startswith(header) and not name(path).startswith(places or "-"):
                    wrong.append(f"{name(path)} includes <{include}>")
    expect(wrong, [])


@test("the shim is plain POSIX: no GLib, no libuv")
def _(t):
    wrong = [f"{name(p)}: {i}" for p in sources() for i in includes(p, SYSTEM) if "daemon/run/" in name(p) and re.match(r"glib|uv\.h|gio", i)]
    expect(wrong, [])


@test("the daemon has one loop, libuv's: nothing of GLib's main loop, objects, tasks or spawning")
def _(t):
    banned = re.compile(r"\b(g_main_\w+|GMainContext|g_source_\w+|GObject|g_object_\w+|GTask|g_spawn_\w+|g_warning|g_message|g_critical|g_timeout_add\w*|g_idle_add\w*|g_thread_\w+)\b")
    wrong = []
    for path in sources():
        if not name(path).startswith("daemon/"):
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if banned.search(line):
                wrong.append(f"{name(path)}:{number}: {line.strip()}")
    expect(wrong, [])
