# SPDX-License-Identifier: MIT
"""The routes in the table of the protocol."""

ROUTES = [
    ("GET", "/"),
    ("GET", "/server/status"),
    ("PATCH", "/server/settings"),
    ("POST", "/server/pause"),
    ("POST", "/server/resume"),
    ("POST", "/server/shutdown"),
    ("GET", "/jobs"),
    ("POST", "/jobs"),
    ("DELETE", "/jobs"),
    ("POST", "/jobs/clear"),
    ("POST", "/jobs/stop"),
    ("GET", "/jobs/{id}"),
    ("PATCH", "/jobs/{id}"),
    ("DELETE", "/jobs/{id}"),
    ("POST", "/jobs/{id}/start"),
    ("POST", "/jobs/{id}/stop"),
    ("POST", "/jobs/{id}/finish"),
    ("POST", "/jobs/{id}/pause"),
    ("POST", "/jobs/{id}/resume"),
    ("POST", "/jobs/{id}/move"),
    ("POST", "/jobs/{id}/retry"),
    ("GET", "/jobs/{id}/log"),
    ("GET", "/jobs/{id}/metrics"),
    ("GET", "/jobs/{id}/files"),
    ("GET", "/jobs/{id}/files/out.txt"),
    ("PUT", "/jobs/{id}/files/out.txt"),
    ("GET", "/groups"),
    ("PATCH", "/groups/a"),
    ("POST", "/estimation/check"),
    ("GET", "/events"),
    ("GET", "/metrics"),
    ("GET", "/openapi.json"),
]

PATHS = sorted({path for _, path in ROUTES})


def methods_of(path):
    """The methods that `Allow` must list for a path."""
    methods = {method for method, other in ROUTES if other == path} | {"OPTIONS"}
    return methods | {"HEAD"} if "GET" in methods else methods


def with_body(method):
    return method in ("POST", "PATCH")
