/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rule of inheritance over every state, against an oracle that is written the other way round: it starts from
 * what the text of the rule promises to a person and knows no layers. */
#include <string.h>

#include "model/account.h"

typedef struct
{
  gboolean published, locked, customised, parked, may_override, may_add;
  const char *mine;   /* the user's text, NULL = not set */
  const char *theirs; /* the publisher's */
} Case;

static const char *
oracle (const Case *c, MoptField field)
{
  const MoptFieldInfo *info = mopt_field_info (field);
  const char *theirs_or_default = c->theirs ? c->theirs : info->fallback;
  const char *mine_or_default = c->mine ? c->mine : info->fallback;

  if (!c->published)
    return mine_or_default; /* nobody else has a say in a personal account */
  if (info->section == MOPT_SECTION_NONE)
    return c->mine ? c->mine : theirs_or_default; /* a published value is but a proposal */
  if (c->parked || !c->customised)
    return theirs_or_default;
  if (!c->locked)
    return mine_or_default;
  if (c->may_override && info->section != MOPT_SECTION_FROM_ADDRESSES)
    return mine_or_default;
  return theirs_or_default;
}

static void
on_notify (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  GString *seen = user_data;

  g_string_append_printf (seen, "%s;", pspec->name);
}

static void
apply (MoptAccount *account, MoptField field, const Case *c)
{
  MoptSection section = mopt_field_info (field)->section;

  mopt_account_begin (account);
  mopt_account_set_published (account, c->published);
  mopt_account_set_rights (account, MOPT_RIGHT_SEND | (c->may_override ? MOPT_RIGHT_OVERRIDE_LOCKED : 0)
                                        | (c->may_add ? MOPT_RIGHT_ADD_ACCOUNTS : 0));
  if (section != MOPT_SECTION_NONE)
    {
      mopt_account_set_locked (account, section, c->locked);
      mopt_account_set_customised (account, section, c->customised);
      mopt_account_set_parked (account, section, c->parked);
    }
  mopt_account_set_layer (account, MOPT_LAYER_USER, field, c->mine);
  mopt_account_set_layer (account, MOPT_LAYER_PUBLISHED, field, c->theirs);
  mopt_account_end (account);
}

static const char *const mine_texts[] = { NULL, "", "mine" };
static const char *const their_texts[] = { NULL, "", "theirs" };
#define N_CASES (64 * 3 * 3)

static Case
nth_case (guint n)
{
  return (Case){
    .published = n & 1,
    .locked = (n & 2) != 0,
    .customised = (n & 4) != 0,
    .parked = (n & 8) != 0,
    .may_override = (n & 16) != 0,
    .may_add = (n & 32) != 0,
    .mine = mine_texts[n / 64 % 3],
    .theirs = their_texts[n / 64 / 3],
  };
}

/* The cases that differ from @n in one thing. */
static guint
neighbours (guint n, guint *others)
{
  guint count = 0, bits = n % 64, mine = n / 64 % 3, theirs = n / 64 / 3;

  for (guint bit = 1; bit < 64; bit <<= 1)
    others[count++] = n ^ bit;
  for (guint i = 0; i < 3; i++)
    {
      if (i != mine)
        others[count++] = bits + 64 * (i + 3 * theirs);
      if (i != theirs)
        others[count++] = bits + 64 * (mine + 3 * i);
    }
  return count;
}

/* What a dialog may do with the section, as a person would put it. */
static void
check_permissions (MoptAccount *account, MoptSection section, const Case *c)
{
  gboolean open = !c->locked || (c->may_override && section != MOPT_SECTION_FROM_ADDRESSES);
  gboolean in_use = c->customised && !c->parked && open;

  if (section == MOPT_SECTION_NONE)
    {
      g_assert_true (mopt_account_may_edit (account, section));
      g_assert_false (mopt_account_may_customise (account, section));
    }
  else if (!c->published)
    {
      g_assert_true (mopt_account_may_edit (account, section) == c->may_add);
      g_assert_false (mopt_account_may_customise (account, section));
      g_assert_false (mopt_account_is_locked (account, section));
    }
  else
    {
      g_assert_true (mopt_account_may_edit (account, section) == (in_use && c->may_add));
      g_assert_true (mopt_account_may_customise (account, section) == (open && c->may_add));
      g_assert_true (mopt_account_is_locked (account, section) == !open);
      g_assert_true (mopt_account_has_padlock (account, section) == c->locked);
      g_assert_cmpint (mopt_account_get_state (account, section), ==,
                       in_use                       ? MOPT_STATE_CUSTOMISED
                       : c->customised || c->parked ? MOPT_STATE_PARKED
                                                    : MOPT_STATE_INHERITED);
    }
}

static void
test_every_state (void)
{
  for (guint field = 0; field < MOPT_N_FIELDS; field++)
    for (guint n = 0; n < N_CASES; n++)
      {
        g_autoptr (MoptAccount) account = mopt_account_new ("a", "imap");
        Case c = nth_case (n);

        apply (account, field, &c);
        g_assert_cmpstr (mopt_account_get (account, field), ==, oracle (&c, field));
        /* both layers keep what they were given, whatever is in effect */
        g_assert_cmpstr (mopt_account_get_layer (account, MOPT_LAYER_USER, field), ==, c.mine);
        g_assert_cmpstr (mopt_account_get_layer (account, MOPT_LAYER_PUBLISHED, field), ==, c.theirs);
        check_permissions (account, mopt_field_info (field)->section, &c);
      }
}

