/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is shown of somebody else's message: decoded, reduced to text, and harmless. */
#include "mail/message-view.h"

#include <string.h>

#include "mail/html-text.h"

static const struct
{
  const char *html;
  const char *text;
} pages[] = {
  { "", "" },
  { "plain", "plain" },
  { "  a \n\t b  ", "a b" },
  { "<p>One</p><p>Two</p>", "One\n\nTwo" },
  { "One<br>Two<BR/>\nThree<br><br><br><br>Four", "One\nTwo\nThree\n\nFour" },
  { "<div>a<div>b</div></div>c", "a\nb\nc" },
  { "<ul>\n<li>one</li>\n<li><b>two</b></li></ul>end", "• one\n• two\nend" },
  { "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc" },
  { "<html><head><title>no</title><style>p { color: red }</style></head><body>yes</body></html>", "yes" },
  { "a<script>if (1 < 2) document.write ('<p>no</p>')</script>b", "ab" },
  { "a<script>never ends", "a" },
  { "a<!-- <p>no</p> -->b<!-- never ends", "ab" },
  { "a<!--[if mso]><p>no</p><![endif]-->b<![if !mso]>c<![endif]>", "abc" },
  { "<a href='http://x.example/?a>b' title=\"x > y\">link</a>", "link" },
  { "<img src='http://tracker.example/1.gif' alt='no'>x", "x" },
  { "&lt;b&gt; &amp;amp; &auml;&Ouml;&szlig; &#8364;&#x20AC; &euro;", "<b> &amp; äÖß €€ €" },
  { "AT&T &nosuch; &; & &#; &#x; &#0; &#1114112; &#xD800; &amp", "AT&T &nosuch; &; & &#; &#x; &#0; &#1114112; &#xD800; &" },
  { "1 < 2 <3 < b", "1 < 2 <3 < b" },
  { "<pre>a\n  b\n\n\tc</pre>d e", "a\n  b\n\n\tc\n\nd e" },
  { "x<p", "x" },
  { "x<p a='", "x" },
  { "&nbsp;a&nbsp;&nbsp;b", "a b" },
};

static void
test_html (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      g_autofree char *text = mopt_html_to_text (pages[i].html);

      g_test_message ("%s", pages[i].html);
      g_assert_cmpstr (text, ==, pages[i].text);
    }
}

/* Ten times the text may not take a hundred times as long. */
static void
test_html_long (void)
{
  static const char *const pieces[] = { "<", "<a '", "&", "&#", "<!--", "<script", "<script>", "<p>", "</", "<pre>\n", "<a b=\"" };

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      GString *html = g_string_new (NULL);
      gint64 began = g_get_monotonic_time ();

      while (html->len < 1000000)
        g_string_append (html, pieces[i]);
      g_autofree char *text = mopt_html_to_text (html->str);
      g_assert_cmpint (g_get_monotonic_time () - began, <, 5 * G_USEC_PER_SEC);
      g_assert_cmpuint (strlen (text), <=, html->len);
      g_string_free (html, TRUE);
    }
}

static MoptMessageView *
view (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));

  return mopt_message_view_new (bytes);
}

static void
test_plain (void)
{
  g_autoptr (MoptMessageView) v = view (
      "Received: by mx.example.test; Sun, 22 Nov 2026 10:00:05 +0000\r\n"
      "Received: from far; Sat, 21 Nov 2026 10:00:00 +0000\r\n"
      "From: =?utf-8?q?J=C3=B6rg?= <jo@example.test>, Second <b@example.test>\r\n"
      "Subject: =?utf-8?b?R3LDvMOfZQ==?=\r\n one\r\n"
      "Date: Sun, 22 Nov 2026 11:00:00 +0100\r\n"
      "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
      "Gr=FC=DFe\r\nzwei\r\n\r\n");

  g_assert_cmpstr (v->sender, ==, "Jörg <jo@example.test>, Second <b@example.test>");
  g_assert_cmpstr (v->subject, ==, "Grüße one");
  g_assert_cmpint (v->date, ==, 1795341600);
  g_assert_cmpint (v->arrived, ==, 1795341605);
  g_assert_cmpstr (v->text, ==, "Grüße\nzwei");
  g_assert_false (v->is_cut);
}

