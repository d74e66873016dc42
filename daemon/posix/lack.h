/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

/* A momentary lack: the system has no room, memory, process, descriptor or lock left. What failed
 * for this reason is tried again later. `code` is an errno. */

bool lack_is (int code);

/* A static text "what is lacking: what to do", without a full stop. NULL: it is no lack. */
const char *lack_describe (int code);

/* A search skips what it cannot open. During a lack, this may be what it looks for. So functions
 * that open files for a search note their failures here, for the calling thread. That a search
 * found nothing is certain only if nothing was noted since lack_forget(). */
void lack_forget (void);
void lack_note (int code);
bool lack_was_noted (void);
