/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

/* State machines: an object is in one named state, and a const table says which states may follow.
 * The object's code changes its state with vestim_machine_move() and nowhere else, so the table is
 * the picture of the object's life. */

/* One state. A table is indexed by the object's own enum. */
typedef struct
{
  const char *name;
  unsigned next; /* VESTIM_MACHINE_TO() of each state that may follow */
} VestimMachineState;

#define VESTIM_MACHINE_TO(state) (1u << (state))

typedef struct
{
  const char *name; /* of the kind of object: "attempt", "connection" */
  const VestimMachineState *states;
  unsigned n_states; /* at most 32 */
  /* (nullable) Called after each move, to trace it. `id` names the object; it may be NULL. */
  void (*trace) (const char *name, const char *id, const char *from, const char *to);
} VestimMachineType;

typedef struct
{
  const VestimMachineType *type; /* static */
  unsigned state;
} VestimMachine;

/* Starts in `state`; nothing is traced. */
void vestim_machine_init (VestimMachine *machine, const VestimMachineType *type, unsigned state);

bool vestim_machine_can_move (const VestimMachine *machine, unsigned to);

/* Aborts when the table does not allow the move: that is an error of the program. */
void vestim_machine_move (VestimMachine *machine, unsigned to, const char *id);
