/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/page/html.h"

#define REPLACEMENT 0xfffd

static void
append_character (GString *html, gunichar character)
{
  switch (character)
    {
    case '&':
      g_string_append (html, "&amp;");
      break;
    case '<':
      g_string_append (html, "&lt;");
      break;
    case '>':
      g_string_append (html, "&gt;");
      break;
    case '"':
      g_string_append (html, "&quot;");
      break;
    case '\'':
      g_string_append (html, "&#39;");
      break;
    default:
      g_string_append_unichar (html, character);
    }
}

/* Characters that XML does not allow, even as references. */
static bool
is_forbidden (gunichar character)
{
  bool is_control = character < ' ' && character != '\t' && character != '\n';

  return is_control || character == 0x7f || character == 0xfffe || character == 0xffff;
}

void
html_append_text (GString *html, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  for (const char *at = valid; *at; at = g_utf8_next_char (at))
    {
      gunichar character = g_utf8_get_char (at);

      append_character (html, is_forbidden (character) ? REPLACEMENT : character);
    }
}

void
html_append_element (GString *html, const char *name, const char *class, const char *text)
{
  g_string_append_printf (html, "<%s", name);
  if (class)
    g_string_append_printf (html, " class=\"%s\"", class);
  g_string_append_c (html, '>');
  html_append_text (html, text);
  g_string_append_printf (html, "</%s>\n", name);
}

static const char *
class_of (const HtmlColumn *column)
{
  static const char *const classes[] = {
    [HTML_TEXT] = "",
    [HTML_LONG_TEXT] = " class=\"p\"",
    [HTML_NUMBER] = " class=\"n\"",
  };

  return classes[column->type];
}

void
html_begin_table (GString *html, const char *caption, const HtmlColumn *columns, int n_columns)
{
  g_string_append (html, "<div class=\"wide\"><table>\n");
  html_append_element (html, "caption", NULL, caption);
  g_string_append (html, "<thead><tr>");
  for (int i = 0; i < n_columns; i++)
    {
      g_string_append_printf (html, "<th scope=\"col\"%s>", class_of (&columns[i]));
      html_append_text (html, columns[i].title);
      g_string_append (html, "</th>");
    }
  g_string_append (html, "</tr></thead>\n<tbody>\n");
}

void
html_append_row (GString *html, const HtmlColumn *columns, int n_columns, const char *const *cells)
{
  g_string_append (html, "<tr>");
  for (int i = 0; i < n_columns; i++)
    {
      const char *name = i == 0 ? "th" : "td";

      g_string_append_printf (html, "<%s%s%s>", name, i == 0 ? " scope=\"row\"" : "",
                              class_of (&columns[i]));
      if (cells[i])
        html_append_text (html, cells[i]);
      g_string_append_printf (html, "</%s>", name);
    }
  g_string_append (html, "</tr>\n");
}

void
html_end_table (GString *html)
{
  g_string_append (html, "</tbody></table></div>\n");
}

void
html_begin_facts (GString *html, const char *caption)
{
  g_string_append (html, "<div class=\"wide\"><table class=\"facts\">\n");
  html_append_element (html, "caption", NULL, caption);
  g_string_append (html, "<tbody>\n");
}

void
html_append_fact (GString *html, const char *name, const char *value)
{
  static const HtmlColumn columns[] = { { NULL, HTML_TEXT }, { NULL, HTML_TEXT } };

  html_append_row (html, columns, G_N_ELEMENTS (columns), (const char *const[]){ name, value });
}
