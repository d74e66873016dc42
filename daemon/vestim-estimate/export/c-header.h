/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim-estimate/export/c-inputs.h"
#include "daemon/vestim-estimate/results/found-model.h"

/* Appends the header: all of a model that a microcontroller needs. */
void c_header_append (CCode *code, const FoundModel *found, const CInputs *inputs);

/* Appends cost and errors; each line begins with `line`. */
void c_header_append_figures (CCode *code, const char *line, const FoundModel *found,
                              const CInputs *inputs);
