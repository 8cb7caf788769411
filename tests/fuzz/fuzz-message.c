/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages that anybody may have sent: what is shown of them is valid, harmless and not too long. */
#include <string.h>

#include "base/harmful.h"
#include "fuzz.h"
#include "mail/html-text.h"
#include "mail/message-view.h"

const char *const mopt_fuzz_seeds[] = {
  "From: =?utf-8?q?J=C3=B6rg?= <jo@example.test>\nSubject: =?utf-8?b?R3LDvMOfZQ==?=\nDate: Sun, 22 Nov 2026 11:00:00 +0100\n\nHi\n",
  "Received: by mx; Sun, 22 Nov 2026 10:00:05 +0000\nContent-Type: text/html\n\n<p>a&auml;<br>b<script>x</script><pre>\n y</pre>",
  "Content-Type: multipart/alternative; boundary=i\n\n--i\nContent-Type: text/plain\n\na\n--i\nContent-Type: text/html\n\n<b>\n--i--\n",
  "Content-Type: text/plain; charset=utf-7\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n",
  NULL,
};

static void
assert_harmless (const char *text, const char *allowed)
{
  g_assert_true (g_utf8_validate (text, -1, NULL));
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      g_assert_true (!mopt_is_harmful (c) || (c < 0x80 && strchr (allowed, (int) c) != NULL));
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (MoptMessageView) view = mopt_message_view_new (bytes);
  g_autofree char *copy = g_strndup ((const char *) data, size);
  g_autofree char *valid = g_utf8_make_valid (copy, -1);
  g_autofree char *text = mopt_html_to_text (valid);

  assert_harmless (view->sender, "");
  assert_harmless (view->subject, "");
  assert_harmless (view->text, "\n\t");
  g_assert_cmpuint (strlen (view->text), <=, MOPT_MESSAGE_TEXT_MAX);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  return 0;
}
