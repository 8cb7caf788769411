/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>
#include <sysexits.h>

#include "base/harmful.h"
#include "check/send.h"
#include "service/answer.h"

#define ERROR_PREFIX "org.mailoptions.Error."

/* "keyring-locked": "org.mailoptions.Error.Temporary.KeyringLocked". */
static char *
error_name (gboolean is_temporary, const char *code)
{
  g_autoptr (GString) name = g_string_new (ERROR_PREFIX);
  gboolean begins = TRUE;

  g_string_append (name, is_temporary ? "Temporary." : "Permanent.");
  for (const char *c = code; *c != '\0'; c++)
    {
      if (*c != '-')
        g_string_append_c (name, begins ? g_ascii_toupper (*c) : *c);
      begins = *c == '-';
    }
  return g_string_free (g_steal_pointer (&name), FALSE);
}

void
mopt_answer_failure (GDBusMethodInvocation *invocation, int status, const char *code, const char *text)
{
  g_autofree char *name = error_name (status == EX_TEMPFAIL, code);
  g_autofree char *clean = mopt_clean_words (text, -1);

  g_strdelimit (clean, "\n", ' '); /* callers show it as a line */
  g_dbus_method_invocation_return_dbus_error (invocation, name, clean);
}

void
mopt_answer_error (GDBusMethodInvocation *invocation, const GError *error)
{
  if (error->domain == G_DBUS_ERROR)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    mopt_answer_failure (invocation, EX_TEMPFAIL, "cancelled", _ ("Cancelled. Nothing was sent."));
  else
    mopt_answer_failure (invocation, mopt_send_status (error), mopt_send_code (error), error->message);
}

GVariant *
mopt_answer_text (const char *text)
{
  return g_variant_new_take_string (g_utf8_make_valid (text, -1));
}

GVariant *
mopt_answer_texts (const char *const *texts)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = 0; texts != NULL && texts[i] != NULL; i++)
    g_variant_builder_add_value (&builder, mopt_answer_text (texts[i]));
  return g_variant_builder_end (&builder);
}
