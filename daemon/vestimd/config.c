/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/config.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include "common/vestim-api.h"
#include "daemon/posix/fd.h"
#include "daemon/vestimd/config-hooks.h"
#include "daemon/vestimd/config-settings.h"
#include "daemon/vestimd/sys/loopback.h"

#define FILE_GROUP "vestimd"
#define FILE_LIMIT (64 * 1024)
#define DEFAULT_JOBS_IN_MEMORY 4000
#define DEFAULT_TIMEOUT_S 30.0

/* What getopt_long() returns for the options outside the table of settings. The settings are
 * numbered from SETTING_BASE on. */
enum
{
  OPTION_DAEMONIZE = 256,
  OPTION_NEW_REGISTRY,
  OPTION_STATUS,
  OPTION_BACKUP,
  OPTION_RESTORE,
  OPTION_JSON,
  OPTION_STOP,
  OPTION_DOCTOR,
  OPTION_TIMEOUT,
  OPTION_KEEP_JOBS,
  OPTION_DATA_DIR,
  OPTION_HELP,
  OPTION_VERSION,
  SETTING_BASE = 512,
};

/* In the order of `config_settings`. */
static const struct option long_options[] = {
  { "host", required_argument, NULL, SETTING_BASE },
  { "port", required_argument, NULL, SETTING_BASE + 1 },
  { "max-running", required_argument, NULL, SETTING_BASE + 2 },
  { "log-level", required_argument, NULL, SETTING_BASE + 3 },
  { "no-auth", no_argument, NULL, SETTING_BASE + 4 },
  { "allowed-hosts", required_argument, NULL, SETTING_BASE + 5 },
  { "capacity", required_argument, NULL, SETTING_BASE + 6 },
  { "jobs-in-memory", required_argument, NULL, SETTING_BASE + 7 },
  { "daemonize", no_argument, NULL, OPTION_DAEMONIZE },
  { "new-registry", no_argument, NULL, OPTION_NEW_REGISTRY },
  { "backup", required_argument, NULL, OPTION_BACKUP },
  { "restore", required_argument, NULL, OPTION_RESTORE },
  { "status", no_argument, NULL, OPTION_STATUS },
  { "json", no_argument, NULL, OPTION_JSON },
  { "stop", no_argument, NULL, OPTION_STOP },
  { "doctor", no_argument, NULL, OPTION_DOCTOR },
  { "timeout", required_argument, NULL, OPTION_TIMEOUT },
  { "keep-jobs", no_argument, NULL, OPTION_KEEP_JOBS },
  { "data-dir", required_argument, NULL, OPTION_DATA_DIR },
  { "help", no_argument, NULL, OPTION_HELP },
  { "version", no_argument, NULL, OPTION_VERSION },
  { NULL, 0, NULL, 0 },
};

/* The command line before the merge. All strings are borrowed from argv. */
typedef struct
{
  const char *settings[CONFIG_N_SETTINGS];
  const char *data_dir;
  const char *timeout;
  const char *backup;
  const char *restore;
  bool is_status;
  bool is_stop;
  bool is_doctor;
  bool is_json;
  bool is_keep_jobs;
  bool is_daemonize;
  bool is_new_registry;
} CommandLine;

static int fail (int code, char **message, const char *format, ...) G_GNUC_PRINTF (3, 4);

static int
fail (int code, char **message, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  *message = g_strdup_vprintf (format, args);
  va_end (args);
  return code;
}

/* False for --help and --version: the rest of the command line is not read. */
static bool
take_option (CommandLine *line, int option, const char *value, DaemonAction *action)
{
  if (option >= SETTING_BASE)
    line->settings[option - SETTING_BASE] = value != NULL ? value : "true";
  else if (option == OPTION_DATA_DIR)
    line->data_dir = value;
  else if (option == OPTION_TIMEOUT)
    line->timeout = value;
  else if (option == OPTION_BACKUP)
    line->backup = value;
  else if (option == OPTION_RESTORE)
    line->restore = value;
  else if (option == OPTION_STATUS)
    line->is_status = true;
  else if (option == OPTION_STOP)
    line->is_stop = true;
  else if (option == OPTION_DOCTOR)
    line->is_doctor = true;
  else if (option == OPTION_JSON)
    line->is_json = true;
  else if (option == OPTION_KEEP_JOBS)
    line->is_keep_jobs = true;
  else if (option == OPTION_DAEMONIZE)
    line->is_daemonize = true;
  else if (option == OPTION_NEW_REGISTRY)
    line->is_new_registry = true;
  else
    *action = option == OPTION_VERSION ? DAEMON_ACTION_VERSION : DAEMON_ACTION_HELP;
  return *action != DAEMON_ACTION_HELP && *action != DAEMON_ACTION_VERSION;
}

