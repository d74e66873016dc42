/* SPDX-License-Identifier: MIT */
#include <glib/gi18n.h>

#include "common/client/vestim-text-line.h"
#include "common/job/vestim-tags.h"
#include "gui/base/dash-format.h"
#include "gui/base/dash-search.h"
#include "gui/view/list/dash-job-list-private.h"

/* The filter of the list: the words of the search, one status, one tag. */

#define ALL (-1)
#define MAX_TAGS 20 /* in the menu, the first ones of the alphabet */
#define MAX_TAG_CHARACTERS 40

gboolean
dash_job_list_is_filtered (DashJobList *self)
{
  return self->state_shown != ALL || self->tag_shown != NULL
         || (self->words != NULL && self->words[0] != NULL);
}

gboolean
dash_job_list_passes (DashJobList *self, DashJob *job)
{
  if (self->state_shown != ALL && (int) dash_job_get_state (job) != self->state_shown)
    return FALSE;
  if (self->tag_shown != NULL && !dash_job_has_tag (job, self->tag_shown))
    return FALSE;
  return dash_search_matches (dash_job_get_search_key (job), (const char *const *) self->words);
}

/* (transfer full) "Failed 3", or "All 7" for ALL. */
static char *
dup_state_label (DashJobList *self, int state)
{
  VestimJobState which = (VestimJobState) state;

  if (state < 0)
    return g_strdup_printf (_ ("All %u"), dash_job_store_count_all (self->store));
  return g_strdup_printf ("%s %u", dash_format_state (which),
                          dash_job_store_count (self->store, which));
}

static void
append_item (GMenu *menu, const char *label, const char *action, const char *target)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (NULL, NULL);

  g_menu_item_set_label (item, label);
  g_menu_item_set_action_and_target (item, action, "s", target);
  g_menu_append_item (menu, item);
}

static int
compare_tags (gconstpointer a, gconstpointer b)
{
  return g_utf8_collate (*(const char *const *) a, *(const char *const *) b);
}

/* (transfer full) (element-type utf8) the tags of all jobs, sorted. */
static GPtrArray *
find_tags (DashJobList *self)
{
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GPtrArray *sorted = g_ptr_array_new_with_free_func (g_free);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->store));
  GHashTableIter iter;
  gpointer tag;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (DashJob) job = g_list_model_get_item (G_LIST_MODEL (self->store), i);
      g_auto (GStrv) tags = vestim_tags_parse (dash_job_get (job)->tags);

      for (guint k = 0; tags[k] != NULL; k++)
        g_hash_table_add (known, g_strdup (tags[k]));
    }
  g_hash_table_iter_init (&iter, known);
  while (g_hash_table_iter_next (&iter, &tag, NULL))
    g_ptr_array_add (sorted, g_strdup (tag));
  g_ptr_array_sort (sorted, compare_tags);
  return sorted;
}

static void
append_tags (DashJobList *self, GMenu *menu)
{
  g_autoptr (GPtrArray) tags = find_tags (self);
  g_autoptr (GMenu) section = g_menu_new ();

  if (tags->len == 0 && self->tag_shown == NULL)
    return;
  append_item (section, _ ("Any Tag"), "list.tag", "");
  for (guint i = 0; i < MIN (tags->len, MAX_TAGS); i++)
    {
      g_autofree char *label = vestim_text_line (tags->pdata[i], MAX_TAG_CHARACTERS);

      append_item (section, label, "list.tag", tags->pdata[i]);
    }
  g_menu_append_section (menu, _ ("Tags"), G_MENU_MODEL (section));
}

/* Made each time the menu opens, with the current counts and tags. */
static void
make_menu_cb (GtkMenuButton *button, gpointer data)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) states = g_menu_new ();

  g_assert (DASH_IS_JOB_LIST (data));
  for (int state = ALL; state < VESTIM_N_JOB_STATES; state++)
    {
      g_autofree char *label = dup_state_label (data, state);

      append_item (states, label, "list.filter",
                   state == ALL ? "all" : vestim_job_state_name ((VestimJobState) state));
    }
  g_menu_append_section (menu, NULL, G_MENU_MODEL (states));
  append_tags (data, menu);
  gtk_menu_button_set_menu_model (button, G_MENU_MODEL (menu));
}

void
dash_job_list_update_filter_button (DashJobList *self)
{
  g_autofree char *state = dup_state_label (self, self->state_shown);
  g_autofree char *tag =
      self->tag_shown != NULL ? vestim_text_line (self->tag_shown, MAX_TAG_CHARACTERS) : NULL;
  g_autofree char *label = tag != NULL ? g_strdup_printf ("%s, %s", state, tag) : g_strdup (state);
  g_autofree char *name = g_strdup_printf (_ ("Shown: %s"), label);

  gtk_menu_button_set_label (self->filter_button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->filter_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
follow (DashJobList *self)
{
  dash_job_list_update_filter_button (self);
  dash_job_list_refilter (self);
}

static void
state_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  DashJobList *self = data;
  VestimJobState state;

  g_assert (DASH_IS_JOB_LIST (self));
  self->state_shown = ALL;
  if (vestim_job_state_parse (g_variant_get_string (value, NULL), &state))
    self->state_shown = (int) state;
  g_simple_action_set_state (action, value);
  follow (self);
}

static void
tag_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  DashJobList *self = data;
  const char *tag = g_variant_get_string (value, NULL);

  g_assert (DASH_IS_JOB_LIST (self));
  g_free (self->tag_shown);
  self->tag_shown = *tag != '\0' ? g_strdup (tag) : NULL;
  g_simple_action_set_state (action, value);
  follow (self);
}

static void
show_all_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  g_assert (DASH_IS_JOB_LIST (data));
  dash_job_list_clear_filter (data);
}

void
dash_job_list_clear_filter (DashJobList *self)
{
  GActionGroup *actions;

  g_return_if_fail (DASH_IS_JOB_LIST (self));
  actions = G_ACTION_GROUP (self->actions);
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  g_clear_pointer (&self->words, g_strfreev);
  g_action_group_change_action_state (actions, "tag", g_variant_new_string (""));
  g_action_group_change_action_state (actions, "filter", g_variant_new_string ("all"));
}

void
dash_job_list_add_filter (DashJobList *self)
{
  static const GActionEntry entries[] = {
    { .name = "filter", .parameter_type = "s", .state = "'all'", .change_state = state_cb },
    { .name = "tag", .parameter_type = "s", .state = "''", .change_state = tag_cb },
    { .name = "show-all", .activate = show_all_cb },
  };

  g_return_if_fail (DASH_IS_JOB_LIST (self));
  self->state_shown = ALL;
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
  gtk_menu_button_set_create_popup_func (self->filter_button, make_menu_cb, self, NULL);
}
