/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim-estimate/base/team.h"
#include "daemon/vestim-estimate/kernel/kernel.h"
#include "daemon/vestim-estimate/network/network.h"

typedef struct
{
  void *memory; /* made when first needed */
  size_t size;
} Workspace;

struct Network
{
  VestimModelKind kind;
  const NetworkType *type;
  const Kernel *kernel;
  NetworkShape shape;
  GArray *tensors;
  size_t n_parameters;
  Workspace *workspaces; /* one for each thread of the team */
  int n_threads;
  Team *team;       /* NULL: no other thread helps */
  int thread;       /* number of the network's own one */
  float *gradients; /* [MAX_PARTS][n_parameters]; made when first needed */
};

/* The workspace of a thread, which alone uses it. */
void *network_workspace (Network *network, int thread, KernelUse use);
