/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/page/job-page.h"

#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/page/html.h"
#include "daemon/vestim-estimate/page/job-page-private.h"
#include "daemon/vestim-estimate/page/sections.h"

#include <string.h>

/* `(transfer full)` */
static char *
dup_title (const JobPage *page)
{
  g_autofree char *name = json_dup_text (page->job.root, "name");
  g_autofree char *path = g_canonicalize_filename (page->folder, NULL);

  return name && name[0] ? g_steal_pointer (&name) : g_path_get_basename (path);
}

static void
append_state (GString *html, const JobPage *page)
{
  g_autofree char *status = json_dup_text (page->summary.root, "status");
  g_autofree char *reason = json_dup_text (page->summary.root, "reason");
  const char *text = "The job has not ended yet, or it was stopped: this page has what there is.";

  if (g_strcmp0 (status, "completed") == 0)
    text = "The job is completed.";
  else if (g_strcmp0 (status, "failed") == 0)
    text = "The job failed.";
  html_append_element (html, "p", "state", text);
  if (reason)
    html_append_element (html, "p", "warn", reason);
}

static void
append_notes (GString *html, const VestimJsonNode *notes)
{
  if (vestim_json_type (notes) != VESTIM_JSON_ARRAY || vestim_json_size (notes) == 0)
    return;
  g_string_append (html, "<ul>\n");
  for (const VestimJsonNode *node = vestim_json_first (notes); node; node = vestim_json_next (node))
    {
      g_autofree char *note = json_dup_value (node);

      html_append_element (html, "li", NULL, note ? note : "");
    }
  g_string_append (html, "</ul>\n");
}

static void
append_origin (GString *html, const JobPage *page)
{
  g_autofree char *path = g_canonicalize_filename (page->folder, NULL);
  g_autofree char *id = json_dup_text (page->job.root, "job_id");
  g_autofree char *kind = json_dup_text (page->job.root, "kind");
  g_autofree char *attempt = json_dup_text (page->job.root, "attempt");

  html_begin_facts (html, "The job");
  if (id)
    html_append_fact (html, "ID", id);
  html_append_fact (html, "Kind", kind ? kind : "estimation");
  if (attempt)
    html_append_fact (html, "Attempt", attempt);
  html_append_fact (html, "Folder", path);
  html_end_table (html);
}

static GString *
format (const JobPage *page, bool is_evaluation)
{
  GString *html = g_string_new (NULL);
  g_autofree char *title = dup_title (page);

  sections_begin_page (html, title);
  append_state (html, page);
  append_notes (html, vestim_json_member (page->summary.root, "notes"));
  append_origin (html, page);
  if (is_evaluation)
    evaluation_page_append (html, page);
  else
    estimation_page_append (html, page);

  sections_begin (html, "Selections");
  sections_append_members (html, "As they were given",
                           vestim_json_member (page->job.root, "selections"));
  sections_end (html);
  sections_end_page (html);
  return html;
}

GString *
job_page_new (const char *folder, GError **error)
{
  JobPage page = { .folder = folder };
  GString *html = NULL;

  page.job = json_file_read (folder, "job.json");
  page.summary = json_file_read (folder, "summary.json");
  g_autofree char *kind = json_dup_text (page.job.root, "kind");
  bool is_evaluation = g_strcmp0 (kind, "evaluation") == 0;

  if (vestim_json_type (page.job.root) != VESTIM_JSON_OBJECT)
    failure_set (error, "%s has no job.json that can be read: name the folder of a job", folder);
  else if (kind && !is_evaluation && strcmp (kind, "estimation") != 0)
    failure_set (error, "%s is a job of kind \"%s\": name an estimation or evaluation", folder,
                 kind);
  else
    html = format (&page, is_evaluation);
  json_file_clear (&page.job);
  json_file_clear (&page.summary);
  return html;
}
