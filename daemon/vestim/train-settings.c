/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/train-settings.h"

#include <string.h>

#include "common/client/vestim-node.h"
#include "common/estimation/vestim-settings.h"
#include "daemon/vestim/job-add.h"
#include "daemon/vestim/job-options.h"
#include "daemon/vestim/train-value.h"

#define SWEEP "sweep"
#define CONFIG "config"
#define SELECTIONS "selections."

static const CommandOption own_options[] = {
  { CONFIG, 0, "FILE", "a JSON file with settings; options change them", WORD_FILE, NULL },
  JOB_OPTION_ROWS,
  JOB_ADD_ROWS,
};

/* (transfer full) "schedule-factor" of "schedule.factor" */
static char *
dup_option_name (const char *setting)
{
  return g_strdelimit (g_strdup (setting), "._", '-');
}

/* The members of a list of objects have no option: the list is given as JSON. */
static bool
has_option (const VestimSetting *setting)
{
  return !g_str_has_prefix (setting->name, "derived.");
}

static const char *
value_name (const VestimSetting *setting)
{
  switch (setting->type)
    {
    case VESTIM_SETTING_FLAG:
      return "BOOL";
    case VESTIM_SETTING_WHOLE:
    case VESTIM_SETTING_SEED:
      return "N";
    case VESTIM_SETTING_NUMBER:
    case VESTIM_SETTING_LIMIT:
      return "NUMBER";
    case VESTIM_SETTING_WORD:
      return "WORD";
    case VESTIM_SETTING_LAYERS:
      return "N,...";
    case VESTIM_SETTING_STRING:
      return strcmp (setting->name, "folder_path") == 0   ? "DIR"
             : g_strcmp0 (setting->unit, "a column") == 0 ? "COLUMN"
                                                          : "FILE";
    case VESTIM_SETTING_STRINGS:
      return g_strcmp0 (setting->unit, "columns") == 0 ? "COLUMN,..." : "FILE";
    case VESTIM_SETTING_OBJECT:
      return strcmp (setting->name, SWEEP) == 0 ? "NAME=VALUES" : "JSON";
    }
  g_assert_not_reached ();
}

/* (transfer full) "The size of …" as "the size of …", without its full stop. */
static char *
dup_help (const VestimSetting *setting)
{
  const char *help = setting->help;
  size_t length = strlen (help);

  if (strcmp (setting->name, SWEEP) == 0)
    return g_strdup ("several values of a setting, each of which is a task: "
                     "learning_rate=0.001,0.003, 'layers=10;18,18'; may be repeated");
  return g_strndup (help, length - (help[length - 1] == '.' ? 1 : 0));
}

static CommandOption
make_option (const VestimSetting *setting)
{
  bool is_flag = setting->type == VESTIM_SETTING_FLAG;
  bool is_file = setting->unit != NULL && strstr (setting->unit, "absolute path") != NULL;

  return (CommandOption){
    .name = dup_option_name (setting->name),
    .value = value_name (setting),
    .help = dup_help (setting),
    .kind = setting->words != NULL && setting->type != VESTIM_SETTING_STRING
                    && setting->type != VESTIM_SETTING_STRINGS
                ? WORD_CHOICE
            : is_flag ? WORD_CHOICE
            : is_file ? WORD_FILE
                      : WORD_TEXT,
    .choices = is_flag                  ? "true false"
               : setting->words != NULL ? g_strjoinv (" ", (char **) setting->words)
                                        : NULL,
  };
}

const CommandOption *
train_settings_options (void)
{
  static GArray *options;

  if (options != NULL)
    return (const CommandOption *) options->data;
  options = g_array_new (TRUE, TRUE, sizeof (CommandOption));
  g_array_append_vals (options, own_options, G_N_ELEMENTS (own_options));
  for (const VestimSetting *setting = vestim_settings; setting->name != NULL; setting++)
    if (has_option (setting))
      {
        CommandOption option = make_option (setting);

        g_array_append_val (options, option);
      }
  return (const CommandOption *) options->data;
}

/* (transfer none) the object that has the setting as its member, made if it is missing. */
static JsonObject *
find_owner (JsonObject *selections, const char *name)
{
  const char *dot = strchr (name, '.');
  g_autofree char *first = NULL;
  JsonObject *owner;

  if (dot == NULL)
    return selections;
  first = g_strndup (name, (gsize) (dot - name));
  if (!vestim_node_is_object (json_object_get_member (selections, first)))
    json_object_set_object_member (selections, first, json_object_new ());
  owner = json_object_get_object_member (selections, first);
  return find_owner (owner, dot + 1);
}

