/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/options.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/attempt/attempt.h"
#include "daemon/attempt/claim.h"

#define MAX_GRACE_S 1e9 /* a longer one could overflow a timer */

static const char usage[] =
    "Usage: vestim-run --folder DIR --job-id ID --attempt N [--timeout SECONDS]\n"
    "                  [--stop-signal N] [--stop-grace SECONDS] [--keep-leftovers]\n"
    "                  [--pty] [--stdin FILE] [--log-timestamps] [--cwd DIR]\n"
    "                  [--open-files N] [--cgroup DIR] [--memory-max BYTES]\n"
    "                  [--cpu-max N] [--address-space BYTES] [--oom-group DIR]\n"
    "                  [--input FD|FILE] [--ready FD] [--pass-exit]\n"
    "                  [--claim ID [--heartbeat SECONDS] [--fence SECONDS]]\n"
    "                  [--] [PROGRAM ARGUMENT…]\n"
    "       vestim-run --end --folder DIR --job-id ID --attempt N [--cgroup DIR]\n"
    "                  [--stop-signal N] [--stop-grace SECONDS]\n"
    "       vestim-run --drain\n"
    "\n"
    "Starts one attempt of a job, keeps its log, progress and exit record in the job\n"
    "folder, and ends all processes of the job. vestimd starts this program; see\n"
    "vestim-run(1).\n"
    "\n"
    "  --folder DIR          the job folder\n"
    "  --job-id ID           the job's ID\n"
    "  --attempt N           number of the attempt, from 1; each runs at most once\n"
    "  --timeout SECONDS     end the job after that time\n"
    "  --stop-signal N       number of the first signal of a stop (default: 15)\n"
    "  --stop-grace SECONDS  time from that signal to SIGKILL (default: 5)\n"
    "  --keep-leftovers      let processes go on that outlive the program\n"
    "  --pty                 give the program a pseudo terminal for its output\n"
    "  --stdin FILE          standard input of the program (default: empty)\n"
    "  --log-timestamps      put the time in front of each line of the log\n"
    "  --cwd DIR             working folder of the job (default: the job folder)\n"
    "  --open-files N        limit of open files for the job (default: the caller's)\n"
    "  --cgroup DIR          the control group in which the attempt gets its own\n"
    "  --memory-max BYTES, --cpu-max N\n"
    "                        hard limits of that group\n"
    "  --address-space BYTES\n"
    "                        limit of the address space of each process of the job\n"
    "  --oom-group DIR       the control group that counts kills for memory, if the\n"
    "                        group of the attempt cannot\n"
    "  --input FD|FILE       read arguments and environment from this descriptor or\n"
    "                        file\n"
    "  --ready FD            write the start time to this descriptor\n"
    "  --pass-exit           exit with the code of the program\n"
    "  --claim ID            claim the attempt in a folder that several hosts share;\n"
    "                        ID is the name of this run, such as $SLURM_JOB_ID\n"
    "  --heartbeat SECONDS   time between two heartbeats of the claim (default: 10)\n"
    "  --fence SECONDS       end the job after this time without a written heartbeat\n"
    "                        (default: 60)\n"
    "  --end                 end what a killed vestim-run left of an attempt\n"
    "  --drain               for internal use\n"
    "  --help, --version\n";

