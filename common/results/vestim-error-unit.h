/* SPDX-License-Identifier: MIT */
#pragma once

#include "common/client/vestim-node.h"
#include "common/job/vestim-job.h"

/* How to show the errors of a network, which the server gives in thousandths of the unit of its
 * target. All strings are interned. */
typedef struct
{
  const char *target;      /* its column */
  const char *target_unit; /* "" if it is unknown or has none */
  const char *name;        /* of errors: "mV", "%", … or "" */
  double factor;           /* from thousandths */
} VestimErrorUnit;

/* From an object of metrics (nullable); that of a voltage if it has none. */
VestimErrorUnit vestim_error_unit_read (JsonNode *metrics);

/* From such an object as text (nullable). */
VestimErrorUnit vestim_error_unit_parse (const char *metrics);

/* That of a job, also before there are metrics: without them, the unit of a target other than
 * "Voltage" is unknown. */
VestimErrorUnit vestim_error_unit_of_job (const VestimJob *job);

/* (transfer full) "17.4", "1.06"; "–" for NAN. */
char *vestim_error_unit_format (const VestimErrorUnit *unit, double thousandths);

/* (transfer full) "17.4 mV"; "–" for NAN. */
char *vestim_error_unit_text (const VestimErrorUnit *unit, double thousandths);

/* (transfer full) "RMSE (mV)" of "RMSE"; the name alone if the unit is "". */
char *vestim_error_unit_title (const char *name, const char *unit);
