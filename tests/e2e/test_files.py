# SPDX-License-Identifier: MIT
"""The data directory: its files, their access rights, and what a start refuses to touch."""

import os
import re
import shutil
import stat
import urllib.parse

from support import expect, expect_in, fail, test, until


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@test("only the user can access the data directory and its files, whatever the umask")
def _(t):
    daemon = t.daemon(prefix=["sh", "-c", 'umask 0; exec "$0" "$@"'])
    job = daemon.sh("umask > umask.txt; echo x")
    daemon.completed(job)
    expect(mode(t.home), 0o700, "mode of the data directory")
    for name in ("server.pid", "server.json", "token", "registry.db"):
        expect(mode(t.home / name) & 0o077, 0, f"rights of others on {name}")
    for name in ("server.json", "token"):
        expect(mode(t.home / name), 0o600, f"mode of {name}")


@test("the token is 256 random bits in hex, made once")
def _(t):
    daemon = t.daemon()
    text = (t.home / "token").read_text()
    expect(bool(re.fullmatch(r"[0-9a-f]{64}\n?", text)), True, f"form of the token {text!r}")
    daemon.restart()
    expect((t.home / "token").read_text(), text)
    other = t.daemon(home=t.dir / "other")
    expect(other.token != daemon.token, True, "another daemon has another token")
    daemon.get("/jobs", token=False, headers={"Authorization": f"Bearer {other.token}"}).expect_problem(401)


@test("the registry can be read with sqlite3 while the daemon runs, in WAL mode")
def _(t):
    daemon = t.daemon()
    job = daemon.draft()
    expect_in(job["job_id"], daemon.database(".dump"))
    expect(daemon.database("PRAGMA journal_mode").strip(), "wal")
    expect(daemon.database("PRAGMA integrity_check").strip(), "ok")
    daemon.draft(name="while it was read")


@test("a job's folder holds job.json, log.txt, exit.json and run.lock once it ran")
def _(t):
    daemon = t.daemon()
    job = daemon.sh('echo hello; echo \'{"progress": 1}\' >&3')
    daemon.completed(job)
    expect(job["job_folder"], str(daemon.folder(job)))
    for name in ("job.json", "log.txt", "progress.jsonl", "exit.json", "run.lock"):
        expect((daemon.folder(job) / name).is_file(), True, f"{name} is there")
        expect(mode(daemon.folder(job) / name) & 0o077, 0, f"rights of others on {name}")


@test("the data directory itself may be a symbolic link")
def _(t):
    (t.dir / "real").mkdir(mode=0o700)
    (t.dir / "link").symlink_to(t.dir / "real")
    daemon = t.daemon(home=t.dir / "link")
    daemon.completed(daemon.sh("true"))
    expect((t.dir / "real" / "registry.db").exists(), True, "the registry is behind the link")


# A folder that the registry does not know may be the only copy of a user's work.
@test("at start an unknown folder goes to orphans/ with its files, and an empty one is removed")
def _(t):
    daemon = t.daemon()
    job = daemon.draft()
    daemon.stop()
    t.write("home/jobs/job_20200101-000000-0000ff/result.csv", "1,2,3\n")
    (t.home / "jobs" / "job_20200101-000000-0000fe").mkdir()
    daemon.start()
    until(lambda: (t.home / "orphans").exists() and list((t.home / "orphans").rglob("result.csv")), "it is moved")
    expect(next((t.home / "orphans").rglob("result.csv")).read_text(), "1,2,3\n")
    until(lambda: os.listdir(t.home / "jobs") == [job["job_id"]], "jobs/ has the known folder alone")
    daemon.until_logged("job_20200101-000000-0000ff")


@test("a second orphan of the same name does not overwrite the first")
def _(t):
    daemon = t.daemon()
    for text in ("first", "second"):
        daemon.stop()
        t.write("home/jobs/job_20200101-000000-0000ff/result.csv", text)
        daemon.start()
        until(lambda: not (t.home / "jobs" / "job_20200101-000000-0000ff").exists(), "it is moved")
    texts = sorted(path.read_text() for path in (t.home / "orphans").rglob("result.csv"))
    expect(texts, ["first", "second"])


@test("folders are repaired from the registry at start")
def _(t):
    daemon = t.daemon()
    jobs = [daemon.draft() for _ in range(3)]
    until(lambda: all(daemon.folder(job).is_dir() for job in jobs), "the folders are made")
    daemon.kill()
    for job in jobs:
        shutil.rmtree(daemon.folder(job))
    daemon.start()
    until(lambda: all(daemon.folder(job).is_dir() for job in jobs), "the folders are there again")
    expect(sorted(daemon.ids()), sorted(job["job_id"] for job in jobs))


@test("deletion takes the folder away at once and empties the trash in the background")
def _(t):
    daemon = t.daemon()
    job = daemon.sh("mkdir -p a/b; seq 10000 | split -l 10 - a/b/x; chmod 500 a/b")
    daemon.completed(job)
    daemon.delete(f"/jobs/{job['job_id']}").expect(200)
    expect(daemon.folder(job).exists(), False, "the folder is there after the answer")
    until(lambda: not os.listdir(t.home / "trash"), "the trash is empty")


@test("the trash is emptied at start")
def _(t):
    daemon = t.daemon()
    daemon.stop()
    t.write("home/trash/job_20200101-000000-0000ff/old.bin", "x")
    daemon.start()
    until(lambda: not os.listdir(t.home / "trash"), "the trash is empty")


