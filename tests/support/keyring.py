# SPDX-License-Identifier: MIT
"""A keyring, as desktops have it: the Secret Service on a message bus of the test's own."""

import json
import shutil
import subprocess
import sys

from support.expect import until
from support.runner import skip

SCHEMA = "org.vestim.Dashboard.Token"
CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


def start_bus(t):
    """The address of a bus on which no service can be started."""
    if not shutil.which("dbus-daemon"):
        skip("dbus-daemon is not installed")
    config = t.write("bus.conf", CONFIG.format(t.dir))
    command = ["dbus-daemon", "--nofork", "--print-address", f"--config-file={config}"]
    bus = t.process(*command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return bus.stdout.readline().strip()


class Keyring:
    """Has a token for each of these addresses. A locked one unlocks itself when it is asked to."""

    def __init__(self, t, tokens, locked=False):
        if subprocess.run([sys.executable, "-c", "import gi"], capture_output=True, check=False).returncode != 0:
            skip("python3-gi is not installed")
        self.environment = {"DBUS_SESSION_BUS_ADDRESS": start_bus(t)}
        self.calls_path = t.dir / "keyring-calls"
        self.calls_path.touch()
        words = [__file__, self.calls_path, json.dumps(tokens), json.dumps(locked)]
        t.process(sys.executable, *words, env=t.environment(PYTHONPATH=":".join(sys.path), **self.environment))
        until(lambda: self.calls()[:1] == ["ready"], "the keyring is ready")

    def calls(self):
        """The methods that were called so far."""
        return self.calls_path.read_text().split()


# --- the program that is the keyring ---

INTERFACE = """<node><interface name='org.freedesktop.Secret.Service'>
<method name='OpenSession'><arg type='s' direction='in'/><arg type='v' direction='in'/>
<arg type='v' direction='out'/><arg type='o' direction='out'/></method>
<method name='SearchItems'><arg type='a{ss}' direction='in'/>
<arg type='ao' direction='out'/><arg type='ao' direction='out'/></method>
<method name='Unlock'><arg type='ao' direction='in'/><arg type='ao' direction='out'/><arg type='o' direction='out'/></method>
<method name='GetSecrets'><arg type='ao' direction='in'/><arg type='o' direction='in'/>
<arg type='a{o(oayays)}' direction='out'/></method>
</interface></node>"""
ROOT = "/org/freedesktop/secrets"


class Service:
    def __init__(self, bus, calls_path, tokens, locked):
        from gi.repository import Gio, GLib

        self.gio, self.glib = Gio, GLib
        self.calls_path, self.tokens, self.locked = calls_path, tokens, locked
        info = Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0]
        bus.register_object(ROOT, info, self.called, None, None)

    def note(self, word):
        with open(self.calls_path, "a") as file:
            file.write(word + "\n")

    def called(self, bus, sender, path, interface, method, arguments, call):
        self.note(method)
        answer = getattr(self, method)(*arguments.unpack())
        if answer is None:
            call.return_dbus_error("org.freedesktop.DBus.Error.NotSupported", "only plain")
        else:
            call.return_value(self.glib.Variant(*answer))

    def OpenSession(self, algorithm, argument):
        # The protocol allows a keyring that encrypts nothing on the bus.
        return ("(vo)", (self.glib.Variant("s", ""), ROOT + "/session")) if algorithm == "plain" else None

    def SearchItems(self, attributes):
        urls = list(self.tokens)
        wanted = attributes["xdg:schema"] == SCHEMA and attributes["server"] in urls
        found = [f"{ROOT}/item/{urls.index(attributes['server'])}"] if wanted else []
        return ("(aoao)", ([], found) if self.locked else (found, []))

    def Unlock(self, items):
        self.locked = False
        return ("(aoo)", (items, "/"))

    def GetSecrets(self, items, session):
        tokens = list(self.tokens.values())
        secret = {item: (session, [], tokens[int(item.rpartition("/")[2])].encode(), "text/plain") for item in items}
        return ("(a{o(oayays)})", (secret,))


def main():
    from gi.repository import Gio, GLib

    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    service = Service(bus, sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3]))
    Gio.bus_own_name_on_connection(bus, "org.freedesktop.secrets", Gio.BusNameOwnerFlags.NONE, lambda *_: service.note("ready"), None)
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
