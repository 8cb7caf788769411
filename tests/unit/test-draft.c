/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an editor's working copy becomes: by the Custom boxes, by tidying, and by following its original. The last test
 * takes random steps of a person, an administrator and another program and looks for anything typed that is lost. */
#include "model/draft.h"

#define SERVER MOPT_SECTION_INCOMING_SERVER
#define HOST MOPT_FIELD_INCOMING_HOST

static MoptAccount *
published_account (void)
{
  MoptAccount *account = mopt_account_new ("a", "imap");

  mopt_account_set_published (account, TRUE);
  mopt_account_set_layer_name (account, MOPT_LAYER_PUBLISHED, "Help desk");
  mopt_account_set_layer (account, MOPT_LAYER_PUBLISHED, HOST, "imap.corp.example");
  mopt_account_set_layer (account, MOPT_LAYER_PUBLISHED, MOPT_FIELD_INCOMING_SECURITY, "tls");
  return account;
}

static const char *
own (MoptAccount *account, MoptField field)
{
  return mopt_account_get_layer (account, MOPT_LAYER_USER, field);
}

static void
test_custom (void)
{
  g_autoptr (MoptAccount) account = published_account ();

  g_assert_false (mopt_draft_has_overlay (account));
  mopt_draft_customise (account, SERVER);
  /* whole: also what the publisher left at its default */
  g_assert_cmpstr (own (account, HOST), ==, "imap.corp.example");
  g_assert_cmpstr (own (account, MOPT_FIELD_INCOMING_SECURITY), ==, "tls");
  g_assert_cmpstr (own (account, MOPT_FIELD_INCOMING_CUSTOM_PORT), ==, "false");
  g_assert_null (own (account, MOPT_FIELD_INCOMING_USER)); /* another section */
  g_assert_true (mopt_draft_has_overlay (account));

  mopt_account_set (account, HOST, "imap.home.example");
  mopt_account_set_customised (account, SERVER, FALSE);
  g_assert_cmpstr (mopt_account_get (account, HOST), ==, "imap.corp.example");
  g_assert_true (mopt_draft_has_own (account, SERVER));
  mopt_draft_use_again (account, SERVER);
  g_assert_cmpstr (mopt_account_get (account, HOST), ==, "imap.home.example");

  mopt_draft_forget (account, SERVER);
  g_assert_false (mopt_draft_has_overlay (account));
}

static void
test_tidy_sections (void)
{
  g_autoptr (MoptAccount) start = published_account ();
  mopt_account_set_layer (start, MOPT_LAYER_USER, MOPT_FIELD_INCOMING_USER, "left by hand");
  g_autoptr (MoptAccount) draft = mopt_account_dup (start);

  g_assert_false (mopt_draft_is_changed (draft, start));
  mopt_draft_customise (draft, SERVER);
  g_assert_true (mopt_draft_is_changed (draft, start));
  mopt_account_set (draft, HOST, "imap.home.example");
  mopt_account_set_customised (draft, SERVER, FALSE);
  /* ticked, typed, unticked: as if nothing had been */
  g_assert_false (mopt_draft_is_changed (draft, start));
  mopt_draft_use_again (draft, SERVER);
  g_assert_true (mopt_draft_is_changed (draft, start));
  mopt_draft_tidy (draft, start);
  g_assert_cmpstr (own (draft, HOST), ==, "imap.home.example");
  g_assert_cmpstr (own (draft, MOPT_FIELD_INCOMING_USER), ==, "left by hand");

  /* what was customised before goes with its tick */
  g_autoptr (MoptAccount) before = mopt_account_dup (draft);
  mopt_account_set_customised (draft, SERVER, FALSE);
  g_assert_true (mopt_draft_is_changed (draft, before));
  mopt_draft_tidy (draft, before);
  g_assert_false (mopt_draft_has_own (draft, SERVER));

  /* locked: kept under its right name, not taken for an unticked box */
  g_autoptr (MoptAccount) locked = mopt_account_dup (before);
  mopt_account_set_locked (locked, SERVER, TRUE);
  mopt_draft_tidy (locked, before);
  g_assert_true (mopt_account_is_parked (locked, SERVER));
  g_assert_false (mopt_account_is_customised (locked, SERVER));
  g_assert_cmpstr (own (locked, HOST), ==, "imap.home.example");
}

