/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/kernel/kernel.h"

/* One kernel for each instruction set that kernel-<kind>.c is compiled for. */
#define DECLARE(kind) \
  extern const Kernel kernel_##kind##_plain, kernel_##kind##_avx2, kernel_##kind##_avx512, \
      kernel_##kind##_double

DECLARE (lstm);
DECLARE (gru);
DECLARE (fnn);

typedef struct
{
  const Kernel *plain;
  const Kernel *avx2;
  const Kernel *avx512;
  const Kernel *in_double;
} Variants;

#ifdef VESTIM_X86_KERNELS
#define VARIANTS(kind) \
  { \
    &kernel_##kind##_plain, &kernel_##kind##_avx2, &kernel_##kind##_avx512, \
        &kernel_##kind##_double \
  }
#else
#define VARIANTS(kind) \
  { \
    &kernel_##kind##_plain, NULL, NULL, &kernel_##kind##_double \
  }
#endif

static const Variants variants[] = {
  [VESTIM_MODEL_LSTM] = VARIANTS (lstm),
  [VESTIM_MODEL_GRU] = VARIANTS (gru),
  [VESTIM_MODEL_FNN] = VARIANTS (fnn),
};

int
kernels_get (VestimModelKind kind, const Kernel *kernels[KERNEL_MAX_VARIANTS])
{
  int n = 0;

  kernels[n++] = variants[kind].plain;
#ifdef VESTIM_X86_KERNELS
  __builtin_cpu_init ();
  if (__builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma"))
    {
      kernels[n++] = variants[kind].avx2;
      if (__builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("avx512vl")
          && __builtin_cpu_supports ("avx512bw") && __builtin_cpu_supports ("avx512dq"))
        kernels[n++] = variants[kind].avx512;
    }
#endif
  return n;
}

const Kernel *
kernel_get_double (VestimModelKind kind)
{
  return variants[kind].in_double;
}
