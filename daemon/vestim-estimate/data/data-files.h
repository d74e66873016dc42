/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "common/estimation/vestim-selections.h"

#define DATA_MAX_FILES 10000

/* `(transfer full)` the paths of the files in `paths` (NULL-terminated); each folder is replaced by
 * its data files, sorted by name: those whose names end in .csv, .tsv, .mpt or .mat, and .txt, .dat
 * and .asc files with rows of numbers, compressed (.gz) or not. NULL with `error` when a folder has
 * none or can't be read. */
GPtrArray *data_files_expand (const char *const *paths, GError **error);

/* `(transfer full)` the name of the file without folders, ".gz" and an end that data files have. */
char *data_files_dup_base_name (const char *path);

/* (nullable) (transfer full) a sentence that names the files of the folder that may be meant as
 * data, but are not read: workbooks, binary files, texts without rows. */
char *data_files_left_out (const char *folder);

typedef enum
{
  DATA_TRAIN,
  DATA_VALIDATION,
  DATA_TEST,
  DATA_N_SETS,
} DataSet;

/* The same for a set of an estimation's files, named one by one or by `folder_path`. */
GPtrArray *data_files_of_set (const VestimSelections *settings, DataSet set, GError **error);

/* `(transfer full)` the sentences of data_files_left_out() for the folders of the set. */
GPtrArray *data_files_left_out_of_set (const VestimSelections *settings, DataSet set);

/* The name of the selections' field for the set. */
const char *data_files_field (const VestimSelections *settings, DataSet set);
