/* SPDX-License-Identifier: MIT */
#include "common/results/vestim-short-names.h"

#include <string.h>

#include "common/client/vestim-text-line.h"

#define MAX_CHARS 200
#define WORTH_LEAVING_OUT 4 /* bytes: an ellipsis in place of less gains nothing */
#define BETWEEN_WORDS "_- "

/* How many bytes all names start with, whole words only. */
static gsize
count_shared_start (char **names)
{
  gsize shared = strlen (names[0]);

  for (char **name = names + 1; *name != NULL; name++)
    {
      gsize same = 0;

      while (same < shared && (*name)[same] == names[0][same])
        same++;
      shared = same;
    }
  while (shared > 0 && strchr (BETWEEN_WORDS, names[0][shared - 1]) == NULL)
    shared--;
  return shared;
}

/* How many bytes all names end with, whole words only. */
static gsize
count_shared_end (char **names)
{
  gsize length = strlen (names[0]), shared = length;

  for (char **name = names + 1; *name != NULL; name++)
    {
      gsize other = strlen (*name), same = 0;

      while (same < MIN (shared, other) && (*name)[other - same - 1] == names[0][length - same - 1])
        same++;
      shared = same;
    }
  while (shared > 0 && strchr (BETWEEN_WORDS ".", names[0][length - shared]) == NULL)
    shared--;
  return shared;
}

static gboolean
leaves_all_something (char **names, gsize left_out)
{
  for (char **name = names; *name != NULL; name++)
    if (strlen (*name) <= left_out)
      return FALSE;
  return TRUE;
}

static void
shorten (char **names)
{
  gsize start = count_shared_start (names), end = count_shared_end (names);
  const char *dot = strrchr (names[0], '.');
  gsize ending = dot != NULL ? strlen (dot) : 0;
  gboolean more_than_ending;

  if (start < WORTH_LEAVING_OUT)
    start = 0;
  if (end < ending + WORTH_LEAVING_OUT)
    end = MIN (end, ending);
  if (!leaves_all_something (names, start + end))
    start = 0;
  if (!leaves_all_something (names, end))
    end = 0;
  more_than_ending = end > ending;
  for (char **name = names; *name != NULL; name++)
    {
      g_autofree char *whole = *name;
      int kept = (int) (strlen (whole) - start - end);

      *name = g_strdup_printf ("%s%.*s%s", start > 0 ? "…" : "", kept, whole + start,
                               more_than_ending ? "…" : "");
    }
}

char **
vestim_short_names (const char *const *paths, gsize n)
{
  char **names;

  g_return_val_if_fail (paths != NULL || n == 0, NULL);
  names = g_new0 (char *, n + 1);
  for (gsize i = 0; i < n; i++)
    {
      g_autofree char *base = g_path_get_basename (paths[i] != NULL ? paths[i] : "–");

      names[i] = vestim_text_line (base, MAX_CHARS);
    }
  if (n > 1)
    shorten (names);
  return names;
}
