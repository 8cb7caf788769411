/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sentences of a probe. */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/harmful.h"
#include "check/probe-words.h"
#include "check/template.h"
#include "mail/offers.h"

static char *
make_title (const MoptAttempt *attempt)
{
  switch (attempt->tls)
    {
    case MOPT_TLS_IMPLICIT:
      return g_strdup_printf (_ ("SSL, port %u"), attempt->port);
    case MOPT_TLS_STARTTLS:
      return g_strdup_printf (_ ("TLS (STARTTLS), port %u"), attempt->port);
    case MOPT_TLS_NONE:
    default:
      return g_strdup_printf (_ ("Not encrypted, port %u"), attempt->port);
    }
}

/* ---- what was offered ---- */

/* The SASL mechanisms of @offers (nullable); a protocol's own login counts where it stands there, too. */
static char *
list_mechanisms (char **offers, MoptProtocol protocol)
{
  const char *const *lines = (const char *const *) offers;
  g_auto (GStrv) words = mopt_offers_words (lines, protocol == MOPT_PROTOCOL_POP3 ? "SASL" : "AUTH");
  g_autofree char *joined = g_strjoinv (", ", words);
  g_autofree char *clean = mopt_clean_words (joined, -1);

  if (protocol == MOPT_PROTOCOL_POP3 && mopt_offers_find (lines, "USER") != NULL)
    return g_strconcat (clean, *clean != '\0' ? ", " : "", "USER", NULL);
  return g_steal_pointer (&clean);
}

static char *
list_capabilities (char **offers)
{
  g_autofree char *joined = offers != NULL ? g_strjoinv (", ", offers) : g_strdup ("");

  return g_strdelimit (mopt_clean_words (joined, -1), "\n", ' ');
}

static char *
describe_encryption (const MoptTlsInfo *tls)
{
  if (tls == NULL || tls->protocol == NULL)
    return g_strdup ("");
  if (g_str_has_prefix (tls->protocol, "TLSv"))
    return g_strdup_printf ("TLS %s, %s", tls->protocol + strlen ("TLSv"), tls->cipher);
  return g_strdup_printf ("%s, %s", tls->protocol, tls->cipher);
}

static char *
describe_certificate (const MoptTlsInfo *tls, const char *host)
{
  if (tls == NULL || tls->sha256 == NULL)
    return g_strdup ("");

  g_autoptr (GDateTime) end = g_date_time_new_from_unix_local (tls->not_after);
  g_autofree char *until = end != NULL ? g_date_time_format (end, "%Y-%m-%d") : g_strdup ("?");
  g_autofree char *subject = mopt_clean_words (tls->subject != NULL ? tls->subject : "?", -1);
  g_autofree char *issuer = mopt_clean_words (tls->issuer != NULL ? tls->issuer : "?", -1);
  const MoptPlace places[]
      = { { "subject", subject }, { "issuer", issuer }, { "until", until }, { "sha256", tls->sha256 }, { NULL } };
  g_autofree char *facts
      = mopt_template_fill (_ ("{subject}, issued by {issuer}, valid until {until}, SHA-256 {sha256}"), places);

  if (tls->reasons->len == 0)
    return g_steal_pointer (&facts);
  g_autofree char *reasons = mopt_failure_certificate_text (tls, host);
  return g_strdup_printf ("%s (%s)", facts, reasons);
}

/* ---- what came of it ---- */

/* A failure's words name the port and the mode of this very attempt. */
static MoptFailure *
explain (const MoptTried *tried, const MoptSettings *settings, MoptSide side)
{
  static const MoptSecurity modes[] = { MOPT_SECURITY_BASIC, MOPT_SECURITY_SSL, MOPT_SECURITY_TLS };
  g_autoptr (MoptSettings) there = mopt_settings_copy (settings);
  MoptServer *server = side == MOPT_SIDE_OUTGOING ? &there->outgoing : &there->incoming;

  server->custom_port = tried->attempt.port;
  server->security = modes[tried->attempt.tls];
  return mopt_failure_new_tls (tried->error, there, side, tried->stage, tried->tls, NULL);
}

