/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim/session.h"

/* (nullable) (transfer full) the ID that a user means by `word`: an ID, a unique beginning of one,
 * with or without "job_", the number after its last hyphen, or "last", the newest job. NULL with
 * `error`, a sentence, when there is no such job or several. */
char *job_ids_find (Session *session, const char *word, GError **error);

/* Whether `word` is written as a whole ID. */
bool job_ids_is_whole (const char *word);
