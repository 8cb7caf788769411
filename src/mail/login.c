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

/* What may follow a refused @name: the same without channel binding, under checked TLS, unless more than that was
 * reached before. NULL: nothing. */
static const char *
second_mechanism (const char *name, char **offered, const MoptSaslOptions *options)
{
  const char *second = same_without_binding (name, offered);

  return second != NULL && mopt_connection_is_verified (options->connection)
                 && !mopt_strength_is_below (mopt_strength_of_mechanism (second), options->at_least, TRUE)
             ? second
             : NULL;
}

/* @tries: for one attempt, or two where there is a @second mechanism (nullable); the number of those in vain comes
 * back in @n_failed. */
static gboolean
log_in_by_sasl (const MoptProtocolTable *protocol, gpointer client, const char *name, const char *second,
                const MoptSaslOptions *options, GCancellable *cancellable, guint *n_failed, const char **mechanism,
                GError **error)
{
  MoptSaslOptions weaker = *options;
  g_autoptr (GError) refused = NULL;
  g_autoptr (GError) again = NULL;

  *n_failed = 0;
  if (authenticate (protocol, client, name, options, cancellable, mechanism, &refused))
    return TRUE;
  *n_failed = 1;
  if (second == NULL || !g_error_matches (refused, MOPT_ERROR, MOPT_ERROR_AUTH_REFUSED))
    {
      g_propagate_error (error, g_steal_pointer (&refused));
      return FALSE;
    }
  weaker.without_binding = TRUE;
  if (authenticate (protocol, client, second, &weaker, cancellable, mechanism, &again))
    return TRUE;
  *n_failed = 2;
  /* a server that hangs up after a refusal has still refused */
  if (g_error_matches (again, MOPT_ERROR, MOPT_ERROR_HUNG_UP))
    g_propagate_error (error, g_steal_pointer (&refused));
  else
    g_propagate_error (error, g_steal_pointer (&again));
  return FALSE;
}

/* With the login that was chosen: @own (nullable) of the protocol, or @name by SASL; as often as @tries allow. */
static gboolean
try (const MoptProtocolTable *protocol, gpointer client, const char *own, const char *name, char **offered,
     const MoptSaslOptions *options, MoptTries *tries, GCancellable *cancellable, const char **mechanism,
     GError **error)
{
  const char *second = own == NULL ? second_mechanism (name, offered, options) : NULL;
  gint64 start = g_get_monotonic_time ();
  guint taken = mopt_tries_take (tries, second != NULL ? 2 : 1, cancellable, error), n_failed;
  MoptSaslOptions chosen = *options;
  g_autoptr (GError) cause = NULL;
  gboolean ok;

  if (taken == 0)
    return FALSE;
  mopt_connection_postpone (options->connection, g_get_monotonic_time () - start);
  if (second != NULL && mopt_tries_is_binding_refused (tries))
    {
      chosen.without_binding = TRUE;
      name = second;
      second = NULL;
    }

  if (own != NULL)
    {
      *mechanism = own;
      ok = protocol->log_in (client, own, options->user, options->password, &cause);
      n_failed = ok ? 0 : 1;
    }
  else
    ok = log_in_by_sasl (protocol, client, name, taken > 1 ? second : NULL, &chosen, cancellable, &n_failed, mechanism,
                         &cause);

  /* before they are returned: nobody must come in between */
  if (ok && n_failed > 0)
    mopt_tries_set_binding_refused (tries);
  if (mopt_error_is (cause, MOPT_ERROR_AUTH_REFUSED)
      || g_error_matches (cause, MOPT_ERROR, MOPT_ERROR_AUTH_SERVER_SIGNATURE))
    mopt_tries_end (tries);
  mopt_tries_return (tries, taken, n_failed);
  if (!ok)
    g_propagate_error (error, g_steal_pointer (&cause));
  return ok;
}

gboolean
mopt_login (const MoptProtocolTable *protocol, gpointer client, const MoptSaslOptions *options,
            GCancellable *cancellable, const char **mechanism, GError **error)
{
  gboolean tls = mopt_connection_is_tls (options->connection);
  g_auto (GStrv) offered = protocol->get_mechanisms (client);
  g_autoptr (MoptTries) tries
      = options->tries != NULL ? mopt_tries_ref (options->tries) : mopt_tries_new (MOPT_TRIES_MAX);
  g_autoptr (GError) no_mechanism = NULL;
  g_autoptr (GError) no_own = NULL;
  const char *own = NULL;
  const char *name = mopt_sasl_choose ((const char *const *) offered, options, &no_mechanism);

  /* 1. Without TLS a digest goes before anything readable, whatever layer it belongs to.
   * 2. Else SASL, and what the protocol itself has only where that does not serve.
   * 3. Neither below what was reached before. */
  if (name != NULL && !tls && mopt_sasl_is_clear_text (name))
    own = protocol->get_own_login (client, FALSE, NULL);
  else if (name == NULL)
    own = protocol->get_own_login (client, tls || options->allow_clear_text, &no_own);
  if (own != NULL && mopt_strength_is_below (mopt_strength_of_mechanism (own), options->at_least, tls))
    {
      g_set_error (&no_own, MOPT_ERROR, MOPT_ERROR_AUTH_WEAKER,
                   "only %s is offered, but a login by %s was reached before", own,
                   mopt_strength_name (options->at_least));
      own = NULL;
    }

  if (own != NULL || name != NULL)
    return try (protocol, client, own, own != NULL ? NULL : name, offered, options, tries, cancellable, mechanism,
                error);

  /* SASL's reason says more, unless the server takes no login here at all */
  if (mopt_error_is (no_mechanism, MOPT_ERROR_AUTH_WEAKER))
    g_propagate_error (error, g_steal_pointer (&no_mechanism));
  else if (offered[0] != NULL && !g_error_matches (no_own, MOPT_ERROR, MOPT_ERROR_AUTH_LOGIN_DISABLED)
      && !g_error_matches (no_own, MOPT_ERROR, MOPT_ERROR_TLS_REQUIRED)
      && !g_error_matches (no_own, MOPT_ERROR, MOPT_ERROR_AUTH_WEAKER))
    g_propagate_error (error, g_steal_pointer (&no_mechanism));
  else
    g_propagate_error (error, g_steal_pointer (&no_own));
  return FALSE;
}
