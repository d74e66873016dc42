/* SPDX-License-Identifier: MIT */
#include "estimator/kernel-lstm.h"

int
lstm_kernels_get (const LstmKernel *kernels[LSTM_MAX_KERNELS])
{
  int n = 0;

  kernels[n++] = &lstm_kernel_plain;
#ifdef VESTIM_X86_KERNELS
  __builtin_cpu_init ();
  if (__builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma"))
    {
      kernels[n++] = &lstm_kernel_avx2;
      if (__builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("avx512vl")
          && __builtin_cpu_supports ("avx512bw") && __builtin_cpu_supports ("avx512dq"))
        kernels[n++] = &lstm_kernel_avx512;
    }
#endif
  return n;
}
