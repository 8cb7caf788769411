/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/login.h"

#include <string.h>

#include "base/error.h"

static const char *const with_binding[] = { "SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS" };
static const char *const without_binding[] = { "SCRAM-SHA-256", "SCRAM-SHA-1" };

static gboolean
authenticate (const MoptProtocolTable *protocol, gpointer client, const char *name, const MoptSaslOptions *options,
              GCancellable *cancellable, const char **mechanism, GError **error)
{
  g_autoptr (MoptSasl) sasl = mopt_sasl_new (name, options, error);

  if (sasl == NULL || !protocol->authenticate (client, sasl, cancellable, error))
    return FALSE;
  *mechanism = name;
  return TRUE;
}

/* The same mechanism without channel binding, if @offered has it; else NULL. */
static const char *
same_without_binding (const char *name, char **offered)
{
  for (guint i = 0; i < G_N_ELEMENTS (with_binding); i++)
    for (guint j = 0; g_str_equal (name, with_binding[i]) && offered[j] != NULL; j++)
      if (g_ascii_strcasecmp (offered[j], without_binding[i]) == 0)
        return without_binding[i];
  return NULL;
}

static gboolean
log_in_by_sasl (const MoptProtocolTable *protocol, gpointer client, const char *name, char **offered,
                const MoptSaslOptions *options, GCancellable *cancellable, const char **mechanism, GError **error)
{
  const char *second = same_without_binding (name, offered);
  MoptSaslOptions weaker = *options;
  g_autoptr (GError) refused = NULL;
  g_autoptr (GError) again = NULL;

  if (authenticate (protocol, client, name, options, cancellable, mechanism, &refused))
    return TRUE;
  if (second == NULL || !mopt_connection_is_verified (options->connection)
      || !g_error_matches (refused, MOPT_ERROR, MOPT_ERROR_AUTH_REFUSED))
    {
      g_propagate_error (error, g_steal_pointer (&refused));
      return FALSE;
    }
  weaker.without_binding = TRUE;
  if (authenticate (protocol, client, second, &weaker, cancellable, mechanism, &again))
    return TRUE;
  /* a server that hangs up after a refusal has still refused */
  if (g_error_matches (again, MOPT_ERROR, MOPT_ERROR_HUNG_UP))
    g_propagate_error (error, g_steal_pointer (&refused));
  else
    g_propagate_error (error, g_steal_pointer (&again));
  return FALSE;
}

gboolean
mopt_login (const MoptProtocolTable *protocol, gpointer client, const MoptSaslOptions *options,
            GCancellable *cancellable, const char **mechanism, GError **error)
{
  gboolean tls = mopt_connection_is_tls (options->connection);
  g_auto (GStrv) offered = protocol->get_mechanisms (client);
  g_autoptr (GError) no_mechanism = NULL;
  g_autoptr (GError) no_own = NULL;
  const char *own = NULL;
  const char *name = mopt_sasl_choose ((const char *const *) offered, options, &no_mechanism);

  /* 1. Without TLS a digest goes before anything readable, whatever layer it belongs to.
   * 2. Else SASL, and what the protocol itself has only where that does not serve. */
  if (name != NULL && !tls && mopt_sasl_is_clear_text (name))
    own = protocol->get_own_login (client, FALSE, NULL);
  else if (name == NULL)
    own = protocol->get_own_login (client, tls || options->allow_clear_text, &no_own);

  if (own != NULL)
    {
      *mechanism = own;
      return protocol->log_in (client, own, options->user, options->password, error);
    }
  if (name != NULL)
    return log_in_by_sasl (protocol, client, name, offered, options, cancellable, mechanism, error);

  /* SASL's reason says more, unless the server takes no login here at all */
  if (offered[0] != NULL && !g_error_matches (no_own, MOPT_ERROR, MOPT_ERROR_AUTH_LOGIN_DISABLED)
      && !g_error_matches (no_own, MOPT_ERROR, MOPT_ERROR_TLS_REQUIRED))
    g_propagate_error (error, g_steal_pointer (&no_mechanism));
  else
    g_propagate_error (error, g_steal_pointer (&no_own));
  return FALSE;
}
