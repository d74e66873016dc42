/* SPDX-License-Identifier: MIT */
#include "gui/model/dash-file-checker.h"

#include <string.h>

#include "common/client/vestim-error.h"
#include "common/client/vestim-file-check.h"

/* Has the server check paths. Paths wait in their entries; one request at a time takes up to
 * MAX_PATHS of them, because a check may take the server 10 s. When a request fails for a reason
 * that concerns its paths, each of them is checked alone, so that one bad path does not hide the
 * others; when it fails for another reason, all are checked again after a while. */

#define MAX_PATHS 50
#define RETRY_MS 2000

typedef struct
{
  char *path;
  GPtrArray *checks; /* (nullable) (VestimFileCheck) */
  char *error;       /* (nullable) */
  gboolean waits;    /* for its check */
  gboolean alone;    /* the check together with others failed */
} Entry;

struct _DashFileChecker
{
  GObject parent;
  DashActions *actions;
  GPtrArray *entries;  /* Entry, in the order they were added */
  GHashTable *by_path; /* the same by their paths */
  guint check_id;
  gboolean checking;
  GCancellable *life;
};

/* A request. Its entries are found again by their paths, if they still exist. */
typedef struct
{
  DashFileChecker *checker;
  char **paths;
} CheckRequest;

enum
{
  ANSWERED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DashFileChecker, dash_file_checker, G_TYPE_OBJECT)

static void check_soon (DashFileChecker *self, guint delay_ms);

static void
entry_free (Entry *entry)
{
  g_free (entry->path);
  g_clear_pointer (&entry->checks, g_ptr_array_unref);
  g_free (entry->error);
  g_free (entry);
}

static void
check_request_free (CheckRequest *request)
{
  g_object_unref (request->checker);
  g_strfreev (request->paths);
  g_free (request);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CheckRequest, check_request_free)

/* (nullable) */
static Entry *
find_entry (DashFileChecker *self, const char *path)
{
  return g_hash_table_lookup (self->by_path, path);
}

/* A path that can't be checked, such as a file of gigabytes, must not hide what is known about
 * others: each is checked alone. */
static void
note_error (DashFileChecker *self, const CheckRequest *request, const GError *error)
{
  gboolean passing = vestim_error_is_passing (error)
                     || g_error_matches (error, VESTIM_ERROR, VESTIM_ERROR_NO_SERVER)
                     || g_error_matches (error, VESTIM_ERROR, VESTIM_ERROR_TOKEN)
                     || g_error_matches (error, VESTIM_ERROR, VESTIM_ERROR_GARBLED);
  gboolean many = request->paths[1] != NULL;

  for (char **path = request->paths; *path != NULL; path++)
    {
      Entry *entry = find_entry (self, *path);

      if (entry == NULL)
        continue;
      g_free (entry->error);
      entry->error = g_strdup (vestim_error_get_reason (error));
      entry->alone = entry->alone || (many && !passing);
      entry->waits = passing || many;
    }
  check_soon (self, passing ? RETRY_MS : 0);
}

/* Whether the check is of `path` or of a file in that folder. */
static gboolean
is_of (const VestimFileCheck *check, const char *path)
{
  gsize length = strlen (path);

  return g_str_has_prefix (check->path, path)
         && (check->path[length] == '\0' || check->path[length] == '/' || path[length - 1] == '/');
}

