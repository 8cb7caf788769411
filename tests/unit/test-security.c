/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/paths.h"
#include "store/known.h"
#include "store/secrets-pending.h"
#include "store/security.h"

#define SHA_A "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF"
#define UNTIL 1800000000 /* 2027-01-15T08:00:00Z */
#define N_WRITERS 4
#define N_STEPS 25

static const MoptServer imap = { .protocol = MOPT_PROTOCOL_IMAP, .host = (char *) "imap.example.com" };
static const MoptServer custom
    = { .protocol = MOPT_PROTOCOL_IMAP, .host = (char *) "imap.example.com", .custom_port = 1993 };
static const MoptServer longer = { .protocol = MOPT_PROTOCOL_IMAP, .host = (char *) "imap.example.com.au" };
static const MoptServer smtp = { .protocol = MOPT_PROTOCOL_SMTP, .host = (char *) "fe80::1%eth0" };

static char *
path_of_file (void)
{
  return mopt_paths_state ("security.conf");
}

static void
write_file (const char *text)
{
  g_autofree char *path = path_of_file ();

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static char *
read_file (void)
{
  g_autofree char *path = path_of_file ();
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
}

static gboolean
raise_to (MoptKnownServer *known, gpointer level)
{
  return mopt_known_server_raise (known, *(MoptLevel *) level);
}

static gboolean
learn_all (MoptKnownServer *known, gpointer user_data)
{
  known->level = (MoptLevel){ TRUE, MOPT_STRENGTH_SCRAM_PLUS };
  known->unencrypted_agreed = TRUE;
  mopt_known_server_trust (known, 993, SHA_A, UNTIL);
  mopt_known_server_trust (known, 143, SHA_A, UNTIL + 1);
  return TRUE;
}

static gboolean
forget_all (MoptKnownServer *known, gpointer user_data)
{
  known->level = (MoptLevel){ 0 };
  known->unencrypted_agreed = FALSE;
  mopt_known_server_revoke (known, 0, NULL);
  return TRUE;
}

static gboolean
trust_number (MoptKnownServer *known, gpointer number)
{
  g_autofree char *sha256 = g_strdup_printf ("%02X%s", GPOINTER_TO_UINT (number), &SHA_A[2]);

  mopt_known_server_trust (known, 993, sha256, UNTIL);
  return TRUE;
}

static void
assert_known (const char *id, const MoptServer *server, gboolean tls, MoptStrength strength, gboolean agreed, guint n)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MoptKnownServer) known = mopt_security_get (id, server, &error);

  g_assert_no_error (error);
  g_assert_cmpint (known->level.tls, ==, tls);
  g_assert_cmpint (known->level.strength, ==, strength);
  g_assert_cmpint (known->unencrypted_agreed, ==, agreed);
  g_assert_cmpuint (known->trusted->len, ==, n);
}

static void
assert_nothing (const char *id, const MoptServer *server)
{
  assert_known (id, server, FALSE, MOPT_STRENGTH_NONE, FALSE, 0);
}

static void
change (const char *id, const MoptServer *server, MoptSecurityEdit edit, gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (mopt_security_edit (id, server, edit, data, &error));
  g_assert_no_error (error);
}

