/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/folders/new-folders.h"

#define FEW 8

void
new_folders_init (NewFolders *self, Folders *folders)
{
  self->folders = folders;
  g_queue_init (&self->ids);
  self->waiting = g_hash_table_new (g_str_hash, g_str_equal);
}

void
new_folders_deinit (NewFolders *self)
{
  g_hash_table_unref (self->waiting);
  g_queue_clear_full (&self->ids, g_free);
}

void
new_folders_add (NewFolders *self, const char *job_id)
{
  char *id = g_strdup (job_id);

  folders_expect (self->folders, id);
  g_queue_push_tail (&self->ids, id);
  g_hash_table_add (self->waiting, id);
}

void
new_folders_forget (NewFolders *self, const char *job_id)
{
  g_hash_table_remove (self->waiting, job_id);
}

bool
new_folders_is_empty (const NewFolders *self)
{
  return self->ids.length == 0;
}

void
new_folders_make_next (NewFolders *self)
{
  g_autofree char *id = g_queue_pop_head (&self->ids);

  if (g_hash_table_remove (self->waiting, id))
    folders_make (self->folders, id);
}

void
new_folders_make_few (NewFolders *self)
{
  if (self->ids.length <= FEW)
    while (!new_folders_is_empty (self))
      new_folders_make_next (self);
}