static const struct option long_options[] = {
  { "folder", required_argument, NULL, 'f' },
  { "job-id", required_argument, NULL, 'j' },
  { "attempt", required_argument, NULL, 'a' },
  { "timeout", required_argument, NULL, 't' },
  { "cwd", required_argument, NULL, 'c' },
  { "open-files", required_argument, NULL, 'o' },
  { "input", required_argument, NULL, 'i' },
  { "ready", required_argument, NULL, 'r' },
  { "end", no_argument, NULL, 'e' },
  { "help", no_argument, NULL, 'h' },
  { "cgroup", required_argument, NULL, 'g' },
  { "memory-max", required_argument, NULL, 'm' },
  { "cpu-max", required_argument, NULL, 'u' },
  { "address-space", required_argument, NULL, 's' },
  { "oom-group", required_argument, NULL, 'k' },
  { "stop-signal", required_argument, NULL, 'S' },
  { "stop-grace", required_argument, NULL, 'G' },
  { "keep-leftovers", no_argument, NULL, 'K' },
  { "pty", no_argument, NULL, 'p' },
  { "stdin", required_argument, NULL, 'n' },
  { "log-timestamps", no_argument, NULL, 'l' },
  { "drain", no_argument, NULL, 'd' },
  { "claim", required_argument, NULL, 'C' },
  { "heartbeat", required_argument, NULL, 'H' },
  { "fence", required_argument, NULL, 'F' },
  { "pass-exit", no_argument, NULL, 'P' },
  { "version", no_argument, NULL, 'v' },
  { NULL, 0, NULL, 0 },
};

/* `message` is NULL where getopt has printed one. */
static int
fail (const char *message)
{
  if (message != NULL)
    fprintf (stderr, "vestim-run: %s\n", message);
  fputs ("Try 'vestim-run --help'.\n", stderr);
  return SHIM_EXIT_USAGE;
}

static bool
read_number (const char *text, int least, int *value)
{
  char *end;
  long number;

  errno = 0;
  number = strtol (text, &end, 10);
  if (end == text || *end != '\0' || errno != 0 || number < least || number > INT_MAX)
    return false;
  *value = (int) number;
  return true;
}

static bool
read_bytes (const char *text, int64_t *value)
{
  char *end;

  errno = 0;
  *value = strtoll (text, &end, 10);
  return end != text && *end == '\0' && errno == 0 && *value > 0;
}

static bool
read_seconds (const char *text, double *value)
{
  char *end;

  *value = strtod (text, &end);
  return end != text && *end == '\0' && isfinite (*value) && *value >= 0;
}

/* Of the claim, in seconds. */
static bool
is_time (double seconds)
{
  return seconds >= 0.01 && seconds <= 86400;
}

/* A file whose name is a number is given as "./3". */
static int
take_input (Options *options)
{
  bool is_number = optarg[strspn (optarg, "0123456789")] == '\0';

  options->input_path = is_number ? NULL : optarg;
  options->input_fd = -1;
  return !is_number || read_number (optarg, 3, &options->input_fd)
             ? 0
             : fail ("--input needs a descriptor or a file: give 3 or more, or a path.");
}

static int
take_claim (Options *options, int option)
{
  switch (option)
    {
    case 'C':
      options->claim_id = optarg;
      return claim_id_is_valid (optarg)
                 ? 0
                 : fail ("--claim needs an ID: give 1 to 63 letters, digits and \"._+-\".");
    case 'H':
      return read_seconds (optarg, &options->heartbeat_s) && is_time (options->heartbeat_s)
                 ? 0
                 : fail ("--heartbeat needs a number of seconds: give 0.01 to 86400.");
    case 'F':
      return read_seconds (optarg, &options->fence_s) && is_time (options->fence_s)
                 ? 0
                 : fail ("--fence needs a number of seconds: give 0.01 to 86400.");
    default:
      return fail (NULL);
    }
}

static int
take_limit (Options *options, int option)
{
  switch (option)
    {
    case 'g':
      options->cgroup = optarg;
      return 0;
    case 'k':
      options->oom_group = optarg;
      return 0;
    case 'm':
      return read_bytes (optarg, &options->memory_max)
                 ? 0
                 : fail ("--memory-max needs a number of bytes: give 1 or more.");
    case 's':
      return read_bytes (optarg, &options->address_space)
                 ? 0
                 : fail ("--address-space needs a number of bytes: give 1 or more.");
    case 'u':
      return read_number (optarg, 1, &options->cpu_max)
                 ? 0
                 : fail ("--cpu-max needs a number of CPUs: give 1 or more.");
    default:
      return take_claim (options, option);
    }
}

