# SPDX-License-Identifier: MIT
"""nginx or Caddy with TLS in front of a daemon, configured by the recipes of docs/remote.md."""

import pathlib
import re
import shutil
import ssl
import subprocess

from support.answers import Connection
from support.daemon import Daemon
from support.expect import fail, until
from support.runner import skip

HOST = "lab.example"
PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "remote.md"


def recipes(language):
    """The code of that language in docs/remote.md."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(), re.S | re.M)


class ProxiedDaemon(Daemon):
    """The same daemon, seen by a client of its proxy: by TLS, under another name, maybe with a prefix."""

    def __init__(self, daemon, port, certificate, prefix=""):
        self.__dict__.update(daemon.__dict__)
        self.port = port
        self.prefix_path = prefix
        self.url = f"https://{HOST}{prefix}"
        self.context = ssl.create_default_context(cafile=certificate)

    @property
    def netloc(self):
        return HOST

    def connect(self, timeout=30.0):
        connection = Connection("127.0.0.1", self.port, timeout)
        connection.socket = self.context.wrap_socket(connection.socket, server_hostname=HOST)
        return connection

    def request_bytes(self, method, target, *more, **options):
        return super().request_bytes(method, self.prefix_path + target, *more, **options)

    def get_reference(self, path, reference):
        """GET of a reference in the answer to a request of `path`, as a client of HTTP resolves it."""
        if reference.startswith("/"):
            target = reference
        else:
            target = f"{self.prefix_path}{path}".rpartition("/")[0] + "/" + reference
        with self.connect() as connection:
            connection.send(super().request_bytes("GET", target))
            return connection.answer()


def _certificate(t):
    if not shutil.which("openssl"):
        skip("openssl is not installed")
    key, certificate = t.dir / "key.pem", t.dir / "certificate.pem"
    names = f"subjectAltName=DNS:{HOST}"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}"]
    command += ["-addext", names, "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    return key, certificate


def _replaced(text, *pairs):
    """What a test has to change in a recipe, because it has no name service and no certificate of an authority."""
    for old, new in pairs:
        if old not in text:
            fail(f"the recipe has no {old}:\n{text}")
        text = text.replace(old, new)
    return text


def _program(name):
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    return found or skip(f"{name} is not installed")


def _until_served(process, port, log):
    def serves():
        if process.poll() is not None:
            fail(f"the proxy ended:\n{log.read_text()}")
        try:
            Connection("127.0.0.1", port).close()
        except OSError:
            return False
        return True

    until(serves, "the proxy serves")


def behind_nginx(t, daemon, prefix="", location=None):
    """A ProxiedDaemon by the recipe for that prefix, or by another `location`."""
    program = _program("nginx")
    key, certificate = _certificate(t)
    port = t.free_port()
    server, prefixed = recipes("nginx")[:2]
    if prefix or location:
        server = re.sub(r"^  location / \{.*?^  \}\n", location or prefixed, server, flags=re.S | re.M)
    server = _replaced(
        server,
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("/etc/ssl/certs/lab.example.pem", str(certificate)),
        ("/etc/ssl/private/lab.example.key", str(key)),
        ("127.0.0.1:8001", f"127.0.0.1:{daemon.port}"),
    )
    folder = t.dir / "nginx"
    folder.mkdir()
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"  {kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    user = "user root;\n" if folder.owner() == "root" else ""
    (folder / "nginx.conf").write_text(
        f"{user}pid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
        f"http {{\n{temporary}  access_log {folder}/access.log;\n{server}}}\n"
    )
    process = t.process(program, "-p", folder, "-c", folder / "nginx.conf", "-g", "daemon off; master_process off;")
    _until_served(process, port, folder / "error.log")
    return ProxiedDaemon(daemon, port, certificate, prefix)


def behind_caddy(t, daemon, prefix=""):
    """A ProxiedDaemon by the recipe for that prefix."""
    program = _program("caddy")
    key, certificate = _certificate(t)
    port = t.free_port()
    site = _replaced(
        recipes("caddyfile")[1 if prefix else 0],
        (f"{HOST} {{", f"https://{HOST}:{port} {{\n\ttls {certificate} {key}"),
        ("127.0.0.1:8001", f"127.0.0.1:{daemon.port}"),
    )
    path = t.write("Caddyfile", "{\n\tauto_https off\n\tadmin off\n\tservers {\n\t\tprotocols h1\n\t}\n}\n" + site)
    log = t.dir / "caddy.log"
    with open(log, "wb") as file:
        process = t.process(program, "run", "--config", path, "--adapter", "caddyfile", env=t.environment(), stdout=file, stderr=file)
    _until_served(process, port, log)
    return ProxiedDaemon(daemon, port, certificate, prefix)
