/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may do what, and what the placeholders stand for. */
#include <locale.h>

#include "base/error.h"
#include "model/placeholder.h"
#include "model/publication-keys.h"
#include "model/terms.h"

static const char *const groups[] = { "staff", "helpdesk", NULL };

/* words separated by blanks; "-" is an empty list, "" is NULL */
static char **
words_of (const char *text)
{
  if (*text == '\0')
    return NULL;
  return g_str_equal (text, "-") ? g_new0 (char *, 1) : g_strsplit (text, " ", -1);
}

static void
test_includes (void)
{
  static const struct
  {
    const char *words;
    gboolean expected;
    const char *described;
  } cases[] = {
    { "", TRUE, "everyone" },
    { "-", FALSE, "nobody" },
    { "everyone", TRUE, "everyone" },
    { "nobody", FALSE, "nobody" },
    { "alice", TRUE, "alice" },
    { "Alice", FALSE, "Alice" },
    { "bob", FALSE, "bob" },
    { "helpdesk", FALSE, "helpdesk" }, /* a user of that name */
    { "@helpdesk", TRUE, "the group helpdesk" },
    { "@helpdes", FALSE, "the group helpdes" },
    { "@alice", FALSE, "the group alice" },
    { "bob @staff", TRUE, "bob and the group staff" },
    { "bob @it carol", FALSE, "bob, the group it and carol" },
    { "bob everyone", TRUE, "everyone" },
    { "alice nobody", FALSE, "nobody" },
    { "everyone nobody", FALSE, "nobody" },
    { "@everyone", FALSE, "the group everyone" },
  };
  g_autoptr (MoptIdentity) alice = mopt_identity_new ("alice", groups, "alice@example.com");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) words = words_of (cases[i].words);
      g_autofree char *described = mopt_audience_describe ((const char *const *) words);

      g_test_message ("%s", cases[i].words);
      g_assert_true (mopt_audience_check ((const char *const *) words, NULL));
      g_assert_cmpint (mopt_audience_includes ((const char *const *) words, alice), ==, cases[i].expected);
      g_assert_cmpstr (described, ==, cases[i].described);
    }
}

/* A user called "everyone" or "nobody" is not meant by these words, and gets nothing by them. */
static void
test_keywords_win (void)
{
  const char *const nobody[] = { "nobody", NULL };
  g_autoptr (MoptIdentity) called_nobody = mopt_identity_new ("nobody", NULL, NULL);

  g_assert_false (mopt_audience_includes (nobody, called_nobody));
}

static void
test_wrong_words (void)
{
  static const char *const wrong[] = { "", "@", "@@it", "a b", "help desk", "a,b", "tab\t", "bidi\u202e" };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      const char *const words[] = { "alice", wrong[i], NULL };
      g_autoptr (GError) error = NULL;

      g_assert_false (mopt_audience_check (words, &error));
      g_assert_error (error, MOPT_ERROR, MOPT_ERROR_INVALID);
    }
}

static void
test_identity (void)
{
  g_autoptr (GError) error = NULL;
  gboolean given;
  g_autoptr (MoptIdentity) bare = mopt_identity_parse ("alice", &given, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (bare->user, ==, "alice");
  g_assert_cmpuint (g_strv_length (bare->groups), ==, 0);
  g_assert_cmpstr (bare->address, ==, "");
  g_assert_false (given);

  g_autoptr (MoptIdentity) with = mopt_identity_parse ("bob:it,staff", &given, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (with->user, ==, "bob");
  g_assert_cmpstr (with->groups[0], ==, "it");
  g_assert_cmpstr (with->groups[1], ==, "staff");
  g_assert_cmpuint (g_strv_length (with->groups), ==, 2);
  g_assert_true (given);

  g_autoptr (MoptIdentity) alone = mopt_identity_parse ("bob:", &given, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (alone->groups), ==, 0);
  g_assert_true (given);

  static const char *const wrong[] = { "", ":it", "bob:it,,staff", "b ob", "bob:i t" };
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) refused = NULL;

      g_assert_null (mopt_identity_parse (wrong[i], NULL, &refused));
      g_assert_error (refused, MOPT_ERROR, MOPT_ERROR_INVALID);
    }
}

static void
test_rights (void)
{
  g_autoptr (MoptIdentity) alice = mopt_identity_new ("alice", groups, NULL);
  g_autoptr (MoptPublication) publication = mopt_publication_new ();

  g_assert_cmpuint (mopt_rights_of (NULL, alice), ==, MOPT_RIGHTS_DEFAULT);
  g_assert_cmpuint (mopt_rights_of (publication, alice), ==, MOPT_RIGHTS_DEFAULT);
  publication->rights[0] = words_of ("-"); /* send= */
  publication->rights[1] = words_of ("@it bob");
  publication->rights[2] = words_of ("@helpdesk");
  g_assert_cmpuint (mopt_rights_of (publication, alice), ==, MOPT_RIGHT_OVERRIDE_LOCKED);
  g_autoptr (MoptIdentity) bob = mopt_identity_new ("bob", NULL, NULL);
  g_assert_cmpuint (mopt_rights_of (publication, bob), ==, MOPT_RIGHT_ADD_ACCOUNTS);
}

