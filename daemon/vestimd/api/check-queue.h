/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <uv.h>

/* Check processes: short-lived children running vestim-estimate to check files. A few run at the
 * same time, the others wait in a bounded queue. Each is killed after its time limit. Files may lie
 * on a disk that does not answer, so neither the loop nor libuv's thread pool touches them. */

typedef struct CheckQueue CheckQueue;

typedef enum
{
  CHECK_DONE,      /* exit status 0: `output` is what it printed */
  CHECK_NO_ANSWER, /* too slow, crashed, too talkative, or could not be started */
  CHECK_BUSY,      /* too many wait */
  CHECK_CANCELLED, /* the daemon stops */
} CheckStatus;

/* `output` is also NUL-terminated; it and `length` are valid with DONE only. */
typedef void (*CheckFn) (void *user, CheckStatus status, const char *output, size_t length);

/* `program` (nullable) is borrowed. */
CheckQueue *check_queue_new (uv_loop_t *loop, const char *program);

/* `arguments` follow the program's name and are NULL-terminated; they and `input` are copied. `fn`
 * is called once, never before this returns. */
void check_queue_add (CheckQueue *queue, const char *const *arguments, const char *input,
                      size_t input_length, unsigned limit_ms, CheckFn fn, void *user);

/* Ends all checks, calling each `fn` with CANCELLED; then calls `closed`. */
void check_queue_close (CheckQueue *queue, void (*closed) (void *user), void *user);
