/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Strict RFC 8259: UTF-8 (no BOM, no lone surrogate, neither raw nor escaped), no comment, no NaN,
 * no number beyond a double, no doubled key, at most VESTIM_JSON_MAX_DEPTH levels. json-glib
 * accepts or crashes on several of these: the clients run this parser before it (common/client).
 * Nodes point into the text, so that a part can be kept exactly as it was received. */

#define VESTIM_JSON_MAX_DEPTH 64

#define VESTIM_JSON_ERROR (vestim_json_error_quark ())
GQuark vestim_json_error_quark (void);

typedef enum
{
  VESTIM_JSON_ERROR_SYNTAX,  /* the message has the error, its line, column and byte */
  VESTIM_JSON_ERROR_CONTENT, /* valid JSON, but not of the expected content */
} VestimJsonError;

typedef enum
{
  VESTIM_JSON_NULL,
  VESTIM_JSON_BOOL,
  VESTIM_JSON_NUMBER,
  VESTIM_JSON_STRING,
  VESTIM_JSON_ARRAY,
  VESTIM_JSON_OBJECT,
} VestimJsonType;

typedef struct VestimJsonDoc VestimJsonDoc;
typedef struct VestimJsonNode VestimJsonNode;

/* `(transfer full)`; NULL with `error` set when `text` is not strict JSON. `text` (need not end
 * with a NUL) is not copied and must outlive the document. */
VestimJsonDoc *vestim_json_parse (const char *text, size_t length, GError **error);
/* The same for a text that ends with a NUL. NULL also when `text` (nullable) is NULL. */
VestimJsonDoc *vestim_json_parse_text (const char *text);
void vestim_json_doc_free (VestimJsonDoc *doc);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VestimJsonDoc, vestim_json_doc_free)

/* Nodes live as long as their document. All of these take NULL for an absent node. */
const VestimJsonNode *vestim_json_root (const VestimJsonDoc *doc);
VestimJsonType vestim_json_type (const VestimJsonNode *node); /* NULL node: VESTIM_JSON_NULL */
size_t vestim_json_size (const VestimJsonNode *node);         /* elements or members; else 0 */

/* The first element (or member's value) and the next one; NULL at the end. */
const VestimJsonNode *vestim_json_first (const VestimJsonNode *container);
const VestimJsonNode *vestim_json_next (const VestimJsonNode *node);

/* (nullable) the value of a member of an object. */
const VestimJsonNode *vestim_json_member (const VestimJsonNode *object, const char *name);

/* `(transfer full)` the name of the member with this value; NULL when it is not a member. A NUL in
 * the name becomes U+FFFD. */
char *vestim_json_dup_name (const VestimJsonNode *node);

/* The bytes of the value in the text, without surrounding white space. */
const char *vestim_json_raw (const VestimJsonNode *node, size_t *length);

/* Each returns false and leaves `*value` alone when the node has another type or the value is not
 * representable. 3.0 and 3e0 are integers. */
bool vestim_json_get_bool (const VestimJsonNode *node, bool *value);
bool vestim_json_get_int64 (const VestimJsonNode *node, int64_t *value);
bool vestim_json_get_double (const VestimJsonNode *node, double *value);

/* `(transfer full)` a string's value, NUL-terminated; NULL when the node is not a string or the
 * string contains a NUL. */
char *vestim_json_dup_string (const VestimJsonNode *node);

/* Writing. A string gets its quotes and escapes; bytes that are not UTF-8 become U+FFFD. NULL
 * becomes null. */
void vestim_json_append_string (GString *out, const char *string);
void vestim_json_append_string_len (GString *out, const char *string, size_t length);
void vestim_json_append_double (
    GString *out, double value); /* the shortest text that reads back the same; not finite: null */
/* A member without a comma: "name": value. The name needs no escapes. */
void vestim_json_append_string_member (GString *out, const char *name, const char *value);
void vestim_json_append_double_member (GString *out, const char *name, double value);

/* Milliseconds since the epoch as "2026-11-22T19:50:12.123Z"; 0: null. */
void vestim_json_append_time (GString *out, int64_t epoch_ms);
/* Reads such a time, without the quotes. False when `text` is not a time. */
bool vestim_json_parse_time (const char *text, int64_t *epoch_ms);

/* Reads any time of RFC 3339 with a zone: "2026-11-22T20:50:12+01:00", also with a space instead of
 * the T. Digits below a millisecond are cut. False, and `*epoch_ms` untouched, when `text` is not
 * such a time or not in the years 0000 to 9999 in UTC. */
bool vestim_json_parse_any_time (const char *text, int64_t *epoch_ms);
