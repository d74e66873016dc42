/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/job-ids.h"

#include <string.h>

#include "common/client/vestim-error.h"
#include "common/client/vestim-node.h"
#include "common/client/vestim-text-line.h"

/* An ID is "job_20261122-195012-00002a": the time of its creation, and its number in hexadecimal
 * digits, at least six. What may be both a beginning and a number is looked for as both, and never
 * guessed. */

#define START "job_"
#define N_DATE 8
#define N_TIME 6
#define N_NUMBER 6
#define PAGE 200
#define MAX_SHOWN_WORD 80

/* At most so many jobs are named when several are meant. */
#define MAX_NAMED 3

static size_t
count_digits (const char *text)
{
  return strspn (text, "0123456789");
}

bool
job_ids_is_whole (const char *word)
{
  const char *date = word + strlen (START), *time, *number;

  if (!g_str_has_prefix (word, START) || count_digits (date) != N_DATE || date[N_DATE] != '-')
    return false;
  time = date + N_DATE + 1;
  if (count_digits (time) != N_TIME || time[N_TIME] != '-')
    return false;
  number = time + N_TIME + 1;
  return strlen (number) >= N_NUMBER && strspn (number, "0123456789abcdef") == strlen (number);
}

typedef struct
{
  char *start;      /* (nullable) of an ID */
  char *end;        /* (nullable) of an ID: "-00002a" */
  GPtrArray *found; /* IDs */
} Search;

static bool
matches (const Search *search, const char *id)
{
  return (search->start != NULL && g_str_has_prefix (id, search->start))
         || (search->end != NULL && g_str_has_suffix (id, search->end));
}

/* (nullable) (transfer full) the last ID of the page, escaped, when another page follows. */
static char *
take_page (Search *search, JsonNode *page)
{
  guint n = vestim_node_n_elements (page);
  const char *last = NULL;

  for (guint i = 0; i < n; i++)
    {
      const char *id = vestim_node_member_string (vestim_node_element (page, i), "job_id");

      if (id != NULL && matches (search, id)
          && !g_ptr_array_find_with_equal_func (search->found, id, g_str_equal, NULL))
        g_ptr_array_add (search->found, g_strdup (id));
      last = id;
    }
  return n == PAGE && last != NULL ? g_uri_escape_string (last, NULL, FALSE) : NULL;
}

/* Asks for the jobs with `text` in their ID (or name), until more than MAX_NAMED are found. */
static bool
search_for (Session *session, Search *search, const char *text, GError **error)
{
  g_autofree char *escaped = g_uri_escape_string (text, NULL, FALSE);
  g_autofree char *after = NULL;

  do
    {
      g_autofree char *path =
          g_strdup_printf ("/jobs?q=%s&limit=%d%s%s", escaped, PAGE, after != NULL ? "&after=" : "",
                           after != NULL ? after : "");
      VestimRequest *request = vestim_request_new ("GET", "%s", path);
      g_autoptr (JsonNode) page = NULL;

      request->max_bytes = VESTIM_MAX_LIST_BYTES;
      page = session_ask (session, request, error);
      if (page == NULL)
        return false;
      g_free (after);
      after = take_page (search, page);
    }
  while (after != NULL && search->found->len <= MAX_NAMED);
  return true;
}

static char *
take_single (Search *search, const char *word, GError **error)
{
  g_autofree char *shown = vestim_text_line (word, MAX_SHOWN_WORD);
  g_autoptr (GString) names = g_string_new (NULL);

  if (search->found->len == 1)
    return g_strdup (search->found->pdata[0]);
  if (search->found->len == 0)
    {
      g_set_error (error, VESTIM_ERROR, VESTIM_ERROR_NOT_FOUND, "There is no job \"%s\".", shown);
      return NULL;
    }
  for (guint i = 0; i < search->found->len && i < MAX_NAMED; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", (char *) search->found->pdata[i]);
  g_set_error (error, VESTIM_ERROR, VESTIM_ERROR_CONFLICT,
               "Several jobs are meant by \"%s\": %s%s. Write more of the ID.", shown, names->str,
               search->found->len > MAX_NAMED ? ", ..." : "");
  return NULL;
}

/* Up to six digits are a number. Seven and more may also be the beginning of a date. */
static bool
is_number (const char *word)
{
  return strlen (word) <= N_NUMBER && strspn (word, "0123456789abcdef") == strlen (word);
}

static char *
find_part (Session *session, const char *word, GError **error)
{
  bool has_start = g_str_has_prefix (word, START) || g_str_has_prefix (START, word);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  Search search = { .found = found };
  g_autofree char *start = has_start ? g_strdup (word) : g_strconcat (START, word, NULL);
  g_autofree char *end = NULL;

  if (!has_start && word[0] != '\0' && strspn (word, "0123456789abcdef") == strlen (word)
      && strlen (word) <= 16)
    end = g_strdup_printf ("-%06" G_GINT64_MODIFIER "x", g_ascii_strtoull (word, NULL, 16));
  search.start = is_number (word) ? NULL : start;
  search.end = end;
  if (search.start != NULL && !search_for (session, &search, start, error))
    return NULL;
  if (end != NULL && search.found->len <= MAX_NAMED && !search_for (session, &search, end, error))
    return NULL;
  return take_single (&search, word, error);
}

static char *
find_last (Session *session, GError **error)
{
  g_autoptr (JsonNode) page =
      session_ask (session, vestim_request_new ("GET", "/jobs?limit=1"), error);
  const char *id = vestim_node_member_string (vestim_node_element (page, 0), "job_id");

  if (page != NULL && id == NULL)
    g_set_error_literal (error, VESTIM_ERROR, VESTIM_ERROR_NOT_FOUND, "There is no job yet.");
  return g_strdup (id);
}

char *
job_ids_find (Session *session, const char *word, GError **error)
{
  if (job_ids_is_whole (word))
    return g_strdup (word);
  if (strcmp (word, "last") == 0)
    return find_last (session, error);
  if (word[0] != '\0' && strspn (word, "0123456789abcdefjob_-") == strlen (word))
    return find_part (session, word, error);

  g_autofree char *shown = vestim_text_line (word, MAX_SHOWN_WORD);
  g_set_error (error, VESTIM_ERROR, VESTIM_ERROR_NOT_FOUND,
               "There is no job \"%s\": this is not the ID of a job.", shown);
  return NULL;
}
