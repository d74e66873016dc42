/* SPDX-License-Identifier: MIT */
#pragma once

/* How calls of the registry end: 0 for success, or one of these. */
enum
{
  REGISTRY_E_FULL = 1,   /* no room on the disk: nothing of the transaction was stored */
  REGISTRY_E_FAILED,     /* another failure of the storage, logged; nothing was stored */
  REGISTRY_E_KEY_EXISTS, /* the idempotency key is stored already; nothing was stored */
  REGISTRY_E_NOT_FOUND,
  REGISTRY_E_BUSY,    /* another program has the lock, or something is lacking for the moment;
                         nothing was stored */
  REGISTRY_E_DAMAGED, /* another program changed its files: nothing was stored */
  REGISTRY_E_REFUSED, /* only of open: the message says why and what to do */
  REGISTRY_N_STATUSES,
};
