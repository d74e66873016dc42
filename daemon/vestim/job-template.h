/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim/output/template.h"

/* (nullable) (transfer full) the template of --format for job objects. NULL with `error` (a usage
 * error) for a text that is no template, or names what jobs do not have. */
Template *job_template_new (const char *text, GError **error);
