/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a message to be sent: nothing of it gets out of where it belongs, and an ID that was put in is found
 * again, and never put in twice. */
#include <string.h>

#include "fuzz.h"
#include "mail/envelope.h"
#include "mail/message.h"
#include "mail/outgoing.h"

#define ID "{CMI: ABCD1234}"

const char *const mopt_fuzz_seeds[] = {
  "Subject: Hi\n\nHello\n-- \nme\n",
  "Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=\r\n=DFe=0A--=20\r\n=3E x\r\n",
  "Content-Transfer-Encoding: base64\n\nSGVsbG8NCi0tIA0KbWUNCg==\n",
  "Content-Type: text/html; charset=utf-8\n\n<p>a&nbsp;&#123;</p><!-- x --><blockquote type=\"cite\">x</blockquote></body>",
  "Content-Type: text/html\nContent-Transfer-Encoding: base64\n\nPHA+YTwvcD48L2JvZHk+\n",
  "Content-Type: text/plain; charset=iso-2022-jp\n\n\033$B%F%9\033(B {CMI: EVIL1}\n",
  "Content-Type: multipart/alternative; boundary=\"b\"\n\n--b\n\nHi\n--b\nContent-Type: text/html\n\n<br>-- <br>\n--b--\n",
  "Content-Type: multipart/mixed; boundary*=us-ascii''b%2e\n\n--b.\nContent-Disposition: attachment\n\n--b.\n\nx\n--b.--\n",
  "To: \"a, b\" <a@b>, G: c@d (e (f)), g;,\n\th\nBcc: i@[1.2.3.4]\nSubject: =?utf-8?b?e0NNSTo=?= =?utf-8?q?_ABCD7=7D?=\n\n",
  NULL,
};

static const char *const ours[] = { "ABCD", NULL };

static gboolean
append (const char *data, gsize length, gpointer bytes, GError **error)
{
  g_byte_array_append (bytes, (const guint8 *) data, length);
  return TRUE;
}

/* What leaves of @data, NULL where it is refused. @found (out): the ID that was there; @can (out): whether one can be
 * added. */
static GBytes *
send (GBytes *data, gboolean to_body, char **found, gboolean *can)
{
  g_autoptr (MoptSpool) spool = mopt_spool_new_from_bytes (data);
  g_autoptr (MoptOutgoing) outgoing = mopt_outgoing_new (spool, MOPT_HEADER_STRICT, NULL);

  if (outgoing == NULL)
    return NULL;
  g_assert_true (mopt_outgoing_find_id (outgoing, ours, found, NULL, NULL));
  *can = *found == NULL && (!to_body || mopt_outgoing_get_body_state (outgoing) == MOPT_BODY_OPEN);
  if (*can && to_body)
    g_assert_true (mopt_outgoing_add_to_body (outgoing, ID, NULL));
  else if (*can)
    mopt_outgoing_add_to_subject (outgoing, ID);

  g_autoptr (MoptPieces) pieces = mopt_outgoing_get_pieces (outgoing);
  g_autoptr (GByteArray) raw = g_byte_array_new ();
  MoptWireText survey;
  g_assert_true (mopt_pieces_foreach (pieces, append, raw, NULL));
  if (!mopt_outgoing_survey (pieces, &survey, NULL))
    return NULL;
  GBytes *wire = mopt_message_to_wire ((const char *) raw->data, raw->len, FALSE);
  g_assert_cmpuint (g_bytes_get_size (wire), ==, survey.size);
  return wire;
}

static void
check_sending (GBytes *input, gboolean to_body)
{
  g_autofree char *found = NULL;
  g_autofree char *again = NULL;
  gboolean added, more;
  g_autoptr (GBytes) wire = send (input, to_body, &found, &added);

  if (wire == NULL)
    return;
  g_autoptr (GBytes) second = send (wire, to_body, &again, &more);
  g_assert_nonnull (second);
  g_assert_true (g_bytes_equal (wire, second));
  if (added)
    g_assert_cmpstr (again, ==, ID);
}

static void
check_addresses (GBytes *input)
{
  g_autoptr (MoptSpool) spool = mopt_spool_new_from_bytes (input);
  guint64 body;
  g_autoptr (MoptHeader) header
      = mopt_header_read (spool, 0, g_bytes_get_size (input), MOPT_HEADER_LENIENT, &body, NULL);

  g_assert_nonnull (header);
  g_assert_cmpuint (body, <=, g_bytes_get_size (input));
  g_auto (GStrv) found = mopt_envelope_recipients (header, NULL);
  g_auto (GStrv) list
      = found != NULL ? mopt_envelope_complete ((const char *const *) found, "me@example.com", NULL) : NULL;
  for (guint i = 0; list != NULL && list[i] != NULL; i++)
    for (const char *p = list[i]; *p != '\0'; p++)
      g_assert_false (g_ascii_iscntrl (*p));
  mopt_envelope_hide (header);
  g_assert_cmpuint (mopt_header_count (header, "bcc"), ==, 0);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) input = g_bytes_new (data, size);

  check_sending (input, TRUE);
  check_sending (input, FALSE);
  check_addresses (input);
  return 0;
}
