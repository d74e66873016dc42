/* SPDX-License-Identifier: MIT */
#include "common/estimation/vestim-derived.h"

#include "common/estimation/vestim-settings.h"
#include "common/json/vestim-fields.h"

#include <math.h>
#include <string.h>

#define MAX_NAME_BYTES 255

static void
derived_free (void *data)
{
  VestimDerived *derived = data;

  g_free (derived->name);
  g_free (derived->of);
  g_free (derived->by);
  g_free (derived);
}

static GPtrArray *
list_new (void)
{
  return g_ptr_array_new_with_free_func (derived_free);
}

GPtrArray *
vestim_derived_copy (const GPtrArray *list)
{
  GPtrArray *copy = list_new ();

  for (guint i = 0; i < list->len; i++)
    {
      const VestimDerived *derived = list->pdata[i];
      VestimDerived *another = g_memdup2 (derived, sizeof *derived);

      another->name = g_strdup (derived->name);
      another->of = g_strdup (derived->of);
      another->by = g_strdup (derived->by);
      g_ptr_array_add (copy, another);
    }
  return copy;
}

/* Reading */

/* (transfer full) */
static char *
read_name (const VestimFieldReader *reader, const char *name, const char *expectation)
{
  g_autofree char *text = vestim_json_dup_string (vestim_json_member (reader->object, name));

  if (text && text[0] && strlen (text) <= MAX_NAME_BYTES)
    return g_steal_pointer (&text);
  vestim_field_reader_fault (reader, name, "must be %s, of at most %d bytes", expectation,
                             MAX_NAME_BYTES);
  return g_strdup ("");
}

static void
read_seconds (const VestimFieldReader *reader, const char *member, double *seconds)
{
  g_autofree char *setting = g_strconcat ("derived.", member, NULL);

  vestim_setting_read (vestim_setting_find (setting), reader, seconds);
}

static void
read_product (const VestimFieldReader *reader, VestimDerived *derived)
{
  g_auto (GStrv) factors = vestim_field_reader_strings (reader, "product_of", 2);

  derived->kind = VESTIM_DERIVED_PRODUCT;
  if (vestim_json_member (reader->object, "of"))
    vestim_field_reader_fault (reader, "of", "product_of names the columns: leave it out");
  if (factors && factors[0] && factors[1])
    {
      derived->of = g_strdup (factors[0]);
      derived->by = g_strdup (factors[1]);
    }
  else if (factors)
    vestim_field_reader_fault (reader, "product_of", "must be a list of two columns");
}

static void
read_filter (const VestimFieldReader *reader, const char *member, VestimDerived *derived)
{
  double value = 0;

  derived->of = read_name (reader, "of", "the name of a column");
  read_seconds (reader, member, &value);
  derived->kind = strcmp (member, "mean_s") == 0 ? VESTIM_DERIVED_MEAN : VESTIM_DERIVED_LOW_PASS;
  derived->seconds = strcmp (member, "low_pass_hz") == 0 ? 1 / (2 * G_PI * value) : value;
}

/* The name of the only one of the members that define a derived column; NULL adds a fault. */
static const char *
find_definition (const VestimFieldReader *reader)
{
  static const char *const members[] = { "mean_s", "tau_s", "low_pass_hz", "product_of" };
  const char *found = NULL;
  int n = 0;

  for (size_t i = 0; i < G_N_ELEMENTS (members); i++)
    if (vestim_field_reader_is_given (reader, members[i]))
      {
        found = members[i];
        n++;
      }
  if (n == 1)
    return found;
  vestim_field_reader_fault (reader, "",
                             "must have exactly one of mean_s, tau_s, low_pass_hz and product_of");
  return NULL;
}

