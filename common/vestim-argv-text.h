/* SPDX-License-Identifier: MIT */
#pragma once

/* (transfer full) the command line that a shell would run as `argv`. */
char *vestim_argv_text (const char *const *argv);
