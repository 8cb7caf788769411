/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people type: what a check lets through has no control byte, and reads the same the second time. */
#include <string.h>

#include "fuzz.h"
#include "model/address.h"
#include "model/conversation-id.h"
#include "model/host.h"
#include "model/validate.h"

const char *const mopt_fuzz_seeds[] = {
  "imap.example.com:993", "[2001:db8::1]", "b\xc3\xbc" "cher.example", "xn--bcher-kva.example", "192.0.2.1",
  "Alice \"A\" <alice@example.com>", "\"a b\"@[IPv6:::1]", "help*@example.com", "a@b, C D <c@d>; e@f",
  "Re: Printer {CMI: ABCD1234}", "text\n\n-- \nme\n", "x\n\nOn Monday A wrote:\n> y {CMI:ABCD12}\n",
  NULL,
};

static void
check_no_control_bytes (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    g_assert_false (g_ascii_iscntrl (*p));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const char *const prefixes[] = { "ABCD", NULL };
  g_autofree char *text = g_strndup ((const char *) data, size);

  g_autofree char *host = mopt_host_to_ascii (text, NULL);
  if (host != NULL)
    {
      g_autofree char *again = mopt_host_to_ascii (host, NULL);

      check_no_control_bytes (host);
      g_assert_true (g_str_is_ascii (host));
      g_assert_cmpstr (again, ==, host);
    }

  g_autoptr (MoptAddress) address = mopt_address_parse (text, NULL);
  if (address != NULL)
    {
      g_autofree char *spec = mopt_address_to_spec (address);
      g_autoptr (MoptAddress) again = mopt_address_parse (spec, NULL);

      check_no_control_bytes (spec);
      g_assert_nonnull (again);
      g_assert_true (mopt_address_matches (address, spec));
    }
  g_auto (GStrv) pasted = mopt_address_list_paste (text);

  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    if (mopt_validate_field (i, MOPT_KIND_IMAP, text, NULL) && mopt_field_info (i)->type != MOPT_TYPE_ADDRESSES
        && mopt_field_info (i)->type != MOPT_TYPE_ADDRESS_PATTERNS)
      check_no_control_bytes (text);

  if (g_utf8_validate (text, -1, NULL))
    {
      g_autofree char *body = mopt_conversation_id_add_to_body (text, "{CMI: ABCD7}");
      g_autofree char *twice = mopt_conversation_id_add_to_body (body, "{CMI: ABCD7}");
      g_autofree char *found = mopt_conversation_id_find (body, prefixes);

      g_assert_cmpstr (body, ==, twice);
      g_assert_nonnull (found);
    }
  return 0;
}
