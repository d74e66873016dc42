/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "common/json/vestim-field-reader.h"

/* How the columns and rows of data files are understood: settings of an estimation that are also
 * stored with its model. */

typedef enum
{
  VESTIM_SIGN_AS_WRITTEN, /* currents stay as the files have them */
  VESTIM_SIGN_DISCHARGE_NEGATIVE,
  VESTIM_SIGN_DISCHARGE_POSITIVE,
} VestimCurrentSign;

typedef enum
{
  VESTIM_MISSING_REFUSE,
  VESTIM_MISSING_DROP,
  VESTIM_MISSING_INTERPOLATE,
} VestimMissing;

typedef enum
{
  VESTIM_TIME_ERROR_REFUSE,
  VESTIM_TIME_ERROR_SORT,
  VESTIM_TIME_ERROR_DROP,
} VestimTimeError;

/* Of text files. */
typedef enum
{
  VESTIM_ENCODING_FOUND, /* it is detected for each file */
  VESTIM_ENCODING_UTF_8,
  VESTIM_ENCODING_UTF_16_LE,
  VESTIM_ENCODING_UTF_16_BE,
  VESTIM_ENCODING_CP1252,
  VESTIM_ENCODING_GB18030,
  VESTIM_ENCODING_SHIFT_JIS,
} VestimEncoding;

/* Where an input or the target is found. */
typedef struct
{
  char *name;   /* the input, the target, or "Time" */
  char *column; /* (nullable) its column in the files that have one of this name */
  char *unit;   /* (nullable) of that column; without one, of columns that state no unit */
} VestimColumn;

typedef struct
{
  GPtrArray *columns; /* VestimColumn, in the order in which they were given */
  VestimCurrentSign current_sign;
  char *time_column; /* (nullable) */
  double max_gap;    /* periods; a longer step of the time cuts a series */
  VestimMissing missing;
  int missing_rows; /* longest run of missing cells that is interpolated */
  VestimTimeError on_time_error;
  VestimEncoding encoding; /* of the job's files; a model's files have their own */
} VestimDataSettings;

/* `(transfer full)` all defaults. */
VestimDataSettings *vestim_data_settings_new (void);
VestimDataSettings *vestim_data_settings_copy (const VestimDataSettings *data);
void vestim_data_settings_free (VestimDataSettings *data);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VestimDataSettings, vestim_data_settings_free)

bool vestim_data_settings_equal (const VestimDataSettings *a, const VestimDataSettings *b);

/* Reads the members that the object has; the others stay as they are. */
void vestim_data_settings_read (const VestimFieldReader *reader, VestimDataSettings *data);

/* Appends the members that differ from their defaults, possibly none, with `before` in front of the
 * first one and a comma between them. */
void vestim_data_settings_append_members (GString *json, const VestimDataSettings *data,
                                          const char *before);

/* The word of the encoding, as the settings write it; NULL: it is detected. */
const char *vestim_data_settings_encoding (const VestimDataSettings *data);

/* The encoding of this word, whatever its capitals; it must be one. */
void vestim_data_settings_set_encoding (VestimDataSettings *data, const char *word);

/* (nullable) what `columns` says of an input, of the target or of "Time". */
const VestimColumn *vestim_data_settings_find (const VestimDataSettings *data, const char *name);
