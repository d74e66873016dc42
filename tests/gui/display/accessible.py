# SPDX-License-Identifier: MIT
"""The widgets of a program as assistive technology sees them, read many at a time.

The AT-SPI bindings read one property of one widget at a time, which makes thousands of calls for one window. Here the
calls for the children do not wait for each other, and one call returns all other properties of all widgets."""
import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402

ROOT = "/org/a11y/atspi/accessible/root"
ACCESSIBLE = "org.a11y.atspi.Accessible"
COMPONENT = "org.a11y.atspi.Component"
TEXT = "org.a11y.atspi.Text"

# Timeout of a call in milliseconds: an app on a busy machine may be slow.
PATIENCE = 30000


class Node:
    def __init__(self, tree, item):
        (_owner, self.path), _app, _parent, _index, self.count = item[:5]
        self.interfaces, self.name, role, self.description, self.states = item[5:]
        self.tree = tree
        self.role = Atspi.role_get_name(Atspi.Role(role))
        self.children = []

    def walk(self, rows=True):
        """This widget and all below it, without tooltips, which repeat other labels. Without `rows` it leaves out
        the rows of the list of jobs."""
        if self.role == "tool tip":
            return
        yield self
        if rows or self.role != "tree table" or self.name != "Jobs":
            for child in self.children:
                yield from child.walk(rows)

    def has(self, state):
        return bool(self.states[int(state) // 32] >> int(state) % 32 & 1)

    def is_sensitive(self):
        return self.has(Atspi.StateType.SENSITIVE)

    def has_focus(self):
        return self.has(Atspi.StateType.FOCUSED)

    def extents(self):
        """x, y, width and height within the window."""
        if COMPONENT not in self.interfaces:
            return 0, 0, 0, 0
        return self.tree.ask(self.path, COMPONENT, "GetExtents", GLib.Variant("(u)", (1,)))[0]

    def has_size(self):
        """Whether it was ever visible: a widget has no size before that, and keeps its size when it is hidden."""
        _x, _y, width, height = self.extents()
        return width > 0 and height > 0

    def press(self):
        self.tree.ask(self.path, "org.a11y.atspi.Action", "DoAction", GLib.Variant("(i)", (0,)))

    def can_be_typed_in(self):
        return "org.a11y.atspi.EditableText" in self.interfaces

    def text(self):
        """What an entry shows."""
        count = self.tree.ask(self.path, "org.freedesktop.DBus.Properties", "Get", GLib.Variant("(ss)", (TEXT, "CharacterCount")))[0]
        return self.tree.ask(self.path, TEXT, "GetText", GLib.Variant("(ii)", (0, count)))[0]

    def type(self, text):
        self.tree.ask(self.path, "org.a11y.atspi.EditableText", "SetTextContents", GLib.Variant("(s)", (text,)))


class Tree:
    """The widgets of one process; ValueError while it is not on the accessibility bus."""

    def __init__(self, pid):
        session = Gio.bus_get_sync(Gio.BusType.SESSION)
        address = session.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None, None, 0,
                                    PATIENCE)
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        self.bus = Gio.DBusConnection.new_for_address_sync(address[0], flags, None, None)
        self.owner = "org.a11y.atspi.Registry"
        self.owner = self.find(pid)

    def find(self, pid):
        for owner, _path in self.ask(ROOT, ACCESSIBLE, "GetChildren")[0]:
            who = self.bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                     "GetConnectionUnixProcessID", GLib.Variant("(s)", (owner,)), None, 0, PATIENCE)
            if who[0] == pid:
                return owner
        raise ValueError("the program is not on the accessibility bus yet")

    def ask(self, path, interface, method, arguments=None):
        return self.bus.call_sync(self.owner, path, interface, method, arguments, None, 0, PATIENCE)

    def read(self):
        """All widgets that the program has announced so far, including hidden ones: path → Node."""
        items = self.ask("/org/a11y/atspi/cache", "org.a11y.atspi.Cache", "GetItems")[0]
        return {node.path: node for node in (Node(self, item) for item in items)}

    def find_children(self, known):
        """path → the paths of the children, from the root on. Skips widgets that have no children."""
        found = {}
        waiting = 0

        def answered(bus, result, path):
            nonlocal waiting
            waiting -= 1
            try:
                found[path] = [child for _owner, child in bus.call_finish(result)[0]]
            except GLib.Error:  # it went away
                return
            for child in found[path]:
                if child not in found and (child not in known or known[child].count > 0):
                    ask(child)

        def ask(path):
            nonlocal waiting
            waiting += 1
            self.bus.call(self.owner, path, ACCESSIBLE, "GetChildren", None, None, 0, PATIENCE, None, answered, path)

        ask(ROOT)
        while waiting > 0:
            GLib.MainContext.default().iteration(True)
        return found

    def look(self):
        """The root of the current widgets."""
        nodes = self.read()
        found = self.find_children(nodes)
        if any(child not in nodes for children in found.values() for child in children):
            nodes = self.read()
        for path, children in found.items():
            if path in nodes:
                nodes[path].children = [nodes[child] for child in children if child in nodes]
        return nodes[ROOT]
