/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "base/when.h"
#include "check/failure.h"
#include "check/failure-table.h"
#include "check/template.h"

/* This program is younger than 2026 (s since the epoch). */
#define EARLIEST G_GINT64_CONSTANT (1767225600)
#define DAY_S (24 * 60 * 60)

/* The reasons of MoptTlsInfo; each text goes on after "The identity of … could not be confirmed: ". */
static const struct
{
  const char *reason;
  MoptError cause; /* where it is the only one */
  const char *text;
} words[] = {
  { "expired", MOPT_ERROR_CERTIFICATE_EXPIRED, N_ ("its certificate expired on {until}") },
  { "not-yet-valid", MOPT_ERROR_CERTIFICATE_NOT_YET_VALID, N_ ("its certificate is not valid before {from}") },
  { "wrong-host", MOPT_ERROR_CERTIFICATE_WRONG_HOST, N_ ("its certificate is for {names}, not for {host}") },
  { "self-signed", MOPT_ERROR_CERTIFICATE_SELF_SIGNED, N_ ("its certificate is signed by nobody but itself") },
  { "unknown-issuer", MOPT_ERROR_CERTIFICATE_UNKNOWN_ISSUER,
    N_ ("its certificate comes from an authority that this computer does not know") },
  { "weak-key", MOPT_ERROR_CERTIFICATE_WEAK_KEY, N_ ("the key in its certificate is too weak") },
  { "weak-signature", MOPT_ERROR_CERTIFICATE_WEAK_SIGNATURE, N_ ("the signature of its certificate is too weak") },
  { "revoked", MOPT_ERROR_CERTIFICATE_REVOKED, N_ ("its certificate was withdrawn by the authority") },
  { "bad-purpose", MOPT_ERROR_CERTIFICATE_BAD_PURPOSE, N_ ("its certificate was not made for a server") },
  { "invalid", MOPT_ERROR_CERTIFICATE_INVALID, N_ ("its certificate is damaged or incomplete") },
};

static gboolean
has_reason (const MoptTlsInfo *tls, const char *reason)
{
  return g_ptr_array_find_with_equal_func (tls->reasons, reason, g_str_equal, NULL);
}

/* Whether a clock that says @now is slow: nobody runs a program before it was built. Some systems give all their files
 * a date of long ago. */
static gboolean
is_before_us (gint64 now)
{
  GStatBuf self;

  return now < EARLIEST || (g_stat ("/proc/self/exe", &self) == 0 && now < (gint64) self.st_mtime - DAY_S);
}

MoptError
mopt_failure_certificate_cause (const MoptTlsInfo *tls, gint64 now)
{
  if (tls == NULL || tls->reasons == NULL || tls->reasons->len == 0)
    return MOPT_ERROR_CERTIFICATE;
  if ((has_reason (tls, "not-yet-valid") || has_reason (tls, "expired")) && is_before_us (now))
    return MOPT_ERROR_CLOCK_WRONG;
  if (has_reason (tls, "unknown-issuer") && mopt_certificate_get_problem () != NULL)
    return MOPT_ERROR_NO_AUTHORITIES;
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (tls->reasons->len == 1 && has_reason (tls, words[i].reason))
      return words[i].cause;
  return MOPT_ERROR_CERTIFICATE;
}

char *
mopt_failure_certificate_text (const MoptTlsInfo *tls, const char *host)
{
  if (tls == NULL || tls->reasons == NULL || tls->reasons->len == 0)
    return g_strdup (_ ("its certificate does not check out"));

  g_autofree char *from = mopt_when_day (tls->not_before);
  g_autofree char *until = mopt_when_day (tls->not_after);
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
