/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "common/job/vestim-job-fields.h"
#include "daemon/vestimd/api/request-body.h"

/* The fields of a job in the bodies of POST /jobs and PATCH /jobs/{id}. */

typedef struct
{
  VestimJob *values;       /* the fields that are given; initial values for the rest */
  VestimJobFieldSet given; /* which these are */
  bool hold;
  const VestimJsonNode *selections; /* (nullable) of the request's document */
} JobFields;

/* Both read `body->root` and add what is wrong to `body->errors`. Selections are only checked
 * to be an object. */
void job_fields_read_new (JobFields *fields, RequestBody *body);
void job_fields_read_patch (JobFields *fields, RequestBody *body);
void job_fields_clear (JobFields *fields);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (JobFields, job_fields_clear)

/* Checks names, types and ranges of the selections of that kind; adds what is wrong to `errors`. */
void job_selections_check (VestimJobKind kind, const VestimJsonNode *selections, GPtrArray *errors);
