/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may be published, by whomever: it is read whatever it is; what is usable is sound; what is wrong with one
 * account is wrong with no other; and the checks find an error wherever the reader does. */
#include <string.h>

#include "fuzz.h"
#include "model/placeholder.h"
#include "model/validate.h"
#include "store/published-lint.h"

#define NEIGHBOUR "fuzz-neighbour"

const char *const mopt_fuzz_seeds[] = {
  /* the published and the personal file of the description */
  "[Publication]\nFormat=1\nOrganization=Example Corp\nContact=help@example.com\nSerial=12\n"
  "Expires=2027-11-21T00:00:00Z\nReason=Moved to the new mail server\nDomain=example.com;\nConversationPrefix=ABCD\n"
  "PreviousConversationPrefixes=WXYZ;\nDefault=helpdesk\n\n[Rights]\nsend=everyone\nadd-accounts=@helpdesk;alice\n"
  "override-locked=nobody\n\n[Account helpdesk]\nKind=imap\nName=Help desk\nAvailableTo=@it;bob;\n"
  "Locked=incoming-server;outgoing-server;conversation-id;from-addresses;\nincoming-host=imap.example.com\n"
  "incoming-user=%EMAILADDRESS%\noutgoing-host=smtp.example.com\nconversation-id-add=true\n"
  "from-legal=support@example.com;*@support.example.com;\n",
  "[Mail Options]\nFormat=1\nName=Alice Example\nAddress=alice@example.com\nDefault=helpdesk\n\n"
  "[Account 0b7c2d9e-6f5a-4c1e-9b1d-2f3a4b5c6d7e]\nKind=pop\nName=Home\nincoming-host=pop.example.net\n\n"
  "# what the user made of a published account\n[Account helpdesk]\nPublished=true\nKind=imap\nName=My help desk\n"
  "Customised=incoming-account;\nincoming-user=alice\nfrom-default=support@example.com\n",
  /* the rest of the keys */
  "[Publication]\nMessageFormat=html\nConversationCounter=/srv/counter\n[Account a]\nKind=pop\nAvailable=false\n"
  "Withdrawn=delete\nMinimumSecurity=tls\nAllowTrust=false\nincoming-password-file=a\noutgoing-password-file=b\n"
  "incoming-host-previous=old.example.com;\noutgoing-host-previous=;\nincoming-security=basic\n"
  "incoming-custom-port=true\nincoming-port=1110\noutgoing-login=own\noutgoing-user=%USER%%%\nLocked=\n"
  "from-default=a@b\nfrom-use=c@d\n",
  /* what happens to files */
  "\xef\xbb\xbf[Publication]\r\nFormat=1\r\n<<<<<<< HEAD\r\n[Account a]\r\nKind=imap\r\nKind=imap\r\n[Account a]\r\n"
  "[Account ]\n[Account a b]\nKind=\\q\n[Rights]\nsend=;;@;\n[Publication]\n",
  NULL,
};

static void
check_sentence (const char *sentence)
{
  g_assert_true (sentence != NULL && *sentence != '\0');
  g_assert_true (g_utf8_validate (sentence, -1, NULL));
}

/* What has no problem can be used as it is. */
static void
check_account (MoptAccount *account)
{
  g_autoptr (MoptIdentity) who = mopt_identity_new ("alice", NULL, "alice@example.com");
  MoptKind kind = mopt_account_get_kind (account);

  g_assert_false (mopt_account_is_personal (account));
  g_assert_nonnull (mopt_account_get_publication (account));
  g_assert_true (*mopt_account_get_name (account) != '\0' || *mopt_account_get_id (account) == '\0');
  if (mopt_account_get_problem (account, NULL) != NULL)
    {
      check_sentence (mopt_account_get_problem (account, NULL));
      return;
    }
  g_assert_true (mopt_account_id_is_valid (mopt_account_get_id (account)));
  g_assert_cmpuint (kind, !=, MOPT_KIND_UNKNOWN);
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    {
      const char *text = mopt_account_get_layer (account, MOPT_LAYER_PUBLISHED, i);

      g_assert_null (mopt_account_get_layer (account, MOPT_LAYER_USER, i));
      if (text == NULL)
        continue;
      g_assert_true (mopt_field_has_kind (i, kind) && mopt_validate_field (i, kind, text, NULL));
      if (!mopt_placeholder_has_field (i))
        continue;
      g_autofree char *expanded = mopt_placeholder_expand (text, who);
      g_assert_true (mopt_placeholder_check (text, NULL) && mopt_validate_field (i, kind, expanded, NULL));
    }
  for (guint i = 0; i < MOPT_N_TERMS; i++)
    g_assert_true (mopt_term_validate (i, mopt_account_get_term (account, i), NULL));
}

static void
check_said (MoptPublishedText *said)
{
  g_assert_cmpuint (g_hash_table_size (said->by_id), ==, said->accounts->len);
  if (said->refusal != NULL)
    check_sentence (said->refusal->message);
  for (guint i = 0; said->warnings[i] != NULL; i++)
    check_sentence (said->warnings[i]);
  for (guint i = 0; i < said->accounts->len; i++)
    {
      check_account (said->accounts->pdata[i]);
      g_assert_true (mopt_published_text_get (said, mopt_account_get_id (said->accounts->pdata[i]))
                     == said->accounts->pdata[i]);
    }
}

/* Behind whatever it is, an account of its own is sound. */
static void
check_neighbour (const guint8 *data, gsize size)
{
  g_autoptr (GString) text = g_string_new_len ((const char *) data, size);

  if (memmem (data, size, NEIGHBOUR, strlen (NEIGHBOUR)) != NULL)
    return;
  g_string_append (text, "\n[Account " NEIGHBOUR "]\nKind=pop\nincoming-host=pop.example.com\n");
  g_autoptr (MoptKeyfile) file = mopt_keyfile_new (text->str, text->len);
  g_autoptr (MoptPublishedText) said = mopt_published_text_new (file, "/published.conf");
  MoptAccount *account = mopt_published_text_get (said, NEIGHBOUR);

  g_assert_nonnull (account);
  g_assert_null (mopt_account_get_problem (account, NULL));
  g_assert_cmpstr (mopt_account_get (account, MOPT_FIELD_INCOMING_HOST), ==, "pop.example.com");
}

static void
check_lint (const guint8 *data, gsize size, MoptPublishedText *said)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GPtrArray) findings = mopt_published_lint (bytes, "/published.conf", MOPT_LINT_TEXT);
  gboolean broken = said->refusal != NULL || said->warnings[0] != NULL;

  for (guint i = 0; i < said->accounts->len; i++)
    broken = broken || mopt_account_get_problem (said->accounts->pdata[i], NULL) != NULL;
  if (broken)
    g_assert_cmpuint (mopt_published_lint_count_errors (findings), >, 0);
  for (guint i = 0; i < findings->len; i++)
    check_sentence (((MoptLintFinding *) findings->pdata[i])->text);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (MoptKeyfile) file = mopt_keyfile_new ((const char *) data, size);
  g_autoptr (MoptPublishedText) said = mopt_published_text_new (file, "/published.conf");

  check_said (said);
  check_neighbour (data, size);
  check_lint (data, size, said);
  return 0;
}
