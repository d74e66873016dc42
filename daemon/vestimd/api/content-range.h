/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/api/folder-store.h"

/* Reads the `Content-Range` of a part (RFC 9110, 14.4), such as "bytes 0-9/20", into `offset` and
 * `total`. An asterisk in place of the size leaves `total` at -1; in place of "0-9" it means that
 * no bytes follow. Without one (`text` is nullable) the body is the whole file. (nullable) why it
 * cannot be used: a static sentence. */
const char *content_range_read (const char *text, FolderPart *part);
