# SPDX-License-Identifier: MIT
"""Steps that follow each other on one app, told as TAP."""
import os
import traceback

steps = []


def step(text):
    def keep(function):
        steps.append((text, function))
        return function
    return keep


def report(world, number):
    """What is known of a step that failed."""
    for line in [*traceback.format_exc().splitlines(), *(world.app.state() if world.app is not None else [])]:
        print("# " + line)
    if os.environ.get("VESTIM_SHOTS") and world.app is not None:
        world.app.screenshot(os.path.join(os.environ["VESTIM_SHOTS"], f"failed-{number}.png"))


def run(world):
    """Each step with `world`, whose `recover` gets ready for the next one after a failure. The exit code."""
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
