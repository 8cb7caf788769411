/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "check/failure.h"
#include "check/template.h"

/* The reasons of mail/connection.h in words; each goes on after "The identity of … could not be confirmed: ". */
static const struct
{
  const char *reason;
  const char *text;
} words[] = {
  { "expired", N_ ("its certificate expired on {until}") },
  { "not-yet-valid", N_ ("its certificate is not valid before {from}") },
  { "wrong-host", N_ ("its certificate is for {names}, not for {host}") },
  { "self-signed", N_ ("its certificate is signed by nobody but itself") },
  { "unknown-issuer", N_ ("its certificate comes from an authority that this computer does not know") },
  { "weak-key", N_ ("the key in its certificate is too weak") },
  { "weak-signature", N_ ("the signature of its certificate is too weak") },
  { "revoked", N_ ("its certificate was withdrawn by the authority") },
  { "bad-purpose", N_ ("its certificate was not made for a server") },
  { "invalid", N_ ("its certificate is damaged or incomplete") },
};

/* Year first: read the same way everywhere. */
static char *
format_day (gint64 seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (seconds);

  return time != NULL ? g_date_time_format (time, "%Y-%m-%d") : g_strdup ("?");
}

char *
mopt_failure_certificate_text (const MoptTlsInfo *tls, const char *host)
{
  if (tls == NULL || tls->reasons == NULL || tls->reasons->len == 0)
    return g_strdup (_ ("its certificate does not check out"));

  g_autofree char *from = format_day (tls->not_before);
  g_autofree char *until = format_day (tls->not_after);
  const char *names = tls->names != NULL && *tls->names != '\0' ? tls->names : _ ("another server");
  const MoptPlace places[] = { { "from", from }, { "until", until }, { "names", names }, { "host", host }, { NULL } };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < tls->reasons->len; i++)
    {
      const char *template = N_ ("its certificate does not check out");

      for (guint j = 0; j < G_N_ELEMENTS (words); j++)
        if (g_strcmp0 (words[j].reason, g_ptr_array_index (tls->reasons, i)) == 0)
          template = words[j].text;

      g_autofree char *filled = mopt_template_fill (_ (template), places);
      if (text->len > 0)
        g_string_append (text, "; ");
      g_string_append (text, filled);
    }
  return g_string_free (text, FALSE);
}
