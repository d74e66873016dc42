/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-tags.h"

#include <string.h>

#include "common/client/vestim-node.h"
#include "common/job/vestim-tags.h"

char *
dash_tags_text (const char *stored)
{
  g_auto (GStrv) tags = vestim_tags_parse (stored);

  for (gsize i = 0; tags[i] != NULL; i++)
    if (strchr (tags[i], ',') != NULL)
      return g_strdup (stored);
  return g_strstrip (g_strjoinv (", ", tags));
}

char **
dash_tags_split (const char *text)
{
  g_autoptr (JsonNode) list = NULL;
  g_auto (GStrv) words = NULL;
  g_autoptr (GStrvBuilder) tags = NULL;

  g_return_val_if_fail (text != NULL, NULL);
  list = vestim_node_parse_text (text);
  words = vestim_node_is_array (list) ? vestim_node_dup_strings (list) : g_strsplit (text, ",", -1);
  tags = g_strv_builder_new ();
  for (gsize i = 0; words[i] != NULL; i++)
    if (*g_strstrip (words[i]) != '\0')
      g_strv_builder_add (tags, words[i]);
  return g_strv_builder_end (tags);
}
