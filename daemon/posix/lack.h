/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

/* A momentary lack: the system has no room, memory, process, descriptor or lock left. What failed
 * for this reason was sound, so it waits and is tried again. `code` is an errno. */

bool lack_is (int code);

/* A static text "what is lacking: what to do", without a full stop. NULL: it is no lack. */
const char *lack_describe (int code);

/* A search skips what it cannot open, and under a lack that may be the very thing it looks for. So
 * what opens files for a search notes its failures here, for the calling thread: a search that
 * found nothing is sure only if nothing was noted since lack_forget(). */
void lack_forget (void);
void lack_note (int code);
bool lack_was_noted (void);
