/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check/fingerprint.h"

#include <string.h>

#define SEPARATOR "-"
#define N_PAGES 3 /* parts of an account's name, one for each page of the dialog */

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
  g_autoptr (GChecksum) incoming = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GChecksum) outgoing = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GChecksum) options = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *legal = g_strjoinv ("\n", settings->from_legal);
  g_autofree char *use = settings->from_use != NULL ? g_strjoinv ("\n", settings->from_use) : NULL;
  g_autofree char *flags = g_strdup_printf ("%d %d %d", settings->same_login, settings->conversation_id_add,
                                            settings->conversation_id_in_body);
  g_autofree char *from = g_strdup_printf ("%d %d", settings->from_user_address, settings->from_arbitrary);

  digest_server (incoming, &settings->incoming);
  digest (incoming, "mailbox", settings->mailbox);
  digest_server (outgoing, &settings->outgoing);
  digest (outgoing, "flags", flags);
  digest (options, "from", from);
  digest (options, "legal", legal);
  digest (options, "use", use);
  digest (options, "default", settings->from_default);
  return g_strjoin (SEPARATOR, g_checksum_get_string (incoming), g_checksum_get_string (outgoing),
                    g_checksum_get_string (options), NULL);
}

guint
mopt_fingerprint_difference (const char *fingerprint, const char *other)
{
  g_auto (GStrv) parts = g_strsplit (fingerprint, SEPARATOR, -1);
  g_auto (GStrv) others = g_strsplit (other, SEPARATOR, -1);
  guint pages = 0;

  if (g_strv_length (parts) != N_PAGES || g_strv_length (others) != N_PAGES)
    return 0;
  for (guint i = 0; i < N_PAGES; i++)
    if (!g_str_equal (parts[i], others[i]))
      pages |= 1u << i;
  return pages;
}

char *
mopt_fingerprint_outgoing (const MoptSettings *settings)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);

  digest_server (sum, &settings->outgoing);
  return g_strdup (g_checksum_get_string (sum));
}
