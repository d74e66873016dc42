/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib-object.h>

#include "base/dash-test-result.h"

/* A row of the table of tests. */
#define DASH_TYPE_RESULT_ITEM (dash_result_item_get_type ())
G_DECLARE_FINAL_TYPE (DashResultItem, dash_result_item, DASH, RESULT_ITEM, GObject)

DashResultItem *dash_result_item_new (DashTestResult *result); /* taken over */
const DashTestResult *dash_result_item_get (DashResultItem *self);