static void
test_placeholders (void)
{
  static const struct
  {
    const char *text, *known, *unknown; /* NULL: an error */
  } cases[] = {
    { "", "", "" },
    { "support", "support", "support" },
    { "%USER%", "alice", "alice" },
    { "CORP\\%USER%", "CORP\\alice", "CORP\\alice" },
    { "%EMAILADDRESS%", "al.ice@Example.com", "" },
    { "%EMAILLOCALPART%", "al.ice", "" },
    { "x-%EMAILDOMAIN%-y", "x-Example.com-y", "" },
    { "%USER%%EMAILDOMAIN%", "aliceExample.com", "" },
    { "100%%", "100%", "100%" },
    { "%%USER%%", "%USER%", "%USER%" },
    { "%%%USER%", "%alice", "%alice" },
    { "%", NULL, NULL },
    { "50%", NULL, NULL },
    { "%user%", NULL, NULL },
    { "%USER", NULL, NULL },
    { "%USERS%", NULL, NULL },
    { "%HOME%", NULL, NULL },
    { "%USER%%", NULL, NULL },
  };
  g_autoptr (MoptIdentity) known = mopt_identity_new ("alice", NULL, "Alice <al.ice@Example.com>");
  g_autoptr (MoptIdentity) unknown = mopt_identity_new ("alice", NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean sound = mopt_placeholder_check (cases[i].text, &error);

      g_test_message ("%s", cases[i].text);
      g_assert_cmpint (sound, ==, cases[i].known != NULL);
      if (!sound)
        {
          g_assert_error (error, MOPT_ERROR, MOPT_ERROR_INVALID);
          continue;
        }
      g_autofree char *with = mopt_placeholder_expand (cases[i].text, known);
      g_autofree char *without = mopt_placeholder_expand (cases[i].text, unknown);
      g_assert_cmpstr (with, ==, cases[i].known);
      g_assert_cmpstr (without, ==, cases[i].unknown);
    }
  g_assert_true (mopt_placeholder_has_field (MOPT_FIELD_INCOMING_USER));
  g_assert_true (mopt_placeholder_has_field (MOPT_FIELD_OUTGOING_USER));
  g_assert_false (mopt_placeholder_has_field (MOPT_FIELD_INCOMING_HOST));
}

static void
test_terms (void)
{
  static const struct
  {
    MoptTerm term;
    const char *text;
    gboolean sound;
  } cases[] = {
    { MOPT_TERM_AVAILABLE, "yes", FALSE },
    { MOPT_TERM_AVAILABLE, "", FALSE },
    { MOPT_TERM_AVAILABLE, "false", TRUE },
    { MOPT_TERM_AVAILABLE_TO, "", TRUE },
    { MOPT_TERM_AVAILABLE_TO, "@it\nbob", TRUE },
    { MOPT_TERM_AVAILABLE_TO, "@it\n\nbob", FALSE },
    { MOPT_TERM_AVAILABLE_TO, "@it bob", FALSE },
    { MOPT_TERM_WITHDRAWN, "keep", TRUE },
    { MOPT_TERM_WITHDRAWN, "delete", TRUE },
    { MOPT_TERM_WITHDRAWN, "true", FALSE },
    { MOPT_TERM_MINIMUM_SECURITY, "tls", TRUE },
    { MOPT_TERM_MINIMUM_SECURITY, "ssl", FALSE },
    { MOPT_TERM_MINIMUM_SECURITY, "", FALSE },
    { MOPT_TERM_INCOMING_PASSWORD_FILE, "helpdesk", TRUE },
    { MOPT_TERM_INCOMING_PASSWORD_FILE, "../helpdesk", FALSE },
    { MOPT_TERM_INCOMING_PASSWORD_FILE, "/etc/shadow", FALSE },
    { MOPT_TERM_INCOMING_PASSWORD_FILE, "..", FALSE },
    { MOPT_TERM_INCOMING_PASSWORD_FILE, "a\nb", FALSE },
    { MOPT_TERM_INCOMING_HOST_PREVIOUS, "", TRUE },
    { MOPT_TERM_INCOMING_HOST_PREVIOUS, "old.example.com\nolder.example.com", TRUE },
    { MOPT_TERM_INCOMING_HOST_PREVIOUS, "old.example.com:993", FALSE },
  };

  for (guint i = 0; i < MOPT_N_TERMS; i++)
    {
      g_assert_true (mopt_term_validate (i, mopt_term_info (i)->fallback, NULL));
      g_assert_cmpuint (mopt_term_by_name (mopt_term_info (i)->name), ==, i);
    }
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s=%s", mopt_term_info (cases[i].term)->name, cases[i].text);
      g_assert_cmpint (mopt_term_validate (cases[i].term, cases[i].text, &error), ==, cases[i].sound);
      if (!cases[i].sound)
        g_assert_error (error, MOPT_ERROR, MOPT_ERROR_INVALID);
    }
}

