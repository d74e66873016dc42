# SPDX-License-Identifier: MIT
"""Opens a hostile page in a real browser, which tries to read and change something of a daemon on the same computer.

It comes from another host, from a sandbox without an origin, and from a name that was rebound to the daemon's address. The
daemon runs with a token and with --no-auth. Nothing may be changed, and nothing may be read but a refusal."""

import concurrent.futures
import http.server
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import threading

from support.expect import PATIENCE
from support.metrics import scrape
from support.runner import skip

HOST = "evil.example"
REBOUND = "rebound.example"
HERE = "127.0.0.1"
ELSEWHERE = "127.0.0.2"  # where the rebound name pointed to at first: the same port, another address
PAGE = pathlib.Path(__file__).resolve().parents[1] / "support" / "hostile-page.html"
PATIENCE_S = 60 * PATIENCE


class Site:
    """The attacker's web server. Its page reports what it could read."""

    def __init__(self, daemon, job_id, is_short):
        self.reports, self.done = [], set()
        self.changed = threading.Condition()
        page = PAGE.read_text()
        for name, value in (("@PORT@", str(daemon.port)), ("@JOB@", job_id), ("@REBOUND@", REBOUND), ("@SHORT@", json.dumps(is_short))):
            page = page.replace(name, value)
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def do_GET(self):
                self.answer(page.encode(), "text/html; charset=utf-8")

            def do_POST(self):
                text = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                site.take(self.path, text)
                self.answer(b"", "text/plain")

            def answer(self, body, kind):
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Access-Control-Allow-Origin", "*")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer((HERE, 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.page = page
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, path, text):
        with self.changed:
            if path == "/done":
                self.done.add(text)
            else:
                self.reports.append(json.loads(text))
            self.changed.notify_all()

    def until_done(self, names):
        with self.changed:
            return self.changed.wait_for(lambda: self.done >= names, PATIENCE_S)

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Rebinding:
    """What a browser gets from a name that is rebound: first the page from the attacker's address, then the daemon. The
    browser keeps its first answer of the name service, so here the attacker's address passes all that follows on."""

    def __init__(self, daemon, page):
        self.daemon = daemon
        self.page = page.encode()
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((ELSEWHERE, daemon.port))
        self.socket.listen(64)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        try:
            first = client.recv(1 << 16)
            if first.startswith((b"GET /page ", b"GET /favicon")):
                head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: {len(self.page)}\r\n\r\n"
                client.sendall(head.encode() + self.page)
                client.close()
                return
            server = socket.create_connection((HERE, self.daemon.port))
            server.sendall(first)
            threading.Thread(target=self.pass_on, args=(client, server), daemon=True).start()
            self.pass_on(server, client)
        except OSError:
            client.close()

    def pass_on(self, source, target):
        try:
            while data := source.recv(1 << 16):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        self.socket.close()


def open_page(run, browser, site, profile):
    """Opens the page in a new profile, and returns whether all its parts came to their end."""
    command = [
        browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", f"--user-data-dir={profile}",
        f"--host-resolver-rules=MAP {HOST} {HERE}, MAP {REBOUND} {ELSEWHERE}, MAP * ~NOTFOUND, EXCLUDE {HERE}, EXCLUDE localhost, EXCLUDE [::1]",
        "--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests",
        f"http://{HOST}:{site.port}/",
    ]  # fmt: skip
    environment = {**os.environ, "HOME": str(run.t.dir)}
    with open(f"{profile}.log", "wb") as log:
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    try:
        return site.until_done({"other", "sandbox", "rebound"})
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()


def state(daemon):
    """What the page must not change."""
    settings = daemon.get("/server/status").json()
    return daemon.jobs(), settings["max_running"], settings["pid"]


def refusals(daemon):
    """How many requests were refused, by status."""
    found = {}
    for (name, labels), number in scrape(daemon).samples.items():
        status = dict(labels).get("code")
        if name == "vestim_http_requests_total" and status in ("401", "403", "421"):
            found[status] = found.get(status, 0) + int(number)
    return found


def attack_one(run, browser, *options):
    daemon = run.t.daemon(*options, home=run.t.dir / f"home{len(options)}")
    job = daemon.sh("echo secret output; exec sleep 600", name="secret name")
    daemon.until_status(job, "running")
    daemon.draft(name="secret draft")
    before = state(daemon)
    site = Site(daemon, job["job_id"], not run.deadline)
    rebinding = Rebinding(daemon, site.page)
    try:
        profile = run.t.dir / f"profile-{daemon.port}"
        if not open_page(run, browser, site, profile):
            log = pathlib.Path(f"{profile}.log").read_text(errors="replace")
            run.found("the browser did not come to the end of the page", f"done: {site.done}\n{log[-3000:]}")
    finally:
        rebinding.close()
        site.close()
    run.count(len(site.reports))
    for report in site.reports:
        if report.get("read") is not None and not (report["origin"] == f"http://{REBOUND}:{daemon.port}" and report["read"] == 421 and "secret" not in report["text"]):
            run.found(f"with {options or 'a token'}, a page of {report['origin']} reads an answer by {report['what']}", report)
    if state(daemon) != before:
        run.found(f"with {options or 'a token'}, the page changed something", f"before: {before}\nafter: {state(daemon)}")
    seen = refusals(daemon)
    if not {"403", "421"} <= set(seen):
        run.found("the page's requests did not reach the daemon", f"{seen}\n{site.reports}")


def attack(run):
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if not browser:
        skip("chromium is not installed")
    # The page has no random part: once is enough.
    with concurrent.futures.ThreadPoolExecutor() as threads:
        for ended in [threads.submit(attack_one, run, browser, *options) for options in ((), ("--no-auth",))]:
            ended.result()
