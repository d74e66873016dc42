/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

/* Whether a Content-Type is application/json in UTF-8. Other parameters have no effect (RFC 8259,
 * 11). */
bool media_type_is_json (const char *type);