static void
test_round_trip (void)
{
  MoptLevel digest = { FALSE, MOPT_STRENGTH_DIGEST }, clear = { FALSE, MOPT_STRENGTH_CLEAR };
  g_autofree char *path = path_of_file ();
  GStatBuf info;

  assert_nothing ("a", &imap);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  change ("a", &imap, learn_all, NULL);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);

  g_autofree char *text = read_file ();
  g_assert_cmpstr (text, ==,
                   "[a imap imap.example.com]\n"
                   "TLS=true\n"
                   "Strength=scram-plus\n"
                   "UnencryptedAgreed=true\n"
                   "Trusted=993 " SHA_A " 2027-01-15T08:00:00Z;143 " SHA_A " 2027-01-15T08:00:01Z;\n");
  assert_known ("a", &imap, TRUE, MOPT_STRENGTH_SCRAM_PLUS, TRUE, 2);
  g_autoptr (MoptKnownServer) known = mopt_security_get ("a", &imap, NULL);
  const MoptTrusted *trusted = g_ptr_array_index (known->trusted, 0);
  g_assert_cmpuint (trusted->port, ==, 993);
  g_assert_cmpstr (trusted->sha256, ==, SHA_A);
  g_assert_cmpint (trusted->until, ==, UNTIL);

  /* nobody else's */
  assert_nothing ("b", &imap);
  assert_nothing ("a", &longer);
  assert_nothing ("a", &smtp);
  change ("a", &smtp, raise_to, &clear);
  assert_known ("a", &smtp, FALSE, MOPT_STRENGTH_CLEAR, FALSE, 0);
  assert_known ("a", &imap, TRUE, MOPT_STRENGTH_SCRAM_PLUS, TRUE, 2);

  /* nothing falls by itself; what is forgotten leaves nothing behind */
  change ("b", &imap, raise_to, &digest);
  change ("b", &imap, raise_to, &clear);
  assert_known ("b", &imap, FALSE, MOPT_STRENGTH_DIGEST, FALSE, 0);
  g_assert_true (mopt_security_forget ("b", NULL));
  change ("a", &imap, forget_all, NULL);
  assert_nothing ("a", &imap);
  g_autofree char *rest = read_file ();
  g_assert_null (strstr (rest, "[a imap imap.example.com]"));
  g_assert_true (mopt_known_forget ("a", NULL));
  g_autofree char *end = read_file ();
  g_assert_cmpstr (end, ==, "");
  g_unlink (path);
}

/* The level is the host's, whatever the port; consents are the port's. */
static void
test_ports (void)
{
  MoptLevel clear = { TRUE, MOPT_STRENGTH_CLEAR }, plus = { TRUE, MOPT_STRENGTH_SCRAM_PLUS };
  g_autofree char *path = path_of_file ();

  change ("a", &imap, learn_all, NULL);
  assert_known ("a", &custom, TRUE, MOPT_STRENGTH_SCRAM_PLUS, FALSE, 0);
  /* what a port gets of its own does not write down what another one has reached */
  change ("a", &custom, trust_number, GUINT_TO_POINTER (1));
  change ("a", &custom, raise_to, &clear);
  g_autofree char *text = read_file ();
  g_assert_true (g_regex_match_simple ("1993]\nTrusted=993 [0-9A-F:]+ [-0-9T:Z]+;\n$", text, 0, 0));
  assert_known ("a", &custom, TRUE, MOPT_STRENGTH_SCRAM_PLUS, FALSE, 1);

  /* the other way round, too */
  change ("b", &custom, raise_to, &clear);
  assert_known ("b", &imap, TRUE, MOPT_STRENGTH_CLEAR, FALSE, 0);
  change ("b", &imap, raise_to, &plus);
  assert_known ("b", &custom, TRUE, MOPT_STRENGTH_SCRAM_PLUS, FALSE, 0);

  /* forgotten from any port, it is forgotten on all */
  g_assert_true (mopt_security_forget_level ("a", &custom, NULL));
  assert_known ("a", &imap, FALSE, MOPT_STRENGTH_NONE, TRUE, 2);
  assert_known ("a", &custom, FALSE, MOPT_STRENGTH_NONE, FALSE, 1);
  assert_known ("b", &imap, TRUE, MOPT_STRENGTH_SCRAM_PLUS, FALSE, 0);
  g_unlink (path);
}

