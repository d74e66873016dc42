/* SPDX-License-Identifier: MIT */
#pragma once

/* An attempt of a job: one run of its program, under a shim (vestim-run) that outlives the daemon.
 * This file has what vestimd, vestim-run and the program agree on; see vestim-run(1). */

/* The job folder. The program owns it and may do anything in it, so that a reader must expect any
 * text, a link, or no file. */
#define ATTEMPT_JOB_FILE "job.json"             /* vestimd: what to do */
#define ATTEMPT_FINISH_FILE "finish.request"    /* vestimd: end early, with the results so far */
#define ATTEMPT_PAUSE_FILE "pause.request"      /* vestimd: the job is to be paused */
#define ATTEMPT_LOCK_FILE "run.lock"            /* vestim-run: see lock-record.h */
#define ATTEMPT_LOG_FILE "log.txt"              /* vestim-run: see log-ring.h */
#define ATTEMPT_LAST_LOG_FILE "log.1.txt"       /* vestim-run: the log of the attempt before */
#define ATTEMPT_PROGRESS_FILE "progress.jsonl"  /* vestim-run: see progress-file.h */
#define ATTEMPT_EXIT_FILE "exit.json"           /* vestim-run: see exit-record.h */
#define ATTEMPT_EXIT_RESERVE "exit.json.tmp"    /* vestim-run: its room on the disk */
#define ATTEMPT_RESULT_FILE "summary.json"      /* the program: its result, as JSON */
#define ATTEMPT_CLAIM_PREFIX "attempt."         /* vestim-run: a folder on a node, see claim.h */
#define ATTEMPT_OWNER_FILE "owner.json"         /* vestim-run, in that folder */
#define ATTEMPT_HEARTBEAT_FILE "heartbeat.json" /* vestim-run, in that folder */

/* The environment of the program. The first two also mark the processes of the job. */
#define ATTEMPT_ENV_JOB_ID "VESTIM_JOB_ID"
#define ATTEMPT_ENV_JOB_FOLDER "VESTIM_JOB_DIR"
#define ATTEMPT_ENV_PROGRESS "VESTIM_PROGRESS_FD"

/* The descriptor of ATTEMPT_ENV_PROGRESS: the program writes its progress lines there. */
#define ATTEMPT_PROGRESS_FD 3

/* Seconds from the first signal of a stop to SIGKILL, unless the job asks for another time. */
#define ATTEMPT_GRACE_S 5

/* Exit codes of vestim-run. */
enum
{
  SHIM_EXIT_RECORDED = 0, /* the attempt is over, and exit.json has its end */
  SHIM_EXIT_USAGE = 2,
  SHIM_EXIT_TAKEN = 75,      /* refused: the folder is locked, or this attempt was started before */
  SHIM_EXIT_UNRECORDED = 76, /* the attempt is over, but its end could not be recorded */
  SHIM_EXIT_ERRNO = 128,     /* + errno: the program was not executed */
};

/* vestim-run writes this to the descriptor of --ready before it executes the program, and
 * afterwards the time of the start (ms since the epoch, a newline). If the program could not be
 * executed for a momentary lack, it exits with SHIM_EXIT_ERRNO + errno instead. */
#define SHIM_READY_MARK "+"