static int
read_command_line (CommandLine *line, DaemonAction *action, int argc, char **argv, char **message)
{
  int option;

  opterr = 0;
  optind = 0; /* from the start: the tests read several command lines */
  while ((option = getopt_long (argc, argv, ":h", long_options, NULL)) != -1)
    {
      const char *word = optind > 0 && optind <= argc ? argv[optind - 1] : "";

      if (option == ':')
        return fail (EXIT_USAGE, message, "%s needs a value", word);
      if (option == '?')
        return fail (EXIT_USAGE, message, "%s is not an option of vestimd, or takes no value",
                     word);
      if (!take_option (line, option == 'h' ? OPTION_HELP : option, optarg, action))
        return EXIT_OK;
    }
  if (optind < argc)
    return fail (EXIT_USAGE, message, "unexpected argument '%s'; vestimd takes only options",
                 argv[optind]);
  return EXIT_OK;
}

/* The option that says what is to be done instead of serving: at most one. `*name` (nullable). */
static int
choose_action (const CommandLine *line, DaemonAction *action, const char **name, char **message)
{
  const struct
  {
    bool is_given;
    const char *name;
    DaemonAction action;
  } options[] = {
    { line->is_status, "--status", DAEMON_ACTION_STATUS },
    { line->is_stop, "--stop", DAEMON_ACTION_STOP },
    { line->is_doctor, "--doctor", DAEMON_ACTION_DOCTOR },
    { line->backup != NULL, "--backup", DAEMON_ACTION_BACKUP },
    { line->restore != NULL, "--restore", DAEMON_ACTION_RESTORE },
  };

  *name = NULL;
  for (size_t i = 0; i < G_N_ELEMENTS (options); i++)
    if (options[i].is_given)
      {
        if (*name != NULL)
          return fail (EXIT_USAGE, message, "%s and %s cannot be combined", *name, options[i].name);
        *name = options[i].name;
        *action = options[i].action;
      }
  return EXIT_OK;
}

/* An option that would have no effect is a mistake. `action` (nullable): the option's name. */
static int
check_combination (const CommandLine *line, const char *action, char **message)
{
  const char *wrong = NULL;
  const char *needed = NULL;

  if (line->is_json && !line->is_status && !line->is_doctor)
    wrong = "--json", needed = "--status or --doctor";
  else if (line->timeout != NULL && !line->is_stop)
    wrong = "--timeout", needed = "--stop";
  else if (line->is_keep_jobs && !line->is_stop)
    wrong = "--keep-jobs", needed = "--stop";
  if (wrong != NULL)
    return fail (EXIT_USAGE, message, "%s needs %s", wrong, needed);
  if (action != NULL && (line->is_daemonize || line->is_new_registry))
    return fail (EXIT_USAGE, message, "%s and %s cannot be combined",
                 line->is_daemonize ? "--daemonize" : "--new-registry", action);
  if (line->data_dir != NULL && line->data_dir[0] == '\0')
    return fail (EXIT_USAGE, message, "--data-dir: name a directory");
  return EXIT_OK;
}

static int
apply_setting (DaemonConfig *config, const ConfigSetting *setting, ConfigSource source,
               const char *label, const char *value, char **message)
{
  const char *expected = setting->apply (config, source, value);

  if (expected == NULL)
    return EXIT_OK;
  return fail (EXIT_USAGE, message, "%s: '%s' is not valid; %s", label, value, expected);
}