static int
take_option (Options *options, int option)
{
  switch (option)
    {
    case 'f':
      options->folder = optarg;
      return 0;
    case 'j':
      options->job_id = optarg;
      return 0;
    case 'a':
      return read_number (optarg, 1, &options->attempt)
                 ? 0
                 : fail ("--attempt needs a number: give 1 or more.");
    case 't':
      return read_seconds (optarg, &options->timeout_s)
                 ? 0
                 : fail ("--timeout needs a number of seconds: give 0 or more.");
    case 'c':
      options->cwd = optarg;
      return 0;
    case 'o':
      return read_number (optarg, 1, &options->open_files)
                 ? 0
                 : fail ("--open-files needs a number: give 0 or more.");
    case 'i':
      return take_input (options);
    case 'r':
      return read_number (optarg, 3, &options->ready_fd)
                 ? 0
                 : fail ("--ready needs a descriptor: give 3 or more.");
    case 'e':
      options->action = ACTION_END;
      return 0;
    case 'd':
      options->action = ACTION_DRAIN;
      return 0;
    case 'S':
      return read_number (optarg, 1, &options->stop_signal) && options->stop_signal <= SIGRTMAX
                 ? 0
                 : fail ("--stop-signal needs the number of a signal: give 1 or more.");
    case 'G':
      return read_seconds (optarg, &options->stop_grace_s)
                 ? 0
                 : fail ("--stop-grace needs a number of seconds: give 0 or more.");
    case 'K':
      options->keeps_leftovers = true;
      return 0;
    case 'p':
      options->has_terminal = true;
      return 0;
    case 'n':
      options->stdin_path = optarg;
      return 0;
    case 'l':
      options->has_timestamps = true;
      return 0;
    case 'P':
      options->passes_exit = true;
      return 0;
    default:
      return take_limit (options, option);
    }
}

static int
settle_claim (Options *options)
{
  bool has_times = options->heartbeat_s > 0 || options->fence_s > 0;

  if (options->claim_id == NULL)
    return has_times ? fail ("--heartbeat and --fence are times of a claim: give --claim, too.")
                     : 0;
  if (options->heartbeat_s == 0)
    options->heartbeat_s = CLAIM_HEARTBEAT_S;
  if (options->fence_s == 0)
    options->fence_s = CLAIM_FENCE_S;
  return options->heartbeat_s < options->fence_s
             ? 0
             : fail ("--fence must be longer than --heartbeat: give a longer time.");
}

static int
check (Options *options)
{
  char *folder;

  if (options->action == ACTION_DRAIN)
    return 0;
  if (options->folder == NULL || options->job_id == NULL || options->attempt == 0)
    return fail ("--folder, --job-id and --attempt are required.");
  if (options->action == ACTION_RUN && options->input_fd < 0 && options->input_path == NULL
      && options->argv[0] == NULL)
    return fail ("the program is missing: give it after the options.");
  if (options->folder[0] == '/')
    return 0;
  /* VESTIM_JOB_DIR must be true wherever the job changes its folder to. */
  folder = realpath (options->folder, NULL);
  if (folder == NULL)
    return fail ("the folder of --folder does not exist: create it.");
  options->folder = folder;
  return 0;
}

int
options_parse (Options *options, int argc, char **argv)
{
  int option, r;

  *options = (Options){
    .input_fd = -1, .ready_fd = -1, .stop_signal = SIGTERM, .stop_grace_s = ATTEMPT_GRACE_S
  };
  /* "+": the options after the program's name belong to the program. */
  while ((option = getopt_long (argc, argv, "+", long_options, NULL)) != -1)
    {
      if (option == 'h' || option == 'v')
        {
          fputs (option == 'h' ? usage : "vestim-run " VESTIM_VERSION "\n", stdout);
          options->action = ACTION_INFORM;
          return 0;
        }
      r = take_option (options, option);
      if (r != 0)
        return r;
    }
  options->argv = argv + optind;
  r = check (options);
  return r != 0 ? r : settle_claim (options);
}

int64_t
options_grace_ms (const Options *options)
{
  if (options->stop_signal == SIGKILL)
    return 0;
  return (int64_t) ceil (fmin (options->stop_grace_s, MAX_GRACE_S) * 1000);
}
