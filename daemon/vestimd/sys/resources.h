/* SPDX-License-Identifier: MIT */
#pragma once

#include <uv.h>

/* libuv and GLib end the process when it gets no thread, descriptor or memory. So the start
 * checks first what is available, and a lack that ends the daemon later gets a sentence. */

/* That the start must be able to open: its own, and those of one connection and one attempt. */
#define RESOURCES_DESCRIPTORS 20

/* Before the loop exists. 0, or -1 with a sentence (transfer full) that names what is lacking. */
int resources_check (char **message);

/* Starts libuv's pool of threads, smaller if there are few. Right after uv_loop_init(). */
void resources_start_pool (uv_loop_t *loop);

/* From now on, if a library ends the process for lack of memory, threads or descriptors, it prints
 * a sentence and exits with `exit_code`. */
void resources_tell_lack (int exit_code);

#define RESOURCES_STACK 16384

/* The same for a lack in which the calling thread uses up its stack: `stack`, of RESOURCES_STACK
 * bytes, is for the sentence alone and lives as long as the thread. */
void resources_guard_stack (void *stack);
