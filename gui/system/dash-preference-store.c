/* SPDX-License-Identifier: MIT */
#include "gui/system/dash-preference-store.h"

static GSettingsSchema *
find_schema (void)
{
  GSettingsSchemaSource *installed = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchemaSource) built = NULL;
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : NULL;
  static const char *const places[] = { "data/dashboard", "../../data/dashboard",
                                        "../share/glib-2.0/schemas" };
  GSettingsSchema *schema = NULL;

  for (gsize i = 0; folder != NULL && schema == NULL && i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *path = g_build_filename (folder, places[i], NULL);

      g_clear_pointer (&built, g_settings_schema_source_unref);
      built = g_settings_schema_source_new_from_directory (path, installed, TRUE, NULL);
      if (built != NULL)
        schema = g_settings_schema_source_lookup (built, DASH_APPLICATION_ID, TRUE);
    }
  if (schema == NULL && installed != NULL)
    schema = g_settings_schema_source_lookup (installed, DASH_APPLICATION_ID, TRUE);
  return schema;
}

GSettings *
dash_preference_store_new (void)
{
  g_autoptr (GSettingsSchema) schema = find_schema ();

  return schema != NULL ? g_settings_new_full (schema, NULL, NULL) : NULL;
}