#define ALTERNATIVE(first, second) \
  "From: a@example.test\nContent-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/alternative; boundary=i\n\n" \
  "--i\nContent-Type: text/" first "\n\n--i\nContent-Type: text/" second "\n\n--i--\n--o\n" \
  "Content-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nattached\n--o--\n"

static void
test_parts (void)
{
  g_autoptr (MoptMessageView) both = view (ALTERNATIVE ("html; charset=utf-8\n\n<b>rich</b>", "plain\n\nplain words"));
  g_autoptr (MoptMessageView) html = view (ALTERNATIVE ("html; charset=utf-8\n\n<p>rich</p><p>ähm</p>", "calendar\n\nno"));
  g_autoptr (MoptMessageView) none = view ("Subject: x\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBO\n");
  g_autoptr (MoptMessageView) attached
      = view ("Content-Type: text/plain\nContent-Disposition: attachment\n\nnot shown\n");
  g_autoptr (MoptMessageView) empty = view ("");
  /* only its beginning was read */
  g_autoptr (MoptMessageView) torn
      = view ("From: a@example.test\nContent-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: text/plain\n\nbegun");

  g_assert_cmpstr (both->text, ==, "plain words");
  g_assert_cmpstr (html->text, ==, "rich\n\nähm");
  g_assert_cmpstr (none->text, ==, "");
  g_assert_cmpstr (none->subject, ==, "x");
  g_assert_cmpstr (attached->text, ==, "");
  g_assert_cmpstr (empty->sender, ==, "");
  g_assert_cmpstr (empty->subject, ==, "");
  g_assert_cmpint (empty->date, ==, 0);
  g_assert_cmpstr (torn->text, ==, "begun");
}

static void
test_harmless (void)
{
  g_autoptr (MoptMessageView) v = view ("From: \"a\x1b[31m\\\nb\" <a@example.test>\nSubject: =?utf-8?q?a=0D=0Ab=E2=80=AEc=1B?=\n"
                                        "Content-Type: text/plain; charset=utf-8\n\n\x1b]0;x\x07 \xe2\x80\xae\ttab\xff\n");

  for (const char *p = v->text; *p != '\0'; p++)
    g_assert_true (*p == '\t' || *p == '\n' || (guchar) *p >= 0x20);
  g_assert_true (g_utf8_validate (v->text, -1, NULL));
  g_assert_null (strstr (v->text, "\u202e"));
  g_assert_null (strpbrk (v->sender, "\x1b\n\r"));
  g_assert_null (strpbrk (v->subject, "\x1b\n\r"));
  g_assert_null (strstr (v->subject, "\u202e"));
}

static void
test_cut (void)
{
  GString *text = g_string_new ("Content-Type: text/plain; charset=utf-8\n\n");

  while (text->len < 2 * MOPT_MESSAGE_TEXT_MAX)
    g_string_append (text, "ä€\n");
  g_autoptr (MoptMessageView) v = view (text->str);
  g_assert_true (v->is_cut);
  g_assert_cmpuint (strlen (v->text), <=, MOPT_MESSAGE_TEXT_MAX);
  g_assert_cmpuint (strlen (v->text), >, MOPT_MESSAGE_TEXT_MAX - 20);
  g_assert_true (g_utf8_validate (v->text, -1, NULL));
  g_string_free (text, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/message-view/html", test_html);
  g_test_add_func ("/message-view/html-long", test_html_long);
  g_test_add_func ("/message-view/plain", test_plain);
  g_test_add_func ("/message-view/parts", test_parts);
  g_test_add_func ("/message-view/harmless", test_harmless);
  g_test_add_func ("/message-view/cut", test_cut);
  return g_test_run ();
}
