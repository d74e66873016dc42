/* SPDX-License-Identifier: MIT */
#pragma once

/* From now on, stdout and stderr replace control characters other than tab and line end: names in
 * foreign files could otherwise change the terminal that shows them. Texts keep their length. Call
 * it once, before the first output. */
void printable_output_init (void);
