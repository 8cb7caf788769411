/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What IMAP servers may say: nothing is read past the end, and what is taken out is what we promise. */
#include <string.h>

#include "fuzz.h"
#include "mail/imap-parse.h"
#include "mail/utf7.h"

const char *const mopt_fuzz_seeds[] = {
  "* OK [UIDNEXT 7] Predicted",
  "a1 NO [AUTHENTICATIONFAILED] no",
  "* LIST (\\HasNoChildren) \"/\" \"Entw&APw-rfe\"",
  "* LIST (\\Noselect) NIL {5}\r\nab\"cd",
  "* 5 FETCH (UID 77 BODY[HEADER.FIELDS (MESSAGE-ID)] {3}\r\nabc FLAGS (\\Seen))",
  "* 5 FETCH (RFC822.SIZE 4294967296 BODY[]<0> \"a\")",
  "* 5 FETCH (BODY[] {18446744073709551616}\r\nabc)",
  "* 23 EXISTS",
  "* CAPABILITY IMAP4rev1 AUTH=PLAIN",
  NULL,
};

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size); /* as dialogue gives it: NUL-terminated */
  g_auto (MoptImapStatus) status = { 0 };
  g_autofree char *name = NULL;
  g_autoptr (GBytes) body = NULL;
  gsize length = strlen (text), literal;
  guint64 number;

  mopt_imap_parse_status (text, &status);
  mopt_imap_ends_in_literal (text, length, &literal);
  mopt_imap_may_hold_literal (text);
  mopt_imap_parse_number (text, "EXISTS", &number);
  if (mopt_imap_parse_list (text, length, &name) && name != NULL)
    g_assert_true (g_utf8_validate (name, -1, NULL));
  mopt_imap_parse_fetch (text, length, &number, &number, &body);
  g_assert_true (body == NULL || g_bytes_get_size (body) <= length);

  g_autofree char *quoted = mopt_imap_quote (text, TRUE);
  g_assert_true (quoted == NULL || strpbrk (quoted, "\r\n") == NULL);

  g_autofree char *decoded = mopt_utf7_decode (text);
  if (decoded != NULL)
    {
      g_autofree char *wire = mopt_utf7_encode (decoded);
      g_autofree char *again = mopt_utf7_decode (wire);

      g_assert_cmpstr (again, ==, decoded);
    }
  return 0;
}
