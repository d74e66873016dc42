# SPDX-License-Identifier: MIT
"""What the end-to-end tests share: a runner that prints TAP, real daemons, HTTP on raw sockets."""

from support import processes
from support.expect import expect, expect_in, fail, until
from support.runner import skip, test

__all__ = ["expect", "expect_in", "fail", "processes", "skip", "test", "until"]
