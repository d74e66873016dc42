/* SPDX-License-Identifier: MIT */
#include "view/dash-result-item.h"

struct _DashResultItem
{
  GObject parent;
  DashTestResult *result;
};

G_DEFINE_FINAL_TYPE (DashResultItem, dash_result_item, G_TYPE_OBJECT)

static void
dash_result_item_finalize (GObject *object)
{
  dash_test_result_free (DASH_RESULT_ITEM (object)->result);
  G_OBJECT_CLASS (dash_result_item_parent_class)->finalize (object);
}

static void
dash_result_item_class_init (DashResultItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = dash_result_item_finalize;
}

static void
dash_result_item_init (DashResultItem *self)
{
}

DashResultItem *
dash_result_item_new (DashTestResult *result)
{
  DashResultItem *self = g_object_new (DASH_TYPE_RESULT_ITEM, NULL);

  self->result = result;
  return self;
}

const DashTestResult *
dash_result_item_get (DashResultItem *self)
{
  g_return_val_if_fail (DASH_IS_RESULT_ITEM (self), NULL);
  return self->result;
}
