# SPDX-License-Identifier: MIT
"""Pictures of every state, against a real vestimd: session.py python3 screenshots.py FOLDER."""
import math
import os
import pathlib
import signal
import subprocess
import sys

from app import App, Daemon, wait_for

MANY = 10000


def write_cycles(folder):
    folder.mkdir(exist_ok=True)
    for name, phase, n in (("train", 0.0, 4000), ("val", 1.0, 1500), ("US06", 2.0, 3000), ("LA92", 3.0, 2000)):
        rows = ["SOC,Current,Temp,Voltage"]
        for i in range(n):
            current = 2 * math.sin(i / 23 + phase) + math.sin(i / 5.1)
            soc = 1 - i / n * 0.9
            rows.append(f"{soc:.5f},{current:.5f},25,{3.1 + soc - 0.2 * math.exp(-8 * soc) + 0.04 * current:.5f}")
        (folder / f"{name}.csv").write_text("\n".join(rows) + "\n")


def window(title):
    return subprocess.run(["xdotool", "search", "--onlyvisible", "--name", f"^{title}$"], check=True,
                          capture_output=True, text=True).stdout.split()[-1]


def resize(title, width, height):
    subprocess.run(["xdotool", "windowsize", "--sync", window(title), str(width), str(height)], check=True)


def estimation(daemon, data, name, epochs, **more):
    selections = {"train_files": [str(data / "train.csv")], "validation_files": [str(data / "val.csv")],
                  "test_files": [str(data / "US06.csv"), str(data / "LA92.csv")], "max_epochs": epochs, "lookback": 30,
                  **more}
    return daemon.request("POST", "/jobs", {"name": name, "kind": "estimation", "selections": selections})


def simulated(daemon, folder):
    """An estimation on the demonstration set, as quickstart makes it."""
    program = os.environ["VESTIM_BUILD"] + "/daemon/estimator/vestim-estimate"
    subprocess.run([program, "--demo", str(folder)], check=True, stdout=subprocess.DEVNULL)
    selections = {"folder_path": str(folder), "max_epochs": 25}
    return daemon.request("POST", "/jobs", {"name": "Simulated cycles, LSTM 10", "kind": "estimation",
                                            "selections": selections})


def state_of(daemon, job_id):
    return daemon.request("GET", "/jobs/" + job_id)["status"]


def pages(folder, job_id, suffix):
    app = App("--job", job_id)
    for page in ("Training", "Results", "Compare", "Log", "Files", "Details"):
        app.click(app.find("page tab", page))
        app.find("page tab", page)
        app.screenshot(folder / f"{page.lower()}{suffix}.png")
    return app


def readme(path, job_id):
    app = App("--job", job_id)
    app.click(app.find("page tab", "Results"))
    app.find("page tab", "Results")
    app.sees("RMSE")
    subprocess.run(["import", "-window", window("VEstim"), str(path)], check=True)
    app.quit()


def main():
    folder = pathlib.Path(sys.argv[1]).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    daemon = Daemon()
    data = pathlib.Path(os.environ["TMPDIR"]) / "data"
    write_cycles(data)
    app = App()
    app.sees("No Jobs Yet")
    app.screenshot(folder / "empty.png")
    app.quit()

    daemon.command("cycler import", "sh", "-c", "echo reading; exit 3")
    done = estimation(daemon, data, "US06 and LA92, one layer", 30)["job_id"]
    sweep = estimation(daemon, data, "LSTM and GRU, two sizes", 8, repetitions=2,
                       sweep={"model": ["LSTM", "GRU"], "layers": [[6], [8, 8]]})["job_id"]
    shown = simulated(daemon, data / "simulated")["job_id"]
    for job_id in (done, sweep, shown):
        wait_for(lambda job=job_id: state_of(daemon, job) == "completed", "the estimation completes")
    daemon.command("night run", "sleep", "600")
    daemon.command("sweep, later", "true", hold=True)
    daemon.command("waits", "true", priority=5)

    app = pages(folder, done, "")
    resize("VEstim", 360, 640)
    app.screenshot(folder / "narrow-job.png")
    app.quit()
    pages(folder, sweep, "-sweep").quit()
    readme(folder / "readme.png", shown)
    for variable, value, suffix in (("ADW_DEBUG_COLOR_SCHEME", "prefer-dark", "-dark"),
                                    ("ADW_DEBUG_HIGH_CONTRAST", "1", "-contrast")):
        os.environ[variable] = value
        pages(folder, done, suffix).quit()
        del os.environ[variable]

    app = App()
    resize("VEstim", 360, 640)
    app.sees("night run")
    app.screenshot(folder / "narrow-list.png")
    resize("VEstim", 1120, 720)
    app.keys("ctrl+n")
    app.window("New Job")
    app.screenshot(folder / "new-job.png")
    app.keys("Escape")
    app.keys("ctrl+comma")
    app.window("Preferences")
    app.screenshot(folder / "preferences.png")
    app.keys("Escape")
    app.keys("ctrl+shift+slash")
    app.sees("Keyboard Shortcuts")
    app.screenshot(folder / "shortcuts.png")
    app.keys("Escape")
    app.quit()

    for i in range(MANY):
        daemon.command(f"job {i}", "true", hold=True)
    app = App()
    app.sees("job 9999")
    app.screenshot(folder / "many.png")
    status = pathlib.Path(f"/proc/{app.process.pid}/status").read_text()
    print("memory with", MANY, "jobs:", next(line for line in status.splitlines() if line.startswith("VmRSS")))
    os.kill(daemon.pid(), signal.SIGTERM)
    app.sees("The Server Is Stopped")
    app.screenshot(folder / "stopped.png")
    app.quit()


if __name__ == "__main__":
    main()