static int
apply_file_key (DaemonConfig *config, GKeyFile *file, const char *key, char **message)
{
  const ConfigSetting *setting = config_setting_find (key);
  g_autofree char *label = g_strdup_printf ("%s: %s", config->paths->config, key);
  g_autofree char *value = g_key_file_get_string (file, FILE_GROUP, key, NULL);

  if (setting == NULL)
    return fail (EXIT_USAGE, message,
                 "%s: '%s' is not a setting; the settings are host, port, max-running, log-level, "
                 "no-auth, allowed-hosts, capacity and jobs-in-memory",
                 config->paths->config, key);
  if (value == NULL)
    return fail (EXIT_USAGE, message, "%s: its value is not valid text", label);
  return apply_setting (config, setting, CONFIG_FROM_FILE, label, g_strstrip (value), message);
}

static int
apply_hook (DaemonConfig *config, GKeyFile *file, const char *key, char **message)
{
  g_autofree char *value = g_key_file_get_string (file, CONFIG_HOOKS_GROUP, key, NULL);
  g_autofree char *fault = NULL;

  if (value == NULL)
    return fail (EXIT_USAGE, message, "%s: %s: its value is not valid text", config->paths->config,
                 key);
  fault = config_hooks_apply (config, key, g_strstrip (value));
  return fault == NULL
             ? EXIT_OK
             : fail (EXIT_USAGE, message, "%s: %s: %s", config->paths->config, key, fault);
}

typedef int (*ApplyKey) (DaemonConfig *config, GKeyFile *file, const char *key, char **message);

static int
apply_group (DaemonConfig *config, GKeyFile *file, const char *group, ApplyKey apply,
             char **message)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, NULL);
  int code = EXIT_OK;

  for (char **key = keys; code == EXIT_OK && key != NULL && *key != NULL; key++)
    code = apply (config, file, *key, message);
  return code;
}

static int
apply_groups (DaemonConfig *config, GKeyFile *file, char **message)
{
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);
  int code;

  for (char **group = groups; *group != NULL; group++)
    if (strcmp (*group, FILE_GROUP) != 0 && strcmp (*group, CONFIG_HOOKS_GROUP) != 0)
      return fail (EXIT_USAGE, message,
                   "%s: the group [%s] is unknown; settings are in [%s], hooks in [%s]",
                   config->paths->config, *group, FILE_GROUP, CONFIG_HOOKS_GROUP);
  code = apply_group (config, file, FILE_GROUP, apply_file_key, message);
  return code != EXIT_OK ? code
                         : apply_group (config, file, CONFIG_HOOKS_GROUP, apply_hook, message);
}

/* Editors on Windows put a mark before the text. */
static const char *
skip_mark (const char *text)
{
  return g_str_has_prefix (text, "\xEF\xBB\xBF") ? text + 3 : text;
}

static int
parse_file (DaemonConfig *config, const char *text, char **message)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;

  if (text[0] == '\0' || g_key_file_load_from_data (file, text, -1, G_KEY_FILE_NONE, &error))
    return apply_groups (config, file, message);
  if (g_error_matches (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_GROUP_NOT_FOUND))
    return fail (EXIT_USAGE, message,
                 "%s: its settings are in no group; start the file with the line [" FILE_GROUP "]",
                 config->paths->config);
  return fail (EXIT_USAGE, message, "%s: %s", config->paths->config, error->message);
}

static int
apply_file (DaemonConfig *config, char **message)
{
  g_autofree char *text = NULL;
  size_t length = 0;
  int r = fd_read_file (config->paths->config, FILE_LIMIT, &text, &length);

  if (r == -ENOENT || r == -ENOTDIR)
    return EXIT_OK;
  if (r < 0)
    return fail (EXIT_REFUSED, message, "the settings %s cannot be read: %s; replace the file",
                 config->paths->config, fd_describe_error (r));
  if (strlen (text) != length)
    return fail (EXIT_USAGE, message, "%s: it is not plain text; save it as UTF-8",
                 config->paths->config);
  return parse_file (config, skip_mark (text), message);
}

static int
apply_environment (DaemonConfig *config, char **message)
{
  int code = EXIT_OK;

  for (size_t i = 0; code == EXIT_OK && i < CONFIG_N_SETTINGS; i++)
    {
      const ConfigSetting *setting = &config_settings[i];
      const char *value = g_getenv (setting->variable);

      if (value != NULL && value[0] != '\0')
        code = apply_setting (config, setting, CONFIG_FROM_ENVIRONMENT, setting->variable, value,
                              message);
    }
  return code;
}

