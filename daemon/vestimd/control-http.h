/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* Asks the daemon of `url` ("http://127.0.0.1:8001", a literal address) for `path`; blocks until
 * `deadline` (g_get_monotonic_time) at most. 0 with the status code and the body (transfer full),
 * or -errno: -ECONNREFUSED, -ETIMEDOUT, -EBADMSG for what is no HTTP answer, … */
int control_http_get (const char *url, const char *path, const char *token, gint64 deadline,
                      int *status, char **body);
