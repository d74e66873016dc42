/* SPDX-License-Identifier: MIT */
#pragma once

/* Words and limits of the protocol that both sides use. */

#define VESTIM_DEFAULT_HOST "127.0.0.1"
#define VESTIM_DEFAULT_PORT 8001

#define VESTIM_MAX_IDEMPOTENCY_KEY 255
#define VESTIM_MAX_NAME 1024 /* bytes of a job's name */
#define VESTIM_MIN_PRIORITY (-1000)
#define VESTIM_MAX_PRIORITY 1000
#define VESTIM_MAX_RUNNING 1024

/* Of a capacity and of the resources of a job. */
#define VESTIM_MAX_CPUS 100000
#define VESTIM_MAX_MEMORY_MB (INT64_C (1) << 32)
#define VESTIM_MAX_GPUS 1024
#define VESTIM_MAX_WAIT_S 60 /* of GET /jobs/{id}?wait= */

#define VESTIM_DEFAULT_GROUP "default"
#define VESTIM_MAX_GROUP 64 /* characters of a group's name */
#define VESTIM_MAX_DEPENDENCIES 100
#define VESTIM_MAX_TAGS 20
#define VESTIM_MAX_TAG 64     /* bytes */
#define VESTIM_MAX_NOTE 4096  /* bytes */
#define VESTIM_MAX_UNIQUE 255 /* bytes of `unique` */
#define VESTIM_MAX_RETRIES 1000
