/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/json/vestim-field-reader.h"

/* What each setting of an estimation is. The table is in vestim-settings-table.c; the reader and
 * the writer of selections, sweeps, legacy names, the dashboard, docs/estimation.md and the manual
 * page of vestim-estimate follow it. */

#define VESTIM_MAX_LAYERS 8
#define VESTIM_MAX_LAYER_SIZE 512
#define VESTIM_MAX_INPUTS 64

/* The type of a setting, and of the variable that holds its value. */
typedef enum
{
  VESTIM_SETTING_FLAG,    /* bool */
  VESTIM_SETTING_WHOLE,   /* int */
  VESTIM_SETTING_SEED,    /* uint64_t, at most INT64_MAX */
  VESTIM_SETTING_NUMBER,  /* double */
  VESTIM_SETTING_LIMIT,   /* double; 0 stands for none, which is null in JSON */
  VESTIM_SETTING_WORD,    /* int or an enum: the index in `words` */
  VESTIM_SETTING_LAYERS,  /* VestimLayers */
  VESTIM_SETTING_STRING,  /* char * */
  VESTIM_SETTING_STRINGS, /* char **, NULL-terminated */
  VESTIM_SETTING_OBJECT,  /* its members are settings, too */
} VestimSettingType;

typedef struct
{
  int n;
  int sizes[VESTIM_MAX_LAYERS];
} VestimLayers;

typedef struct
{
  const char *name;  /* "schedule.factor" is a member of the object "schedule" */
  const char *title; /* for a form; to be translated */
  VestimSettingType type;
  const char *unit; /* (nullable) of a number; of strings, what they are; to be translated */
  const char *help; /* sentences; to be translated */
  const char *since;

  /* Range of a number, of each layer's size, or of the number of strings. Both are allowed. */
  double min;
  double max;

  double initial;           /* default of a number; of layers: of the only one */
  const char *const *words; /* NULL-terminated: the words to choose from, the default first; the
                               default of strings */

  const char *old_word; /* (nullable) accepted in place of the word with the index */
  int old_word_means;

  bool is_hyperparameter; /* has its value in VestimHyperparameters, at `offset` unless an object */
  size_t offset;
  unsigned schedules; /* of a schedule's member: a bit for each VestimScheduleKind that has it */

  const char *legacy[5]; /* names in the legacy system, NULL-terminated */
} VestimSetting;

/* All settings, ended by one without a name. A member follows its object. */
extern const VestimSetting vestim_settings[];

/* (nullable) */
const VestimSetting *vestim_setting_find (const char *name);

/* "factor" of "schedule.factor". */
const char *vestim_setting_member (const VestimSetting *setting);

/* Whether it is a member of the object (NULL: of the selections). False at the end of the table. */
bool vestim_setting_is_in (const VestimSetting *setting, const VestimSetting *object);

/* Whether a sweep can list several values of it. */
bool vestim_setting_can_be_swept (const VestimSetting *setting);

/* Whether schedules of this kind (VestimScheduleKind) have the member. */
bool vestim_setting_is_of_schedule (const VestimSetting *member, int kind);

/* One fault for each member of the reader's object that is not a setting in `object` (NULL: of the
 * selections); `schedule` is the kind of a schedule. */
void vestim_settings_refuse_unknown (const VestimFieldReader *reader, const VestimSetting *object,
                                     int schedule);

/* These three are for variables of the setting's type, but not for strings and objects.
 * Reading leaves the variable as it is if its member is absent or wrong (which adds a fault). */
void vestim_setting_set_default (const VestimSetting *setting, void *value);
void vestim_setting_read (const VestimSetting *setting, const VestimFieldReader *reader,
                          void *value);
void vestim_setting_append_value (GString *json, const VestimSetting *setting, const void *value);

/* A word of the setting with this name, and the index of the word; -1 if it has no such word. */
const char *vestim_setting_word (const char *name, int index);
int vestim_setting_find_word (const char *name, const char *word);
