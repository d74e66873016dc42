/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

/* docs/openapi.yaml as JSON. The build makes the code from the file: openapi-embed.c. */
extern const char openapi_json[];
extern const size_t openapi_json_length;
extern const char openapi_etag[]; /* with its quotes */
