/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* The tags of a job as a user types them: with commas between them. If a tag has a comma, the text
 * is their JSON array instead. */

/* (transfer full) the text of what the server stores (nullable: none). */
char *dash_tags_text (const char *stored);

/* (transfer full) the tags that `text` names. */
char **dash_tags_split (const char *text);