static void
assert_unreadable (const char *id, const MoptServer *server, const char *where)
{
  g_autofree char *before = read_file ();
  g_autoptr (GError) error = NULL;

  g_assert_null (mopt_security_get (id, server, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_SECURITY_UNREADABLE);
  if (strstr (error->message, "security.conf") == NULL || strstr (error->message, where) == NULL)
    g_error ("“%s” is not in: %s", where, error->message);
  g_clear_error (&error);

  /* nothing is learned over it, nor agreed to */
  g_assert_false (mopt_security_edit (id, server, learn_all, NULL, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_SECURITY_UNREADABLE);
  g_clear_error (&error);
  g_assert_false (mopt_security_follow (id, "new", &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_SECURITY_UNREADABLE);
  g_autofree char *after = read_file ();
  g_assert_cmpstr (after, ==, before);
}

/* A level that makes no sense was one all the same. */
static void
test_damaged (void)
{
  static const struct
  {
    const char *lines;
    const char *where;
  } cases[] = {
    { "TLS=yes\n", "line 4" },
    { "TLS=\n", "line 4" },
    { "UnencryptedAgreed=true\nTLS=True\n", "line 5" },
    { "TLS=true\nStrength=best\n", "line 5" },
    { "TLS=true\nStrength=\n", "line 5" },
    { "TLS=true\nStrength=a\\x\n", "line 5" },
    { "TLS true\n", "line 4" },
    { "TLS=true\n# why\njunk\n", "line 6" },
    { "TLS=false\nTLS=true\n", "line 5" },
    { "TLS=true\n[a imap imap.example.com]\nStrength=digest\n", "line" },
    { "[a imap imap.example.com 1993]\nTLS=on\n", "line 5" },
  };
  g_autofree char *path = path_of_file ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text
          = g_strconcat ("# mine\n\n[a imap imap.example.com]\n", cases[i].lines,
                         "[a smtp fe80::1%eth0]\nTLS=true\nOther=kept\n[b imap imap.example.com]\nTLS=true\n", NULL);

      write_file (text);
      assert_unreadable ("a", &imap, cases[i].where);
      assert_unreadable ("a", &custom, cases[i].where);
      /* it costs nobody else anything */
      assert_known ("a", &smtp, TRUE, MOPT_STRENGTH_NONE, FALSE, 0);
      assert_known ("b", &imap, TRUE, MOPT_STRENGTH_NONE, FALSE, 0);

      g_assert_true (mopt_security_forget_level ("a", &custom, NULL));
      assert_known ("a", &imap, FALSE, MOPT_STRENGTH_NONE, strstr (text, "Agreed") != NULL, 0);
      assert_known ("a", &smtp, TRUE, MOPT_STRENGTH_NONE, FALSE, 0);
      change ("a", &imap, learn_all, NULL);
      g_autofree char *now = read_file ();
      g_assert_true (g_str_has_prefix (now, "# mine\n"));
      g_assert_nonnull (strstr (now, "Other=kept\n"));
    }

  /* a consent that makes no sense was none, and costs no other */
  write_file ("junk\n[a imap imap.example.com]\n# why\nTLS=true\nUnencryptedAgreed=maybe\nOther=kept\n"
              "Trusted=993 00:11 2027-01-15T08:00:00Z;0 " SHA_A " 2027-01-15T08:00:00Z;993 " SHA_A
              " soon;nonsense;993 " SHA_A " 2027-01-15T08:00:00Z;\n");
  assert_known ("a", &imap, TRUE, MOPT_STRENGTH_NONE, FALSE, 1);
  change ("a", &imap, learn_all, NULL);
  assert_known ("a", &imap, TRUE, MOPT_STRENGTH_SCRAM_PLUS, TRUE, 2);
  g_autofree char *mended = read_file ();
  g_assert_true (g_str_has_prefix (mended, "junk\n"));
  g_assert_nonnull (strstr (mended, "# why\n"));
  g_assert_nonnull (strstr (mended, "Other=kept\n"));

  /* a file that cannot be read is said so: what it would have forbidden is not known */
  g_autoptr (GError) error = NULL;
  g_unlink (path);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  g_assert_null (mopt_security_get ("a", &imap, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_SECURITY_UNREADABLE);
  g_assert_nonnull (strstr (error->message, path));
  g_clear_error (&error);
  g_assert_false (mopt_security_edit ("a", &imap, learn_all, NULL, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_NOT_WRITTEN);
  g_clear_error (&error);
  g_assert_false (mopt_known_forget ("a", &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_NOT_WRITTEN);
  g_rmdir (path);
}

/* However a name is written, it is found; where it is none any more but may have been one, nobody goes by less. */
static void
test_names (void)
{
  static const char *const found[] = {
    "[a imap IMAP.Example.COM]", "[a IMAP imap.example.com.]", "[ a  imap\timap.example.com ]",
    "[a imap imap.example.com",  "a imap imap.example.com]",   "[[a imap imap.example.com]]",
    "[a imap [imap.example.com]]", "[a imap IMAP.example.com 1993]", "  a imap imap.example.com 993 ]",
  };
  static const char *const doubtful[] = {
    "[a imap]", "[a]", "[imap imap.example.com]", "[imap.example.com]", "[a imap imap.example.com x]",
    "[a imap imap.example.com 99999]", "[a imp imap.example.com]", "[a imap.example.com]", "a imap imap.example.com",
    "imap imap.example.com]",
  };
  static const char *const others[] = {
    "[b imap IMAP.example.com]", "[a imap imap.example.com.au]", "[a pop3 imap.example.com]", "[b imap imap.example.com x]",
    "[work]", "[a smtp]", "imap",
  };
  MoptLevel plus = { TRUE, MOPT_STRENGTH_SCRAM_PLUS };
  g_autofree char *path = path_of_file ();

  for (guint i = 0; i < G_N_ELEMENTS (found); i++)
    {
      g_autofree char *text
          = g_strconcat ("# mine\n[c imap x]\nTLS=true\n", found[i], "\n# why\nTLS=true\nStrength=scram\nOther=kept\n", NULL);

      write_file (text);
      assert_known ("a", &imap, TRUE, MOPT_STRENGTH_SCRAM, FALSE, 0);
      assert_known ("a", &custom, TRUE, MOPT_STRENGTH_SCRAM, FALSE, 0);
      assert_nothing ("a", &smtp);
      assert_nothing ("b", &imap);
      change ("a", &imap, raise_to, &plus);
      assert_known ("a", &custom, TRUE, MOPT_STRENGTH_SCRAM_PLUS, FALSE, 0);
      g_autofree char *now = read_file ();
      g_assert_nonnull (strstr (now, "# mine\n[c imap x]\nTLS=true\n"));
      g_assert_nonnull (strstr (now, "# why\n"));
      g_assert_nonnull (strstr (now, "Other=kept\n"));
      g_assert_true (mopt_security_follow ("a", "new", NULL));
      assert_known ("new", &imap, TRUE, MOPT_STRENGTH_SCRAM_PLUS, FALSE, 0);
      g_assert_true (mopt_security_forget_level ("a", &custom, NULL));
      assert_nothing ("a", &imap);
      assert_known ("new", &imap, TRUE, MOPT_STRENGTH_SCRAM_PLUS, FALSE, 0);
    }

  for (guint i = 0; i < G_N_ELEMENTS (doubtful); i++)
    {
      g_autofree char *text = g_strconcat ("[c imap x]\nTLS=true\n", doubtful[i], "\nStrength=scram\n", NULL);
      g_autoptr (GError) error = NULL;

      write_file (text);
      g_assert_null (mopt_security_get ("a", &imap, &error));
      g_assert_error (error, MOPT_ERROR, MOPT_ERROR_SECURITY_UNREADABLE);
      g_assert_nonnull (strstr (error->message, "line 3: This may have been the name of this server"));
      assert_nothing ("b", &longer);
      g_assert_true (mopt_security_forget_level ("a", &imap, NULL));
      assert_nothing ("a", &imap);
      assert_known ("c", &(MoptServer){ .protocol = MOPT_PROTOCOL_IMAP, .host = (char *) "x" }, TRUE,
                    MOPT_STRENGTH_NONE, FALSE, 0);
    }

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autofree char *text = g_strconcat ("[c imap x]\n", others[i], "\nTLS=true\nStrength=scram\n", NULL);

      write_file (text);
      assert_nothing ("a", &imap);
    }
  g_unlink (path);
}

static void
test_ids (void)
{
  MoptLevel clear = { TRUE, MOPT_STRENGTH_CLEAR };
  g_autoptr (GError) error = NULL;
  g_autofree char *path = path_of_file ();
  g_autofree char *notes = mopt_paths_state ("passwords.conf");

  change ("work", &imap, learn_all, NULL);
  change ("work", &smtp, raise_to, &clear);
  change ("work2", &imap, raise_to, &clear);
  g_assert_true (mopt_security_follow ("work", "new", &error));
  g_assert_no_error (error);
  assert_known ("new", &imap, TRUE, MOPT_STRENGTH_SCRAM_PLUS, TRUE, 2);
  assert_known ("new", &smtp, TRUE, MOPT_STRENGTH_CLEAR, FALSE, 0);
  /* the level stays, whoever has the id now; what was agreed to was agreed to for another account */
  assert_known ("work", &imap, TRUE, MOPT_STRENGTH_SCRAM_PLUS, FALSE, 0);
  assert_known ("work2", &imap, TRUE, MOPT_STRENGTH_CLEAR, FALSE, 0);

  /* once more, after a crash: no harm */
  g_assert_true (mopt_security_follow ("work", "new", &error));
  assert_known ("new", &imap, TRUE, MOPT_STRENGTH_SCRAM_PLUS, TRUE, 2);

  /* where the new id knows the server already, the higher level wins, and it keeps its own consents */
  MoptLevel scram = { TRUE, MOPT_STRENGTH_SCRAM };
  change ("weak", &imap, raise_to, &clear);
  change ("weak", &imap, trust_number, GUINT_TO_POINTER (1));
  change ("strong", &imap, learn_all, NULL);
  change ("strong", &smtp, raise_to, &scram);
  change ("weak", &smtp, raise_to, &clear);
  g_assert_true (mopt_security_follow ("strong", "weak", &error));
  assert_known ("weak", &imap, TRUE, MOPT_STRENGTH_SCRAM_PLUS, FALSE, 1);
  assert_known ("weak", &smtp, TRUE, MOPT_STRENGTH_SCRAM, FALSE, 0);
  change ("low", &imap, raise_to, &clear);
  g_assert_true (mopt_security_follow ("low", "weak", &error));
  assert_known ("weak", &imap, TRUE, MOPT_STRENGTH_SCRAM_PLUS, FALSE, 1);
  g_assert_true (mopt_security_forget ("weak", NULL) && mopt_security_forget ("strong", NULL));

  /* only what is the account's own */
  g_assert_true (mopt_security_forget ("work", &error));
  assert_nothing ("work", &imap);
  assert_known ("work2", &imap, TRUE, MOPT_STRENGTH_CLEAR, FALSE, 0);
  assert_known ("new", &imap, TRUE, MOPT_STRENGTH_SCRAM_PLUS, TRUE, 2);

  /* where passwords follow, this does; where they go, too */
  g_assert_true (mopt_secrets_pending_add ("new", "newer", &error));
  assert_known ("newer", &imap, TRUE, MOPT_STRENGTH_SCRAM_PLUS, TRUE, 2);
  g_assert_true (mopt_secrets_pending_add ("newer", NULL, &error));
  g_assert_no_error (error);
  assert_nothing ("newer", &imap);
  g_unlink (path);
  g_unlink (notes);
}

/* Its exit status. A function, so that nothing is left unfreed where the process ends. */
static int
write_notes (guint i)
{
  g_autofree char *id = g_strdup_printf ("own%u", i);

  for (guint j = 0; j < N_STEPS; j++)
    if (!mopt_security_edit ("all", &imap, trust_number, GUINT_TO_POINTER (i * N_STEPS + j), NULL)
        || !mopt_security_edit (id, &imap, trust_number, GUINT_TO_POINTER (j), NULL))
      return 1;
  return 0;
}

/* Processes that write at once: every note of each is there. */
static void
test_concurrent (void)
{
  pid_t children[N_WRITERS];

  for (guint i = 0; i < N_WRITERS; i++)
    {
      children[i] = fork ();
      if (children[i] == 0)
        _exit (write_notes (i));
    }
  for (guint i = 0; i < N_WRITERS; i++)
    {
      int status;

      g_assert_cmpint (waitpid (children[i], &status, 0), ==, children[i]);
      g_assert_cmpint (status, ==, 0);
    }
  assert_known ("all", &imap, FALSE, MOPT_STRENGTH_NONE, FALSE, N_WRITERS * N_STEPS);
  for (guint i = 0; i < N_WRITERS; i++)
    {
      g_autofree char *id = g_strdup_printf ("own%u", i);

      assert_known (id, &imap, FALSE, MOPT_STRENGTH_NONE, FALSE, N_STEPS);
    }
  g_autofree char *path = path_of_file ();
  g_unlink (path);
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = g_dir_make_tmp ("mopt-XXXXXX", NULL);
  g_setenv ("XDG_STATE_HOME", folder, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/security/round-trip", test_round_trip);
  g_test_add_func ("/security/ports", test_ports);
  g_test_add_func ("/security/damaged", test_damaged);
  g_test_add_func ("/security/names", test_names);
  g_test_add_func ("/security/ids", test_ids);
  g_test_add_func ("/security/concurrent", test_concurrent);
  int code = g_test_run ();

  g_autofree char *own = g_build_filename (folder, "mail-options", NULL);
  g_rmdir (own);
  g_rmdir (folder);
  return code;
}
