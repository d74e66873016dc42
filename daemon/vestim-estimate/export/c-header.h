/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim-estimate/export/c-inputs.h"
#include "daemon/vestim-estimate/export/fixed-network.h"
#include "daemon/vestim-estimate/results/found-model.h"

/* What a header is made of. */
typedef struct
{
  const FoundModel *found;
  const CInputs *inputs;
  const FixedNetwork *fixed; /* (nullable) NULL: single precision */
  const GArray *comparisons; /* (nullable) FixedComparison */
} CHeader;

/* Appends the header: all of a model that a microcontroller needs. */
void c_header_append (CCode *code, const CHeader *header);

/* Appends cost and errors; each line begins with `line`. */
void c_header_append_figures (CCode *code, const char *line, const CHeader *header);
