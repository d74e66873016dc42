/* SPDX-License-Identifier: MIT */
#pragma once

/* Opens the file that a job gets as its standard input: a regular file or a device. A relative path
 * starts at the open folder, and neither a link nor ".." leads out of it; an absolute one may be
 * any path. A FIFO is refused without waiting for its writer. A descriptor or -errno: -ELOOP for a
 * link, -EISDIR for a folder, -EINVAL for anything else that cannot be used. */
int input_file_open (int folder, const char *path);

/* What is wrong and what to do, for such an errno: a static text without a full stop. */
const char *input_file_describe (int r);
