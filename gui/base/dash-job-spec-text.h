/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* What a job was asked to do, in words. */

/* (transfer full) a GPtrArray of GStrv, each a title and a text of one or more lines, from
 * `selections` (JSON text) in their order; empty when they can't be read. Nothing in it can break a
 * line or turn the reading direction that was not made here. */
GPtrArray *dash_job_spec_text_rows (const char *selections);
