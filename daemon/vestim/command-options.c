/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/command-options.h"

#include <string.h>

#include "common/client/vestim-text-line.h"
#include "daemon/vestim/option-values.h"
#include "daemon/vestim/shell-environment.h"

#define MAX_SHOWN 80

/* (transfer none) the object `env` of the selections, made when it is missing. */
static JsonObject *
get_env (JsonObject *selections)
{
  if (!json_object_has_member (selections, "env"))
    json_object_set_object_member (selections, "env", json_object_new ());
  return json_object_get_object_member (selections, "env");
}

static bool
check_name (const char *name, const char *option, GError **error)
{
  if (name[0] != '\0' && strchr (name, '=') == NULL && g_utf8_validate (name, -1, NULL))
    return true;

  g_autofree char *shown = vestim_text_line (name, MAX_SHOWN);
  usage_error_set (error, "\"%s\" is wrong for --%s: give the name of a variable.", shown, option);
  return false;
}

static bool
set_variable (JsonObject *selections, const char *text, GError **error)
{
  const char *equals = strchr (text, '=');
  g_autofree char *name = equals != NULL ? g_strndup (text, equals - text) : g_strdup (text);
  const char *value = equals != NULL ? equals + 1 : g_getenv (name);

  if (!check_name (name, "env", error))
    return false;
  if (value == NULL)
    {
      usage_error_set (error, "The shell has no variable %s to pass on: use -e %s=VALUE.", name,
                       name);
      return false;
    }
  if (!option_check_utf8 (value, "The value of a variable", error))
    return false;
  json_object_set_string_member (get_env (selections), name, value);
  return true;
}

static bool
apply_environment (const Arguments *arguments, JsonObject *selections, GError **error)
{
  g_autoptr (GPtrArray) set = arguments_get_all (arguments, "env");
  g_autoptr (GPtrArray) unset = arguments_get_all (arguments, "unset");

  for (guint i = 0; i < unset->len; i++)
    {
      if (!check_name (unset->pdata[i], "unset", error))
        return false;
      json_object_set_null_member (get_env (selections), unset->pdata[i]);
    }
  for (guint i = 0; i < set->len; i++)
    if (!set_variable (selections, set->pdata[i], error))
      return false;
  return true;
}

static bool
apply_folder (const Arguments *arguments, JsonObject *selections, GError **error)
{
  const char *folder = arguments_get (arguments, "cwd");
  g_autofree char *here = NULL;
  g_autofree char *path = NULL;

  if (folder == NULL)
    return true;
  if (folder[0] == '\0')
    {
      json_object_remove_member (selections, "cwd");
      return true;
    }
  if (folder[0] != '/')
    {
      here = shell_environment_dup_folder (error);
      if (here == NULL)
        return false;
    }
  path = g_canonicalize_filename (folder, here);
  if (!option_check_utf8 (path, "The folder", error))
    return false;
  json_object_set_string_member (selections, "cwd", path);
  return true;
}

static bool
apply_times (const Arguments *arguments, JsonObject *selections, GError **error)
{
  double timeout = 0, grace = -1;
  const char *signal = NULL;

  if (!option_get_duration (arguments, "timeout", &timeout, error)
      || !option_get_duration (arguments, "stop-grace", &grace, error)
      || !option_get_text (arguments, "stop-signal", &signal, error))
    return false;
  if (timeout > 0)
    json_object_set_double_member (selections, "timeout_s", timeout);
  if (grace >= 0)
    json_object_set_double_member (selections, "stop_grace_s", grace);
  if (signal != NULL)
    json_object_set_string_member (selections, "stop_signal", signal);
  return true;
}

static void
apply_flags (const Arguments *arguments, JsonObject *selections)
{
  static const struct
  {
    const char *option, *member;
  } flags[] = { { "pty", "pty" },
                { "log-timestamps", "log_timestamps" },
                { "keep-leftovers", "keep_leftovers" },
                { "restart", "restart" } };

  for (gsize i = 0; i < G_N_ELEMENTS (flags); i++)
    if (arguments_has (arguments, flags[i].option))
      json_object_set_boolean_member (selections, flags[i].member, TRUE);
}

bool
command_options_apply (const Arguments *arguments, JsonObject *selections, GError **error)
{
  apply_flags (arguments, selections);
  return apply_folder (arguments, selections, error)
         && apply_environment (arguments, selections, error)
         && apply_times (arguments, selections, error);
}

bool
command_options_set_argv (JsonObject *selections, const GPtrArray *words, GError **error)
{
  JsonArray *argv = json_array_new ();

  json_object_set_array_member (selections, "argv", argv);
  for (guint i = 0; i < words->len; i++)
    {
      if (!option_check_utf8 (words->pdata[i], "The argument", error))
        return false;
      json_array_add_string_element (argv, words->pdata[i]);
    }
  return true;
}
