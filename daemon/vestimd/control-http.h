/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* Gets `path` from the daemon at `url` ("http://127.0.0.1:8001", a literal address); blocks until
 * `deadline` (g_get_monotonic_time) at most. 0 with the status code and the body (transfer full),
 * or -errno: -ECONNREFUSED, -ETIMEDOUT, -EBADMSG if the answer is not HTTP, … */
int control_http_get (const char *url, const char *path, const char *token, gint64 deadline,
                      int *status, char **body);
