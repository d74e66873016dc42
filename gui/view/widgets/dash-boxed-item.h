/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib-object.h>

/* A row of a list, as GListModel wants it: an object around something that is none. */
#define DASH_TYPE_BOXED_ITEM (dash_boxed_item_get_type ())
G_DECLARE_FINAL_TYPE (DashBoxedItem, dash_boxed_item, DASH, BOXED_ITEM, GObject)

DashBoxedItem *dash_boxed_item_new (gpointer content, GDestroyNotify free_content); /* taken over */
gconstpointer dash_boxed_item_get (DashBoxedItem *self);
