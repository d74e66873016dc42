/* SPDX-License-Identifier: MIT */
#include "gui/view/widgets/dash-item.h"

struct _DashItem
{
  GObject parent;
  gpointer content;
  GDestroyNotify free_content;
};

G_DEFINE_FINAL_TYPE (DashItem, dash_item, G_TYPE_OBJECT)

static void
dash_item_finalize (GObject *object)
{
  DashItem *self = DASH_ITEM (object);

  self->free_content (self->content);
  G_OBJECT_CLASS (dash_item_parent_class)->finalize (object);
}

static void
dash_item_class_init (DashItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = dash_item_finalize;
}

static void
dash_item_init (DashItem *self)
{
}

DashItem *
dash_item_new (gpointer content, GDestroyNotify free_content)
{
  DashItem *self = g_object_new (DASH_TYPE_ITEM, NULL);

  self->content = content;
  self->free_content = free_content;
  return self;
}

gconstpointer
dash_item_get (DashItem *self)
{
  g_return_val_if_fail (DASH_IS_ITEM (self), NULL);
  return self->content;
}
