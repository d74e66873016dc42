/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>

#include "common/vestim-api.h"
#include "daemon/vestim/answer.h"
#include "daemon/vestim/command-list.h"
#include "daemon/vestim/invocation.h"
#include "daemon/vestim/option-values.h"
#include "daemon/vestim/output/output.h"

/* How many jobs run at a time: `max_running` of the queue and of groups. */

#define NO_LIMIT (-1)

static bool
read_limit (const char *word, bool has_group, int64_t *limit, GError **error)
{
  if (has_group && strcmp (word, "none") == 0)
    *limit = NO_LIMIT;
  else if (!g_ascii_string_to_signed (word, 10, 0, VESTIM_MAX_RUNNING, limit, NULL))
    {
      usage_error_set (error, "\"%s\" is no limit: give a number from 0 to %d%s.", word,
                       VESTIM_MAX_RUNNING, has_group ? ", or \"none\"" : "");
      return false;
    }
  return true;
}

/* (transfer full) the effect as a sentence. `group` (nullable) */
static char *
describe (int64_t limit, const char *group)
{
  g_autofree char *where = group != NULL ? g_strconcat (" of the group ", group, NULL) : NULL;
  const char *of = where != NULL ? where : "";

  if (limit == NO_LIMIT)
    return g_strdup_printf ("The group %s has no limit.\n", group);
  if (limit == 0)
    return g_strdup_printf ("No other job%s starts. Running jobs go on.\n", of);
  return g_strdup_printf ("At most %" PRId64 " job%s%s run%s at a time.\n", limit,
                          limit == 1 ? "" : "s", of, limit == 1 ? "s" : "");
}

static bool
send_limit (Invocation *invocation, int64_t limit, const char *group, GError **error)
{
  g_autofree char *escaped = group != NULL ? g_uri_escape_string (group, NULL, FALSE) : NULL;
  VestimRequest *request = escaped != NULL ? vestim_request_new ("PATCH", "/groups/%s", escaped)
                                           : vestim_request_new ("PATCH", "/server/settings");
  g_autoptr (VestimReply) reply = NULL;
  g_autofree char *text = describe (limit, group);

  request->body = limit == NO_LIMIT ? g_strdup ("{\"max_running\":null}")
                                    : g_strdup_printf ("{\"max_running\":%" PRId64 "}", limit);
  reply = session_send (invocation->session, request, error);
  if (reply == NULL)
    return false;
  if (answer_is_for_scripts (invocation->arguments))
    return answer_print (invocation->arguments, reply, error);
  return output_write (text, strlen (text), error);
}

static int
run_limit (Invocation *invocation, GError **error)
{
  const char *group = arguments_get (invocation->arguments, "group");
  int64_t limit = 0;

  if (!read_limit (invocation->arguments->words->pdata[0], group != NULL, &limit, error)
      || (group != NULL && !option_check_utf8 (group, "The group", error)))
    return VESTIM_EXIT_USAGE;
  return send_limit (invocation, limit, group, error) ? VESTIM_EXIT_DONE : VESTIM_EXIT_REFUSED;
}

static const CommandOption limit_options[] = {
  { "group", 'g', "NAME", "the jobs of this group, not the whole queue", WORD_GROUP, NULL },
  { .name = NULL },
};

const Command command_limit = {
  .name = "limit",
  .arguments = "N|none",
  .summary = "Set how many jobs run at a time, of all or of a group",
  .examples = "vestim limit 4\n"
              "vestim limit 1 --group gpu\n"
              "vestim limit none --group gpu   # only the limit of the queue counts",
  .details = "With 0, no other job starts; running jobs go on. The server keeps the limit. "
             "\"vestim status\" shows it.",
  .options = limit_options,
  .takes = WORD_TEXT,
  .min_words = 1,
  .max_words = 1,
  .run = run_limit,
};