static void
test_tidy_values (void)
{
  g_autoptr (MoptAccount) start = mopt_account_new ("a", "imap");
  g_autoptr (MoptAccount) draft = mopt_account_dup (start);

  mopt_account_set (draft, MOPT_FIELD_INCOMING_SECURITY, "auto");
  mopt_account_set (draft, MOPT_FIELD_INCOMING_PORT, "1993");
  g_assert_false (mopt_draft_is_changed (draft, start));
  mopt_account_set (draft, MOPT_FIELD_INCOMING_CUSTOM_PORT, "true");
  g_assert_true (mopt_draft_is_changed (draft, start));

  /* a parked port stays, whatever the publisher's box says */
  g_autoptr (MoptAccount) published = published_account ();
  mopt_draft_customise (published, SERVER);
  mopt_account_set (published, MOPT_FIELD_INCOMING_CUSTOM_PORT, "true");
  mopt_account_set (published, MOPT_FIELD_INCOMING_PORT, "1993");
  mopt_account_set_locked (published, SERVER, TRUE);
  g_autoptr (MoptAccount) before = mopt_account_dup (published);
  mopt_draft_tidy (published, before);
  g_assert_cmpstr (own (published, MOPT_FIELD_INCOMING_PORT), ==, "1993");
}

static void
test_rebase_follows (void)
{
  g_autoptr (MoptAccount) base = published_account ();
  g_autoptr (MoptAccount) draft = mopt_account_dup (base);
  g_autoptr (MoptAccount) now = mopt_account_dup (base);

  mopt_draft_customise (draft, MOPT_SECTION_OUTGOING_SERVER);
  mopt_account_set (draft, MOPT_FIELD_OUTGOING_HOST, "smtp.home.example");
  mopt_account_set_layer (now, MOPT_LAYER_PUBLISHED, HOST, "imap2.corp.example");
  mopt_account_set_layer (now, MOPT_LAYER_PUBLISHED, MOPT_FIELD_OUTGOING_HOST, "smtp2.corp.example");
  mopt_account_set_layer_name (now, MOPT_LAYER_PUBLISHED, "Service desk");
  mopt_draft_rebase (draft, base, now);
  g_assert_cmpstr (mopt_account_get (draft, HOST), ==, "imap2.corp.example");
  g_assert_cmpstr (mopt_account_get (draft, MOPT_FIELD_OUTGOING_HOST), ==, "smtp.home.example");
  g_assert_cmpstr (mopt_account_get_name (draft), ==, "Service desk");

  /* once more is once */
  g_autoptr (MoptAccount) again = mopt_account_dup (draft);
  mopt_draft_rebase (draft, now, now);
  g_assert_true (mopt_account_equal (draft, again));
}

static void
test_rebase_locked (void)
{
  g_autoptr (MoptAccount) base = published_account ();
  g_autoptr (MoptAccount) draft = mopt_account_dup (base);
  g_autoptr (MoptAccount) now = mopt_account_dup (base);

  mopt_account_set_locked (now, SERVER, TRUE);
  mopt_draft_customise (draft, SERVER);
  g_autoptr (MoptAccount) only_ticked = mopt_account_dup (draft);
  mopt_account_set (draft, HOST, "imap.home.example");

  mopt_draft_rebase (draft, base, now);
  g_assert_cmpint (mopt_account_get_state (draft, SERVER), ==, MOPT_STATE_PARKED);
  g_assert_cmpstr (own (draft, HOST), ==, "imap.home.example");
  g_assert_cmpstr (mopt_account_get (draft, HOST), ==, "imap.corp.example");
  mopt_draft_rebase (only_ticked, base, now); /* nothing was typed: nothing is kept */
  g_assert_cmpint (mopt_account_get_state (only_ticked, SERVER), ==, MOPT_STATE_INHERITED);

  /* unlocked again under his hands: in effect again */
  mopt_draft_rebase (draft, now, base);
  g_assert_cmpstr (mopt_account_get (draft, HOST), ==, "imap.home.example");
}

/* Another program's change of the personal file. */
static void
test_rebase_personal (void)
{
  g_autoptr (MoptAccount) base = mopt_account_new ("a", "imap");
  mopt_account_set_name (base, "Home");
  g_autoptr (MoptAccount) draft = mopt_account_dup (base);
  g_autoptr (MoptAccount) now = mopt_account_dup (base);

  mopt_account_set (draft, HOST, "mine.example");
  mopt_account_set (now, HOST, "theirs.example");
  mopt_account_set (now, MOPT_FIELD_OUTGOING_HOST, "theirs.example");
  mopt_account_set_name (now, "Away");
  mopt_draft_rebase (draft, base, now);
  g_assert_cmpstr (mopt_account_get (draft, HOST), ==, "mine.example");
  g_assert_cmpstr (mopt_account_get (draft, MOPT_FIELD_OUTGOING_HOST), ==, "theirs.example");
  g_assert_cmpstr (mopt_account_get_name (draft), ==, "Away");
}

