/* SPDX-License-Identifier: MIT */
#include <getopt.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/vestim-estimate/base/printable-output.h"
#include "daemon/vestim-estimate/base/output-file.h"
#include "daemon/vestim-estimate/commands/check.h"
#include "daemon/vestim-estimate/commands/demo.h"
#include "daemon/vestim-estimate/commands/evaluate.h"
#include "daemon/vestim-estimate/commands/export-c.h"
#include "daemon/vestim-estimate/commands/export-onnx.h"
#include "daemon/vestim-estimate/commands/import.h"
#include "daemon/vestim-estimate/commands/job-file.h"
#include "daemon/vestim-estimate/commands/job.h"
#include "daemon/vestim-estimate/commands/predict.h"
#include "daemon/vestim-estimate/commands/report-page.h"
#include "daemon/vestim-estimate/commands/reproduce.h"

#define EXIT_USAGE 2

typedef enum
{
  MODE_JOB,
  MODE_CHECK,
  MODE_CHECK_SELECTIONS,
  MODE_DEMO,
  MODE_PREDICT,
  MODE_REPRODUCE,
  MODE_EXPORT_C,
  MODE_REPORT,
  MODE_EXPORT_ONNX,
  MODE_IMPORT,
  MODE_HELP,
  MODE_VERSION,
} Mode;

static const char help[] =
    "Usage:\n"
    "  vestim-estimate JOB_DIR\n"
    "      run the job in JOB_DIR/job.json and write the results to JOB_DIR\n"
    "  vestim-estimate --check [--json] [--encoding NAME] [--within SECONDS]\n"
    "                  FILE|FOLDER...\n"
    "      show columns, units, rows and sampling period, or the error\n"
    "  vestim-estimate --check-selections [estimation|evaluation]\n"
    "      check selections (JSON on standard input) and their files\n"
    "  vestim-estimate --demo DIR\n"
    "      write a small set of simulated drive cycles\n"
    "  vestim-estimate --predict [--json] [--encoding NAME] MODEL\n"
    "                  FILE|FOLDER... [-o FILE|FOLDER]\n"
    "      predict new data with a model.bin or a job's best model\n"
    "  vestim-estimate --reproduce JOB_DIR\n"
    "      run a job again: identical (0), different (1), not possible (2)\n"
    "  vestim-estimate --export-c [--q15 | --q7] [--task N] [--prefix NAME]\n"
    "                  MODEL [FILE|FOLDER...] [-o FILE]\n"
    "      write a model.bin or a job's best model as a C header: in single\n"
    "      precision, or in integers that are compared with it on the files\n"
    "  vestim-estimate --report JOB_DIR [-o FILE]\n"
    "      write an HTML page about a job: settings, curves, errors\n"
    "  vestim-estimate --export-onnx [--task N] MODEL [-o FILE]\n"
    "      write the same model as an ONNX file\n"
    "  vestim-estimate --import WEIGHTS -o MODEL\n"
    "      make a model.bin of the weights of PyTorch or Keras\n"
    "  vestim-estimate --help | --version\n\n"
    "Trains a small neural network that estimates a cell's voltage from state of\n"
    "charge, current and temperature, and tests it on drive cycles that it has not\n"
    "used before.\n"
    "\n"
    "This is a complete job.json:\n"
    "  {\"selections\": {\"folder_path\": \"/absolute/folder/with/train,val,test\"}}\n\n"
    "Exit codes: 0 success, 1 failure (see standard error), 2 usage error.\n"
    "See vestim-estimate(1) for every setting, and docs/estimation.md for the method.\n";

static int
fail_usage (const char *sentence)
{
  if (sentence)
    fprintf (stderr, "vestim-estimate: %s\n", sentence);
  fputs ("Try 'vestim-estimate --help'.\n", stderr);
  return EXIT_USAGE;
}

