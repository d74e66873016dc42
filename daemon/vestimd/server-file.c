/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/server-file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "common/json/vestim-json.h"
#include "daemon/posix/atomic-file.h"
#include "daemon/posix/fd.h"

#define FILE_LIMIT (64 * 1024)

int
server_file_write (const char *path, const char *url, const char *version, int64_t started_at_ms)
{
  g_autoptr (GString) text = g_string_new (NULL);
  int r;

  g_string_printf (text, "{\"pid\": %d, \"url\": ", (int) getpid ());
  vestim_json_append_string (text, url);
  g_string_append (text, ", \"version\": ");
  vestim_json_append_string (text, version);
  g_string_append (text, ", \"started_at\": ");
  vestim_json_append_time (text, started_at_ms);
  g_string_append (text, "}\n");
  r = atomic_file_write (AT_FDCWD, path, text->str, text->len, ATOMIC_FILE_FLUSH);
  if (fd_error_is_full (r) && unlink (path) == 0)
    r = atomic_file_write (AT_FDCWD, path, text->str, text->len, ATOMIC_FILE_FLUSH);
  return r;
}

static bool
take_members (const VestimJsonNode *root, ServerFile *file)
{
  int64_t pid = 0;

  if (!vestim_json_get_int64 (vestim_json_member (root, "pid"), &pid) || pid <= 0
      || pid > G_MAXINT32)
    return false;
  file->pid = (pid_t) pid;
  file->url = vestim_json_dup_string (vestim_json_member (root, "url"));
  file->version = vestim_json_dup_string (vestim_json_member (root, "version"));
  file->started_at = vestim_json_dup_string (vestim_json_member (root, "started_at"));
  return file->url != NULL && file->version != NULL && file->started_at != NULL;
}

int
server_file_read (const char *path, ServerFile *file)
{
  g_autofree char *text = NULL;
  g_autoptr (VestimJsonDoc) doc = NULL;
  size_t length;
  int r = fd_read_file (path, FILE_LIMIT, &text, &length);

  memset (file, 0, sizeof *file);
  if (r < 0)
    return r;
  doc = vestim_json_parse (text, length, NULL);
  if (doc != NULL && take_members (vestim_json_root (doc), file))
    return 0;
  server_file_clear (file);
  return -EBADMSG;
}

void
server_file_remove (const char *path)
{
  g_auto (ServerFile) file = { .pid = 0 };

  if (server_file_read (path, &file) == 0 && file.pid == getpid ())
    unlink (path);
}

void
server_file_clear (ServerFile *file)
{
  g_clear_pointer (&file->url, g_free);
  g_clear_pointer (&file->version, g_free);
  g_clear_pointer (&file->started_at, g_free);
  file->pid = 0;
}

char *
server_file_url (const char *address, int port)
{
  if (strcmp (address, "0.0.0.0") == 0)
    address = "127.0.0.1";
  else if (strcmp (address, "::") == 0)
    address = "::1";
  return g_strdup_printf (strchr (address, ':') != NULL ? "http://[%s]:%d" : "http://%s:%d",
                          address, port);
}
