/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/api/api.h"
#include "daemon/vestimd/metrics/metrics-text.h"

/* The metrics of the queue, its groups and its slots. */
void metrics_append_queue (MetricsText *text, const Service *service);

/* Those of hooks and retention. */
void metrics_append_upkeep (MetricsText *text, const ApiConfig *config);
