/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* The problem document (RFC 9457) that the server sends with a status of 400 or above. */
typedef struct
{
  char *title;       /* (nullable) */
  char *detail;      /* (nullable) */
  GPtrArray *errors; /* (nullable) VestimFieldError, at most VESTIM_MAX_FIELD_ERRORS */
} VestimProblem;

/* (transfer full) without any field when the text is not a problem document: proxies send pages. */
VestimProblem *vestim_problem_parse (const char *text, gsize length);
void vestim_problem_free (VestimProblem *problem);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VestimProblem, vestim_problem_free)
