/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <stdint.h>

#include "daemon/attempt/claim.h"
#include "daemon/attempt/heartbeat.h"

/* The files of a claim are on a disk that other hosts and the job write to. Whatever they contain,
 * what is read can be shown and passed on. */

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *text = (const char *) data;
  g_autofree char *name = g_strndup (text, size);
  char again[CLAIM_MAX_NAME];
  Heartbeat heartbeat;
  ClaimOwner owner;
  int attempt = claim_parse_name (name);

  claim_format_name (again, attempt);
  g_assert_true (attempt == 0 || g_str_equal (name, again));
  g_assert_true (heartbeat_parse (&heartbeat, text, size) == (heartbeat.beat > 0));
  if (claim_owner_parse (&owner, text, size))
    {
      g_assert_true (owner.attempt > 0 && owner.pid >= 0);
      g_assert_true (claim_id_is_valid (owner.id) && owner.host[0] != '\0');
      g_assert_true (owner.heartbeat_ms > 0 && owner.fence_ms > 0);
    }
  claim_owner_clear (&owner);
  return 0;
}
