/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What programs say beside the message, made to break out of where it belongs: recipients, sender and name, as
 * arguments, as options over D-Bus and in the header. Whatever is in them, only addresses reach the envelope, none that
 * is not allowed sends, and no line of the header is one that nobody wrote. */
#include <string.h>

#include "check/send-plan.h"
#include "model/from-policy.h"

#ifdef __SANITIZE_ADDRESS__ /* each costs many times as much */
#define REQUESTS 15000
#else
#define REQUESTS 200000
#endif
#define OWN "jo@example.test"
#define LEGAL "desk@example.test"

static const char *const sound[] = {
  OWN,
  LEGAL,
  "Jo <" OWN ">",
  "<" OWN ">",
  "\"Desk, the\" <" LEGAL ">",
  OWN " (Jo)",
  "alex@example.test",
  "root",
  "Us: " OWN ";",
  "alex@example.test, ann@example.test",
  "\"a b\"@example.test",
  "jörg@exämple.test",
  "boss@example.test",
  "Jörg",
  "Jo",
};

static const char *const evil[] = {
  "\r\nBcc: a@b",
  "\nBcc: a@b\n",
  "\r",
  "\n",
  "\r\n.\r\n",
  "> SIZE=1",
  ">\r\nDATA",
  "\r\nRCPT TO:<x@y>",
  "<",
  ">",
  "\"",
  "\\",
  "(",
  ")",
  ",",
  ";",
  ":",
  "\t",
  " ",
  "\001",
  "\033",
  "\177",
  "\xff",
  "\xc2\x85",
  "@",
  "x@y",
  " NOTIFY=NEVER",
  "\nX: y",
  "=?utf-8?q?=0D=0AX:_y?=",
  "\xe2\x80\xa8",
  "-f",
  "--",
  "%",
  "!",
  "[1.2.3.4]",
  "\n\n",
};

/* Mostly sound, with something evil in it somewhere. */
static const char *
fill (GString *text, GRand *dice)
{
  g_string_assign (text, sound[g_rand_int_range (dice, 0, G_N_ELEMENTS (sound))]);
  for (int n = g_rand_int_range (dice, -4, 3); n > 0; n--)
    {
      gsize at = g_rand_boolean (dice) ? text->len : (gsize) g_rand_int_range (dice, 0, text->len + 1);

      g_string_insert (text, at, evil[g_rand_int_range (dice, 0, G_N_ELEMENTS (evil))]);
    }
  return text->str;
}

/* As it stands in MAIL FROM:<…> and RCPT TO:<…>. */
static void
check_address (const char *address)
{
  gboolean quoted = *address == '"';

  g_assert_true (g_utf8_validate (address, -1, NULL));
  g_assert_nonnull (strchr (address, '@'));
  for (const char *p = address; *p != '\0'; p++)
    g_assert_true ((guint8) *p >= 0x20 && *p != 0x7f);
  if (quoted)
    for (address++; *address != '"'; address++)
      {
        g_assert_cmpint (*address, !=, '\0');
        address += *address == '\\';
      }
  g_assert_null (strpbrk (address, "<> ,;()"));
}

static gboolean
append (const char *data, gsize length, gpointer text, GError **error)
{
  g_string_append_len (text, data, length);
  return TRUE;
}

/* The fields, whose names are known; none of them is Bcc. */
static void
check_header (MoptPieces *pieces)
{
  static const char *const names[] = { "From:", "To:", "Sender:", "Subject:", "Date:", "Message-ID:", NULL };
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_true (mopt_pieces_foreach (pieces, append, text, NULL));
  g_assert_cmpuint (strlen (text->str), ==, text->len);
  for (const char *line = text->str; !g_str_has_prefix (line, "\r\n"); line = strstr (line, "\r\n") + 2)
    {
      gboolean is_known = line > text->str && (*line == ' ' || *line == '\t');

      for (guint i = 0; names[i] != NULL; i++)
        is_known = is_known || g_str_has_prefix (line, names[i]);
      g_assert_true (is_known);
      for (const char *p = line; *p != '\r'; p++)
        g_assert_true (*p == '\t' || ((guint8) *p >= 0x20 && *p != 0x7f));
    }
}

static MoptSendAccounts *
accounts_new (gboolean arbitrary)
{
  MoptSendAccounts *self = g_new0 (MoptSendAccounts, 1);
  MoptSettings *settings = g_new0 (MoptSettings, 1);

  settings->account_id = g_strdup ("a");
  settings->account_name = g_strdup ("A");
  settings->from_user_address = TRUE;
  settings->from_arbitrary = arbitrary;
  settings->from_legal = g_strsplit (LEGAL, ";", -1);
  self->settings = g_ptr_array_new_with_free_func ((GDestroyNotify) mopt_settings_free);
  g_ptr_array_add (self->settings, settings);
  return self;
}

static void
test_requests (void)
{
  g_autoptr (GRand) dice = g_rand_new_with_seed (10);
  GString *text[6];
  guint n_sent = 0;

  for (guint i = 0; i < G_N_ELEMENTS (text); i++)
    text[i] = g_string_new (NULL);
  g_autoptr (MoptSendAccounts) strict = accounts_new (FALSE);
  g_autoptr (MoptSendAccounts) arbitrary = accounts_new (TRUE);
  for (guint i = 0; i < REQUESTS; i++)
    {
      gboolean any = i % 2 == 0;
      /* in the header a line break makes a field: what stands in one comes without */
      g_autofree char *from = g_strdelimit (g_strdup (fill (text[0], dice)), "\r\n", ' ');
      g_autofree char *to = g_strdelimit (g_strdup (fill (text[1], dice)), "\r\n", ' ');
      g_autofree char *message = g_strdup_printf ("%s%s\nTo: %s\nSubject: x\nBcc: ann@example.test\n\nx\n",
                                                  i % 3 == 0 ? "Date: " : "From: ", i % 3 == 0 ? "today" : from, to);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = g_bytes_new (message, strlen (message));
      g_autoptr (MoptSpool) spool = mopt_spool_new_from_bytes (bytes);
      const char *const recipients[] = { fill (text[2], dice), fill (text[3], dice), NULL };
      const MoptSendRequest request = {
        .message = spool,
        .recipients = recipients,
        .recipients_in_header = g_rand_boolean (dice),
        .envelope_sender = g_rand_boolean (dice) ? fill (text[4], dice) : NULL,
        .full_name = g_rand_boolean (dice) ? fill (text[5], dice) : NULL,
        .own_address = OWN,
      };
      g_autoptr (MoptSendPlan) plan = mopt_send_plan_new (any ? arbitrary : strict, &request, "Jo", &error);
      g_autofree char *id = NULL, *warning = NULL;
      MoptWireText wire;

      g_assert_true ((plan == NULL) == (error != NULL));
      if (plan == NULL)
        continue;
      n_sent++;
      check_address (plan->sender);
      g_assert_true (any || g_str_equal (plan->sender, OWN) || g_str_equal (plan->sender, LEGAL));
      for (char **recipient = plan->recipients; *recipient != NULL; recipient++)
        check_address (*recipient);
      g_autoptr (MoptPieces) pieces = mopt_send_plan_finish (plan, &wire, &id, &warning, &error);
      if (pieces != NULL)
        check_header (pieces);
    }
  g_test_message ("%u of %u", n_sent, REQUESTS);
  g_assert_cmpuint (n_sent, >, REQUESTS / 20);
  for (guint i = 0; i < G_N_ELEMENTS (text); i++)
    g_string_free (text[i], TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/send-random/requests", test_requests);
  return g_test_run ();
}
