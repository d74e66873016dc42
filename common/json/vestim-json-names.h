/* SPDX-License-Identifier: MIT */
#pragma once

#include "common/json/vestim-json.h"

/* Finds doubled names in objects in linear time, also against chosen names: the hash is keyed. One
 * is used for all objects of a text; all zero is a valid start. */
typedef struct
{
  uint64_t key[2];
  bool has_key;
  GString *scratch[2];
} VestimJsonNames;

/* (nullable) the first member whose name an earlier one has, escapes resolved. */
const VestimJsonNode *vestim_json_names_find_double (VestimJsonNames *names,
                                                     const VestimJsonNode *object);
void vestim_json_names_clear (VestimJsonNames *names);
