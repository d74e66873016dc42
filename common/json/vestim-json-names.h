/* SPDX-License-Identifier: MIT */
#pragma once

#include "common/json/vestim-json.h"

/* Finds duplicate names in objects in linear time. The hash is keyed, so that chosen names don't
 * slow it down. One finder serves all objects of a text; it starts as all zero. */
typedef struct
{
  uint64_t key[2];
  bool has_key;
  GString *scratch[2];
} VestimJsonNames;

/* (nullable) the first member whose name, with escapes resolved, an earlier member has. */
const VestimJsonNode *vestim_json_names_find_double (VestimJsonNames *names,
                                                     const VestimJsonNode *object);
void vestim_json_names_clear (VestimJsonNames *names);
