/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/account-status.h"
#include "base/when.h"
#include "check/fingerprint.h"
#include "check/standing.h"

static MoptAccountStatus *
status_new (const char *icon, const char *css_class, const char *text, const char *detail, gboolean is_problem)
{
  MoptAccountStatus *self = g_new0 (MoptAccountStatus, 1);

  self->icon = icon;
  self->css_class = css_class;
  self->text = g_strdup (text);
  self->detail = g_strdup (detail);
  self->is_problem = is_problem;
  return self;
}

/* Of a test that was made with the very values that are in effect now. */
static MoptAccountStatus *
tested (const MoptLastTest *last, gint64 now)
{
  g_autofree char *when = mopt_when_relative (last->time, now);
  g_autofree char *exactly = mopt_when_absolute (last->time);
  gboolean checked = g_strcmp0 (last->result, "checked") == 0;
  gboolean passed = g_strcmp0 (last->result, "passed") == 0;
  gboolean connected = g_strcmp0 (last->result, "not-connected") != 0;
  /* Translators: %s is a time such as “3 minutes ago” */
  g_autofree char *text = g_strdup_printf (passed      ? _ ("Tested %s")
                                           : checked   ? _ ("Connected %s, not tested")
                                           : connected ? _ ("Test failed %s")
                                                       : _ ("Could not connect %s"),
                                           when);

  if (checked) /* no tick: that a message gets through is not proven */
    {
      g_autofree char *detail = g_strdup_printf (_ ("%s: both servers let this account in. No message was sent."),
                                                 exactly);

      return status_new (NULL, NULL, text, detail, FALSE);
    }
  if (passed)
    return status_new ("object-select-symbolic", "passed", text, exactly, FALSE);
  return status_new ("dialog-error-symbolic", "failed", text, *last->summary != '\0' ? last->summary : exactly, TRUE);
}

/* When a test was made whose values are not in effect any more, and where they have changed since. Caller frees. */
static char *
explain_stale (MoptAccount *account, const MoptLastTest *last)
{
  static const char *const pages[] = { N_ ("Incoming Server"), N_ ("Outgoing Server"), N_ ("Options") };
  g_autoptr (MoptSettings) settings = mopt_settings_new (account, NULL);
  g_autofree char *fingerprint = settings != NULL ? mopt_fingerprint_account (settings) : g_strdup ("");
  guint different = mopt_fingerprint_difference (fingerprint, last->fingerprint);
  g_autoptr (GString) names = g_string_new (NULL);
  g_autofree char *exactly = mopt_when_absolute (last->time);

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    if ((different & 1u << i) != 0)
      g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", _ (pages[i]));
  if (names->len == 0)
    return g_steal_pointer (&exactly);
  /* Translators: when an account was tested, and the names of the pages where it was changed since */
  return g_strdup_printf (_ ("Tested %s. Changed since then: %s."), exactly, names->str);
}

MoptAccountStatus *
mopt_account_status_new (MoptAccount *account, const MoptLastTest *last, GHashTable *stored, gint64 now)
{
  g_autofree char *reason = NULL;
  g_autofree char *exactly = NULL;
  MoptStanding standing = mopt_standing (account, last, stored, &reason);

  if (mopt_account_is_publishing (account) && standing == MOPT_STANDING_INCOMPLETE
      && mopt_standing_find_blank_user (account) != NULL)
    return status_new (NULL, NULL, _ ("Users enter their user name"), "", FALSE);
  switch (standing)
    {
    case MOPT_STANDING_BROKEN:
      return status_new ("dialog-warning-symbolic", "failed", _ ("Cannot be used"), reason, TRUE);
    case MOPT_STANDING_INVALID:
      return status_new ("dialog-warning-symbolic", "attention", _ ("Needs your attention"), reason, TRUE);
    case MOPT_STANDING_NEEDS_ADDRESS:
      return status_new ("dialog-warning-symbolic", "attention", _ ("Needs your e-mail address"), "", FALSE);
    case MOPT_STANDING_NEEDS_ADMINISTRATOR:
      return status_new ("dialog-warning-symbolic", "attention", _ ("Ask your administrator"), reason, TRUE);
    case MOPT_STANDING_NEEDS_USER:
      return status_new ("dialog-password-symbolic", "attention", _ ("Needs your user name"), "", FALSE);
    case MOPT_STANDING_NEEDS_PASSWORD:
      return status_new ("dialog-password-symbolic", "attention", _ ("Needs your password"), "", FALSE);
    case MOPT_STANDING_INCOMPLETE:
      return status_new ("dialog-warning-symbolic", "attention", _ ("Not complete"), reason, TRUE);
    case MOPT_STANDING_STALE:
      exactly = explain_stale (account, last);
      return status_new (NULL, NULL, _ ("Changed since its last test"), exactly, FALSE);
    case MOPT_STANDING_FAILED:
    case MOPT_STANDING_NOT_CONNECTED:
    case MOPT_STANDING_CHECKED:
    case MOPT_STANDING_PASSED:
      return tested (last, now);
    case MOPT_STANDING_UNTESTED:
    default:
      return status_new (NULL, NULL, _ ("Not tested yet"), "", FALSE);
    }
}

void
mopt_account_status_free (MoptAccountStatus *self)
{
  if (self == NULL)
    return;
  g_free (self->text);
  g_free (self->detail);
  g_free (self);
}
