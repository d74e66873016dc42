/* SPDX-License-Identifier: MIT */
#include "daemon/posix/lack.h"

#include <errno.h>
#include <stddef.h>

static _Thread_local bool was_noted;

const char *
lack_describe (int code)
{
  switch (code)
    {
    case ENOSPC:
      return "the disk is full: free some space";
    case EDQUOT:
      return "the disk quota is used up: free some space";
    case EFBIG:
      return "a file would be larger than the limit: raise the limit of the file size (ulimit -f)";
    case EAGAIN:
      return "this user cannot start more processes: end some, or raise the limit (ulimit -u)";
    case ENOMEM:
      return "there is no free memory: end other programs, or raise the limits of memory";
    case EMFILE:
      return "too few files may be open at a time: raise the limit (ulimit -n)";
    case ENFILE:
      return "the system has too many open files: end other programs, or raise fs.file-max";
    case ENOLCK:
      return "the system has no free file lock: end other programs";
    default:
      return NULL;
    }
}

bool
lack_is (int code)
{
  return lack_describe (code) != NULL;
}

void
lack_forget (void)
{
  was_noted = false;
}

void
lack_note (int code)
{
  was_noted = was_noted || lack_is (code);
}

bool
lack_was_noted (void)
{
  return was_noted;
}
