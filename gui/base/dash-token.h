/* SPDX-License-Identifier: MIT */
#pragma once

/* (transfer full) `text` (nullable) as a token can be sent: without white space around it. NULL
 * when nothing is left, or when it holds what no header of HTTP may: blanks, line ends, other
 * control characters, letters beyond ASCII. */
char *dash_token_clean (const char *text);