/* What is set is what is got, and what is wrong changes nothing. */
static void
test_publication_keys (void)
{
  static const struct
  {
    MoptPublicationKey key;
    const char *text, *got; /* NULL: an error */
  } cases[] = {
    { MOPT_PUBLICATION_ORGANIZATION, "Example Corp", "Example Corp" },
    { MOPT_PUBLICATION_ORGANIZATION, "two\nlines", NULL },
    { MOPT_PUBLICATION_SERIAL, "12", "12" },
    { MOPT_PUBLICATION_SERIAL, "0", NULL },
    { MOPT_PUBLICATION_SERIAL, "-1", NULL },
    { MOPT_PUBLICATION_SERIAL, "12a", NULL },
    { MOPT_PUBLICATION_SERIAL, "99999999999999999999", NULL },
    { MOPT_PUBLICATION_EXPIRES, "2027-11-21T00:00:00Z", "2027-11-21T00:00:00Z" },
    { MOPT_PUBLICATION_EXPIRES, "2027-11-21T02:00:00+02:00", "2027-11-21T00:00:00Z" },
    { MOPT_PUBLICATION_EXPIRES, "tomorrow", NULL },
    { MOPT_PUBLICATION_EXPIRES, "2027-02-30T00:00:00Z", NULL },
    { MOPT_PUBLICATION_DOMAIN,
      "Example.COM\nb\xc3\xbc"
      "cher.example",
      "example.com\nxn--bcher-kva.example" },
    { MOPT_PUBLICATION_DOMAIN, "@example.com", NULL },
    { MOPT_PUBLICATION_PREFIX, "abCD", "ABCD" },
    { MOPT_PUBLICATION_PREFIX, "ABC1", NULL },
    { MOPT_PUBLICATION_PREVIOUS_PREFIXES, "wxyz\nQ2A", "WXYZ\nQ2A" },
    { MOPT_PUBLICATION_PREVIOUS_PREFIXES, "wxyz\nA", NULL },
    { MOPT_PUBLICATION_COUNTER, "/srv/mail/counter", "/srv/mail/counter" },
    { MOPT_PUBLICATION_COUNTER, "counter", NULL },
    { MOPT_PUBLICATION_DEFAULT, "helpdesk", "helpdesk" },
    { MOPT_PUBLICATION_DEFAULT, "help desk", NULL },
    { MOPT_PUBLICATION_MESSAGE_FORMAT, "html", "html" },
    { MOPT_PUBLICATION_MESSAGE_FORMAT, "rtf", NULL },
  };
  g_autoptr (MoptPublication) empty = mopt_publication_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (MoptPublication) publication = mopt_publication_new ();
      g_autoptr (GError) error = NULL;
      gboolean set = mopt_publication_set_text (publication, cases[i].key, cases[i].text, &error);
      g_autofree char *got = mopt_publication_get_text (publication, cases[i].key);

      g_test_message ("%s=%s", mopt_publication_key_name (cases[i].key), cases[i].text);
      g_assert_cmpint (set, ==, cases[i].got != NULL);
      g_assert_cmpint (mopt_publication_equal (publication, empty), ==, !set);
      if (set)
        g_assert_cmpstr (got, ==, cases[i].got);
      else
        g_assert_error (error, MOPT_ERROR, MOPT_ERROR_INVALID);
    }
  for (guint i = 0; i < MOPT_N_PUBLICATION_KEYS; i++)
    {
      g_autofree char *nothing = mopt_publication_get_text (empty, i);

      g_assert_true (mopt_publication_set_text (empty, i, nothing, NULL));
      g_assert_cmpuint (mopt_publication_key_by_name (mopt_publication_key_name (i)), ==, i);
    }
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/audience/includes", test_includes);
  g_test_add_func ("/audience/keywords-win", test_keywords_win);
  g_test_add_func ("/audience/wrong-words", test_wrong_words);
  g_test_add_func ("/audience/identity", test_identity);
  g_test_add_func ("/audience/rights", test_rights);
  g_test_add_func ("/audience/placeholders", test_placeholders);
  g_test_add_func ("/audience/terms", test_terms);
  g_test_add_func ("/audience/publication-keys", test_publication_keys);
  return g_test_run ();
}
