/* SPDX-License-Identifier: MIT */
#include "common/job/vestim-command.h"

#include <signal.h>
#include <string.h>

#include "common/json/vestim-field-reader.h"
#include "common/json/vestim-fields.h"
#include "common/json/vestim-json-private.h"

/* Linux limits one string to 128 KiB with its NUL. All strings together, with a pointer each, must
 * leave room for the daemon's own environment. */
#define MAX_STRING (128 * 1024)
#define MAX_TOTAL (1024 * 1024)

/* About 30 years. A longer limit could overflow a timer. */
#define MAX_TIMEOUT_S 1e9

/* One hour. A deletion waits as long. */
#define MAX_STOP_GRACE_S 3600

typedef struct
{
  VestimFieldReader fields;
  GString *scratch;
  size_t total; /* bytes that argv and env take at exec */
} CommandReader;

/* Whether a program accepts a string of that length. */
static bool
count_size (CommandReader *reader, size_t length)
{
  reader->total += length + 1 + sizeof (char *);
  return length < MAX_STRING;
}

static void
fault_size (CommandReader *reader, const char *name)
{
  vestim_field_reader_fault (
      &reader->fields, name,
      "This text is longer than %d bytes, the most that a program accepts. Pass it in a file.",
      MAX_STRING - 1);
}

static char *
read_argument (CommandReader *reader, const VestimJsonNode *node, unsigned index)
{
  g_autofree char *name = g_strdup_printf ("argv[%u]", index);
  g_autofree char *value = vestim_json_dup_string (node);

  if (value == NULL)
    vestim_field_reader_fault (&reader->fields, name,
                               "An argument must be a string without a NUL character.");
  else if (index == 0 && *value == '\0')
    vestim_field_reader_fault (&reader->fields, name, "The program's name must not be empty.");
  else if (!count_size (reader, strlen (value)))
    fault_size (reader, name);
  else
    return g_steal_pointer (&value);
  return NULL;
}

static char **
read_argv (CommandReader *reader)
{
  const VestimJsonNode *list = vestim_json_member (reader->fields.object, "argv");
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  unsigned index = 0;

  if (vestim_json_type (list) != VESTIM_JSON_ARRAY || vestim_json_size (list) == 0)
    {
      vestim_field_reader_fault (
          &reader->fields, "argv",
          "Give the program and its arguments: an array of at least one string, "
          "such as [\"sleep\", \"10\"].");
      return NULL;
    }
  for (const VestimJsonNode *n = vestim_json_first (list); n != NULL; n = vestim_json_next (n))
    {
      char *value = read_argument (reader, n, index++);

      if (value == NULL)
        return NULL;
      g_ptr_array_add (argv, value);
    }
  g_ptr_array_add (argv, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&argv), FALSE);
}

static char *
read_cwd (CommandReader *reader)
{
  const VestimJsonNode *node = vestim_json_member (reader->fields.object, "cwd");
  g_autofree char *cwd = vestim_json_dup_string (node);

  if (node == NULL || (cwd != NULL && *cwd == '/'))
    return g_steal_pointer (&cwd);
  vestim_field_reader_fault (&reader->fields, "cwd",
                             "The working folder must be an absolute path, such as \"/tmp\".");
  return NULL;
}

static char *
dup_variable_field (const VestimJsonNode *node)
{
  g_autofree char *name = vestim_json_dup_name (node);

  return vestim_field_path ("env", name);
}

/* (nullable) what is wrong with a variable. */
static const char *
variable_fault (const char *name, size_t length, const VestimJsonNode *node, const char *value)
{
  if (length == 0 || memchr (name, '\0', length) != NULL || memchr (name, '=', length) != NULL)
    return "The name of an environment variable must not be empty, and must not contain '=' or a "
           "NUL character.";
  if (value == NULL && vestim_json_type (node) != VESTIM_JSON_NULL)
    return "The value of an environment variable must be a string without a NUL character, or null "
           "to remove it.";
  return NULL;
}

