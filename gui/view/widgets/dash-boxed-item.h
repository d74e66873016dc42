/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib-object.h>

/* Wraps a plain struct in an object, so that it can be an item of a GListModel. */
#define DASH_TYPE_BOXED_ITEM (dash_boxed_item_get_type ())
G_DECLARE_FINAL_TYPE (DashBoxedItem, dash_boxed_item, DASH, BOXED_ITEM, GObject)

/* `content` (transfer full): freed with `free_content`. */
DashBoxedItem *dash_boxed_item_new (gpointer content, GDestroyNotify free_content);

/* The content; valid as long as the item. */
gconstpointer dash_boxed_item_get (DashBoxedItem *self);
