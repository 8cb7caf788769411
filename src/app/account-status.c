/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/account-status.h"
#include "app/when.h"
#include "check/test-run.h"

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
  gboolean passed = g_strcmp0 (last->result, "passed") == 0;
  /* Translators: %s is a time such as “3 minutes ago” */
  g_autofree char *text = g_strdup_printf (passed ? _ ("Tested %s") : _ ("Test failed %s"), when);

  if (passed)
    return status_new ("object-select-symbolic", "passed", text, exactly, FALSE);
  return status_new ("dialog-error-symbolic", "failed", text, *last->summary != '\0' ? last->summary : exactly, TRUE);
}

MoptAccountStatus *
mopt_account_status_new (MoptAccount *account, const MoptLastTest *last, gint64 now)
{
  const char *problem = mopt_account_get_problem (account, NULL);
  g_autoptr (GError) error = NULL;

  if (problem != NULL)
    return status_new ("dialog-warning-symbolic", "failed", _ ("Cannot be used"), problem, TRUE);

  g_autoptr (MoptSettings) settings = mopt_settings_new (account, &error);
  if (settings == NULL)
    return status_new ("dialog-warning-symbolic", "attention", _ ("Needs your attention"), error->message, TRUE);

  g_autoptr (GPtrArray) missing = mopt_validate_complete (account, MOPT_SIDE_BOTH);
  if (missing->len > 0)
    {
      const MoptProblem *first = g_ptr_array_index (missing, 0);

      return status_new ("dialog-warning-symbolic", "attention", _ ("Not complete"), first->error->message, TRUE);
    }
  if (last == NULL)
    return status_new (NULL, NULL, _ ("Not tested yet"), "", FALSE);

  g_autofree char *fingerprint = mopt_test_fingerprint (settings);
  if (g_strcmp0 (fingerprint, last->fingerprint) != 0)
    {
      g_autofree char *exactly = mopt_when_absolute (last->time);

      return status_new (NULL, NULL, _ ("Changed since its last test"), exactly, FALSE);
    }
  return tested (last, now);
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
