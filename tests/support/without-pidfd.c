/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* without-pidfd EPERM|ENOSYS open|send COMMAND…: runs a command as in a container whose seccomp
 * profile is older than pidfds. With "open" pidfd_open() fails, with "send" pidfd_send_signal(). */

int
main (int argc, char **argv)
{
  int refused;
  unsigned error;

  if (argc < 4)
    return 2;
  error = strcmp (argv[1], "EPERM") == 0 ? EPERM : ENOSYS;
  refused = strcmp (argv[2], "open") == 0 ? SYS_pidfd_open : SYS_pidfd_send_signal;

  struct sock_filter code[] = {
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, nr)),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, (unsigned) refused, 0, 1),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog filter = { sizeof code / sizeof *code, code };

  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
      || prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
    perror ("without-pidfd: no filter");
  else
    execvp (argv[3], argv + 3);
  return 1;
}