static void
read_one (const VestimFieldReader *reader, GPtrArray *list)
{
  guint n_before = reader->errors->len;

  if (vestim_json_type (reader->object) != VESTIM_JSON_OBJECT)
    {
      vestim_field_reader_fault (reader, "",
                                 "must be an object, for example {\"name\": "
                                 "\"V_mean_60\", \"of\": \"Voltage\", \"mean_s\": 60}");
      return;
    }

  vestim_settings_refuse_unknown (reader, vestim_setting_find ("derived"), 0);

  const char *definition = find_definition (reader);
  VestimDerived *derived = g_new0 (VestimDerived, 1);

  derived->name = read_name (reader, "name", "a name for the column");
  if (definition && strcmp (definition, "product_of") == 0)
    read_product (reader, derived);
  else if (definition)
    read_filter (reader, definition, derived);
  if (reader->errors->len == n_before && vestim_derived_find (list, derived->name))
    vestim_field_reader_fault (reader, "name", "\"%s\" is used twice", derived->name);
  g_ptr_array_add (list, derived);
}

GPtrArray *
vestim_derived_read (const VestimFieldReader *outer)
{
  const VestimJsonNode *node = vestim_json_member (outer->object, "derived");
  g_autoptr (GPtrArray) list = list_new ();
  guint n_before = outer->errors->len, i = 0;

  if (!vestim_field_reader_is_given (outer, "derived"))
    return g_steal_pointer (&list);
  if (vestim_json_type (node) != VESTIM_JSON_ARRAY || vestim_json_size (node) > VESTIM_MAX_DERIVED)
    {
      vestim_field_reader_fault (outer, "derived",
                                 "must be a list of at most %d objects, for example [{\"name\": "
                                 "\"V_mean_60\", \"of\": \"Voltage\", \"mean_s\": 60}]",
                                 VESTIM_MAX_DERIVED);
      return g_steal_pointer (&list);
    }

  for (node = vestim_json_first (node); node; node = vestim_json_next (node), i++)
    {
      g_autofree char *name = g_strdup_printf ("derived[%u]", i);
      g_autofree char *prefix = vestim_field_path (outer->prefix, name);
      const VestimFieldReader reader = { node, prefix, outer->errors };

      read_one (&reader, list);
    }
  if (outer->errors->len > n_before)
    g_ptr_array_set_size (list, 0);
  return g_steal_pointer (&list);
}

/* Writing */

static void
append_one (GString *json, const VestimDerived *derived)
{
  g_string_append (json, "{\"name\": ");
  vestim_json_append_string (json, derived->name);
  if (derived->kind == VESTIM_DERIVED_PRODUCT)
    {
      g_string_append (json, ", \"product_of\": [");
      vestim_json_append_string (json, derived->of);
      g_string_append (json, ", ");
      vestim_json_append_string (json, derived->by);
      g_string_append (json, "]}");
      return;
    }
  g_string_append (json, ", \"of\": ");
  vestim_json_append_string (json, derived->of);
  g_string_append_printf (json,
                          ", \"%s\": ", derived->kind == VESTIM_DERIVED_MEAN ? "mean_s" : "tau_s");
  vestim_json_append_double (json, derived->seconds);
  g_string_append_c (json, '}');
}

void
vestim_derived_append_json (GString *json, const GPtrArray *list)
{
  g_string_append_c (json, '[');
  for (guint i = 0; i < list->len; i++)
    {
      g_string_append (json, i ? ", " : "");
      append_one (json, list->pdata[i]);
    }
  g_string_append_c (json, ']');
}

const VestimDerived *
vestim_derived_find (const GPtrArray *list, const char *name)
{
  for (guint i = 0; i < list->len; i++)
    {
      const VestimDerived *derived = list->pdata[i];

      if (strcmp (derived->name, name) == 0)
        return derived;
    }
  return NULL;
}

/* The definitions */

int
vestim_derived_mean_rows (const VestimDerived *derived, double period_s)
{
  return (int) fmin (fmax (1, round (derived->seconds / period_s)), VESTIM_MAX_MEAN_ROWS);
}

double
vestim_derived_low_pass_share (const VestimDerived *derived, double period_s)
{
  return -expm1 (-period_s / derived->seconds);
}
