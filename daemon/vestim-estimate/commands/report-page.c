/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/commands/report-page.h"

#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/base/output-file.h"
#include "daemon/vestim-estimate/page/job-page.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static bool
write_page (const GString *html, const char *output, GError **error)
{
  if (output)
    return output_file_write_named (output, html->str, html->len, error);
  if (fwrite (html->str, 1, html->len, stdout) == html->len && fflush (stdout) == 0)
    return true;
  failure_set (error, "the page cannot be written to standard output: %s", g_strerror (errno));
  return false;
}

int
report_page (const char *job_folder, const char *output)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) html = job_page_new (job_folder, &error);

  if (html && write_page (html, output, &error))
    return EXIT_SUCCESS;
  fprintf (stderr, "vestim-estimate: %s\n", error->message);
  return EXIT_FAILURE;
}
