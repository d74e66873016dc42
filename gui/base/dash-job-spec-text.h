/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* The specification of a job in words. */

/* (transfer full) (element-type GStrv) a title and a text of one or more lines for each member of
 * `selections` (JSON text), in their order; empty when they can't be read. The values themselves
 * can't add lines or change the reading direction. */
GPtrArray *dash_job_spec_text_rows (const char *selections);
