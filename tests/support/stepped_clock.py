# SPDX-License-Identifier: MIT
"""A wall clock that a test steps while the programs run. The machine's clock stays as it is."""

import struct

from support.builds import program


class SteppedClock:
    """Give `environment` to the programs that are to see it; `set` and `step` act at once."""

    def __init__(self, t):
        self.path = t.write("clock-step", struct.pack("<q", 0))
        self.seconds = 0
        self.environment = {
            "LD_PRELOAD": program("libstepped-clock.so"),
            "STEPPED_CLOCK": str(self.path),
            "ASAN_OPTIONS": "detect_leaks=1:abort_on_error=0:verify_asan_link_order=0",
        }

    def set(self, seconds):
        """So many seconds after the true time."""
        self.seconds = seconds
        with open(self.path, "r+b", buffering=0) as file:
            file.write(struct.pack("<q", int(seconds * 1000)))

    def step(self, seconds):
        self.set(self.seconds + seconds)
