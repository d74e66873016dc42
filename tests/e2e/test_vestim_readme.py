# SPDX-License-Identifier: MIT
"""The section "From the shell" of the README, typed by somebody who reads nothing else."""

import os
import pathlib
import re

from support import expect, expect_in, fail, test
from support.builds import SOURCE, program


def lines():
    """The commands of the section, without their comments."""
    section = re.search(r"^## From the shell\n(.*?)^## ", (SOURCE / "README.md").read_text(), re.M | re.S).group(1)
    block = re.search(r"^```sh\n(.*?)^```", section, re.M | re.S).group(1)
    return [re.sub(r"  +# .*", "", line) for line in block.splitlines()]


@test("every line works as written, from a daemon that does not run yet")
def _(t):
    commands = lines()
    expect(len(commands) > 10, True, "lines were found")
    script = "set -e\n" + "".join(f"echo '== {n}' >&2\n{line}\n" for n, line in enumerate(commands))
    env = {"VESTIM_HOME": str(t.home), "PATH": f"{pathlib.Path(program('vestim')).parent}:{os.environ['PATH']}"}
    ended = t.command("/bin/sh", "-c", script, env=env, timeout=120)
    daemon = t.found_daemon()
    if ended.code != 0:
        number = int(re.findall(r"^== (\d+)$", ended.err, re.M)[-1])
        fail(f"{commands[number]!r} ended with {ended.code}: {ended.err}")
    for part in ("ready", "it worked", "RMSE", "learning_rate 0.003", "all test files"):
        expect_in(part, ended.out)
    for job in daemon.jobs():
        daemon.completed(job)
    statuses = {job["name"]: job["status"] for job in daemon.jobs()}
    expect(set(statuses.values()), {"completed"}, statuses)
    expect(len(statuses), 6)
