/* SPDX-License-Identifier: MIT */
#pragma once

#include <signal.h>
#include <spawn.h>

/* Makes the attributes of a child process for posix_spawn(): a session of its own, so that Ctrl-C
 * for us does not reach it; each signal as by default, and blocked only those of `blocked`
 * (nullable: none). Free them with posix_spawnattr_destroy(). */
void spawn_attributes_init (posix_spawnattr_t *attributes, const sigset_t *blocked);
