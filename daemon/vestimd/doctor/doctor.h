/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "common/vestim-paths.h"
#include "daemon/vestimd/jobs/registry/examine.h"

/* `vestimd --doctor`: looks for what would make a start fail or jobs suffer, and changes nothing.
 */

/* What the caller knows; all strings are borrowed. */
typedef struct
{
  const VestimPaths *paths;
  const char *version;        /* of this program */
  const char *settings_fault; /* (nullable) why the settings are not valid */
  const char *host;
  int port;
  bool port_named;
  pid_t daemon;          /* that runs with this data directory; 0: none */
  const char *url;       /* (nullable) its address */
  const char *running;   /* (nullable) its version */
  const char *silence;   /* (nullable) why it does not answer */
  const char *status;    /* (nullable) its answer to GET /server/status */
  const char *pid_fault; /* (nullable) what is wrong with the PID file */
  RegistryExamination registry;
} DoctorSubject;

/* Prints one line for each check to stdout, or one JSON object. The number of problems. */
int doctor_run (const DoctorSubject *subject, bool as_json);
