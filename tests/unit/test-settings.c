/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the wire gets to see of a published account: whose password goes where, and what the publisher insists on. */
#include <locale.h>
#include <string.h>

#include "base/error.h"
#include "model/from-policy.h"
#include "model/publication-keys.h"
#include "model/settings.h"
#include "model/validate.h"

static MoptAccount *
published_new (void)
{
  MoptAccount *account = mopt_account_new ("helpdesk", "imap");
  g_autoptr (MoptPublication) publication = mopt_publication_new ();

  mopt_publication_set_text (publication, MOPT_PUBLICATION_ORGANIZATION, "Example Corp", NULL);
  mopt_publication_set_text (publication, MOPT_PUBLICATION_CONTACT, "help@example.com", NULL);
  mopt_account_set_published (account, TRUE);
  mopt_account_set_publication (account, publication);
  mopt_account_set_layer (account, MOPT_LAYER_PUBLISHED, MOPT_FIELD_INCOMING_HOST, "imap.example.com");
  mopt_account_set_layer (account, MOPT_LAYER_PUBLISHED, MOPT_FIELD_OUTGOING_HOST, "smtp.example.com");
  mopt_account_set_layer (account, MOPT_LAYER_USER, MOPT_FIELD_INCOMING_HOST, "evil.example.net");
  mopt_account_set_layer (account, MOPT_LAYER_USER, MOPT_FIELD_OUTGOING_HOST, "evil.example.net");
  mopt_account_set_term (account, MOPT_TERM_INCOMING_PASSWORD_FILE, "in");
  mopt_account_set_term (account, MOPT_TERM_OUTGOING_PASSWORD_FILE, "out");
  return account;
}

/* Over every state of the four sections: no shared password for a server or a user that a person chose, and the right
 * one wherever both are the publisher's. */
static void
test_shared_passwords (void)
{
  static const MoptSection sections[] = { MOPT_SECTION_INCOMING_SERVER, MOPT_SECTION_INCOMING_ACCOUNT,
                                          MOPT_SECTION_OUTGOING_SERVER, MOPT_SECTION_OUTGOING_ACCOUNT };

  for (guint bits = 0; bits < 1 << 10; bits++)
    {
      g_autoptr (MoptAccount) account = published_new ();
      gboolean same = (bits & 1 << 8) != 0, authenticate = (bits & 1 << 9) != 0;
      gboolean theirs[4]; /* the publisher's */

      for (guint i = 0; i < 4; i++)
        {
          gboolean customised = (bits & 1u << i) != 0, locked = (bits & 1u << (i + 4)) != 0;

          theirs[i] = !customised || locked;
          mopt_account_set_customised (account, sections[i], customised);
          mopt_account_set_locked (account, sections[i], locked);
        }
      for (guint layer = 0; layer < MOPT_N_LAYERS; layer++)
        {
          mopt_account_set_layer (account, layer, MOPT_FIELD_OUTGOING_LOGIN, same ? "same" : "own");
          mopt_account_set_layer (account, layer, MOPT_FIELD_OUTGOING_REQUIRES_AUTHENTICATION,
                                  authenticate ? "true" : "false");
        }

      g_autoptr (MoptSettings) fresh = mopt_settings_new (account, NULL);
      g_autoptr (MoptSettings) settings = mopt_settings_copy (fresh);
      const char *outgoing = NULL;
      if (authenticate && same)
        outgoing = theirs[1] && theirs[2] ? "in" : NULL;
      else if (authenticate)
        outgoing = theirs[3] && theirs[2] ? "out" : NULL;
      g_assert_cmpstr (settings->incoming.shared_password, ==, theirs[0] && theirs[1] ? "in" : NULL);
      g_assert_cmpstr (settings->outgoing.shared_password, ==, outgoing);
      if (settings->incoming.shared_password != NULL)
        g_assert_cmpstr (settings->incoming.host, ==, "imap.example.com");
      if (settings->outgoing.shared_password != NULL)
        g_assert_cmpstr (settings->outgoing.host, ==, "smtp.example.com");
    }
}

