/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* Where a title ends and its unit begins: "Voltage [V]", "Current(A)", "I/mA", "Voltage / V",
 * "电流（mA）", "Voltage#V", "I_mA". What is in brackets at the end is the unit; after a slash or
 * another sign only what looks like one, because "ox/red" and "Step_Index" are names. "Amps" is a
 * name that states its unit. */

/* The length of the title without its unit. If it has one, `*unit` is its text, without spaces and
 * brackets (transfer full); else NULL. */
size_t table_unit_split (const char *title, char **unit);

/* Whether the text is written as a unit: "mA", "Ah", "mA.h", "°C", "%", "1/s", "µF". This says
 * nothing about whether an estimation can use the unit. */
bool table_unit_is_word (const char *text);
