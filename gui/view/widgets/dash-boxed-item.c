/* SPDX-License-Identifier: MIT */
#include "gui/view/widgets/dash-boxed-item.h"

struct _DashBoxedItem
{
  GObject parent;
  gpointer content;
  GDestroyNotify free_content;
};

G_DEFINE_FINAL_TYPE (DashBoxedItem, dash_boxed_item, G_TYPE_OBJECT)

static void
dash_boxed_item_finalize (GObject *object)
{
  DashBoxedItem *self = DASH_BOXED_ITEM (object);

  self->free_content (self->content);
  G_OBJECT_CLASS (dash_boxed_item_parent_class)->finalize (object);
}

static void
dash_boxed_item_class_init (DashBoxedItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = dash_boxed_item_finalize;
}

static void
dash_boxed_item_init (DashBoxedItem *self)
{
}

DashBoxedItem *
dash_boxed_item_new (gpointer content, GDestroyNotify free_content)
{
  DashBoxedItem *self = g_object_new (DASH_TYPE_BOXED_ITEM, NULL);

  g_return_val_if_fail (content != NULL && free_content != NULL, self);
  self->content = content;
  self->free_content = free_content;
  return self;
}

gconstpointer
dash_boxed_item_get (DashBoxedItem *self)
{
  g_return_val_if_fail (DASH_IS_BOXED_ITEM (self), NULL);
  return self->content;
}
