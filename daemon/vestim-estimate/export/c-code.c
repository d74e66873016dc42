/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/export/c-code.h"

#include "daemon/vestim-estimate/base/failure.h"

#include <stdarg.h>
#include <string.h>

#define MAX_PREFIX 32
#define FLOATS_A_LINE 6
#define INTEGERS_A_LINE 12

struct CCode
{
  GString *text;
  GPtrArray *conditions; /* strings without end of life */
  char *lower;           /* "vestim_" */
  char *capital;         /* "Vestim" */
  char *upper;           /* "VESTIM_" */
  const char *value;
  const char *scaled;
  const char *weight;
};

/* Lower case alone: the macros have the prefix in upper case, so two prefixes that differ in case
 * only would clash there. C++ reserves names with two underscores. */
bool
c_code_check_prefix (const char *prefix, GError **error)
{
  size_t length = strlen (prefix);
  bool is_good = g_ascii_islower (prefix[0]) && length <= MAX_PREFIX
                 && strspn (prefix, "abcdefghijklmnopqrstuvwxyz0123456789_") == length
                 && prefix[length - 1] != '_' && !strstr (prefix, "__");

  if (!is_good)
    failure_set (error,
                 "the prefix \"%s\" makes no good names in C: use a lower-case letter, then up to "
                 "%d lower-case letters, digits and single underscores, as in cell_a",
                 prefix, MAX_PREFIX - 1);
  return is_good;
}

CCode *
c_code_new (const char *prefix)
{
  CCode *code = g_new0 (CCode, 1);

  code->text = g_string_new (NULL);
  code->conditions = g_ptr_array_new ();
  code->lower = g_strconcat (prefix, "_", NULL);
  code->upper = g_ascii_strup (code->lower, -1);
  code->capital = g_strdup (prefix);
  code->capital[0] = g_ascii_toupper (code->capital[0]);
  code->value = code->scaled = code->weight = "float";
  return code;
}

void
c_code_free (CCode *code)
{
  if (!code)
    return;

  g_string_free (code->text, TRUE);
  g_ptr_array_unref (code->conditions);
  g_free (code->lower);
  g_free (code->upper);
  g_free (code->capital);
  g_free (code);
}

void
c_code_set_types (CCode *code, const char *value, const char *scaled, const char *weight)
{
  code->value = value;
  code->scaled = scaled;
  code->weight = weight;
}

void
c_code_set_condition (CCode *code, const char *condition)
{
  g_ptr_array_add (code->conditions, (char *) condition);
}

/* Names */

static bool
is_in_name (char c)
{
  return g_ascii_isalnum (c) || c == '_';
}

/* What stands for the name, or the start of a name, at this place; NULL: it is none of ours. */
static const char *
find_replacement (const CCode *code, const char *at, size_t *length)
{
  const struct
  {
    const char *word;
    const char *replacement;
    bool is_whole;
  } words[] = {
    { "vestim_value", code->value, true },   { "vestim_scaled", code->scaled, true },
    { "vestim_weight", code->weight, true }, { "vestim_", code->lower, false },
    { "VESTIM_", code->upper, false },       { "Vestim", code->capital, false },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (words); i++)
    {
      *length = strlen (words[i].word);
      if (strncmp (at, words[i].word, *length) == 0
          && !(words[i].is_whole && is_in_name (at[*length])))
        return words[i].replacement;
    }
  return NULL;
}

static void
append_renamed (const CCode *code, GString *out, const char *text, size_t length)
{
  const char *end = text + length, *at = text;

  while (at < end)
    {
      size_t n = 1;
      bool may_begin = at == text || !is_in_name (at[-1]);
      const char *replacement = may_begin ? find_replacement (code, at, &n) : NULL;

      if (replacement)
        g_string_append (out, replacement);
      else
        g_string_append_c (out, *at);
      at += replacement ? n : 1;
    }
}

char *
c_code_dup_renamed (const CCode *code, const char *text)
{
  GString *renamed = g_string_new (NULL);

  append_renamed (code, renamed, text, strlen (text));
  return g_string_free (renamed, FALSE);
}

/* Texts */

static bool
has_condition (const CCode *code, const char *name, size_t length)
{
  for (guint i = 0; i < code->conditions->len; i++)
    {
      const char *condition = code->conditions->pdata[i];

      if (strlen (condition) == length && memcmp (condition, name, length) == 0)
        return true;
    }
  return false;
}

/* The start of the code in a line, after its condition; NULL: the line is left out. */
static const char *
skip_condition (const CCode *code, const char *line)
{
  if (line[0] != '@')
    return line;

  bool is_wanted = line[1] != '!';
  const char *name = line + (is_wanted ? 1 : 2);
  size_t length = 0;

  while (is_in_name (name[length]))
    length++;
  return has_condition (code, name, length) == is_wanted ? name + length + 1 : NULL;
}

void
c_code_append (CCode *code, const char *text)
{
  while (*text)
    {
      const char *end = strchr (text, '\n');
      const char *next = end ? end + 1 : text + strlen (text);
      const char *line = skip_condition (code, text);

      if (line)
        append_renamed (code, code->text, line, (size_t) (next - line));
      text = next;
    }
}

void
c_code_printf (CCode *code, const char *format, ...)
{
  g_autofree char *renamed = c_code_dup_renamed (code, format);
  va_list args;

  va_start (args, format);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_string_append_vprintf (code->text, renamed, args);
#pragma GCC diagnostic pop
  va_end (args);
}

/* Tables */

/* What comes before the element of a table. */
static const char *
separator (size_t element, size_t a_line)
{
  return element == 0 ? "\n  " : element % a_line == 0 ? ",\n  " : ", ";
}

void
c_code_append_floats (CCode *code, const char *name, const float *values, size_t n)
{
  c_code_printf (code, "static const float vestim_%s[%zu] = {", name, n);
  for (size_t i = 0; i < n; i++)
    g_string_append_printf (code->text, "%s%.8ef", separator (i, FLOATS_A_LINE),
                            (double) values[i]);
  g_string_append (code->text, "\n};\n\n");
}

void
c_code_append_integers (CCode *code, const char *type, const char *name, const int *values,
                        size_t n)
{
  c_code_printf (code, "static const %s vestim_%s[%zu] = {", type, name, n);
  for (size_t i = 0; i < n; i++)
    g_string_append_printf (code->text, "%s%d", separator (i, INTEGERS_A_LINE), values[i]);
  g_string_append (code->text, "\n};\n\n");
}

/* Bytes beyond ASCII become octal escapes, which end after three digits. */
void
c_code_define_string (CCode *code, const char *name, const char *value)
{
  c_code_printf (code, "#define VESTIM_%s \"", name);
  for (const char *c = value; *c; c++)
    if (*c == '"' || *c == '\\' || *c == '?')
      g_string_append_printf (code->text, "\\%c", *c);
    else if (g_ascii_isprint (*c))
      g_string_append_c (code->text, *c);
    else
      g_string_append_printf (code->text, "\\%03o", (unsigned char) *c);
  g_string_append (code->text, "\"\n");
}

const char *
c_code_text (const CCode *code)
{
  return code->text->str;
}

size_t
c_code_length (const CCode *code)
{
  return code->text->len;
}
