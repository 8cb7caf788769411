/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What hinders OK and what a test needs: values field by field, names, whole accounts. */
#include <string.h>

#include "base/error.h"
#include "model/settings.h"
#include "model/validate.h"

static gpointer
check_port (gpointer data)
{
  gint *waiting = data;
  g_autoptr (GError) error = NULL;

  g_atomic_int_add (waiting, -1);
  while (g_atomic_int_get (waiting) > 0)
    ;
  mopt_validate_field (MOPT_FIELD_INCOMING_PORT, MOPT_KIND_IMAP, "27730", &error);
  g_assert_no_error (error);
  return NULL;
}

/* A good port is one in every thread, also when all of them look at their first number at once. */
static void
test_threads (void)
{
  GThread *threads[8];
  gint waiting = G_N_ELEMENTS (threads);

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("port", check_port, &waiting);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

/* The defaults of the table pass their own check. */
static void
test_defaults (void)
{
  static const MoptKind kinds[] = { MOPT_KIND_POP, MOPT_KIND_IMAP };

  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
      {
        g_autoptr (GError) error = NULL;

        g_assert_true (mopt_validate_field (i, kinds[k], mopt_field_info (i)->fallback, &error));
        g_assert_no_error (error);
      }
}

static void
test_fields (void)
{
  static const struct
  {
    const char *field;
    MoptKind kind;
    const char *text;
    const char *words; /* NULL: well-formed */
  } rows[] = {
    { "incoming-host", MOPT_KIND_IMAP, "imap.example.com" },
    { "incoming-host", MOPT_KIND_IMAP, "imap.example.com:993", "put 993 into Custom Port" },
    { "incoming-host", MOPT_KIND_IMAP, " ", "Enter the name" },
    { "outgoing-host", MOPT_KIND_POP, "a@b", "e-mail address" },
    { "incoming-security", MOPT_KIND_IMAP, "tls" },
    { "incoming-security", MOPT_KIND_POP, "tls", "Choose one of these: auto, basic, ssl." },
    { "incoming-security", MOPT_KIND_POP, "ssl-no-authentication", "auto, basic, ssl." },
    { "incoming-security", MOPT_KIND_IMAP, "ssl-no-authentication" },
    { "incoming-security", MOPT_KIND_IMAP, "sll", "“sll” is no value of incoming-security" },
    { "incoming-security", MOPT_KIND_IMAP, "SSL", "“SSL”" },
    { "incoming-security", MOPT_KIND_IMAP, "", "Choose one of these" },
    { "outgoing-security", MOPT_KIND_POP, "tls" },
    { "outgoing-security", MOPT_KIND_IMAP, "ssl-no-authentication", "auto, basic, ssl, tls." },
    { "outgoing-login", MOPT_KIND_POP, "own" },
    { "incoming-custom-port", MOPT_KIND_POP, "true" },
    { "incoming-custom-port", MOPT_KIND_POP, "false" },
    { "incoming-custom-port", MOPT_KIND_POP, "yes", "must be true or false" },
    { "incoming-custom-port", MOPT_KIND_POP, "", "must be true or false" },
    { "incoming-custom-port", MOPT_KIND_POP, "True", "must be true or false" },
    { "incoming-port", MOPT_KIND_POP, "" },
    { "incoming-port", MOPT_KIND_POP, "1" },
    { "incoming-port", MOPT_KIND_POP, "65535" },
    { "incoming-port", MOPT_KIND_POP, "0", "1 to 65535" },
    { "incoming-port", MOPT_KIND_POP, "65536", "1 to 65535" },
    { "incoming-port", MOPT_KIND_POP, "4294967297", "1 to 65535" },
    { "incoming-port", MOPT_KIND_POP, "18446744073709551617", "1 to 65535" },
    { "incoming-port", MOPT_KIND_POP, "-1", "1 to 65535" },
    { "incoming-port", MOPT_KIND_POP, "+1", "1 to 65535" },
    { "incoming-port", MOPT_KIND_POP, " 1", "1 to 65535" },
    { "incoming-port", MOPT_KIND_POP, "1 ", "1 to 65535" },
    { "incoming-port", MOPT_KIND_POP, "0995", "1 to 65535" },
    { "incoming-port", MOPT_KIND_POP, "0x10", "1 to 65535" },
    { "incoming-port", MOPT_KIND_POP, "99.3", "1 to 65535" },
    { "incoming-port", MOPT_KIND_POP, "９９３", "1 to 65535" },
    { "incoming-port", MOPT_KIND_POP, "imaps", "1 to 65535" },
    { "incoming-user", MOPT_KIND_POP, "" },
    { "incoming-user", MOPT_KIND_POP, "CORP\\alice %x {;}\"' ü" },
    { "incoming-user", MOPT_KIND_POP, " alice " },
    { "incoming-user", MOPT_KIND_POP, "alice\r\nPASS x", "U+000D" },
    { "incoming-user", MOPT_KIND_POP, "alice\x7f", "U+007F" },
    { "incoming-user", MOPT_KIND_POP, "alice\xff", "UTF-8" },
    { "incoming-mailbox", MOPT_KIND_IMAP, "INBOX" },
    { "incoming-mailbox", MOPT_KIND_IMAP, "Entwürfe/日本 & \"x\" *%" },
    { "incoming-mailbox", MOPT_KIND_IMAP, "IN\nBOX", "U+000A" },
    { "incoming-mailbox", MOPT_KIND_IMAP, "x\xe2\x80\xae", "U+202E" },
    { "from-legal", MOPT_KIND_IMAP, "" },
    { "from-legal", MOPT_KIND_IMAP, "a@x\n*@y\n\nSupport <help*@z>" },
    { "from-legal", MOPT_KIND_IMAP, "a@x\nb", "no @ in “b”" },
    { "from-legal", MOPT_KIND_IMAP, "a@x\r\nb@x", "U+000D" },
    { "from-legal", MOPT_KIND_IMAP, "a@x\t\nb@x", "U+0009" },
    { "from-legal", MOPT_KIND_IMAP, "h*p@x", "right before the @" },
    { "from-use", MOPT_KIND_IMAP, "a@x\nb@x" },
    { "from-use", MOPT_KIND_IMAP, "a@x\n*@x", "many addresses" },
    { "from-use", MOPT_KIND_IMAP, "a@x\x01", "U+0001" },
    { "from-default", MOPT_KIND_IMAP, "" },
    { "from-default", MOPT_KIND_IMAP, "Alice <alice@example.com>" },
    { "from-default", MOPT_KIND_IMAP, "a*@x", "many addresses" },
    { "from-default", MOPT_KIND_IMAP, "a@x\nb@x", "U+000A" },
    { "from-default", MOPT_KIND_IMAP, "alice", "no @" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      MoptField field = mopt_field_by_name (rows[i].field);

      g_assert_cmpint (field, !=, MOPT_FIELD_NONE);
      g_assert_cmpint (mopt_validate_field (field, rows[i].kind, rows[i].text, &error), ==, rows[i].words == NULL);
      g_test_message ("row %u, %s: %s", i, rows[i].field, error != NULL ? error->message : "");
      if (rows[i].words == NULL)
        {
          g_assert_no_error (error);
          continue;
        }
      g_assert_error (error, MOPT_ERROR, MOPT_ERROR_INVALID);
      g_assert_nonnull (strstr (error->message, rows[i].words));
    }
}

/* No field lets a control character through, whatever it is for. */
static void
test_control_characters (void)
{
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    for (gunichar c = 1; c <= 0x9f; c++)
      {
        MoptFieldType type = mopt_field_info (i)->type;
        gboolean list = type == MOPT_TYPE_ADDRESSES || type == MOPT_TYPE_ADDRESS_PATTERNS;
        char bytes[7] = "";

        if ((c >= 0x20 && c < 0x7f) || (c == '\n' && list))
          continue;
        g_unichar_to_utf8 (c, bytes);
        g_autofree char *text = g_strconcat ("alice", bytes, "@example.com", NULL);
        g_autofree char *end = g_strconcat ("alice@example.com", bytes, NULL);
        g_assert_false (mopt_validate_field (i, MOPT_KIND_IMAP, text, NULL));
        g_assert_false (mopt_validate_field (i, MOPT_KIND_IMAP, end, NULL));
      }
}

static void
test_names (void)
{
  g_autofree char *long200 = g_strnfill (200, 'x');
  g_autofree char *long201 = g_strnfill (201, 'x');
  const struct
  {
    const char *name;
    const char *id; /* "home": the account that has the name Home */
    int code;       /* -1: fine */
  } rows[] = {
    { "Work", NULL, -1 },
    { "Home", "home", -1 },
    { "HOME ", "home", -1 },
    { "Home", NULL, MOPT_ERROR_EXISTS },
    { " hOmE ", "work", MOPT_ERROR_EXISTS },
    { "BÜRO", NULL, MOPT_ERROR_EXISTS },
    { "Bu\xcc\x88ro", NULL, MOPT_ERROR_EXISTS },
    { "Home 2", NULL, -1 },
    { "", NULL, MOPT_ERROR_MISSING },
    { " \xc2\xa0 ", NULL, MOPT_ERROR_MISSING },
    { "a\nb", NULL, MOPT_ERROR_INVALID },
    { "a\xff", NULL, MOPT_ERROR_INVALID },
    { long200, NULL, -1 },
    { long201, NULL, MOPT_ERROR_INVALID },
  };
  g_autoptr (GListStore) accounts = g_list_store_new (MOPT_TYPE_ACCOUNT);
  g_autoptr (MoptAccount) home = mopt_account_new ("home", "pop");
  g_autoptr (MoptAccount) office = mopt_account_new ("office", "imap");

  mopt_account_set_name (home, "Home");
  mopt_account_set_name (office, "Büro");
  g_list_store_append (accounts, home);
  g_list_store_append (accounts, office);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("row %u", i);
      g_assert_cmpint (mopt_validate_name (rows[i].name, G_LIST_MODEL (accounts), rows[i].id, &error), ==,
                       rows[i].code < 0);
      g_assert_cmpint (error == NULL ? -1 : error->code, ==, rows[i].code);
    }
  g_assert_true (mopt_validate_name ("Home", NULL, NULL, NULL));

  /* somebody has typed the same name into the file twice: each may keep it, nobody else may take it */
  g_autoptr (MoptAccount) twin = mopt_account_new ("twin", "imap");
  mopt_account_set_name (twin, "BÜRO");
  g_list_store_append (accounts, twin);
  g_assert_true (mopt_validate_name ("Büro", G_LIST_MODEL (accounts), "office", NULL));
  g_assert_true (mopt_validate_name ("BÜRO", G_LIST_MODEL (accounts), "twin", NULL));
  g_assert_false (mopt_validate_name ("Büro", G_LIST_MODEL (accounts), "home", NULL));
  g_assert_false (mopt_validate_name ("Büro", G_LIST_MODEL (accounts), NULL, NULL));
}

/* "property:code" of each problem, in order. Frees @problems. */
static char *
describe (GPtrArray *problems)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < problems->len; i++)
    {
      MoptProblem *problem = problems->pdata[i];

      g_assert_true (problem->error->domain == MOPT_ERROR);
      g_string_append_printf (text, "%s%s:%s", i > 0 ? " " : "", problem->property,
                              mopt_error_word (problem->error->code));
    }
  g_ptr_array_unref (problems);
  return g_string_free (text, FALSE);
}