/* Lists grow with each option. */
static void
set_value (JsonObject *owner, const VestimSetting *setting, JsonNode *value, bool is_first)
{
  const char *name = vestim_setting_member (setting);
  JsonNode *before = json_object_get_member (owner, name);

  if (is_first || setting->type != VESTIM_SETTING_STRINGS || !vestim_node_is_array (before)
      || !vestim_node_is_array (value))
    {
      json_object_set_member (owner, name, value);
      return;
    }
  for (guint i = 0; i < vestim_node_n_elements (value); i++)
    json_array_add_element (json_node_get_array (before),
                            json_node_copy (vestim_node_element (value, i)));
  json_node_unref (value);
}

/* "learning_rate=0.001,0.003", or the whole object as JSON. */
static bool
add_sweep (JsonObject *selections, const char *text, GError **error)
{
  const char *equals = strchr (text, '=');
  g_autofree char *name = equals != NULL ? g_strndup (text, (gsize) (equals - text)) : NULL;
  const VestimSetting *setting;
  JsonNode *values;

  if (*text == '{')
    {
      values = train_value_parse (vestim_setting_find (SWEEP), text, false, error);
      if (values != NULL)
        json_object_set_member (selections, SWEEP, values);
      return values != NULL;
    }
  if (name != NULL)
    g_strdelimit (name, "-", '_');
  setting = name != NULL ? vestim_setting_find (name) : NULL;
  if (setting == NULL)
    {
      usage_error_set (error,
                       "--sweep: \"%s\" is not a setting with its values. Write it as "
                       "learning_rate=0.001,0.003.",
                       text);
      return false;
    }
  values = train_value_parse_sweep (setting, equals + 1, error);
  if (values == NULL)
    return false;
  json_object_set_member (find_owner (selections, SWEEP "."), name, values);
  return true;
}

static bool
apply_setting (const Arguments *arguments, const VestimSetting *setting, bool is_local,
               JsonObject *selections, GError **error)
{
  g_autofree char *option = dup_option_name (setting->name);
  g_autoptr (GPtrArray) texts = arguments_get_all (arguments, option);

  for (guint i = 0; i < texts->len; i++)
    {
      JsonNode *value;

      if (strcmp (setting->name, SWEEP) == 0)
        {
          if (!add_sweep (selections, texts->pdata[i], error))
            return false;
          continue;
        }
      value = train_value_parse (setting, texts->pdata[i], is_local, error);
      if (value == NULL)
        {
          g_prefix_error (error, "--%s: ", option);
          return false;
        }
      set_value (find_owner (selections, setting->name), setting, value, i == 0);
    }
  return true;
}

static bool
read_config (const char *path, JsonObject *selections, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) failure = NULL;
  g_autoptr (JsonNode) root = NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, &failure))
    {
      usage_error_set (error, "--config: %s", failure->message);
      return false;
    }
  root = vestim_node_parse (text, length, &failure);
  if (!vestim_node_iter_init (&iter, root))
    {
      usage_error_set (error, "--config: %s: %s", path,
                       failure != NULL
                           ? failure->message
                           : "it must hold an object with settings: {\"model\": \"GRU\"}");
      return false;
    }
  while (json_object_iter_next_ordered (&iter, &name, &value))
    json_object_set_member (selections, name, json_node_copy (value));
  return true;
}

bool
train_settings_apply (const Arguments *arguments, bool is_local, JsonObject *selections,
                      GError **error)
{
  const char *config = arguments_get (arguments, CONFIG);

  if (config != NULL && !read_config (config, selections, error))
    return false;
  for (const VestimSetting *setting = vestim_settings; setting->name != NULL; setting++)
    if (has_option (setting) && !apply_setting (arguments, setting, is_local, selections, error))
      return false;
  return true;
}

char *
train_settings_dup_option (const char *field)
{
  const char *rest = field + strlen (SELECTIONS);
  g_autofree char *name = NULL;
  const VestimSetting *setting;

  if (!g_str_has_prefix (field, SELECTIONS))
    return g_strdup (field);
  if (g_str_has_prefix (rest, SWEEP "."))
    return g_strdup_printf ("--%s %s", SWEEP, rest + strlen (SWEEP "."));
  name = g_strndup (rest, strcspn (rest, "["));
  setting = vestim_setting_find (name);
  if (setting == NULL || !has_option (setting))
    return g_strdup (rest);
  g_strdelimit (name, "._", '-');
  return g_strdup_printf ("--%s%s", name, rest + strlen (name));
}

char *
train_settings_dup_given (const Arguments *arguments)
{
  GString *text = g_string_new (NULL);

  for (const VestimSetting *setting = vestim_settings; setting->name != NULL; setting++)
    {
      g_autofree char *option = dup_option_name (setting->name);
      const char *value = arguments_get (arguments, option);

      if (value != NULL && has_option (setting) && setting->is_hyperparameter)
        g_string_append_printf (text, "%s%s %s", text->len > 0 ? ", " : "", option, value);
    }
  return g_string_free (text, FALSE);
}
