/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options of Send, as any program may put them on the bus: what is refused is called a wrong call, what is let
 * through names somebody. */
#include "fuzz.h"
#include "service/send-options.h"

/* In GVariant's text form; the bytes are tried as its binary form, too. */
const char *const mopt_fuzz_seeds[] = {
  "{'account': <'helpdesk'>, 'conversation-id': <false>}",
  "{'recipients': <['a@example.com', 'b@example.com']>, 'recipients-from-header': <true>}",
  "{'sender': <'desk@example.com'>, 'full-name': <'Help, \\\"Desk\\\"'>}",
  "[{'sender', <'a@b'>}, {'sender', <'a@c'>}]",
  "{'recipients': <@as []>, 'account': <7>, '': <<''>>}",
  NULL,
};

static void
check (GVariant *options)
{
  g_auto (MoptSendOptions) read = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean ok = mopt_send_options_read (&read, options, &error);

  if (!ok)
    {
      g_assert_error (error, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return;
    }
  g_assert_no_error (error);
  g_assert_true (read.recipients == NULL || read.recipients[0] != NULL);
  g_assert_true (read.recipients != NULL || read.from_header || g_variant_n_children (options) > 0);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GVariant) parsed
      = g_utf8_validate (text, -1, NULL) ? g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, NULL) : NULL;
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GVariant) raw = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE_VARDICT, bytes, FALSE));

  if (parsed != NULL)
    check (parsed);
  check (raw);
  return 0;
}
