/* SPDX-License-Identifier: MIT */
#pragma once

/* The style sheet of a page: light and dark as the reader prefers, and light on paper. */
extern const char page_style[];
