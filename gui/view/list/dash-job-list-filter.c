/* SPDX-License-Identifier: MIT */
#include <glib/gi18n.h>

#include "common/client/vestim-text-line.h"
#include "common/job/vestim-tags.h"
#include "gui/base/dash-format.h"
#include "gui/base/dash-search.h"
#include "gui/view/list/dash-job-list-private.h"

/* The filter of the list: the words of the search, one status, one group, one tag. */

#define ALL (-1)
#define MAX_WORDS 20 /* tags or groups in the menu, the first ones of the alphabet */
#define MAX_CHARACTERS 40

gboolean
dash_job_list_is_filtered (DashJobList *self)
{
  return self->state_shown != ALL || self->tag_shown != NULL || self->group_shown != NULL
         || (self->words != NULL && self->words[0] != NULL);
}

gboolean
dash_job_list_passes (DashJobList *self, DashJob *job)
{
  if (self->state_shown != ALL && (int) dash_job_get_state (job) != self->state_shown)
    return FALSE;
  if (self->group_shown != NULL
      && !g_str_equal (vestim_job_group (dash_job_get (job)), self->group_shown))
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
append_item (GMenu *menu, const char *text, const char *action, const char *target)
{
  g_autofree char *label = dash_format_menu_label (text);
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "s", target);
  g_menu_append_item (menu, item);
}

static int
compare_words (gconstpointer a, gconstpointer b)
{
  return g_utf8_collate (*(const char *const *) a, *(const char *const *) b);
}

/* Adds the words of a job to the set. */
static void
add_tags (const VestimJob *job, GHashTable *known)
{
  g_auto (GStrv) tags = vestim_tags_parse (job->tags);

  for (guint i = 0; tags[i] != NULL; i++)
    g_hash_table_add (known, g_strdup (tags[i]));
}

static void
add_group (const VestimJob *job, GHashTable *known)
{
  g_hash_table_add (known, g_strdup (vestim_job_group (job)));
}

/* (transfer full) (element-type utf8) the words of all jobs, sorted. */
static GPtrArray *
find_words (DashJobList *self, void (*add) (const VestimJob *job, GHashTable *known))
{
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GPtrArray *sorted = g_ptr_array_new_with_free_func (g_free);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->store));
  GHashTableIter iter;
  gpointer word;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (DashJob) job = g_list_model_get_item (G_LIST_MODEL (self->store), i);

      add (dash_job_get (job), known);
    }
  g_hash_table_iter_init (&iter, known);
  while (g_hash_table_iter_next (&iter, &word, NULL))
    g_ptr_array_add (sorted, g_strdup (word));
  g_ptr_array_sort (sorted, compare_words);
  return sorted;
}

/* A section with an item for each word, below the item for all jobs. */
static void
append_words (GMenu *menu, const char *title, const char *all, const char *action,
              const GPtrArray *words)
{
  g_autoptr (GMenu) section = g_menu_new ();

  append_item (section, all, action, "");
  for (guint i = 0; i < MIN (words->len, MAX_WORDS); i++)
    {
      g_autofree char *label = vestim_text_line (words->pdata[i], MAX_CHARACTERS);

      append_item (section, label, action, words->pdata[i]);
    }
  g_menu_append_section (menu, title, G_MENU_MODEL (section));
}

static void
append_tags (DashJobList *self, GMenu *menu)
{
  g_autoptr (GPtrArray) tags = find_words (self, add_tags);

  if (tags->len > 0 || self->tag_shown != NULL)
    append_words (menu, _ ("Tags"), _ ("Any Tag"), "list.tag", tags);
}

/* Nothing to choose from, while there is one group. */
static void
append_groups (DashJobList *self, GMenu *menu)
{
  g_autoptr (GPtrArray) groups = find_words (self, add_group);

  if (groups->len > 1 || self->group_shown != NULL)
    append_words (menu, _ ("Groups"), _ ("Any Group"), "list.group", groups);
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
  append_groups (data, menu);
  append_tags (data, menu);
  gtk_menu_button_set_menu_model (button, G_MENU_MODEL (menu));
}

static void
append_shown (GString *label, const char *word)
{
  g_autofree char *line = word != NULL ? vestim_text_line (word, MAX_CHARACTERS) : NULL;

  if (line != NULL)
    g_string_append_printf (label, ", %s", line);
}

void
dash_job_list_update_filter_button (DashJobList *self)
{
  g_autofree char *state = dup_state_label (self, self->state_shown);
  g_autoptr (GString) label = g_string_new (state);
  g_autofree char *name = NULL;

  append_shown (label, self->group_shown);
  append_shown (label, self->tag_shown);
  name = g_strdup_printf (_ ("Shown: %s"), label->str);
  gtk_menu_button_set_label (self->filter_button, label->str);
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

/* Takes the word of a choice, and follows it. */
static void
choose (DashJobList *self, char **shown, GSimpleAction *action, GVariant *value)
{
  const char *word = g_variant_get_string (value, NULL);

  g_free (*shown);
  *shown = *word != '\0' ? g_strdup (word) : NULL;
  g_simple_action_set_state (action, value);
  follow (self);
}

static void
tag_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  g_assert (DASH_IS_JOB_LIST (data));
  choose (data, &DASH_JOB_LIST (data)->tag_shown, action, value);
}

static void
group_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  g_assert (DASH_IS_JOB_LIST (data));
  choose (data, &DASH_JOB_LIST (data)->group_shown, action, value);
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
  g_action_group_change_action_state (actions, "group", g_variant_new_string (""));
  g_action_group_change_action_state (actions, "tag", g_variant_new_string (""));
  g_action_group_change_action_state (actions, "filter", g_variant_new_string ("all"));
}

void
dash_job_list_add_filter (DashJobList *self)
{
  static const GActionEntry entries[] = {
    { .name = "filter", .parameter_type = "s", .state = "'all'", .change_state = state_cb },
    { .name = "group", .parameter_type = "s", .state = "''", .change_state = group_cb },
    { .name = "tag", .parameter_type = "s", .state = "''", .change_state = tag_cb },
    { .name = "show-all", .activate = show_all_cb },
  };

  g_return_if_fail (DASH_IS_JOB_LIST (self));
  self->state_shown = ALL;
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
  gtk_menu_button_set_create_popup_func (self->filter_button, make_menu_cb, self, NULL);
}
