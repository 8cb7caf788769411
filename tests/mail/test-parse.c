/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What servers say, read without a server: offers, SMTP replies, IMAP responses, mailbox names. */
#include <string.h>

#include "mail/imap-parse.h"
#include "mail/offers.h"
#include "mail/smtp-reply.h"
#include "mail/utf7.h"

static void
test_offers (void)
{
  const char *const smtp[] = { "PIPELINING", "size 1000", "Auth plain Login", "AUTH=CRAM-MD5", "starttls", "SIZES", NULL };
  const char *const imap[] = { "IMAP4rev1", "auth=PLAIN", "AUTH=SCRAM-SHA-1", "AUTHX=NO", NULL };
  g_auto (GStrv) words = mopt_offers_words (smtp, "AUTH");
  g_auto (GStrv) imap_words = mopt_offers_words (imap, "AUTH");
  g_autofree char *joined = g_strjoinv (",", words);
  g_autofree char *imap_joined = g_strjoinv (",", imap_words);

  g_assert_cmpstr (mopt_offers_find (smtp, "STARTTLS"), ==, "");
  g_assert_cmpstr (mopt_offers_find (smtp, "SIZE"), ==, "1000");
  g_assert_null (mopt_offers_find (smtp, "PIPE"));
  g_assert_null (mopt_offers_find (NULL, "PIPE"));
  g_assert_cmpstr (joined, ==, "plain,Login,CRAM-MD5");
  g_assert_cmpstr (imap_joined, ==, "PLAIN,SCRAM-SHA-1");
}

static void
test_smtp_reply (void)
{
  g_auto (MoptSmtpReply) reply = { 0 };
  gboolean last;

  mopt_smtp_reply_init (&reply);
  g_assert_true (mopt_smtp_reply_add (&reply, "534-5.7.9 Application-specific password", &last));
  g_assert_false (last);
  g_assert_false (mopt_smtp_reply_add (&reply, "250 another", &last));
  g_assert_true (mopt_smtp_reply_add (&reply, "534 5.7.9 needed", &last));
  g_assert_true (last);
  g_assert_cmpstr (reply.enhanced, ==, "5.7.9");
  g_assert_true (mopt_smtp_reply_has_detail (&reply, "7.9"));
  g_assert_false (mopt_smtp_reply_is_temporary (&reply));

  g_autofree char *words = mopt_smtp_reply_get_words (&reply);
  g_assert_cmpstr (words, ==, "534 5.7.9 Application-specific password\n5.7.9 needed");
}