static void
read_variable (CommandReader *reader, const VestimJsonNode *node, GPtrArray *set, GPtrArray *unset)
{
  size_t length = 0;
  const char *name = vestim_json_name (node, reader->scratch, &length);
  g_autofree char *value = vestim_json_dup_string (node);
  const char *fault = variable_fault (name, length, node, value);

  if (fault != NULL)
    {
      g_autofree char *field = dup_variable_field (node);

      vestim_field_reader_fault (&reader->fields, field, "%s", fault);
    }
  else if (!count_size (reader, length + (value != NULL ? 1 + strlen (value) : 0)))
    {
      g_autofree char *field = dup_variable_field (node);

      fault_size (reader, field);
    }
  else if (value == NULL)
    g_ptr_array_add (unset, g_strndup (name, length));
  else
    g_ptr_array_add (set, g_strdup_printf ("%.*s=%s", (int) length, name, value));
}

static void
read_env (CommandReader *reader, VestimCommand *command)
{
  const VestimJsonNode *env = vestim_json_member (reader->fields.object, "env");
  GPtrArray *set = g_ptr_array_new (), *unset = g_ptr_array_new ();

  if (env != NULL && vestim_json_type (env) != VESTIM_JSON_OBJECT)
    vestim_field_reader_fault (&reader->fields, "env",
                               "The environment must be an object of strings, with null for a "
                               "variable to remove.");
  else
    for (const VestimJsonNode *m = vestim_json_first (env); m != NULL; m = vestim_json_next (m))
      read_variable (reader, m, set, unset);
  g_ptr_array_add (set, NULL);
  g_ptr_array_add (unset, NULL);
  command->env_set = (char **) g_ptr_array_free (set, FALSE);
  command->env_unset = (char **) g_ptr_array_free (unset, FALSE);
}

static double
read_timeout (CommandReader *reader)
{
  const VestimJsonNode *node = vestim_json_member (reader->fields.object, "timeout_s");
  double value = 0;

  if (node == NULL)
    return 0;
  if (!vestim_json_get_double (node, &value) || value <= 0)
    vestim_field_reader_fault (&reader->fields, "timeout_s",
                               "The time limit must be a number of seconds above 0.");
  return MIN (value, MAX_TIMEOUT_S);
}

static bool
read_bool (CommandReader *reader, const char *name)
{
  const VestimJsonNode *node = vestim_json_member (reader->fields.object, name);
  bool value = false;

  if (node != NULL && !vestim_json_get_bool (node, &value))
    vestim_field_reader_fault (&reader->fields, name, "This must be true or false.");
  return value;
}

/* ---- The stop ---- */

/* Signals by which programs are asked to end. */
static const struct
{
  const char *name;
  int number;
} stop_signals[] = {
  { "TERM", SIGTERM },   { "INT", SIGINT },   { "HUP", SIGHUP },
  { "QUIT", SIGQUIT },   { "USR1", SIGUSR1 }, { "USR2", SIGUSR2 },
  { "WINCH", SIGWINCH }, { "ABRT", SIGABRT }, { "KILL", SIGKILL },
};

static int
read_stop_signal (CommandReader *reader)
{
  const VestimJsonNode *node = vestim_json_member (reader->fields.object, "stop_signal");
  g_autofree char *text = vestim_json_dup_string (node);
  const char *name = text != NULL && g_str_has_prefix (text, "SIG") ? text + 3 : text;

  for (unsigned i = 0; name != NULL && i < G_N_ELEMENTS (stop_signals); i++)
    if (strcmp (name, stop_signals[i].name) == 0)
      return stop_signals[i].number;
  if (node != NULL)
    vestim_field_reader_fault (&reader->fields, "stop_signal",
                               "The signal of a stop must be one of \"TERM\", \"INT\", \"HUP\", "
                               "\"QUIT\", \"USR1\", \"USR2\", \"WINCH\", \"ABRT\" and \"KILL\".");
  return 0;
}

