/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/doctor/doctor.h"

#include <stdio.h>

#include "common/json/vestim-json.h"
#include "daemon/vestimd/doctor/checks.h"

typedef struct
{
  const char *name;
  void (*check) (const DoctorSubject *subject, Finding *finding);
} Check;

static const Check checks[] = {
  { "data directory", check_directory },
  { "folders above it", check_parents },
  { "file system", check_file_system },
  { "free space", check_space },
  { "inodes", check_inodes },
  { "flushes to disk", check_flush },
  { "token", check_token },
  { "settings", check_settings },
  { "registry", check_registry },
  { "daemon", check_daemon },
  { "port", check_port },
  { "helper programs", check_helpers },
  { "clock", check_clock },
  { "open files", check_open_files },
  { "processes", check_processes },
  { "file size", check_file_size },
  { "inotify", check_inotify },
  { "start at login", check_login },
  { "lingering", check_lingering },
  { "cgroup", check_cgroup },
  { "limits of jobs", check_limits },
};

static const char *const level_names[] = { "ok", "warning", "problem" };

static void
print_line (const char *name, const Finding *finding)
{
  printf ("%-8s %s: %s\n", level_names[finding->level], name, finding->text);
}

static void
append_finding (GString *json, const char *name, const Finding *finding)
{
  g_string_append (json, json->len > 0 ? ",\n  {" : "  {");
  vestim_json_append_string_member (json, "check", name);
  g_string_append (json, ", ");
  vestim_json_append_string_member (json, "result", level_names[finding->level]);
  g_string_append (json, ", ");
  vestim_json_append_string_member (json, "message", finding->text);
  g_string_append_c (json, '}');
}

static void
print_json (const DoctorSubject *subject, const char *findings, const int *counts)
{
  g_autoptr (GString) home = g_string_new (NULL);

  vestim_json_append_string (home, subject->paths->home);
  printf ("{\"version\": \"%s\", \"data_dir\": %s, \"problems\": %d, \"warnings\": %d, \"checks\": "
          "[\n%s\n]}\n",
          subject->version, home->str, counts[FINDING_PROBLEM], counts[FINDING_WARNING], findings);
}

int
doctor_run (const DoctorSubject *subject, bool as_json)
{
  g_autoptr (GString) json = g_string_new (NULL);
  int counts[G_N_ELEMENTS (level_names)] = { 0 };

  if (!as_json)
    printf ("vestimd %s, data directory %s\n", subject->version, subject->paths->home);
  for (size_t i = 0; i < G_N_ELEMENTS (checks); i++)
    {
      Finding finding = { FINDING_OK, NULL };

      checks[i].check (subject, &finding);
      counts[finding.level]++;
      if (as_json)
        append_finding (json, checks[i].name, &finding);
      else
        print_line (checks[i].name, &finding);
      finding_clear (&finding);
    }
  if (as_json)
    print_json (subject, json->str, counts);
  else
    printf ("%d ok, %d warning%s, %d problem%s\n", counts[FINDING_OK], counts[FINDING_WARNING],
            counts[FINDING_WARNING] == 1 ? "" : "s", counts[FINDING_PROBLEM],
            counts[FINDING_PROBLEM] == 1 ? "" : "s");
  return counts[FINDING_PROBLEM];
}
