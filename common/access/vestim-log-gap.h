/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* The gap in a log whose middle is missing: where the line that replaces it is, and how many bytes
 * are left out. All 0: nothing is missing.
 *
 * Two coordinates exist: *served* offsets are bytes of what GET /jobs/{id}/log serves; *places*
 * count all bytes that the job wrote. They differ after the gap: a full log leaves out ever more of
 * its middle, so that the same text moves to lower served offsets while its place stays. */
typedef struct
{
  goffset offset;
  goffset length;
  goffset left_out;
} VestimLogGap;

goffset vestim_log_gap_to_place (const VestimLogGap *gap, goffset served);

/* Places within the gap are served after the line that replaces it. */
goffset vestim_log_gap_to_served (const VestimLogGap *gap, goffset place);