/* A personal account has nothing of it, whatever it was copied from. */
static void
test_personal (void)
{
  g_autoptr (MoptAccount) published = published_new ();
  g_autoptr (MoptAccount) account = mopt_account_copy (published, "Mine");
  g_autoptr (MoptSettings) settings = mopt_settings_new (account, NULL);

  g_assert_cmpstr (settings->incoming.host, ==, "imap.example.com");
  g_assert_null (settings->incoming.shared_password);
  g_assert_null (settings->outgoing.shared_password);
  g_assert_true (settings->incoming.allow_trust);
  g_assert_false (settings->incoming.requires_tls);
  g_assert_null (settings->own_domains);
  g_assert_cmpstr (settings->conversation_prefix, ==, "");
}

static void
test_trust (void)
{
  g_autoptr (MoptAccount) account = published_new ();
  g_autoptr (MoptSettings) open = mopt_settings_new (account, NULL);
  mopt_account_set_locked (account, MOPT_SECTION_INCOMING_SERVER, TRUE);
  g_autoptr (MoptSettings) locked = mopt_settings_new (account, NULL);
  mopt_account_set_rights (account, MOPT_RIGHTS_DEFAULT | MOPT_RIGHT_OVERRIDE_LOCKED);
  g_autoptr (MoptSettings) overridden = mopt_settings_new (account, NULL);
  mopt_account_set_term (account, MOPT_TERM_ALLOW_TRUST, "false");
  g_autoptr (MoptSettings) forbidden = mopt_settings_new (account, NULL);

  g_assert_true (open->incoming.allow_trust && open->outgoing.allow_trust);
  g_assert_true (!locked->incoming.allow_trust && locked->outgoing.allow_trust);
  g_assert_true (overridden->incoming.allow_trust);
  g_assert_true (!forbidden->incoming.allow_trust && !forbidden->outgoing.allow_trust);
}

static void
test_minimum_security (void)
{
  g_autoptr (MoptAccount) account = published_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) locked = NULL;

  mopt_account_set_layer (account, MOPT_LAYER_PUBLISHED, MOPT_FIELD_OUTGOING_SECURITY, "basic");
  g_autoptr (MoptSettings) allowed = mopt_settings_new (account, NULL);
  g_assert_false (allowed->outgoing.requires_tls);

  mopt_account_set_term (account, MOPT_TERM_MINIMUM_SECURITY, "tls");
  mopt_account_set_locked (account, MOPT_SECTION_OUTGOING_SERVER, TRUE);
  g_assert_null (mopt_settings_new (account, &locked));
  g_assert_error (locked, MOPT_ERROR, MOPT_ERROR_INVALID);
  g_assert_nonnull (strstr (locked->message, "Example Corp"));
  g_assert_nonnull (strstr (locked->message, "Ask help@example.com"));

  /* nor may the user choose it */
  mopt_account_set_locked (account, MOPT_SECTION_OUTGOING_SERVER, FALSE);
  mopt_account_set_customised (account, MOPT_SECTION_OUTGOING_SERVER, TRUE);
  mopt_account_set_layer (account, MOPT_LAYER_USER, MOPT_FIELD_OUTGOING_SECURITY, "basic");
  g_assert_false (mopt_validate_effective (account, MOPT_FIELD_OUTGOING_SECURITY, &error));
  g_assert_nonnull (strstr (error->message, "Example Corp"));
  g_assert_nonnull (strstr (error->message, "Choose"));

  static const char *const fine[] = { "auto", "ssl", "tls" };
  for (guint i = 0; i < G_N_ELEMENTS (fine); i++)
    {
      mopt_account_set_layer (account, MOPT_LAYER_USER, MOPT_FIELD_OUTGOING_SECURITY, fine[i]);
      g_autoptr (MoptSettings) settings = mopt_settings_new (account, NULL);
      g_assert_true (settings->outgoing.requires_tls && settings->incoming.requires_tls);
    }
}