static void
read_stop_grace (CommandReader *reader, VestimCommand *command)
{
  const VestimJsonNode *node = vestim_json_member (reader->fields.object, "stop_grace_s");

  command->has_stop_grace = node != NULL;
  if (node != NULL
      && (!vestim_json_get_double (node, &command->stop_grace_s) || command->stop_grace_s < 0
          || command->stop_grace_s > MAX_STOP_GRACE_S))
    vestim_field_reader_fault (
        &reader->fields, "stop_grace_s",
        "The time from the first signal of a stop to SIGKILL must be a number "
        "of seconds from 0 to %d.",
        MAX_STOP_GRACE_S);
}

/* ---- The input ---- */

static bool
leads_up (const char *path)
{
  g_auto (GStrv) names = g_strsplit (path, "/", -1);

  return g_strv_contains ((const char *const *) names, "..");
}

static char *
read_stdin (CommandReader *reader)
{
  const VestimJsonNode *node = vestim_json_member (reader->fields.object, "stdin");
  g_autofree char *path = vestim_json_dup_string (node);

  if (node == NULL)
    return NULL;
  if (path == NULL || *path == '\0')
    vestim_field_reader_fault (
        &reader->fields, "stdin",
        "The standard input must be the path of a file: absolute, or relative "
        "to the job folder.");
  else if (*path != '/' && leads_up (path))
    vestim_field_reader_fault (&reader->fields, "stdin",
                               "A path relative to the job folder must not have \"..\": give an "
                               "absolute path for a file outside.");
  else if (!count_size (reader, strlen (path)))
    fault_size (reader, "stdin");
  else
    return g_steal_pointer (&path);
  return NULL;
}

VestimCommand *
vestim_command_read (const VestimJsonNode *selections, const char *prefix, GPtrArray *errors)
{
  static const char *const known[] = {
    "argv",           "cwd", "env",   "timeout_s",      "restart", "stop_signal", "stop_grace_s",
    "keep_leftovers", "pty", "stdin", "log_timestamps", NULL
  };
  g_autoptr (GString) scratch = g_string_new (NULL);
  CommandReader reader = { .fields = { .object = selections, .prefix = prefix, .errors = errors },
                           .scratch = scratch };
  unsigned faults_before = errors->len;

  if (vestim_json_type (selections) != VESTIM_JSON_OBJECT)
    {
      vestim_field_errors_add (errors, prefix, "This must be an object.");
      return NULL;
    }

  g_autoptr (VestimCommand) command = g_new0 (VestimCommand, 1);
  command->argv = read_argv (&reader);
  command->cwd = read_cwd (&reader);
  read_env (&reader, command);
  command->timeout_s = read_timeout (&reader);
  command->restart = read_bool (&reader, "restart");
  command->stop_signal = read_stop_signal (&reader);
  read_stop_grace (&reader, command);
  command->keep_leftovers = read_bool (&reader, "keep_leftovers");
  command->pty = read_bool (&reader, "pty");
  command->stdin_path = read_stdin (&reader);
  command->log_timestamps = read_bool (&reader, "log_timestamps");
  vestim_field_reader_refuse_unknown (&reader.fields, known);
  if (reader.total > MAX_TOTAL)
    vestim_field_reader_fault (&reader.fields, "argv",
                               "Arguments and environment together are too large for a program. "
                               "Pass them in a file.");
  return errors->len == faults_before ? g_steal_pointer (&command) : NULL;
}

void
vestim_command_free (VestimCommand *command)
{
  if (command == NULL)
    return;
  g_strfreev (command->argv);
  g_free (command->cwd);
  g_free (command->stdin_path);
  g_strfreev (command->env_set);
  g_strfreev (command->env_unset);
  g_free (command);
}
