/* SPDX-License-Identifier: MIT */
#pragma once

#include <json-glib/json-glib.h>
#include <stdbool.h>
#include <stdint.h>

/* JSON of the protocol as the clients read and write it: trees of json-glib.
 *
 * Every function takes NULL for an absent node. The functions that return bool leave `*value` as it
 * is when the node has another type. Domain of the errors: VESTIM_JSON_ERROR. */

/* (transfer full) NULL with `error` set when `text` is not strict JSON (see vestim-json.h), with
 * what is wrong and where, or has more than a million values. */
JsonNode *vestim_node_parse (const char *text, gsize length, GError **error);

/* (nullable) (transfer full) the same of a whole string (nullable), without an error. */
JsonNode *vestim_node_parse_text (const char *text);

/* `name` is NULL for an element of an array. Returns false with `error` set to end the walk. */
typedef bool (*VestimNodeFunc) (const char *name, JsonNode *child, gpointer data, GError **error);

/* Calls `func` with each element of the array `text`; with `member` (nullable) instead with each
 * member of the object of that name in the object `text`. Only one child at a time is a tree: a
 * list of thousands takes half the time and little memory. False with `error` when the text is not
 * strict JSON (before the first call) or of another type, or when `func` returned false. */
bool vestim_node_parse_each (const char *text, gsize length, const char *member,
                             VestimNodeFunc func, gpointer data, GError **error);

bool vestim_node_is_null (JsonNode *node); /* also true for NULL */
bool vestim_node_is_object (JsonNode *node);
bool vestim_node_is_array (JsonNode *node);
bool vestim_node_is_number (JsonNode *node);
bool vestim_node_is_string (JsonNode *node);

/* 0 for a node of another type. */
guint vestim_node_n_elements (JsonNode *array);
guint vestim_node_n_members (JsonNode *object);

/* (nullable) (transfer none) `index` may be too large. */
JsonNode *vestim_node_element (JsonNode *array, guint index);

/* (nullable) (transfer none) */
JsonNode *vestim_node_member (JsonNode *object, const char *name);

/* Prepares a walk over the members in their order with json_object_iter_next_ordered(). False when
 * the node is not an object. */
bool vestim_node_iter_init (JsonObjectIter *iter, JsonNode *object);

/* (nullable) (transfer none) NULL also for a string that contains a NUL. */
const char *vestim_node_string (JsonNode *node);

bool vestim_node_get_bool (JsonNode *node, bool *value);
bool vestim_node_get_int64 (JsonNode *node, int64_t *value); /* 3.0 and 3e0 are integers */
bool vestim_node_get_double (JsonNode *node, double *value);

/* "2026-11-22T19:50:12.123Z" in milliseconds since the epoch; 0 for null or NULL. */
bool vestim_node_get_time (JsonNode *node, int64_t *epoch_ms);

/* The members of an object by type. (transfer none); NULL and NAN when there is no such member. */
const char *vestim_node_member_string (JsonNode *object, const char *name);
double vestim_node_member_double (JsonNode *object, const char *name);

/* (transfer full) a GStrv of the strings among the elements of an array. */
char **vestim_node_dup_strings (JsonNode *array);

/* (transfer full) a copy that shares nothing with `node`, unlike that of json_node_copy(). */
JsonNode *vestim_node_copy_deep (JsonNode *node);

/* (transfer full) compact JSON text. It differs from the text that was parsed in white space, in
 * escapes and in how doubles are written. */
char *vestim_node_dup_text (JsonNode *node);
