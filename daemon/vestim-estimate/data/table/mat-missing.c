/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/table/table-source.h"

#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/data/table/mat-head.h"

/* Where VEstim was built without libmatio. */

static TableSource *
mat_open (const char *path, const char *encoding, GError **error)
{
  failure_set (error,
               "%s is a MATLAB file, and this vestim-estimate was built without libmatio, which "
               "reads such files: save its columns as CSV, or build with libmatio-dev",
               path);
  return NULL;
}

const TableSourceType table_mat_source = {
  .recognizes = mat_head_recognizes,
  .open = mat_open,
};