/* An account with these "field=text" settings, separated by blanks. */
static MoptAccount *
account_new (MoptKind kind, const char *name, const char *settings)
{
  MoptAccount *account = mopt_account_new ("home", mopt_kind_name (kind));
  g_auto (GStrv) words = g_strsplit (settings, " ", -1);

  mopt_account_set_name (account, name);
  for (guint i = 0; words[i] != NULL && *words[i] != '\0'; i++)
    {
      g_auto (GStrv) parts = g_strsplit (words[i], "=", 2);
      MoptField field = mopt_field_by_name (parts[0]);

      g_assert_cmpint (field, !=, MOPT_FIELD_NONE);
      mopt_account_set (account, field, parts[1]);
    }
  return account;
}

static void
test_accounts (void)
{
  static const struct
  {
    MoptKind kind;
    const char *name, *settings;
    const char *problems;
  } rows[] = {
    { MOPT_KIND_IMAP, "Home", "", "" },
    { MOPT_KIND_IMAP, "", "", "name:missing-value" },
    { MOPT_KIND_IMAP, "Home", "incoming-host=imap.example.com:993", "incoming-host:invalid-value" },
    { MOPT_KIND_IMAP, "Home", "incoming-custom-port=true", "incoming-port:missing-value" },
    { MOPT_KIND_IMAP, "Home", "incoming-custom-port=true incoming-port=993", "" },
    { MOPT_KIND_IMAP, "Home", "incoming-custom-port=true incoming-port=0", "incoming-port:invalid-value" },
    /* a number typed before the box was unticked is not in use */
    { MOPT_KIND_IMAP, "Home", "incoming-custom-port=false incoming-port=0", "" },
    { MOPT_KIND_IMAP, "Home", "outgoing-custom-port=true", "outgoing-port:missing-value" },
    { MOPT_KIND_IMAP, "Home", "from-user-address=false", "from-user-address:missing-value" },
    { MOPT_KIND_IMAP, "Home", "from-user-address=false from-arbitrary=true", "" },
    { MOPT_KIND_IMAP, "Home", "from-user-address=false from-legal=a@x", "" },
    /* POP has no mailbox */
    { MOPT_KIND_IMAP, "Home", "incoming-mailbox=\x01", "incoming-mailbox:invalid-value" },
    { MOPT_KIND_POP, "Home", "incoming-mailbox=\x01", "" },
    { MOPT_KIND_POP, "Home", "incoming-security=tls", "incoming-security:invalid-value" },
    /* in the order of the pages, whatever the order of typing */
    { MOPT_KIND_IMAP, "",
      "from-default=x from-legal=y from-user-address=no outgoing-login=z outgoing-host=: outgoing-custom-port=true "
      "incoming-user=\x02 incoming-custom-port=true incoming-host=1.2.3",
      "name:missing-value incoming-host:invalid-value incoming-port:missing-value incoming-user:invalid-value "
      "outgoing-host:invalid-value outgoing-port:missing-value outgoing-login:invalid-value "
      "from-user-address:invalid-value from-legal:invalid-value from-default:invalid-value" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (MoptAccount) account = account_new (rows[i].kind, rows[i].name, rows[i].settings);
      g_autofree char *problems = describe (mopt_validate_account (account, NULL));
      g_autoptr (GError) error = NULL;
      g_autoptr (MoptSettings) settings = mopt_settings_new (account, &error);

      g_test_message ("%s %s: %s", rows[i].name, rows[i].settings, problems);
      g_assert_cmpstr (problems, ==, rows[i].problems);
      /* what passes here is good enough for the wire */
      if (*problems == '\0')
        g_assert_no_error (error);
    }
}

static void
test_complete (void)
{
  static const struct
  {
    MoptKind kind;
    MoptSide sides;
    const char *settings;
    const char *problems; /* each with ":missing-value", left out here */
  } rows[] = {
    { MOPT_KIND_IMAP, MOPT_SIDE_BOTH, "", "incoming-host incoming-user outgoing-host" },
    { MOPT_KIND_IMAP, MOPT_SIDE_INCOMING, "", "incoming-host incoming-user" },
    { MOPT_KIND_IMAP, MOPT_SIDE_OUTGOING, "", "incoming-user outgoing-host" },
    { MOPT_KIND_IMAP, MOPT_SIDE_OUTGOING, "outgoing-login=own", "outgoing-host outgoing-user" },
    { MOPT_KIND_IMAP, MOPT_SIDE_OUTGOING, "outgoing-requires-authentication=false", "outgoing-host" },
    { MOPT_KIND_IMAP, MOPT_SIDE_BOTH, "incoming-host=i incoming-user=u outgoing-host=o", "" },
    { MOPT_KIND_IMAP, MOPT_SIDE_BOTH,
      "incoming-host=i incoming-user=u outgoing-host=o incoming-mailbox=", "incoming-mailbox" },
    { MOPT_KIND_POP, MOPT_SIDE_BOTH, "incoming-host=i incoming-user=u outgoing-host=o incoming-mailbox=", "" },
    { MOPT_KIND_IMAP, MOPT_SIDE_BOTH, "incoming-host=i incoming-user=u outgoing-host=o outgoing-login=own",
      "outgoing-user" },
    { MOPT_KIND_POP, MOPT_SIDE_OUTGOING, "outgoing-host=o outgoing-login=own outgoing-user=u", "" },
    { MOPT_KIND_POP, MOPT_SIDE_BOTH,
      "incoming-host=i incoming-user=u outgoing-host=o incoming-custom-port=true outgoing-custom-port=true",
      "incoming-port outgoing-port" },
    { MOPT_KIND_POP, MOPT_SIDE_INCOMING, "incoming-host=i incoming-user=u outgoing-custom-port=true", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (MoptAccount) account = account_new (rows[i].kind, "Home", rows[i].settings);
      g_autofree char *all = describe (mopt_validate_complete (account, rows[i].sides));
      g_autoptr (GString) problems = g_string_new (all);

      g_string_replace (problems, ":missing-value", "", 0);
      g_test_message ("%s", rows[i].settings);
      g_assert_cmpstr (problems->str, ==, rows[i].problems);
    }
}

/* The offer of the host with a port stands in the sentence. */
static void
test_split_offer (void)
{
  g_autoptr (MoptAccount) account = account_new (MOPT_KIND_IMAP, "Home", "incoming-host=example.com:993");
  g_autoptr (GPtrArray) problems = mopt_validate_account (account, NULL);

  g_assert_cmpuint (problems->len, ==, 1);
  MoptProblem *problem = problems->pdata[0];
  g_assert_cmpstr (problem->property, ==, "incoming-host");
  g_assert_cmpstr (problem->error->message, ==,
                   "“example.com:993” is a name with a port. Leave example.com here and put 993 into Custom Port.");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/validate/threads", test_threads);
  g_test_add_func ("/validate/defaults", test_defaults);
  g_test_add_func ("/validate/fields", test_fields);
  g_test_add_func ("/validate/control-characters", test_control_characters);
  g_test_add_func ("/validate/names", test_names);
  g_test_add_func ("/validate/accounts", test_accounts);
  g_test_add_func ("/validate/complete", test_complete);
  g_test_add_func ("/validate/split-offer", test_split_offer);
  return g_test_run ();
}
