/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "common/client/vestim-text-line.h"
#include "common/json/vestim-json.h"
#include "daemon/vestim/command-list.h"
#include "daemon/vestim/invocation.h"
#include "daemon/vestim/output/output.h"

static int
run (Invocation *invocation, GError **error)
{
  g_autoptr (VestimReply) reply =
      session_send (invocation->session, vestim_request_new ("GET", "/server/status"), error);
  const char *text;
  gsize size;

  if (reply == NULL)
    return VESTIM_EXIT_NO_SERVER;
  text = g_bytes_get_data (reply->body, &size);
  return output_write (text, size, error) ? VESTIM_EXIT_DONE : VESTIM_EXIT_REFUSED;
}

const Command command_status = {
  .name = "status",
  .arguments = "",
  .summary = "Show the server, its queue, its groups and what they have room for",
  .examples = "vestim status\n"
              "vestim status --json | jq .jobs",
  .run = run,
};