static void
note_checks (DashFileChecker *self, const CheckRequest *request, GPtrArray *checks)
{
  for (char **path = request->paths; *path != NULL; path++)
    {
      Entry *entry = find_entry (self, *path);

      if (entry == NULL)
        continue;
      g_clear_pointer (&entry->error, g_free);
      g_clear_pointer (&entry->checks, g_ptr_array_unref);
      entry->checks = g_ptr_array_new_with_free_func ((GDestroyNotify) vestim_file_check_free);
      for (guint i = 0; i < checks->len; i++)
        if (is_of (checks->pdata[i], *path))
          g_ptr_array_add (entry->checks, vestim_file_check_copy (checks->pdata[i]));
    }
  check_soon (self, 0);
}

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CheckRequest) request = data;
  DashFileChecker *self = request->checker;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) checks = dash_actions_check_finish (DASH_ACTIONS (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->checking = FALSE;
  if (checks != NULL)
    note_checks (self, request, checks);
  else
    note_error (self, request, error);
  g_signal_emit (self, signals[ANSWERED], 0);
}

/* (transfer full) the paths for the next request. */
static char **
take_waiting (DashFileChecker *self)
{
  GPtrArray *paths = g_ptr_array_new ();
  gboolean alone = FALSE;

  for (guint i = 0; i < self->entries->len && paths->len < MAX_PATHS && !alone; i++)
    {
      Entry *entry = self->entries->pdata[i];

      if (!entry->waits || (entry->alone && paths->len > 0))
        continue;
      alone = entry->alone;
      entry->waits = FALSE;
      g_ptr_array_add (paths, g_strdup (entry->path));
    }
  g_ptr_array_add (paths, NULL);
  return (char **) g_ptr_array_free (paths, FALSE);
}

static gboolean
check_cb (gpointer data)
{
  DashFileChecker *self = data;
  g_auto (GStrv) paths = NULL;
  CheckRequest *request;

  g_assert (DASH_IS_FILE_CHECKER (self));
  self->check_id = 0;
  if (self->checking)
    return G_SOURCE_REMOVE;
  paths = take_waiting (self);
  if (paths[0] == NULL)
    return G_SOURCE_REMOVE;
  request = g_new0 (CheckRequest, 1);
  request->checker = g_object_ref (self);
  request->paths = g_strdupv (paths);
  self->checking = TRUE;
  dash_actions_check_async (self->actions, (const char *const *) paths, self->life, checked_cb,
                            request);
  return G_SOURCE_REMOVE;
}

static void
check_soon (DashFileChecker *self, guint delay_ms)
{
  g_clear_handle_id (&self->check_id, g_source_remove);
  if (self->actions != NULL)
    self->check_id = g_timeout_add (delay_ms, check_cb, self);
}

static void
dash_file_checker_dispose (GObject *object)
{
  DashFileChecker *self = DASH_FILE_CHECKER (object);

  g_cancellable_cancel (self->life);
  g_clear_handle_id (&self->check_id, g_source_remove);
  g_clear_object (&self->actions);
  G_OBJECT_CLASS (dash_file_checker_parent_class)->dispose (object);
}

static void
dash_file_checker_finalize (GObject *object)
{
  DashFileChecker *self = DASH_FILE_CHECKER (object);

  g_object_unref (self->life);
  g_hash_table_unref (self->by_path);
  g_ptr_array_unref (self->entries);
  G_OBJECT_CLASS (dash_file_checker_parent_class)->finalize (object);
}

static void
dash_file_checker_class_init (DashFileCheckerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = dash_file_checker_dispose;
  G_OBJECT_CLASS (klass)->finalize = dash_file_checker_finalize;
  signals[ANSWERED] = g_signal_new ("answered", DASH_TYPE_FILE_CHECKER, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 0);
}

static void
dash_file_checker_init (DashFileChecker *self)
{
  self->life = g_cancellable_new ();
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  self->by_path = g_hash_table_new (g_str_hash, g_str_equal);
}

DashFileChecker *
dash_file_checker_new (DashActions *actions)
{
  DashFileChecker *self;

  g_return_val_if_fail (DASH_IS_ACTIONS (actions), NULL);
  self = g_object_new (DASH_TYPE_FILE_CHECKER, NULL);
  self->actions = g_object_ref (actions);
  return self;
}

void
dash_file_checker_add (DashFileChecker *self, const char *path)
{
  Entry *entry;

  g_return_if_fail (DASH_IS_FILE_CHECKER (self) && path != NULL);
  if (find_entry (self, path) != NULL)
    return;
  entry = g_new0 (Entry, 1);
  entry->path = g_strdup (path);
  entry->waits = TRUE;
  g_ptr_array_add (self->entries, entry);
  g_hash_table_insert (self->by_path, entry->path, entry);
  check_soon (self, 0);
}

gboolean
dash_file_checker_has (DashFileChecker *self, const char *path)
{
  g_return_val_if_fail (DASH_IS_FILE_CHECKER (self), FALSE);
  return find_entry (self, path) != NULL;
}

void
dash_file_checker_remove (DashFileChecker *self, const char *path)
{
  Entry *entry;

  g_return_if_fail (DASH_IS_FILE_CHECKER (self));
  entry = find_entry (self, path);
  if (entry == NULL)
    return;
  g_hash_table_remove (self->by_path, path);
  g_ptr_array_remove (self->entries, entry);
}

GPtrArray *
dash_file_checker_get (DashFileChecker *self, const char *path)
{
  Entry *entry;

  g_return_val_if_fail (DASH_IS_FILE_CHECKER (self), NULL);
  entry = find_entry (self, path);
  return entry != NULL ? entry->checks : NULL;
}

const char *
dash_file_checker_get_error (DashFileChecker *self, const char *path)
{
  Entry *entry;

  g_return_val_if_fail (DASH_IS_FILE_CHECKER (self), NULL);
  entry = find_entry (self, path);
  return entry != NULL ? entry->error : NULL;
}
