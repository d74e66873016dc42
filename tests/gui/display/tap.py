# SPDX-License-Identifier: MIT
"""Test steps that follow each other in one app, reported as TAP."""
import os
import traceback

steps = []


def step(text):
    def keep(function):
        steps.append((text, function))
        return function
    return keep


def report(world, number):
    """Prints the error of a failed step and the state of the app."""
    for line in [*traceback.format_exc().splitlines(), *(world.app.state() if world.app is not None else [])]:
        print("# " + line)
    if os.environ.get("VESTIM_SHOTS") and world.app is not None:
        world.app.screenshot(os.path.join(os.environ["VESTIM_SHOTS"], f"failed-{number}.png"))


def run(world):
    """Runs each step with `world`, and `world.recover` after a failure. Returns the exit code."""
    failed = 0
    print(f"1..{len(steps)}", flush=True)
    for number, (text, function) in enumerate(steps, 1):
        try:
            function(world)
            print(f"ok {number} {text}", flush=True)
        except Exception:
            failed += 1
            report(world, number)
            print(f"not ok {number} {text}", flush=True)
            world.recover()
    return 1 if failed else 0
