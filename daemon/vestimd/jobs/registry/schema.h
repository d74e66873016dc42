/* SPDX-License-Identifier: MIT */
#pragma once

#include <sqlite3.h>

/* The tables, their version (PRAGMA user_version) and the steps from one version to the next. All
 * functions block and belong to the start. They return 0 or REGISTRY_E_REFUSED with `*message`
 * (transfer full). */

#define SCHEMA_APPLICATION_ID 0x56457374 /* "VEst" */

/* Step n leads from version n to n + 1; the first one makes the tables of an empty registry. */
typedef struct
{
  const char *const *steps;
  int version; /* the number of steps: the version that this program works with */
} Schema;

extern const Schema schema_current;

/* Makes a new registry at `path`, which does not exist yet: written beside it, flushed, renamed. */
int schema_create (const Schema *schema, const char *path, char **message);

/* Checks that `db`, the file at `path`, is a registry of a known version, and all of its pages. */
int schema_verify (const Schema *schema, sqlite3 *db, const char *path, char **message);

/* Checks that `db`, the registry at `path`, is ours, undamaged and not newer. Then migrates it to
 * the schema's version, after copying it to `path`.v<N>.bak. Changes nothing before the checks have
 * passed. */
int schema_adopt (const Schema *schema, sqlite3 *db, const char *path, char **message);