static int
apply_command_line (DaemonConfig *config, const CommandLine *line, char **message)
{
  int code = EXIT_OK;

  for (size_t i = 0; code == EXIT_OK && i < CONFIG_N_SETTINGS; i++)
    {
      g_autofree char *label = g_strconcat ("--", config_settings[i].name, NULL);

      if (line->settings[i] != NULL)
        code = apply_setting (config, &config_settings[i], CONFIG_FROM_COMMAND_LINE, label,
                              line->settings[i], message);
    }
  if (code == EXIT_OK && line->timeout != NULL
      && !config_parse_seconds (line->timeout, &config->timeout_s))
    return fail (EXIT_USAGE, message, "--timeout: '%s' is not valid; give seconds, such as 30",
                 line->timeout);
  return code;
}

static void
set_defaults (DaemonConfig *config)
{
  *config = (DaemonConfig){
    .host = g_strdup (VESTIM_DEFAULT_HOST),
    .port = VESTIM_DEFAULT_PORT,
    .timeout_s = DEFAULT_TIMEOUT_S,
    .max_running = -1,
    .max_running_default = -1,
    .capacity = { -1, -1, -1 },
    .capacity_default = { -1, -1, -1 },
    .log_level = LOG_LEVEL_INFO,
    .jobs_in_memory = DEFAULT_JOBS_IN_MEMORY,
    .allowed_hosts = g_new0 (char *, 1),
  };
}

/* The weakest source first: a stronger one overwrites it. */
static int
merge (DaemonConfig *config, const CommandLine *line, char **message)
{
  bool is_serve = config->action == DAEMON_ACTION_SERVE || config->action == DAEMON_ACTION_DOCTOR;
  int code = is_serve ? apply_file (config, message) : EXIT_OK;

  if (code == EXIT_OK && is_serve)
    code = apply_environment (config, message);
  if (code == EXIT_OK)
    code = apply_command_line (config, line, message);
  if (code == EXIT_OK && is_serve && config->no_auth && !loopback_is_host (config->host))
    return fail (EXIT_USAGE, message,
                 "--no-auth works only with loopback addresses, and %s is not one: anyone who can "
                 "reach it could run programs here; leave --no-auth out, or use --host 127.0.0.1",
                 config->host);
  return code;
}

static int
check_home (const CommandLine *line, char **message)
{
  if (line->data_dir != NULL || vestim_paths_named_home () != NULL
      || vestim_paths_user_home () != NULL)
    return EXIT_OK;
  return fail (EXIT_REFUSED, message,
               "there is no home directory for ~/.vestim: HOME is not an absolute path, and the "
               "user database has none for UID %u; name a data directory with --data-dir or "
               "VESTIM_HOME",
               (unsigned) geteuid ());
}

int
config_load (DaemonConfig *config, int argc, char **argv, char **message)
{
  CommandLine line = { .data_dir = NULL };
  const char *action;
  int code;

  set_defaults (config);
  code = read_command_line (&line, &config->action, argc, argv, message);
  if (code != EXIT_OK || config->action == DAEMON_ACTION_HELP
      || config->action == DAEMON_ACTION_VERSION)
    return code;
  code = choose_action (&line, &config->action, &action, message);
  if (code == EXIT_OK)
    code = check_combination (&line, action, message);
  if (code == EXIT_OK)
    code = check_home (&line, message);
  if (code != EXIT_OK)
    return code;
  config->file = g_strdup (line.backup != NULL ? line.backup : line.restore);
  config->json = line.is_json;
  config->keep_jobs = line.is_keep_jobs;
  config->daemonize = line.is_daemonize;
  config->new_registry = line.is_new_registry;
  config->paths = vestim_paths_new (line.data_dir);
  if (config->action != DAEMON_ACTION_DOCTOR)
    return merge (config, &line, message);
  merge (config, &line, &config->settings_fault);
  return EXIT_OK;
}

void
config_clear (DaemonConfig *config)
{
  g_clear_pointer (&config->host, g_free);
  g_clear_pointer (&config->hook_on_end, g_free);
  g_clear_pointer (&config->settings_fault, g_free);
  g_clear_pointer (&config->file, g_free);
  g_clear_pointer (&config->allowed_hosts, g_strfreev);
  g_clear_pointer (&config->paths, vestim_paths_free);
}
