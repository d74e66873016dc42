/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "common/json/vestim-field-reader.h"

/* How the state of charge, the column "SOC", is computed by counting the charge. It is a setting of
 * an estimation and is stored with its model. */

#define VESTIM_SOC_COLUMN "SOC"
#define VESTIM_SOC_CURRENT "Current"
#define VESTIM_SOC_COUNTER "Capacity"

typedef enum
{
  VESTIM_SOC_FROM_CURRENT,
  VESTIM_SOC_FROM_COUNTER, /* the cycler's column of ampere hours */
} VestimSocSource;

typedef struct
{
  double capacity_ah;
  double initial; /* of the first row of each file, 0 to 1 */
  VestimSocSource from;
} VestimSoc;

/* `(transfer full)` from the member "soc" of the object; NULL if there is none, or if it has
 * faults, which are then added. */
VestimSoc *vestim_soc_read (const VestimFieldReader *outer);

/* The object that vestim_soc_read() reads. */
void vestim_soc_append_json (GString *json, const VestimSoc *soc);
