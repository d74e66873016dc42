/* SPDX-License-Identifier: MIT */
#pragma once

/* U+FFFF, which is not a character, stands in trees for a NUL: json-glib ends a string there. */
#define VESTIM_NODE_NUL_MARK "\xef\xbf\xbf"
