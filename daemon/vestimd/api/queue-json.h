/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "daemon/vestimd/jobs/service-settings.h"

/* The queue in JSON. */

void queue_json_append_slots (GString *json, const QueueSlots *slots);
void queue_json_append_group (GString *json, const QueueGroup *group);
void queue_json_append_groups (GString *json, const Service *service); /* an array */

/* Members of an object, without its braces: all that a client can set, and the groups. */
void queue_json_append_settings (GString *json, const ServiceSettings *settings);
void queue_json_append_queue (GString *json, const Service *service);
