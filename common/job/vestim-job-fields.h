/* SPDX-License-Identifier: MIT */
#pragma once

#include "common/job/vestim-job.h"
#include "common/json/vestim-json.h"

/* The table of a job's fields: name in the job object, column in the registry, type, initial value,
 * and who may change it when. Whoever copies, stores, writes, reads or changes jobs walks this
 * table. So a new field is a member of VestimJob, a row here and a column in the schema. */

typedef enum
{
  VESTIM_JOB_FIELD_TEXT,   /* char *: a string */
  VESTIM_JOB_FIELD_OBJECT, /* char *: JSON text of an object, kept as it was received */
  VESTIM_JOB_FIELD_ARRAY,  /* char *: JSON text of an array */
  VESTIM_JOB_FIELD_WORD,   /* an enum: the index of one of `words` */
  VESTIM_JOB_FIELD_BOOL,   /* bool */
  VESTIM_JOB_FIELD_INT,    /* int */
  VESTIM_JOB_FIELD_INT64,  /* int64_t */
  VESTIM_JOB_FIELD_TIME,   /* int64_t: ms since the epoch, RFC 3339 in JSON; 0: null */
  VESTIM_JOB_FIELD_DOUBLE, /* double; NAN: null */
  VESTIM_JOB_FIELD_FOLDER, /* no member: the job's folder, derived from its ID */
} VestimJobFieldType;

/* When a client may change a field with PATCH. What may be changed at all can also be set with
 * POST. */
typedef enum
{
  VESTIM_JOB_CHANGE_NEVER,
  VESTIM_JOB_CHANGE_ALWAYS,
  VESTIM_JOB_CHANGE_UNTIL_RUNNING, /* created, queued */
  VESTIM_JOB_CHANGE_WHILE_CREATED,
} VestimJobChange;

enum
{
  VESTIM_JOB_FIELD_NULLABLE = 1 << 0,   /* the initial value stands for null */
  VESTIM_JOB_FIELD_OMITTED = 1 << 1,    /* left out of the job object while it is null */
  VESTIM_JOB_FIELD_DETAILS = 1 << 2,    /* in the job object's `details` */
  VESTIM_JOB_FIELD_OF_ATTEMPT = 1 << 3, /* initial again for each attempt */
  VESTIM_JOB_FIELD_SPARSE = 1 << 4, /* the initial value takes no room: it is a NULL column, and a
                                       text is NULL in memory and `null_text` in JSON */
  VESTIM_JOB_FIELD_APART = 1 << 5, /* an update of a stored job leaves it as it is: it has an update
                                      of its own */
};

typedef struct
{
  const char *name;    /* (nullable) in the job object; NULL: not part of it */
  const char *key;     /* ,"name": as it is written */
  unsigned key_length; /* bytes of `key` */
  const char *column;  /* (nullable) in the registry; NULL: not stored */
  VestimJobFieldType type;
  unsigned flags;
  VestimJobChange change;
  size_t offset;            /* in VestimJob */
  const char *initial_text; /* (nullable) of texts, objects and arrays */
  const char *null_text;    /* (nullable) shown for NULL: a text, or JSON of objects and arrays */
  int64_t initial;          /* of words, bools, integers and times */
  int64_t min;              /* of integers that clients set */
  int64_t max;              /* of these; of texts: the longest, in bytes */
  const char *const *words; /* the first one may be NULL, which is null */
  unsigned n_words;
  const char *expected;     /* of words that clients set: "The kind must be …" */
  const char *change_error; /* why the field cannot be changed any more, a sentence */
  /* (nullable) Checks a client's value of a text, object or array, and returns (transfer full) the
   * text to keep. NULL: something is wrong, and faults were added for `name` and its members. */
  char *(*read) (const VestimJsonNode *node, const char *name, GPtrArray *errors);
} VestimJobField;

extern const VestimJobField vestim_job_fields[];
extern const unsigned vestim_job_n_fields;

/* A set of fields: bit n stands for vestim_job_fields[n]. */
typedef uint64_t VestimJobFieldSet;
#define VESTIM_JOB_MAX_FIELDS 64
#define VESTIM_JOB_FIELD_BIT(n) ((VestimJobFieldSet) 1 << (n))

/* The set of one field, named by its member of VestimJob. */
#define VESTIM_JOB_FIELD_SET(member) vestim_job_field_set (offsetof (VestimJob, member))
VestimJobFieldSet vestim_job_field_set (size_t offset);

/* Whether the member is a `char *` of the job's own. */
bool vestim_job_field_is_text (const VestimJobField *field);

/* A field's member of a job: `type` is the C type that the enum says, `unsigned` for a word. */
#define VESTIM_JOB_MEMBER(type, field, job) (*(type *) ((char *) (job) + (field)->offset))

/* The value of a word, bool, integer or time. */
int64_t vestim_job_field_int (const VestimJobField *field, const VestimJob *job);
void vestim_job_field_set_int (const VestimJobField *field, VestimJob *job, int64_t value);

/* False, and nothing changed, when `word` (nullable) is not one of the field's words. */
bool vestim_job_field_set_word (const VestimJobField *field, VestimJob *job, const char *word);

/* Whether it is NULL, NAN or the initial value. */
bool vestim_job_field_is_initial (const VestimJobField *field, const VestimJob *job);
bool vestim_job_field_is_null (const VestimJobField *field, const VestimJob *job);
void vestim_job_field_reset (const VestimJobField *field, VestimJob *job);

/* Sets a text, object or array. Takes `text` (nullable). */
void vestim_job_field_take_text (const VestimJobField *field, VestimJob *job, char *text);

/* (nullable) why the fields of `set` must not all be changed in this state: a sentence, static. */
const char *vestim_job_fields_refuse_change (VestimJobFieldSet set, VestimJobState state);

/* Whether `text` (nullable) is the name of a group. If not, a fault with the field `name` is added.
 */
bool vestim_job_group_check (const char *text, const char *name, GPtrArray *errors);

void vestim_job_fields_copy (VestimJob *to, const VestimJob *from, VestimJobFieldSet set);
bool vestim_job_fields_equal (const VestimJob *a, const VestimJob *b, VestimJobFieldSet set);
