/* SPDX-License-Identifier: MIT */
#include "common/access/vestim-log-gap.h"

goffset
vestim_log_gap_to_place (const VestimLogGap *gap, goffset served)
{
  if (served < gap->offset + gap->length)
    return MIN (served, gap->offset);
  return served - gap->length + gap->left_out;
}

goffset
vestim_log_gap_to_served (const VestimLogGap *gap, goffset place)
{
  if (place <= gap->offset)
    return place;
  return MAX (place + gap->length - gap->left_out, gap->offset + gap->length);
}
