# SPDX-License-Identifier: MIT
"""A desktop's notification service: writes each notification to a file, as a line of JSON.

usage: notifications.py FILE
"""
import json
import sys

from gi.repository import Gio, GLib

INTERFACE = """<node><interface name="org.freedesktop.Notifications">
<method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
<arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/>
<arg type="a{sv}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/></method>
<method name="CloseNotification"><arg type="u" direction="in"/></method>
<method name="GetCapabilities"><arg type="as" direction="out"/></method>
<method name="GetServerInformation"><arg type="s" direction="out"/><arg type="s" direction="out"/>
<arg type="s" direction="out"/><arg type="s" direction="out"/></method>
<method name="Click"><arg type="u" direction="in"/></method>
<signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
</interface></node>"""
NAME, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"


class Service:
    def __init__(self, path):
        self.path = path
        self.count = 0

    def own(self, bus, _name):
        bus.register_object(PATH, Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0], self.call, None, None)

    def call(self, bus, _sender, _path, _interface, method, parameters, invocation):
        answers = {"GetCapabilities": ("(as)", (["body", "actions"],)),
                   "GetServerInformation": ("(ssss)", ("test", "test", "1", "1.2"))}
        if method == "Notify":
            self.count += 1
            with open(self.path, "a", encoding="utf-8") as kept:
                print(json.dumps(parameters.unpack()[3:5]), file=kept)
            answers[method] = ("(u)", (self.count,))
        elif method == "Click":
            bus.emit_signal(None, PATH, NAME, "ActionInvoked", GLib.Variant("(us)", (parameters[0], "default")))
        invocation.return_value(GLib.Variant(*answers[method]) if method in answers else None)


def main():
    open(sys.argv[1], "w", encoding="utf-8").close()
    service = Service(sys.argv[1])
    Gio.bus_own_name(Gio.BusType.SESSION, NAME, Gio.BusNameOwnerFlags.NONE, service.own, None, None)
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
