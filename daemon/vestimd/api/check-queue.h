/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <uv.h>

#include "daemon/vestimd/api/check-process.h"

/* Check processes: short-lived children running vestim-estimate to check files. A few run at the
 * same time, the others wait in a bounded queue. Each is killed after its time limit. Files may lie
 * on a disk that does not answer, so neither the loop nor libuv's thread pool touches them. */

typedef struct CheckQueue CheckQueue;

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
