/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What SMTP servers may say, line by line, and messages on their way to the wire. */
#include <string.h>

#include "fuzz.h"
#include "mail/message.h"
#include "mail/smtp-reply.h"

const char *const mopt_fuzz_seeds[] = {
  "250-mail.example.com\n250-SIZE 1000\n250 AUTH PLAIN",
  "535 5.7.8 Error: authentication failed",
  "451-4.7.1 later\n451 4.7.1 please",
  "250\n",
  ".\n..\r\n.a\rb",
  NULL,
};

/* Each line starts with a dot doubled, each CR is before an LF and each LF after a CR: nothing in @wire but its
 * end can end the message. */
static void
check_wire (GBytes *wire)
{
  gsize size;
  const char *p = g_bytes_get_data (wire, &size);

  g_assert_cmpuint (size, >=, 3);
  g_assert_cmpint (memcmp (p + size - 3, ".\r\n", 3), ==, 0);
  for (gsize i = 0; i < size; i++)
    {
      if (p[i] == '\n')
        g_assert_true (i > 0 && p[i - 1] == '\r');
      if (p[i] == '\r')
        g_assert_true (i + 1 < size && p[i + 1] == '\n');
      if (i + 3 < size && p[i] == '.' && (i == 0 || p[i - 1] == '\n'))
        g_assert_true (p[i + 1] == '.');
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_auto (MoptSmtpReply) reply;
  gboolean last = FALSE;

  mopt_smtp_reply_init (&reply);
  for (guint i = 0; lines[i] != NULL && !last; i++)
    if (!mopt_smtp_reply_add (&reply, lines[i], &last))
      break;
  g_autofree char *words = mopt_smtp_reply_get_words (&reply);
  mopt_smtp_reply_is_temporary (&reply);
  mopt_smtp_reply_has_detail (&reply, "7.8");
  g_assert_nonnull (mopt_smtp_reply_get_text (&reply));

  g_autoptr (GBytes) wire = mopt_message_to_wire ((const char *) data, size, TRUE);
  check_wire (wire);
  return 0;
}