/* Why a way that works is not the one. */
static const char *
why_not_taken (const MoptProbe *self, const MoptProbeRow *row)
{
  const MoptProbeRow *chosen = self->chosen >= 0 ? g_ptr_array_index (self->rows, self->chosen) : NULL;

  if (chosen == NULL)
    return _ ("It works, but what happened on another port ends the search, so that nobody can force a weaker way.");
  if (chosen->tried->attempt.tls != row->tried->attempt.tls)
    return _ ("It works, but encryption from the first byte is better than encryption that is asked for in clear.");
  return _ ("It works, but the other port is the one that is meant for mail programs.");
}

static void
say_row (MoptProbe *self, MoptProbeRow *row, const MoptSettings *settings, MoptSide side)
{
  const MoptTried *tried = row->tried;
  const char *size = mopt_offers_find ((const char *const *) tried->offers, "SIZE");

  row->title = make_title (&tried->attempt);
  row->encryption = describe_encryption (tried->tls);
  row->certificate = describe_certificate (tried->tls, self->host);
  row->before = list_mechanisms (tried->offers_before, self->protocol);
  row->mechanisms = list_mechanisms (tried->offers, self->protocol);
  row->capabilities = list_capabilities (tried->offers);
  row->size = self->protocol == MOPT_PROTOCOL_SMTP && size != NULL ? g_ascii_strtoull (size, NULL, 10) : 0;
  if (row->state == MOPT_PROBE_FAILED)
    {
      g_autoptr (MoptFailure) failure = explain (tried, settings, side);

      row->sentence = g_steal_pointer (&failure->sentence);
      row->server_words = g_steal_pointer (&failure->server_words);
      row->in_clear = failure->in_clear;
      row->code = failure->code;
      row->remedy = failure->remedy;
    }
  else if (row->state == MOPT_PROBE_CHOSEN)
    row->sentence
        = g_strdup (tried->attempt.tls == MOPT_TLS_NONE ? _ ("Auto takes this one: there is no better one.")
                                                        : _ ("Auto takes this one: it is the best that works."));
  else if (row->state == MOPT_PROBE_WORKS)
    row->sentence = g_strdup (why_not_taken (self, row));
  else
    row->sentence = g_strdup (_ ("It was not waited for."));
}

/* ---- all in all ---- */

static char *
conclude (const MoptProbe *self)
{
  if (self->chosen < 0)
    return self->failure != NULL ? g_strdup_printf ("%s %s", self->failure->sentence, self->failure->advice)
                                 : g_strdup ("");

  const MoptAttempt *attempt = &((const MoptProbeRow *) g_ptr_array_index (self->rows, self->chosen))->tried->attempt;
  g_autofree char *port = g_strdup_printf ("%u", attempt->port);
  const char *mode = attempt->tls == MOPT_TLS_IMPLICIT ? _ ("SSL") : _ ("TLS");
  const MoptPlace places[] = { { "host", self->host }, { "port", port }, { "mode", mode }, { NULL } };
  MoptSecurity security;
  guint16 pinned;

  if (attempt->tls == MOPT_TLS_NONE)
    return mopt_template_fill (_ ("{host} offers no encryption. Auto uses port {port} as it is; others could read "
                                  "along."),
                               places);
  if (!mopt_probe_pin (self, &security, &pinned))
    return mopt_template_fill (_ ("Auto encrypts the connection to {host} on port {port}. There is no mode of its own "
                                  "for that: leave Security at Auto."),
                               places);
  if (pinned == 0)
    return mopt_template_fill (_ ("Auto encrypts the connection to {host} on port {port}. Security {mode} always does "
                                  "the same."),
                               places);
  return mopt_template_fill (_ ("Auto encrypts the connection to {host} on port {port}. Security {mode} with Custom "
                                "Port {port} always does the same."),
                             places);
}

void
mopt_probe_say (MoptProbe *self, const MoptSettings *settings, MoptSide side)
{
  for (guint i = 0; i < self->rows->len; i++)
    say_row (self, g_ptr_array_index (self->rows, i), settings, side);
  self->conclusion = conclude (self);
}