/* The property of the field is notified once if its text changed, and else not at all. */
static void
check_notify (MoptField field, guint from, guint to)
{
  g_autoptr (MoptAccount) account = mopt_account_new ("a", "imap");
  g_autoptr (GString) seen = g_string_new (NULL);
  Case a = nth_case (from), b = nth_case (to);

  apply (account, field, &a);
  g_signal_connect (account, "notify", G_CALLBACK (on_notify), seen);
  apply (account, field, &b);

  gboolean changed = !g_str_equal (oracle (&a, field), oracle (&b, field));
  g_autofree char *expected_notes
      = g_strdup_printf ("%s%s%s", changed ? mopt_field_info (field)->name : "", changed ? ";" : "",
                         a.published != b.published ? "is-personal;" : "");
  g_assert_cmpstr (seen->str, ==, expected_notes);
}

/* Each field, one thing changed at a time; and one of each sort from many a state to many another. */
static void
test_notify (void)
{
  const MoptField fields[] = { MOPT_FIELD_INCOMING_USER, MOPT_FIELD_FROM_LEGAL, MOPT_FIELD_FROM_DEFAULT };
  guint others[16];

  for (guint field = 0; field < MOPT_N_FIELDS; field++)
    for (guint from = 0; from < N_CASES; from++)
      for (guint i = neighbours (from, others); i > 0; i--)
        check_notify (field, from, others[i - 1]);
  for (guint f = 0; f < G_N_ELEMENTS (fields); f++)
    for (guint from = 0; from < N_CASES; from += 5)
      for (guint to = from % 7; to < N_CASES; to += 7)
        check_notify (fields[f], from, to);
}

static void
test_state_words (void)
{
  g_autoptr (MoptAccount) account = mopt_account_new ("a", "pop");
  MoptSection s = MOPT_SECTION_INCOMING_ACCOUNT;

  g_assert_cmpint (mopt_account_get_state (account, s), ==, MOPT_STATE_OWN);
  mopt_account_set_published (account, TRUE);
  g_assert_cmpint (mopt_account_get_state (account, s), ==, MOPT_STATE_INHERITED);
  mopt_account_set_customised (account, s, TRUE);
  g_assert_cmpint (mopt_account_get_state (account, s), ==, MOPT_STATE_CUSTOMISED);
  mopt_account_set_locked (account, s, TRUE);
  g_assert_cmpint (mopt_account_get_state (account, s), ==, MOPT_STATE_PARKED);
  mopt_account_set_rights (account, MOPT_RIGHTS_DEFAULT | MOPT_RIGHT_OVERRIDE_LOCKED);
  g_assert_cmpint (mopt_account_get_state (account, s), ==, MOPT_STATE_CUSTOMISED);
  g_assert_false (mopt_account_is_locked (account, s));
}

static void
test_copies (void)
{
  g_autoptr (MoptAccount) account = mopt_account_new ("a", "imap");

  mopt_account_set_published (account, TRUE);
  mopt_account_set_name (account, "Help desk");
  mopt_account_set_layer (account, MOPT_LAYER_PUBLISHED, MOPT_FIELD_INCOMING_HOST, "imap.example.com");
  mopt_account_set_layer (account, MOPT_LAYER_USER, MOPT_FIELD_INCOMING_HOST, "mine.example.net");
  mopt_account_set_locked (account, MOPT_SECTION_INCOMING_SERVER, TRUE);

  g_autoptr (MoptAccount) dup = mopt_account_dup (account);
  g_assert_true (mopt_account_equal (account, dup));
  mopt_account_set (dup, MOPT_FIELD_INCOMING_USER, "x");
  g_assert_false (mopt_account_equal (account, dup));

  g_autoptr (MoptAccount) copy = mopt_account_copy (account, "Copy of Help desk");
  g_assert_true (mopt_account_is_personal (copy));
  g_assert_cmpstr (mopt_account_get_id (copy), !=, "a");
  g_assert_cmpstr (mopt_account_get_name (copy), ==, "Copy of Help desk");
  g_assert_cmpstr (mopt_account_get (copy, MOPT_FIELD_INCOMING_HOST), ==, "imap.example.com");
  g_assert_null (mopt_account_get_layer (copy, MOPT_LAYER_PUBLISHED, MOPT_FIELD_INCOMING_HOST));
  g_assert_null (mopt_account_get_layer (copy, MOPT_LAYER_USER, MOPT_FIELD_INCOMING_SECURITY));
}

static void
test_ids (void)
{
  g_autofree char *made = mopt_account_new_id ();
  g_autofree char *long_id = g_strnfill (65, 'x');

  g_assert_true (mopt_account_id_is_valid (made));
  g_assert_true (mopt_account_id_is_valid ("Help_desk-1.b"));
  g_assert_false (mopt_account_id_is_valid (""));
  g_assert_false (mopt_account_id_is_valid (NULL));
  g_assert_false (mopt_account_id_is_valid ("a b"));
  g_assert_false (mopt_account_id_is_valid ("../x"));
  g_assert_false (mopt_account_id_is_valid ("é"));
  g_assert_false (mopt_account_id_is_valid (long_id));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/account/every-state", test_every_state);
  g_test_add_func ("/account/notify", test_notify);
  g_test_add_func ("/account/state-words", test_state_words);
  g_test_add_func ("/account/copies", test_copies);
  g_test_add_func ("/account/ids", test_ids);
  return g_test_run ();
}
