/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "common/client/vestim-error.h"
#include "common/client/vestim-text-line.h"
#include "common/vestim-size.h"
#include "daemon/vestim/command-list.h"
#include "daemon/vestim/file-output.h"
#include "daemon/vestim/job-action.h"
#include "daemon/vestim/job-ids.h"
#include "daemon/vestim/output/output.h"

/* A file comes in pieces, so it may be of any size. */
#define PIECE (1024 * 1024)

#define MAX_SHOWN 300

typedef struct
{
  Invocation *invocation;
  const char *file;
  char *path; /* of the request */
  char *etag; /* (nullable) of the first piece */
  goffset size;
  bool to_stdout;
  FileOutput output;
} Download;

/* ---- Reading ---- */

/* A tag that was weak becomes a strong one when the file has not been written for a while. */
static const char *
skip_weak (const char *etag)
{
  return g_str_has_prefix (etag, "W/") ? etag + strlen ("W/") : etag;
}

/* Whether the pieces are of one file. */
static bool
check_version (Download *download, const VestimReply *reply, GError **error)
{
  const char *etag = reply->etag != NULL ? reply->etag : "";

  if (download->etag == NULL)
    download->etag = g_strdup (etag);
  if (strcmp (skip_weak (etag), skip_weak (download->etag)) == 0)
    return true;
  g_set_error (error, VESTIM_ERROR, VESTIM_ERROR_CONFLICT,
               "The job has changed the file meanwhile. Get it again when it is complete.");
  return false;
}

static bool
write_piece (Download *download, const VestimReply *reply, GError **error)
{
  gsize length;
  const char *bytes = g_bytes_get_data (reply->body, &length);

  download->size += (goffset) length;
  return download->to_stdout ? output_write (bytes, length, error)
                             : file_output_write (&download->output, bytes, length, error);
}

/* (nullable) (transfer full) the next piece. NULL without `error` at the end of the file. */
static VestimReply *
fetch (Download *download, GError **error)
{
  VestimRequest *request = vestim_request_new ("GET", "%s", download->path);
  g_autoptr (GError) failure = NULL;
  VestimReply *reply;

  request->range = g_strdup_printf ("bytes=%" G_GOFFSET_FORMAT "-%" G_GOFFSET_FORMAT,
                                    download->size, download->size + PIECE - 1);
  request->max_bytes = PIECE + 4096;
  reply = session_send (download->invocation->session, request, &failure);
  if (reply == NULL && !g_error_matches (failure, VESTIM_ERROR, VESTIM_ERROR_RANGE))
    g_propagate_error (error, g_steal_pointer (&failure));
  return reply;
}

static void
explain (const Download *download, GError **error)
{
  g_autofree char *shown = vestim_text_line (download->file, MAX_SHOWN);

  if (!g_error_matches (*error, VESTIM_ERROR, VESTIM_ERROR_NOT_FOUND))
    return;
  g_clear_error (error);
  g_set_error (error, VESTIM_ERROR, VESTIM_ERROR_NOT_FOUND,
               "The job has no file \"%s\". \"vestim files\" lists its files.", shown);
}

/* The first piece is asked for before the file is made, so that a wrong name makes none. */
static bool
copy (Download *download, char *target, GError **error)
{
  bool is_open = download->to_stdout;
  goffset total;

  do
    {
      g_autoptr (GError) failure = NULL;
      g_autoptr (VestimReply) reply = fetch (download, &failure);

      if (failure != NULL)
        {
          g_free (target);
          explain (download, &failure);
          g_propagate_error (error, g_steal_pointer (&failure));
          return false;
        }
      if (!is_open
          && !file_output_open (&download->output, g_steal_pointer (&target),
                                arguments_has (download->invocation->arguments, "force"), error))
        return false;
      is_open = true;
      if (reply == NULL)
        return true;
      total = reply->total;
      if (!check_version (download, reply, error) || !write_piece (download, reply, error))
        return false;
    }
  while (download->size < total);
  return true;
}

/* ---- Where to ---- */

/* (nullable) (transfer full) the path of the file to write; NULL: standard output. */
static char *
dup_target (Download *download)
{
  const char *named = arguments_get (download->invocation->arguments, "output");
  g_autofree char *name = g_path_get_basename (download->file);

  if (named == NULL)
    return g_steal_pointer (&name);
  if (strcmp (named, "-") == 0)
    return NULL;
  if (g_file_test (named, G_FILE_TEST_IS_DIR))
    return g_build_filename (named, name, NULL);
  return g_strdup (named);
}

static bool
report (const Download *download, GError **error)
{
  g_autofree char *size = vestim_size_text (download->size);
  g_autoptr (GString) line = g_string_new (NULL);

  if (download->to_stdout || arguments_has (download->invocation->arguments, "quiet"))
    return true;
  g_string_printf (line, "%s is saved: %s%s\n", download->output.shown, size,
                   download->size < 1024 ? " bytes" : "");
  return output_flush (line, error);
}

static bool
get (Download *download, const char *id, GError **error)
{
  g_autofree char *escaped = g_uri_escape_string (download->file, "/", FALSE);
  char *target = dup_target (download);
  bool done;

  download->path = g_strdup_printf ("/jobs/%s/files/%s", id, escaped);
  download->to_stdout = target == NULL;
  done = copy (download, target, error)
         && (download->to_stdout || file_output_finish (&download->output, error))
         && report (download, error);
  file_output_clear (&download->output);
  g_free (download->path);
  g_free (download->etag);
  return done;
}

static int
run (Invocation *invocation, GError **error)
{
  const Arguments *arguments = invocation->arguments;
  Download download = { .invocation = invocation,
                        .file = arguments->words->pdata[1],
                        .output = FILE_OUTPUT_INIT };
  g_autofree char *id = NULL;

  if (arguments_has (arguments, "json") || arguments_has (arguments, "format"))
    {
      usage_error_set (error, "A file is fetched as it is: leave out --json and --format.");
      return VESTIM_EXIT_USAGE;
    }
  id = job_ids_find (invocation->session, arguments->words->pdata[0], error);
  return id != NULL && get (&download, id, error) ? VESTIM_EXIT_DONE : VESTIM_EXIT_REFUSED;
}

static const CommandOption options[] = {
  { "output", 'o', "FILE", "write it to this file or folder; - is standard output", WORD_FILE,
    NULL },
  { "force", 0, NULL, "replace an existing file", WORD_TEXT, NULL },
  { .name = NULL },
};

const Command command_get = {
  .name = "get",
  .arguments = "JOB FILE",
  .summary = "Fetch a file that a job made in its own folder",
  .examples = "vestim get $id counts.txt\n"
              "vestim get $id tasks/1/model.bin -o best.bin\n"
              "vestim get $id results.csv -o - | head",
  .details =
      "FILE is a name that \"vestim files\" lists. The file is written to the current "
      "folder, without the folders of its name, and appears when it is complete. If the job is "
      "still writing the file, you may get a part of it. If the file changes during the "
      "download, the command fails and saves nothing.",
  .options = options,
  .takes = WORD_JOB,
  .takes_next = WORD_JOB_FILE,
  .min_words = 2,
  .max_words = 2,
  .run = run,
};
