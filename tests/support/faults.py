# SPDX-License-Identifier: MIT
"""Makes system calls of the programs fail, by the preloaded library tests/support/faults.c."""

import errno
import mmap
import struct

from support import skip
from support.builds import build_folder, is_sanitized

RULE = struct.Struct("<24s24siiqqq")
HEAD = struct.Struct("<QQ")
N_RULES = 16


class Faults:
    """`environment` is for the daemon; its shims get the same. The rules may change while they run."""

    def __init__(self, t, seed=1):
        library = build_folder() / "tests/support/libvestim-faults.so"
        if is_sanitized() or not library.exists():
            skip("calls are made to fail in a build without sanitizers only")
        path = t.dir / "faults"
        path.write_bytes(HEAD.pack(seed, 0) + bytes(RULE.size * N_RULES))
        path.chmod(0o666)
        with open(path, "r+b") as file:
            self.map = mmap.mmap(file.fileno(), 0)
        self.environment = {"LD_PRELOAD": str(library), "VESTIM_FAULTS": str(path)}

    def set(self, call, error, program="vestimd", permille=1000, skip=0, left=-1, rule=0):
        """`left` calls fail (-1: no end), `permille` of them, after `skip` others."""
        self._write(rule, RULE.pack(program.encode(), call.encode(), getattr(errno, error), 0, skip, left, 0))
        struct.pack_into("<i", self.map, self._at(rule) + 52, permille)  # last: it turns the rule on

    def clear(self):
        for rule in range(N_RULES):
            struct.pack_into("<i", self.map, self._at(rule) + 52, 0)

    def failed(self, rule=0):
        """Calls that have failed since set()."""
        return RULE.unpack_from(self.map, self._at(rule))[-1]

    def _at(self, rule):
        return HEAD.size + rule * RULE.size

    def _write(self, rule, content):
        self.map[self._at(rule) : self._at(rule) + RULE.size] = content
