/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/model/dash-actions.h"

struct _DashActions
{
  GObject parent;
  DashConnection *connection;
  GHashTable *tickets; /* ticket → GPtrArray of DashJob to delete */
  guint last_ticket;
  GQueue waiting; /* Step */
  gboolean stops; /* the server, after the last answer */
  gboolean keeps_jobs;
  guint under_way;
  GCancellable *life;
};
