/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-token.h"

#include <glib.h>

char *
dash_token_clean (const char *text)
{
  g_autofree char *token = g_strstrip (g_strdup (text != NULL ? text : ""));

  for (const char *at = token; *at != '\0'; at++)
    if (!g_ascii_isgraph (*at))
      return NULL;
  return token[0] != '\0' ? g_steal_pointer (&token) : NULL;
}
