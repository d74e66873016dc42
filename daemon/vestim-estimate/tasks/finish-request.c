/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/tasks/finish-request.h"

#include "daemon/attempt/attempt.h"

#include <glib.h>
#include <sys/stat.h>
#include <unistd.h>

void
finish_request_init (FinishRequest *request, const char *folder)
{
  *request = (FinishRequest){ .path = g_build_filename (folder, ATTEMPT_FINISH_FILE, NULL) };
}

void
finish_request_deinit (FinishRequest *request)
{
  g_free (request->path);
}

bool
finish_request_is_made (FinishRequest *request)
{
  struct stat status;

  if (__atomic_load_n (&request->is_seen, __ATOMIC_RELAXED))
    return true;
  if (lstat (request->path, &status) != 0 || !S_ISREG (status.st_mode))
    return false;
  __atomic_store_n (&request->is_seen, true, __ATOMIC_RELAXED);
  return true;
}

void
finish_request_clear (const FinishRequest *request)
{
  unlink (request->path);
}
