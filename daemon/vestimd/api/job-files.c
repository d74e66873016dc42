/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "daemon/vestimd/api/api-private.h"
#include "daemon/vestimd/api/fetch.h"
#include "daemon/vestimd/api/folder.h"
#include "daemon/vestimd/api/handlers.h"
#include "daemon/vestimd/api/responses.h"

#define SETTLED_US (2 * G_USEC_PER_SEC)

static void
start (HttpExchange *exchange, const Fetch *plan)
{
  const Job *job = api_find_job (exchange);

  if (job != NULL)
    fetch_start (exchange, job_get (job), plan);
}

/* ---- The list ---- */

static int
prepare_list (Fetch *fetch)
{
  fetch->json = g_string_new (NULL);
  return folder_list (fetch->folder, fetch->json);
}

static void
answer_list (Fetch *fetch)
{
  api_respond_json (fetch->exchange, 200, fetch->json);
}

void
api_job_files (HttpExchange *exchange)
{
  static const Fetch plan = { .prepare = prepare_list, .answer = answer_list };

  start (exchange, &plan);
}

/* ---- One file ---- */

static int64_t
read_file (void *source, uint64_t offset, char *buffer, size_t length)
{
  ssize_t n;

  do
    n = pread (GPOINTER_TO_INT (source), buffer, length, (off_t) offset);
  while (n < 0 && errno == EINTR);
  return n < 0 ? -errno : n;
}

static void
release_file (void *source)
{
  close (GPOINTER_TO_INT (source));
}

/* A file that was just written may be written again within the resolution of its time. Until that
 * has passed, the tag is a weak one, so that clients do not combine parts of different versions. */
static char *
make_etag (const struct stat *st)
{
  int64_t modified_us = (int64_t) st->st_mtim.tv_sec * G_USEC_PER_SEC + st->st_mtim.tv_nsec / 1000;
  bool is_settled = g_get_real_time () - modified_us > SETTLED_US;

  return g_strdup_printf ("%s\"%" PRIx64 "-%" PRIx64 "-%" PRIx64 ".%lx\"", is_settled ? "" : "W/",
                          (uint64_t) st->st_ino, (uint64_t) st->st_size,
                          (uint64_t) st->st_mtim.tv_sec, st->st_mtim.tv_nsec);
}

static int
prepare_file (Fetch *fetch)
{
  struct stat st;
  int fd = folder_open (fetch->folder, fetch->path, &st);

  if (fd < 0)
    return fd;
  fetch->etag = make_etag (&st);
  fetch->source = (HttpSource){ .size = (uint64_t) st.st_size,
                                .read = read_file,
                                .release = release_file,
                                .source = GINT_TO_POINTER (fd),
                                .ranges = true };
  return 0;
}

/* No type that a browser would execute: these answers have the origin of the API. */
static const char *
content_type_of (const char *path)
{
  if (g_str_has_suffix (path, ".csv"))
    return "text/csv; charset=utf-8";
  if (g_str_has_suffix (path, ".json"))
    return API_JSON;
  if (g_str_has_suffix (path, ".txt"))
    return API_TEXT;
  return "application/octet-stream";
}

/* The name for saving: in ASCII for all clients, and as it is for those that know the extended
 * form, which must be UTF-8. */
static void
add_disposition (HttpExchange *exchange, const char *path)
{
  const char *slash = strrchr (path, '/');
  const char *name = slash != NULL ? slash + 1 : path;
  g_autofree char *plain = g_strdup (name);
  g_autofree char *escaped = g_uri_escape_string (name, NULL, FALSE);

  for (char *p = plain; *p != '\0'; p++)
    if (!g_ascii_isprint (*p) || *p == '"' || *p == '\\')
      *p = '_';

  g_autofree char *value =
      strcmp (plain, name) == 0 || !g_utf8_validate (name, -1, NULL)
          ? g_strdup_printf ("attachment; filename=\"%s\"", plain)
          : g_strdup_printf ("attachment; filename=\"%s\"; filename*=UTF-8''%s", plain, escaped);
  http_exchange_add_header (exchange, "Content-Disposition", value);
}

static void
answer_file (Fetch *fetch)
{
  add_disposition (fetch->exchange, fetch->path);
  fetch_answer_source (fetch, content_type_of (fetch->path));
}

void
api_job_file (HttpExchange *exchange)
{
  Fetch plan = { .prepare = prepare_file,
                 .answer = answer_file,
                 .path = (char *) http_exchange_param (exchange, "path") };

  start (exchange, &plan);
}
