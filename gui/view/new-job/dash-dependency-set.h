/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/base/dash-queue-input.h"
#include "gui/model/dash-job-store.h"
#include "gui/view/new-job/dash-form.h"

/* The row to which a user adds the jobs that a new job waits for. Each of them has a row below this
 * one, in the same list, with what it waits for. Their faults are those of "depends_on[0]"… */
#define DASH_TYPE_DEPENDENCY_SET (dash_dependency_set_get_type ())
G_DECLARE_FINAL_TYPE (DashDependencySet, dash_dependency_set, DASH, DEPENDENCY_SET, AdwActionRow)

/* `form` must live longer than the widget. */
DashDependencySet *dash_dependency_set_new (DashForm *form, DashJobStore *jobs);

/* This row must be in a list. Does nothing for a job that is there already. */
void dash_dependency_set_add (DashDependencySet *self, const char *job_id,
                              VestimDependencyWhen when);

/* Adds the jobs to `input`. */
void dash_dependency_set_save (DashDependencySet *self, DashQueueInput *input);
