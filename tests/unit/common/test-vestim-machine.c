/* SPDX-License-Identifier: MIT */
#include <glib.h>

#include "common/vestim-machine.h"

enum
{
  IDLE,
  BUSY,
  DONE,
};

static const VestimMachineState states[] = {
  [IDLE] = { "idle", VESTIM_MACHINE_TO (BUSY) },
  [BUSY] = { "busy", VESTIM_MACHINE_TO (IDLE) | VESTIM_MACHINE_TO (DONE) },
  [DONE] = { "done", 0 },
};

static char traced[64];

static void
trace (const char *name, const char *id, const char *from, const char *to)
{
  g_snprintf (traced, sizeof traced, "%s %s: %s -> %s", name, id, from, to);
}

static const VestimMachineType type = { "worker", states, G_N_ELEMENTS (states), trace };

/* A log that names each move is how a wrong order of events is found. */
static void
test_an_allowed_move_changes_the_state_and_is_traced (void)
{
  VestimMachine machine;

  vestim_machine_init (&machine, &type, IDLE);
  vestim_machine_move (&machine, BUSY, "w1");
  g_assert_cmpuint (machine.state, ==, BUSY);
  g_assert_cmpstr (traced, ==, "worker w1: idle -> busy");
}

static void
test_the_table_says_what_may_follow (void)
{
  VestimMachine machine;

  vestim_machine_init (&machine, &type, BUSY);
  g_assert_true (vestim_machine_can_move (&machine, IDLE));
  g_assert_true (vestim_machine_can_move (&machine, DONE));
  g_assert_false (vestim_machine_can_move (&machine, BUSY));
}

/* Going on after a forbidden move would hide the error until it does damage elsewhere. */
static void
test_a_forbidden_move_aborts (void)
{
  if (g_test_subprocess ())
    {
      VestimMachine machine;

      vestim_machine_init (&machine, &type, DONE);
      vestim_machine_move (&machine, IDLE, "w1");
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*vestim_machine_can_move*");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/machine/an allowed move changes the state and is traced",
                   test_an_allowed_move_changes_the_state_and_is_traced);
  g_test_add_func ("/machine/the table says what may follow", test_the_table_says_what_may_follow);
  g_test_add_func ("/machine/a forbidden move aborts", test_a_forbidden_move_aborts);
  return g_test_run ();
}