static void
test_make_own (void)
{
  g_autoptr (MoptAccount) draft = published_account ();

  mopt_draft_customise (draft, MOPT_SECTION_OUTGOING_SERVER);
  mopt_account_set (draft, MOPT_FIELD_OUTGOING_HOST, "smtp.home.example");
  mopt_account_set_locked (draft, SERVER, TRUE);
  mopt_draft_make_own (draft, "b");
  g_assert_true (mopt_account_is_personal (draft));
  g_assert_true (mopt_account_may_edit (draft, SERVER));
  g_assert_cmpstr (mopt_account_get_name (draft), ==, "Help desk");
  g_assert_cmpstr (own (draft, HOST), ==, "imap.corp.example");
  g_assert_cmpstr (own (draft, MOPT_FIELD_OUTGOING_HOST), ==, "smtp.home.example");
  g_assert_cmpstr (mopt_account_get_id (draft), ==, "b");
}

/* A person ticks, types and unticks while the publisher changes, locks and unlocks, and another program writes other
 * sections of the overlay. What he typed last into a ticked section must stay in his layer, and must be what is in
 * effect exactly while the box is ticked and nothing locks it. */
static void
test_random (void)
{
  static const MoptField hosts[] = { MOPT_FIELD_INCOMING_HOST, MOPT_FIELD_OUTGOING_HOST };

  for (guint round = 0; round < 2000; round++)
    {
      g_autoptr (MoptAccount) base = published_account ();
      g_autoptr (MoptAccount) draft = mopt_account_dup (base);
      char *typed[G_N_ELEMENTS (hosts)] = { NULL };

      for (guint step = 0; step < 12; step++)
        {
          guint which = g_test_rand_int_range (0, G_N_ELEMENTS (hosts));
          MoptSection section = mopt_field_info (hosts[which])->section;
          g_autofree char *text = g_strdup_printf ("h%u-%u.example", round, step);
          g_autoptr (MoptAccount) now = mopt_account_dup (base);

          switch (g_test_rand_int_range (0, 4))
            {
            case 0: /* the person types */
              if (!mopt_account_may_customise (draft, section))
                break;
              if (!mopt_account_is_customised (draft, section) && typed[which] == NULL)
                mopt_draft_customise (draft, section);
              else
                mopt_draft_use_again (draft, section);
              mopt_account_set (draft, hosts[which], text);
              g_free (typed[which]);
              typed[which] = g_steal_pointer (&text);
              break;
            case 1: /* … or unticks */
              if (mopt_account_may_customise (draft, section))
                mopt_account_set_customised (draft, section, FALSE);
              break;
            case 2:
              mopt_account_set_layer (now, MOPT_LAYER_PUBLISHED, hosts[which], text);
              break;
            case 3:
              mopt_account_set_locked (now, section, !mopt_account_has_padlock (now, section));
              break;
            }
          gboolean ticked[G_N_ELEMENTS (hosts)];
          for (guint i = 0; i < G_N_ELEMENTS (hosts); i++)
            ticked[i] = mopt_account_is_customised (draft, mopt_field_info (hosts[i])->section);
          mopt_draft_rebase (draft, base, now);
          g_set_object (&base, now);

          for (guint i = 0; i < G_N_ELEMENTS (hosts); i++)
            {
              MoptSection its = mopt_field_info (hosts[i])->section;

              if (typed[i] == NULL)
                continue;
              g_assert_cmpstr (own (draft, hosts[i]), ==, typed[i]);
              g_assert_cmpint (mopt_account_is_customised (draft, its), ==, ticked[i]);
              if (ticked[i] && !mopt_account_is_locked (draft, its))
                g_assert_cmpstr (mopt_account_get (draft, hosts[i]), ==, typed[i]);
              else
                g_assert_cmpstr (mopt_account_get (draft, hosts[i]), ==,
                                 mopt_account_get_layer (base, MOPT_LAYER_PUBLISHED, hosts[i]) != NULL
                                     ? mopt_account_get_layer (base, MOPT_LAYER_PUBLISHED, hosts[i])
                                     : "");
            }
        }
      for (guint i = 0; i < G_N_ELEMENTS (hosts); i++)
        g_free (typed[i]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/draft/custom", test_custom);
  g_test_add_func ("/draft/tidy-sections", test_tidy_sections);
  g_test_add_func ("/draft/tidy-values", test_tidy_values);
  g_test_add_func ("/draft/rebase-follows", test_rebase_follows);
  g_test_add_func ("/draft/rebase-locked", test_rebase_locked);
  g_test_add_func ("/draft/rebase-personal", test_rebase_personal);
  g_test_add_func ("/draft/make-own", test_make_own);
  g_test_add_func ("/draft/random", test_random);
  return g_test_run ();
}