static int
write_demo (const char *folder)
{
  g_autoptr (GError) error = NULL;

  if (!demo_write (folder, &error))
    {
      fprintf (stderr, "vestim-estimate: %s\n", error->message);
      return EXIT_FAILURE;
    }
  printf ("Simulated drive cycles are in %s; see README.txt there. Try: vestim-estimate %s\n",
          folder, folder);
  return EXIT_SUCCESS;
}

static int
check_selections_of (char **operands, int n_operands)
{
  const char *kind = n_operands == 0 ? "estimation" : operands[0];

  if (n_operands > 1 || (strcmp (kind, "estimation") != 0 && strcmp (kind, "evaluation") != 0))
    return fail_usage ("--check-selections reads standard input: name a kind of job, estimation "
                       "or evaluation, and no file");
  return check_selections (kind);
}

static int
run_job (const char *folder)
{
  g_autoptr (JobFile) file = job_file_read (folder, NULL);

  return file && g_strcmp0 (file->kind, "evaluation") == 0 ? evaluate_run (folder)
                                                           : job_run (folder);
}

/* What follows the mode. */
typedef struct
{
  bool as_json;
  const char *output; /* NULL: no -o is given */
  const char *task;   /* NULL, too, when it is not given; so are the next three */
  const char *prefix;
  const char *encoding; /* of the data files; NULL: it is detected */
  const char *within;
  int weight_bits; /* of integers; 0: none are wanted */
  char **operands;
  int n_operands;
} Arguments;

static int
check (const Arguments *arguments)
{
  double seconds = arguments->within ? g_ascii_strtod (arguments->within, NULL) : INFINITY;

  if (!(seconds > 0))
    return fail_usage ("--within takes a number of seconds");
  return arguments->n_operands > 0
             ? check_files (arguments->operands, arguments->as_json, arguments->encoding, seconds)
             : fail_usage ("name files to check");
}

/* The options of exports. */
static int
export_model (Mode mode, const Arguments *arguments)
{
  ExportOptions options = { .output = arguments->output,
                            .prefix = arguments->prefix ? arguments->prefix : "vestim",
                            .weight_bits = arguments->weight_bits };
  guint64 task = 0;

  if (arguments->task
      && !g_ascii_string_to_unsigned (arguments->task, 10, 1, G_MAXINT, &task, NULL))
    return fail_usage ("--task takes the number of a task, from 1 on");
  if (arguments->n_operands < 1)
    return fail_usage ("name a model.bin, or the folder of a task or job");
  if (arguments->n_operands > 1 && arguments->weight_bits == 0)
    return fail_usage ("name one model; data files are of use with --q15 and --q7 only");

  options.task = (int64_t) task;
  options.model = arguments->operands[0];
  options.files = arguments->operands + 1;
  return mode == MODE_EXPORT_ONNX ? export_onnx (&options) : export_c (&options);
}

/* The first option that does not belong to the mode; NULL: none. */
static const char *
find_stray_option (Mode mode, const Arguments *arguments)
{
  bool is_c = mode == MODE_EXPORT_C, is_export = is_c || mode == MODE_EXPORT_ONNX;

  if (arguments->as_json && mode != MODE_CHECK && mode != MODE_PREDICT)
    return "--json works only with --check and --predict";
  if (arguments->encoding && mode != MODE_CHECK && mode != MODE_PREDICT)
    return "--encoding works only with --check and --predict";
  if (arguments->output && mode != MODE_PREDICT && mode != MODE_REPORT && !is_export
      && mode != MODE_IMPORT)
    return "-o works only with --predict, --export-c, --export-onnx, --import and --report";
  if (arguments->task && !is_export)
    return "--task works only with --export-c and --export-onnx";
  if (arguments->prefix && !is_c)
    return "--prefix works only with --export-c";
  if (arguments->within && mode != MODE_CHECK)
    return "--within works only with --check";
  if (arguments->weight_bits && !is_c)
    return "--q15 and --q7 work only with --export-c";
  return NULL;
}

