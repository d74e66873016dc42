/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib-object.h>

/* A row of a list, as GListModel wants it: an object around something that is none. */
#define DASH_TYPE_ITEM (dash_item_get_type ())
G_DECLARE_FINAL_TYPE (DashItem, dash_item, DASH, ITEM, GObject)

DashItem *dash_item_new (gpointer content, GDestroyNotify free_content); /* taken over */
gconstpointer dash_item_get (DashItem *self);
