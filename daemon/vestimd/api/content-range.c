/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/content-range.h"

#include <string.h>

static const char wrong_form[] =
    "Give the place of the part as in \"bytes 0-1048575/2000000\", with \"*\" instead of the size "
    "while it is not known, or \"bytes */2000000\" with an empty body.";

/* Digits only; false when there are none or the number is over the limit of a file. */
static bool
take_number (const char **at, uint64_t *value)
{
  const char *from = *at;

  *value = 0;
  for (; g_ascii_isdigit (**at); (*at)++)
    {
      *value = *value * 10 + (uint64_t) (**at - '0');
      if (*value > FOLDER_STORE_MAX_SIZE)
        return false;
    }
  return *at > from;
}

static bool
take_text (const char **at, const char *text)
{
  if (!g_str_has_prefix (*at, text))
    return false;
  *at += strlen (text);
  return true;
}

/* `*`: the size is not known. */
static bool
take_total (const char **at, FolderPart *part)
{
  uint64_t total;

  part->total = -1;
  if (!take_text (at, "/"))
    return false;
  if (take_text (at, "*"))
    return **at == '\0';
  if (!take_number (at, &total) || **at != '\0')
    return false;
  part->total = (int64_t) total;
  return true;
}

static const char *
read_end (const char *at, FolderPart *part)
{
  if (!take_total (&at, part) || part->total < 0)
    return wrong_form;
  part->offset = (uint64_t) part->total;
  return part->length == 0 ? NULL : "A part without a place has no bytes: send an empty body.";
}

static const char *
read_part (const char *at, FolderPart *part)
{
  uint64_t last;

  if (!take_number (&at, &part->offset) || !take_text (&at, "-") || !take_number (&at, &last)
      || !take_total (&at, part))
    return wrong_form;
  if (last < part->offset || last - part->offset + 1 != part->length)
    return "The body does not have as many bytes as this says: correct it.";
  if (part->total >= 0 && last >= (uint64_t) part->total)
    return "The part ends after the end of the file: correct the size.";
  return last < FOLDER_STORE_MAX_SIZE ? NULL : "A file has at most 16 GiB: pass its path instead.";
}

const char *
content_range_read (const char *text, FolderPart *part)
{
  const char *at = text;

  part->offset = 0;
  part->total = (int64_t) part->length;
  if (text == NULL)
    return NULL;
  if (!take_text (&at, "bytes "))
    return wrong_form;
  return take_text (&at, "*") ? read_end (at, part) : read_part (at, part);
}