static void
test_smtp_reply_lines (void)
{
  static const struct
  {
    const char *line;
    gboolean ok;
    const char *enhanced;
    gboolean temporary;
  } cases[] = {
    { "250", TRUE, "", FALSE },
    { "250 ok", TRUE, "", FALSE },
    { "454 4.7.0 later", TRUE, "4.7.0", TRUE },
    { "535 4.7.8 later", TRUE, "4.7.8", TRUE },
    { "550 5.1.1000 x", TRUE, "", FALSE },
    { "550 5.1 x", TRUE, "", FALSE },
    { "550 5.123.123 x", TRUE, "5.123.123", FALSE },
    { "550 9.1.1 x", TRUE, "", FALSE },
    { "250x", FALSE, NULL, FALSE },
    { "25", FALSE, NULL, FALSE },
    { "", FALSE, NULL, FALSE },
    { "+OK POP", FALSE, NULL, FALSE },
    { "150 no such class", FALSE, NULL, FALSE },
    { "HTTP/1.1 400", FALSE, NULL, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (MoptSmtpReply) reply = { 0 };
      gboolean last = FALSE;

      mopt_smtp_reply_init (&reply);
      g_assert_cmpint (mopt_smtp_reply_add (&reply, cases[i].line, &last), ==, cases[i].ok);
      if (!cases[i].ok)
        continue;
      g_assert_true (last);
      g_assert_cmpstr (reply.enhanced, ==, cases[i].enhanced);
      g_assert_cmpint (mopt_smtp_reply_is_temporary (&reply), ==, cases[i].temporary);
    }
}

static void
test_imap_status (void)
{
  static const struct
  {
    const char *line;
    gboolean ok;
    MoptImapCondition condition;
    const char *code, *argument, *text;
  } cases[] = {
    { "OK done", TRUE, MOPT_IMAP_OK, "", "", "done" },
    { "ok [UIDNEXT 7] Predicted", TRUE, MOPT_IMAP_OK, "UIDNEXT", "7", "Predicted" },
    { "NO [AUTHENTICATIONFAILED] x", TRUE, MOPT_IMAP_NO, "AUTHENTICATIONFAILED", "", "x" },
    { "NO [open x", TRUE, MOPT_IMAP_NO, "", "", "[open x" },
    { "BYE", TRUE, MOPT_IMAP_BYE, "", "", "" },
    { "PREAUTH hello", TRUE, MOPT_IMAP_PREAUTH, "", "", "hello" },
    { "OKAY", FALSE, 0, NULL, NULL, NULL },
    { "LIST () \"/\" x", FALSE, 0, NULL, NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (MoptImapStatus) status = { 0 };

      g_assert_cmpint (mopt_imap_parse_status (cases[i].line, &status), ==, cases[i].ok);
      if (!cases[i].ok)
        continue;
      g_assert_cmpint (status.condition, ==, cases[i].condition);
      g_assert_cmpstr (status.code, ==, cases[i].code);
      g_assert_cmpstr (status.argument, ==, cases[i].argument);
      g_assert_cmpstr (status.text, ==, cases[i].text);
    }
}

static void
test_imap_literal (void)
{
  static const struct
  {
    const char *line;
    gboolean ends;
    gsize length;
  } cases[] = {
    { "* LIST () \"/\" {12}", TRUE, 12 },
    { "{0}", TRUE, 0 },
    { "x {9223372036854775808}", TRUE, G_MAXUINT32 },
    { "x {99999999999999999999999999999999}", TRUE, G_MAXUINT32 },
    { "x {}", FALSE, 0 },
    { "x {1", FALSE, 0 },
    { "x 1}", FALSE, 0 },
    { "1}", FALSE, 0 },
    { "x {-1}", FALSE, 0 },
    { "", FALSE, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize length = 0;

      g_assert_cmpint (mopt_imap_ends_in_literal (cases[i].line, strlen (cases[i].line), &length), ==, cases[i].ends);
      g_assert_cmpuint (length, ==, cases[i].length);
    }
  g_assert_true (mopt_imap_may_hold_literal ("* LIST () NIL {3}"));
  g_assert_false (mopt_imap_may_hold_literal ("* OK see {3}"));
  g_assert_false (mopt_imap_may_hold_literal ("a1 NO see {3}"));
}

static void
test_imap_list (void)
{
  static const struct
  {
    const char *response;
    gboolean ok;
    const char *name;
  } cases[] = {
    { "* LIST (\\HasNoChildren) \"/\" INBOX", TRUE, "INBOX" },
    { "* list () \".\" \"inbox\"", TRUE, "INBOX" },
    { "* LIST (\\Noselect \\HasChildren) \"/\" Shared", TRUE, NULL },
    { "* LIST (\\nonexistent) \"/\" Gone", TRUE, NULL },
    { "* LIST () NIL \"Help \\\"desk\\\"\"", TRUE, "Help \"desk\"" },
    { "* LIST () \"/\" {6}\r\nab)\"cd", TRUE, "ab)\"cd" },
    { "* LIST () \"/\" &AOQ-pfel", TRUE, "äpfel" },
    { "* LIST () \"/\" R&-D", TRUE, "R&D" },
    { "* LIST () \"/\" R&D", TRUE, "R&D" },
    { "* LIST () \"/\" \"äpfel\"", TRUE, "äpfel" },
    { "* LIST () \"/\" \"\xff\"", TRUE, NULL },
    { "* LIST () \"/\" \"a\tb\"", TRUE, NULL },
    { "* LIST () \"/\" \"\"", TRUE, NULL },
    { "* LIST () \"/\" x[1]", TRUE, "x[1]" },
    { "* LIST () \"/\" {7}\r\nabcdef", FALSE, NULL },
    { "* LIST () \"/\" {99999999999999999999}\r\nabcdef", FALSE, NULL },
    { "* LIST (", FALSE, NULL },
    { "* LIST (\\a", FALSE, NULL },
    { "* LIST () \"/", FALSE, NULL },
    { "* LIST () \"/\" \"open", FALSE, NULL },
    { "* LIST () \"/\" \"open\\", FALSE, NULL },
    { "* LSUB () \"/\" x", FALSE, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = NULL;

      g_test_message ("case %u", i);
      g_assert_cmpint (mopt_imap_parse_list (cases[i].response, strlen (cases[i].response), &name), ==, cases[i].ok);
      g_assert_cmpstr (name, ==, cases[i].name);
    }
}

static void
test_imap_fetch (void)
{
  static const struct
  {
    const char *response;
    gboolean ok;
    guint64 uid;
    const char *body;
  } cases[] = {
    { "* 5 FETCH (UID 77 BODY[HEADER.FIELDS (MESSAGE-ID)] {5}\r\nx: )y)", TRUE, 77, "x: )y" },
    { "* 5 FETCH (BODY[]<0> {3}\r\nabc UID 8)", TRUE, 8, "abc" },
    { "* 5 FETCH (FLAGS (\\Seen (x)) UID 8 BODY[] \"quoted\")", TRUE, 8, "quoted" },
    { "* 5 FETCH (UID 8 BODY[] NIL)", TRUE, 8, NULL },
    { "* 5 FETCH (FLAGS (\\Seen))", TRUE, 0, NULL },
    { "* 5 FETCH (UID 99999999999999999999999)", FALSE, 0, NULL },
    { "* 5 FETCH (UID 8 BODY[] {4}\r\nabc", FALSE, 0, NULL },
    { "* 5 FETCH (UID 8", FALSE, 0, NULL },
    { "* 5 FETCH (X ((((((((((((((((((((((((((((((((((((((((((", FALSE, 0, NULL },
    { "* 5 EXISTS", FALSE, 0, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) body = NULL;
      guint64 uid;
      gboolean ok = mopt_imap_parse_fetch (cases[i].response, strlen (cases[i].response), &uid, NULL, &body);

      g_test_message ("case %u", i);
      g_assert_cmpint (ok, ==, cases[i].ok);
      if (!ok)
        g_assert_null (body);
      else
        g_assert_cmpuint (uid, ==, cases[i].uid);
      if (cases[i].body == NULL)
        g_assert_null (body);
      else
        g_assert_cmpmem (g_bytes_get_data (body, NULL), g_bytes_get_size (body), cases[i].body,
                         strlen (cases[i].body));
    }
}

/* Every beginning of a response, and every byte changed: nothing is read past the end (the sanitizers watch). */
static void
test_imap_cut (void)
{
  static const char *const responses[] = {
    "* LIST (\\Marked \\x) \"/\" {3}\r\nabc",
    "* LIST () NIL \"a\\\"b\"",
    "* 5 FETCH (UID 77 FLAGS (\\Seen) BODY[HEADER.FIELDS (MESSAGE-ID)] {5}\r\nabcde)",
  };

  for (guint i = 0; i < G_N_ELEMENTS (responses); i++)
    for (gsize length = 0; length <= strlen (responses[i]); length++)
      for (gsize at = 0; at < length; at++)
        {
          /* exactly @length bytes and the NUL that read_line promises */
          g_autofree char *copy = g_strndup (responses[i], length);
          g_autofree char *name = NULL;
          g_autoptr (GBytes) body = NULL;
          guint64 uid;

          copy[at] ^= 0x55;
          mopt_imap_parse_list (copy, length, &name);
          mopt_imap_parse_fetch (copy, length, &uid, &uid, &body);
          g_assert_true (name == NULL || g_utf8_validate (name, -1, NULL));
        }
}

static void
test_imap_quote (void)
{
  g_autofree char *quoted = mopt_imap_quote ("ann \"q\"\\", FALSE);

  g_assert_cmpstr (quoted, ==, "\"ann \\\"q\\\"\\\\\"");
  g_autofree char *raw = mopt_imap_quote ("pässword", TRUE);

  g_assert_cmpstr (raw, ==, "\"pässword\"");
  g_assert_null (mopt_imap_quote ("pässword", FALSE));
  g_assert_null (mopt_imap_quote ("a\r\nb", TRUE));
  g_assert_null (mopt_imap_quote ("a\177b", TRUE));
}

static void
test_utf7 (void)
{
  static const struct
  {
    const char *name;
    const char *wire;
  } cases[] = {
    { "INBOX", "INBOX" },
    { "R&D", "R&-D" },
    { "Entwürfe", "Entw&APw-rfe" },
    { "~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-" }, /* the example of RFC 3501 */
    { "😀", "&2D3eAA-" },
    { "tab\t", "tab&AAk-" },
    { "", "" },
  };
  static const char *const bad[] = { "R&D", "&", "&AOQ", "&A-", "&AP!-", "&2D0-", "ä", "a\tb", "&AAAA-", "&AOR-" };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *wire = mopt_utf7_encode (cases[i].name);
      g_autofree char *name = mopt_utf7_decode (cases[i].wire);

      g_assert_cmpstr (wire, ==, cases[i].wire);
      g_assert_cmpstr (name, ==, cases[i].name);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *name = mopt_utf7_decode (bad[i]);

      g_assert_cmpstr (name, ==, NULL);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/offers", test_offers);
  g_test_add_func ("/smtp-reply/multi-line", test_smtp_reply);
  g_test_add_func ("/smtp-reply/lines", test_smtp_reply_lines);
  g_test_add_func ("/imap-parse/status", test_imap_status);
  g_test_add_func ("/imap-parse/literal", test_imap_literal);
  g_test_add_func ("/imap-parse/list", test_imap_list);
  g_test_add_func ("/imap-parse/fetch", test_imap_fetch);
  g_test_add_func ("/imap-parse/cut", test_imap_cut);
  g_test_add_func ("/imap-parse/quote", test_imap_quote);
  g_test_add_func ("/utf7", test_utf7);
  return g_test_run ();
}
