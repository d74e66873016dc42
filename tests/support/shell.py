# SPDX-License-Identifier: MIT
"""vestim as users run it: from a shell with a PATH that has it, for one data directory."""

import json
import os
import pathlib
import subprocess

from support.builds import program
from support.expect import PATIENCE


class Shell:
    def __init__(self, scenario, home=None, **env):
        self.scenario = scenario
        self.home = home or scenario.home
        here = str(pathlib.Path(program("vestim")).parent)
        path = here + ":" + os.environ.get("PATH", "/usr/bin:/bin")
        self.env = {"VESTIM_HOME": str(self.home), "PATH": path, **env}

    def environment(self, **more):
        return self.scenario.environment(**{**self.env, **more})

    def run(self, *words, env=None, **more):
        """`vestim` with these words, to its end."""
        return self.scenario.command(program("vestim"), *words, env={**self.env, **(env or {})}, **more)

    def sh(self, script, **more):
        """A script of /bin/sh, to its end."""
        return self.scenario.command("/bin/sh", "-c", script, env=self.env, **more)

    def id(self, *words, **more):
        """The ID that `vestim add --print-id` with these words prints."""
        return self.run("add", "--print-id", *words, **more).expect(0).out.strip()

    def json(self, *words, **more):
        """What a command prints with --json."""
        return json.loads(self.run(words[0], "--json", *words[1:], **more).expect(0).out)

    def start(self, *words, **more):
        """`vestim` in the background, ended with the test."""
        return self.start_program(program("vestim"), *words, **more)

    def start_program(self, *command, **more):
        """The same with any program."""
        return self.scenario.process(
            *command, env=self.environment(), cwd=self.scenario.dir,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)

    def end(self, process, timeout=60):
        """Its exit code and what it wrote."""
        out, err = process.communicate(timeout=timeout * PATIENCE)
        return process.returncode, out, err