static int
run (Mode mode, const Arguments *arguments)
{
  char **operands = arguments->operands;
  int n_operands = arguments->n_operands;
  const char *stray = find_stray_option (mode, arguments);

  if (stray)
    return fail_usage (stray);

  switch (mode)
    {
    case MODE_HELP:
      fputs (help, stdout);
      return EXIT_SUCCESS;
    case MODE_VERSION:
      puts ("vestim-estimate " VESTIM_VERSION);
      return EXIT_SUCCESS;
    case MODE_CHECK:
      return check (arguments);
    case MODE_CHECK_SELECTIONS:
      return check_selections_of (operands, n_operands);
    case MODE_DEMO:
      return n_operands == 1 ? write_demo (operands[0]) : fail_usage ("name one folder to create");
    case MODE_PREDICT:
      return n_operands >= 2 ? predict_files (operands[0], operands + 1, arguments->output,
                                              arguments->as_json, arguments->encoding)
                             : fail_usage ("name a model, and files or folders to predict");
    case MODE_REPRODUCE:
      return n_operands == 1 ? reproduce_run (operands[0]) : fail_usage ("name one job folder");
    case MODE_EXPORT_C:
    case MODE_EXPORT_ONNX:
      return export_model (mode, arguments);
    case MODE_IMPORT:
      return n_operands == 1 && arguments->output
                 ? import_weights (operands[0], arguments->output)
                 : fail_usage ("name one file of weights, and the model to write with -o");
    case MODE_REPORT:
      return n_operands == 1 ? report_page (operands[0], arguments->output)
                             : fail_usage ("name one job folder");
    case MODE_JOB:
      return n_operands == 1 ? run_job (operands[0]) : fail_usage ("name one job folder");
    }
  return EXIT_USAGE;
}

int
main (int argc, char **argv)
{
  static const struct option options[] = {
    { "check", no_argument, NULL, MODE_CHECK },
    { "check-selections", no_argument, NULL, MODE_CHECK_SELECTIONS },
    { "demo", no_argument, NULL, MODE_DEMO },
    { "predict", no_argument, NULL, MODE_PREDICT },
    { "reproduce", no_argument, NULL, MODE_REPRODUCE },
    { "export-c", no_argument, NULL, MODE_EXPORT_C },
    { "report", no_argument, NULL, MODE_REPORT },
    { "export-onnx", no_argument, NULL, MODE_EXPORT_ONNX },
    { "import", no_argument, NULL, MODE_IMPORT },
    { "output", required_argument, NULL, 'o' },
    { "prefix", required_argument, NULL, 'p' },
    { "encoding", required_argument, NULL, 'e' },
    { "task", required_argument, NULL, 't' },
    { "within", required_argument, NULL, 'w' },
    { "q15", no_argument, NULL, 'a' },
    { "q7", no_argument, NULL, 'b' },
    { "help", no_argument, NULL, MODE_HELP },
    { "version", no_argument, NULL, MODE_VERSION },
    { "json", no_argument, NULL, 'j' },
    { NULL, 0, NULL, 0 },
  };
  Mode mode = MODE_JOB;
  Arguments arguments = { 0 };
  int option = 0;

  printable_output_init ();
  while ((option = getopt_long (argc, argv, "o:", options, NULL)) != -1)
    {
      if (option == '?')
        return fail_usage (NULL);
      if (option == 'j')
        arguments.as_json = true;
      else if (option == 'o')
        arguments.output = optarg;
      else if (option == 'p')
        arguments.prefix = optarg;
      else if (option == 'e')
        arguments.encoding = optarg;
      else if (option == 't')
        arguments.task = optarg;
      else if (option == 'w')
        arguments.within = optarg;
      else if (option == 'a' || option == 'b')
        arguments.weight_bits = option == 'a' ? 16 : 8;
      else if (mode != MODE_JOB && mode != (Mode) option)
        return fail_usage ("these options cannot be combined: give one of them");
      else
        mode = (Mode) option;
    }

  signal (SIGPIPE, SIG_IGN);
  output_file_clean_up_on_signals ();
  arguments.operands = argv + optind;
  arguments.n_operands = argc - optind;
  return run (mode, &arguments);
}
