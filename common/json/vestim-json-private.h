/* SPDX-License-Identifier: MIT */
#pragma once

#include "common/json/vestim-json.h"

/* Texts are shorter than this, so that offsets and numbers of nodes fit into the bits below. */
#define VESTIM_JSON_MAX_TEXT ((size_t) 1 << 28)

/* Nodes are in one array in the order of the text; a container precedes its content. The first
 * child is the next node, the next sibling is `span` nodes further. */
struct VestimJsonNode
{
  const char *start;    /* the value's first byte */
  uint32_t length;      /* of the value in bytes */
  uint32_t size;        /* elements or members */
  uint32_t name_offset; /* from the name's opening quote to `start`; 0: not a member */
  uint32_t span : 28;   /* nodes in this subtree, this one included */
  uint32_t type : 3;
  uint32_t is_last : 1; /* of its container */
};

struct VestimJsonDoc
{
  VestimJsonNode *nodes;
};

/* The bytes between the quotes of a valid string that starts at `quote`. True when there are
 * escapes in it. */
bool vestim_json_string_span (const char *quote, const char **start, size_t *length);

/* The name of a member: borrowed from the text, or from `scratch` when it has escapes. */
const char *vestim_json_name (const VestimJsonNode *member, GString *scratch, size_t *length);
