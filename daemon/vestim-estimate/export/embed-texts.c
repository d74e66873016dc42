/* SPDX-License-Identifier: MIT */

/* Runs at build time: embed-texts OUTPUT TEXT... writes a C source with one string for each text.
 * The text "a-b.inc" becomes export_text_a_b, without the line of its licence. */

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
append_line (GString *code, const char *line)
{
  g_string_append (code, "  \"");
  for (const char *c = line; *c; c++)
    {
      if (*c == '"' || *c == '\\')
        g_string_append_c (code, '\\');
      g_string_append_c (code, *c);
    }
  g_string_append (code, "\\n\"\n");
}

static void
append_text (GString *code, const char *path, const char *text)
{
  g_autofree char *name = g_path_get_basename (path);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  char **line = lines;

  *strchr (name, '.') = '\0';
  g_strdelimit (name, "-", '_');
  g_string_append_printf (code, "\nconst char export_text_%s[] =\n", name);
  if (strstr (*line, "SPDX-License-Identifier"))
    line++;
  for (; line[0] && line[1]; line++) /* the last line ends with a line end, so one empty follows */
    append_line (code, *line);
  g_string_append (code, "  ;\n");
}

int
main (int argc, char **argv)
{
  GString *code = g_string_new ("/* Made by embed-texts. */\n"
                                "#include \"daemon/vestim-estimate/export/text.h\"\n");
  g_autoptr (GError) error = NULL;

  for (int i = 2; i < argc && !error; i++)
    {
      g_autofree char *text = NULL;

      if (g_file_get_contents (argv[i], &text, NULL, &error))
        append_text (code, argv[i], text);
    }
  if (!error)
    g_file_set_contents (argv[1], code->str, -1, &error);
  g_string_free (code, TRUE);
  if (!error)
    return EXIT_SUCCESS;
  fprintf (stderr, "embed-texts: %s\n", error->message);
  return EXIT_FAILURE;
}
