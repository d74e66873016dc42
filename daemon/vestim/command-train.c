/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "common/client/vestim-error.h"
#include "common/client/vestim-node.h"
#include "common/client/vestim-text-line.h"
#include "daemon/vestim/command-list.h"
#include "daemon/vestim/job-add.h"
#include "daemon/vestim/job-options.h"
#include "daemon/vestim/train-settings.h"

#define MAX_NAME 200

/* The folder is this computer's, if the server is. */
static bool
set_folder (const Arguments *arguments, bool is_local, JsonObject *selections, GError **error)
{
  const char *folder = arguments->words->len > 0 ? arguments->words->pdata[0] : NULL;
  g_autofree char *path = NULL;

  if (folder == NULL)
    return true;
  if (!is_local && !g_path_is_absolute (folder))
    {
      usage_error_set (error,
                       "\"%s\" must be an absolute path on the server's computer, such as "
                       "/srv/cycles.",
                       folder);
      return false;
    }
  path = is_local ? g_canonicalize_filename (folder, NULL) : g_strdup (folder);
  json_object_set_string_member (selections, "folder_path", path);
  return true;
}

static bool
has_files (JsonObject *selections)
{
  static const char *const names[] = { "folder_path", "train_files", NULL };

  for (const char *const *name = names; *name != NULL; name++)
    if (json_object_has_member (selections, *name))
      return true;
  return false;
}

/* "cycles: model GRU, layers 18,18" */
static void
set_name (const Arguments *arguments, JsonObject *selections, JsonObject *job)
{
  const char *folder = json_object_get_string_member_with_default (selections, "folder_path", NULL);
  g_autofree char *base = folder != NULL ? g_path_get_basename (folder) : g_strdup ("training");
  g_autofree char *given = train_settings_dup_given (arguments);
  g_autofree char *text = g_strdup_printf ("%s%s%s", base, *given != '\0' ? ": " : "", given);
  g_autofree char *name = vestim_text_line (text, MAX_NAME);

  json_object_set_string_member (job, "name", name);
}

static bool
make_job (Invocation *invocation, JsonObject *job, GError **error)
{
  const Arguments *arguments = invocation->arguments;
  bool is_local = session_is_local (invocation->session);
  JsonObject *selections = json_object_new ();

  json_object_set_string_member (job, "kind", "estimation");
  json_object_set_object_member (job, "selections", selections);
  if (!train_settings_apply (arguments, is_local, selections, error)
      || !set_folder (arguments, is_local, selections, error))
    return false;
  if (!has_files (selections))
    {
      usage_error_set (error, "Name a folder with the folders train, val and test: vestim train "
                              "FOLDER. Or use --train-files, --validation-files and "
                              "--test-files.");
      return false;
    }
  set_name (arguments, selections, job);
  return job_options_apply (arguments, invocation->session, NULL, job, error);
}

/* The server names fields, and the user knows options. */
static void
name_options (const GError *error)
{
  GPtrArray *fields = vestim_error_get_fields (error);

  for (guint i = 0; fields != NULL && i < fields->len; i++)
    {
      VestimFieldError *fault = fields->pdata[i];
      char *option = train_settings_dup_option (fault->field);

      g_free (fault->field);
      fault->field = option;
    }
}

static int
run (Invocation *invocation, GError **error)
{
  g_autoptr (JsonObject) job = json_object_new ();
  g_autoptr (GError) failure = NULL;
  int code = VESTIM_EXIT_REFUSED;

  if (session_open (invocation->session, &failure) && make_job (invocation, job, &failure))
    code = job_add (invocation, job, false, &failure);
  if (failure == NULL)
    return code;
  name_options (failure);
  g_propagate_error (error, g_steal_pointer (&failure));
  return code;
}

const Command command_train = {
  .name = "train",
  .arguments = "[FOLDER]",
  .summary = "Queue the training and test of voltage models",
  .examples = "vestim train ~/cycles\n"
              "vestim train ~/cycles --model GRU --layers 18,18 --max-epochs 50 --wait\n"
              "vestim train ~/cycles --layers 18,18 --sweep learning_rate=0.001,0.003\n"
              "vestim train ~/cycles --sweep 'layers=10;18,18' --threads 2",
  .details = "FOLDER has the folders train, val and test with data files. Each setting of an "
             "estimation is an option; docs/estimation.md describes them. A setting that is a "
             "list of columns takes them with commas, a list of files one for each option. An "
             "object takes JSON, or the word of its kind: --schedule cosine. \"none\" removes a "
             "limit.\n"
             "--sweep takes the values of a setting: with commas; with semicolons between "
             "networks, 'layers=10;18,18'; or, with --search random, as a range: "
             "'learning_rate=0.0001..0.01 log'.",
  .make_options = train_settings_options,
  .takes = WORD_FOLDER,
  .min_words = 0,
  .max_words = 1,
  .run = run,
};