static void
test_own_domains (void)
{
  static const struct
  {
    const char *domains, *own;
    gboolean counts;
  } cases[] = {
    { "", "alice@gmail.example", TRUE },
    { "example.com", "alice@example.com", TRUE },
    { "example.com", "Alice <alice@EXAMPLE.com>", TRUE },
    { "example.com", "alice@mail.example.com", FALSE },
    { "example.com", "alice@gmail.example", FALSE },
    { "example.org\nexample.com", "alice@example.com", TRUE },
    { "xn--bcher-kva.example",
      "alice@b\xc3\xbc"
      "cher.example",
      TRUE },
    { "example.com", "", TRUE }, /* not known: nothing to explain */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (MoptAccount) account = published_new ();
      g_autoptr (MoptPublication) publication = mopt_publication_copy (mopt_account_get_publication (account));

      mopt_publication_set_text (publication, MOPT_PUBLICATION_DOMAIN, cases[i].domains, NULL);
      mopt_account_set_publication (account, publication);
      g_autoptr (MoptSettings) settings = mopt_settings_new (account, NULL);
      g_autofree char *reason = mopt_from_policy_explain_own (account, cases[i].own);
      g_autofree char *from = mopt_from_policy_default (settings, cases[i].own);
      g_test_message ("%s: %s", cases[i].own, reason);
      g_assert_cmpint (reason == NULL, ==, cases[i].counts);
      g_assert_cmpstr (from, ==, cases[i].counts && *cases[i].own != '\0' ? cases[i].own : NULL);
      if (reason != NULL)
        g_assert_nonnull (strstr (reason, "Example Corp"));

      /* what the publisher lists by name counts wherever it lies; and not ticked needs no explanation */
      mopt_account_set_layer (account, MOPT_LAYER_PUBLISHED, MOPT_FIELD_FROM_LEGAL, cases[i].own);
      mopt_account_set_layer (account, MOPT_LAYER_PUBLISHED, MOPT_FIELD_FROM_USER_ADDRESS, "false");
      g_autoptr (MoptSettings) legal = mopt_settings_new (account, NULL);
      g_autofree char *listed = mopt_from_policy_default (legal, cases[i].own);
      g_assert_cmpstr (listed, ==, *cases[i].own != '\0' ? cases[i].own : NULL);
      g_assert_null (mopt_from_policy_explain_own (account, cases[i].own));
    }
}

/* Inherited or locked the user's picks narrow; customised his fields replace the published ones. */
static void
test_from_layers (void)
{
  g_autoptr (MoptAccount) account = published_new ();

  mopt_account_set_layer (account, MOPT_LAYER_PUBLISHED, MOPT_FIELD_FROM_LEGAL, "a@example.com\nb@example.com");
  mopt_account_set_layer (account, MOPT_LAYER_PUBLISHED, MOPT_FIELD_FROM_DEFAULT, "b@example.com");
  mopt_account_set_layer (account, MOPT_LAYER_USER, MOPT_FIELD_FROM_LEGAL, "c@example.net");
  mopt_account_set_layer (account, MOPT_LAYER_USER, MOPT_FIELD_FROM_USE, "b@example.com\nc@example.net");
  for (guint bits = 0; bits < 4; bits++)
    {
      gboolean customised = (bits & 1) != 0, locked = (bits & 2) != 0;
      gboolean replaced = customised && !locked;

      mopt_account_set_customised (account, MOPT_SECTION_FROM_ADDRESSES, customised);
      mopt_account_set_locked (account, MOPT_SECTION_FROM_ADDRESSES, locked);
      /* that right does not open this section */
      mopt_account_set_rights (account, MOPT_RIGHTS_DEFAULT | MOPT_RIGHT_OVERRIDE_LOCKED);
      g_autoptr (MoptSettings) settings = mopt_settings_new (account, NULL);
      g_auto (GStrv) list = mopt_from_policy_list (settings, "alice@example.com");
      g_autofree char *from = mopt_from_policy_default (settings, "alice@example.com");
      g_assert_cmpstr (list[0], ==, replaced ? "c@example.net" : "b@example.com");
      g_assert_null (list[1]);
      g_assert_cmpstr (from, ==, list[0]);
      g_assert_cmpint (mopt_from_policy_check (settings, NULL, "c@example.net", NULL), ==, replaced);
      g_assert_false (mopt_from_policy_check (settings, NULL, "a@example.com", NULL));
    }
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/settings/shared-passwords", test_shared_passwords);
  g_test_add_func ("/settings/personal", test_personal);
  g_test_add_func ("/settings/trust", test_trust);
  g_test_add_func ("/settings/minimum-security", test_minimum_security);
  g_test_add_func ("/settings/own-domains", test_own_domains);
  g_test_add_func ("/settings/from-layers", test_from_layers);
  return g_test_run ();
}
