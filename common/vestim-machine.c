/* SPDX-License-Identifier: MIT */
#include "common/vestim-machine.h"

#include <assert.h>
#include <stddef.h>

void
vestim_machine_init (VestimMachine *machine, const VestimMachineType *type, unsigned state)
{
  assert (state < type->n_states && type->n_states <= 32);
  *machine = (VestimMachine){ .type = type, .state = state };
}

bool
vestim_machine_can_move (const VestimMachine *machine, unsigned to)
{
  assert (to < machine->type->n_states);
  return (machine->type->states[machine->state].next & VESTIM_MACHINE_TO (to)) != 0;
}

void
vestim_machine_move (VestimMachine *machine, unsigned to, const char *id)
{
  const VestimMachineType *type = machine->type;
  unsigned from = machine->state;

  assert (vestim_machine_can_move (machine, to));
  machine->state = to;
  if (type->trace != NULL)
    type->trace (type->name, id, type->states[from].name, type->states[to].name);
}
