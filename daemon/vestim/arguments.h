/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim/command.h"

/* A command line, taken apart by the tables of options. Options and arguments may be mixed; "--"
 * ends the options. "-x VALUE", "-xVALUE", "--long VALUE" and "--long=VALUE" are understood, and
 * "-xyz" for options without a value. All strings belong to argv. */
typedef struct
{
  const Command *command; /* (nullable) no command was named */
  GPtrArray *given;       /* the options in their order */
  GPtrArray *words;       /* (element-type utf8) the arguments, ended by NULL beyond its length */
} Arguments;

/* (nullable) (transfer full) NULL with `error` (USAGE_ERROR). The number of arguments is checked
 * too, unless --help is among the options. */
Arguments *arguments_parse (int argc, char **argv, GError **error);
void arguments_free (Arguments *arguments);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Arguments, arguments_free)

bool arguments_has (const Arguments *arguments, const char *name);

/* (nullable) (transfer none) the option's value; the last one when it is given several times. */
const char *arguments_get (const Arguments *arguments, const char *name);

/* (transfer container) all its values in their order. */
GPtrArray *arguments_get_all (const Arguments *arguments, const char *name);
