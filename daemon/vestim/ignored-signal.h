/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

/* Whether the signal is ignored, as nohup and the "&" of a script do it: then it should stay so. */
bool signal_is_ignored (int number);
