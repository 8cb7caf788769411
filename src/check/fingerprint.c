/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check/fingerprint.h"

#include <string.h>

static void
digest (GChecksum *sum, const char *name, const char *value)
{
  /* Each with its length, so that no two lists of values run into the same bytes. */
  g_autofree char *line
      = g_strdup_printf ("%s %zu %s\n", name, value != NULL ? strlen (value) : 0, value != NULL ? value : "-");

  g_checksum_update (sum, (const guchar *) line, -1);
}

static void
digest_server (GChecksum *sum, const MoptServer *server)
{
  g_autofree char *numbers = g_strdup_printf ("%d %d", server->custom_port, server->authenticate);

  digest (sum, "protocol", mopt_protocol_name (server->protocol));
  digest (sum, "host", server->host);
  digest (sum, "security", mopt_security_name (server->security));
  digest (sum, "numbers", numbers);
  digest (sum, "user", server->user);
}

char *
mopt_fingerprint_account (const MoptSettings *settings)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *legal = g_strjoinv ("\n", settings->from_legal);
  g_autofree char *use = settings->from_use != NULL ? g_strjoinv ("\n", settings->from_use) : NULL;
  g_autofree char *flags
      = g_strdup_printf ("%d %d %d %d %d", settings->same_login, settings->conversation_id_add,
                         settings->conversation_id_in_body, settings->from_user_address, settings->from_arbitrary);

  digest_server (sum, &settings->incoming);
  digest_server (sum, &settings->outgoing);
  digest (sum, "mailbox", settings->mailbox);
  digest (sum, "flags", flags);
  digest (sum, "legal", legal);
  digest (sum, "use", use);
  digest (sum, "default", settings->from_default);
  return g_strdup (g_checksum_get_string (sum));
}

char *
mopt_fingerprint_outgoing (const MoptSettings *settings)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);

  digest_server (sum, &settings->outgoing);
  return g_strdup (g_checksum_get_string (sum));
}