# The trash of a large job takes longer than a user waits for a stop.
@test("a stop while the trash is being emptied is no failure, and the next start empties the rest")
def _(t):
    daemon = t.daemon()
    daemon.stop()
    place = t.home / "trash" / "job_20200101-000000-0000ff"
    for _ in range(100):
        place = place / "deeper"
        place.mkdir(parents=True)
        (place / "file").touch()
    for _ in range(3):
        daemon.start()
        daemon.stop()
    expect("trash not emptied" in daemon.log_text(), False)
    daemon.start()
    until(lambda: not os.listdir(t.home / "trash"), "the trash is empty", 60)


@test("a job folder that was replaced by a link is not followed, neither by files nor by deletion")
def _(t):
    daemon = t.daemon()
    job = daemon.draft()
    t.write("precious/data.csv", "precious")
    until(daemon.folder(job).is_dir, "the folder is made")
    daemon.folder(job).rmdir()
    daemon.folder(job).symlink_to(t.dir / "precious")
    daemon.get(f"/jobs/{job['job_id']}/files/data.csv").expect_problem(404)
    daemon.delete(f"/jobs/{job['job_id']}").expect(200)
    until(lambda: not daemon.folder(job).is_symlink(), "the link is gone")
    expect((t.dir / "precious" / "data.csv").read_text(), "precious")


@test("links inside a job folder are removed by deletion, not what they point to")
def _(t):
    daemon = t.daemon()
    t.write("precious/data.csv", "precious")
    job = daemon.sh(f"ln -s '{t.dir}/precious' away; ln -s '{t.dir}/precious/data.csv' file")
    daemon.completed(job)
    daemon.post("/jobs/clear").expect(200)
    until(lambda: not os.listdir(t.home / "trash"), "the trash is empty")
    expect((t.dir / "precious" / "data.csv").read_text(), "precious")


@test("jobs_bytes of the status follows the bytes on the disk")
def _(t):
    daemon = t.daemon()
    daemon.completed(daemon.sh("head -c 3000000 /dev/zero > big"))
    until(lambda: daemon.get("/server/status").json()["jobs_bytes"] >= 3000000, "jobs_bytes counts the file", 90)


@test("IDs are never used again, even when the newest job was deleted before a restart")
def _(t):
    daemon = t.daemon()
    daemon.draft()
    gone = daemon.draft()
    daemon.delete(f"/jobs/{gone['job_id']}").expect(200)
    daemon.restart()
    new = daemon.draft()
    if new["job_id"][-6:] == gone["job_id"][-6:]:
        fail(f"{new['job_id']} uses the number of {gone['job_id']}")


@test("a link in place of a job's folder is not followed: its target is neither read nor written")
def _(t):
    daemon = t.daemon()
    victim = t.dir / "victim"
    victim.mkdir()
    for name in ("job.json", "log.txt", "progress.jsonl"):
        (victim / name).write_text("precious")
    # Repeat until it works: the shim makes a removed folder again, possibly between the two steps.
    swap = f'rm -rf "$VESTIM_JOB_DIR"; ln -s {victim} "$VESTIM_JOB_DIR"'
    job = daemon.sh(f'cd /; until [ -L "$VESTIM_JOB_DIR" ]; do {swap}; done')
    daemon.completed(job)
    answer = daemon.get(f"/jobs/{job['job_id']}/log")
    expect(b"precious" in answer.body, False, "the log is not the victim's")
    daemon.post(f"/jobs/{job['job_id']}/retry").expect(200)
    daemon.completed(job)
    expect({path.read_text() for path in victim.iterdir()}, {"precious"})
    expect(len(list(victim.iterdir())), 3)


# JSON is UTF-8; file names are bytes.
@test("a file whose name is not UTF-8 is listed with an address that works")
def _(t):
    daemon = t.daemon()
    names = [b"caf\xe9.csv", b"caf\xe8.csv", b"100% \xff?#.bin", b"\xf0\x9f/\xc3", "caf\u00e9.txt".encode(), b"%E9.txt"]
    script = "import os, sys\nfor name in sys.argv[1:]:\n name = bytes.fromhex(name)\n os.makedirs(os.path.dirname(name) or b'.', exist_ok=True)\n open(name, 'wb').write(name)"
    job = daemon.run("/usr/bin/python3", "-c", script, *[name.hex() for name in names])
    daemon.completed(job)
    listed = daemon.get(f"/jobs/{job['job_id']}/files").expect(200).json()
    addresses = {file.get("path") or urllib.parse.quote(file["name"]) for file in listed}
    expect(addresses, {urllib.parse.quote(name) for name in names})
    for name, file in zip(sorted(names), listed):
        expect(re.sub("\ufffd+", "\ufffd", file["name"]), re.sub("\ufffd+", "\ufffd", name.decode(errors="replace")))
        expect("path" in file, file["name"].encode() != name, f"path of {name}")
        answer = daemon.get(f"/jobs/{job['job_id']}/files/{file.get('path') or urllib.parse.quote(file['name'])}").expect(200)
        expect(answer.body, name)
        answer.headers["Content-Disposition"].encode("ascii")
        expect("filename*" in answer.headers["Content-Disposition"] and "path" in file, False, "an extended name that is not UTF-8")
