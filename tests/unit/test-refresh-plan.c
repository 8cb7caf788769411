/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When the publication is asked for, over the whole range of chance. */
#include <glib/gstdio.h>

#include "base/file.h"
#include "base/paths.h"
#include "check/refresh-plan.h"

#define URL "https://config.example.com/published.conf"
#define NOW 1800000000

static const double chances[] = { 0, 0.25, 0.5, 0.75, 0.999999 };

static void
assert_within (gint64 value, gint64 min, gint64 max)
{
  g_assert_cmpint (value, >=, min);
  g_assert_cmpint (value, <=, max);
}

static void
test_success (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (chances); i++)
    {
      MoptPlan plan = { (char *) URL, 0, 5, TRUE };

      mopt_plan_note_success (&plan, NOW, chances[i]);
      assert_within (plan.next - NOW, MOPT_PLAN_WELL - 1800, MOPT_PLAN_WELL + 1800);
      g_assert_cmpuint (plan.failures, ==, 0);
      g_assert_false (plan.is_put_off);
    }
}

/* 1, 2, 4, … minutes up to four hours, half to one and a half of it, for ever. */
static void
test_failures (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (chances); i++)
    {
      MoptPlan plan = { (char *) URL, 0, 0, TRUE };
      gint64 minutes = 1;

      for (guint n = 0; n < 100; n++)
        {
          gint64 wait = MIN (minutes * 60, 4 * 3600);

          mopt_plan_note_failure (&plan, NOW, TRUE, 0, chances[i]);
          assert_within (plan.next - NOW, wait / 2, wait * 3 / 2);
          g_assert_cmpint (plan.next - NOW, ==, (gint64) (wait * (0.5 + chances[i])));
          g_assert_false (plan.is_put_off);
          minutes = MIN (minutes * 2, 1000);
        }
    }
}

/* Without a network there is nobody to spare, and it may be back at any moment. */
static void
test_offline (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (chances); i++)
    {
      MoptPlan plan = { (char *) URL };

      for (guint n = 0; n < 100; n++)
        {
          mopt_plan_note_failure (&plan, NOW, FALSE, 0, chances[i]);
          assert_within (plan.next - NOW, 30, MOPT_PLAN_OFFLINE * 3 / 2);
        }
      /* and the server is not made to suffer for it */
      mopt_plan_note_failure (&plan, NOW, TRUE, 0, chances[i]);
      assert_within (plan.next - NOW, MOPT_PLAN_OFFLINE / 2, MOPT_PLAN_OFFLINE * 3 / 2);
    }
}

/* As soon as there is one again; but it is no excuse to ask a server that failed. */
static void
test_back_online (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (chances); i++)
    for (guint n = 1; n < 10; n++)
      {
        MoptPlan plan = { (char *) URL };
        gboolean changed;

        for (guint k = 0; k < n; k++)
          mopt_plan_note_failure (&plan, NOW, FALSE, 0, chances[i]);
        mopt_plan_note_network (&plan, NOW + 1);
        g_assert_true (mopt_plan_is_due (&plan, NOW + 1, TRUE, chances[i], &changed));
        /* also where the time has long come, while the computer slept */
        mopt_plan_note_failure (&plan, NOW, FALSE, 0, chances[i]);
        mopt_plan_note_network (&plan, NOW + 100000);
        g_assert_true (mopt_plan_is_due (&plan, NOW + 100000, TRUE, chances[i], &changed));
        g_assert_false (changed);
        /* it was the server after all */
        mopt_plan_note_failure (&plan, NOW, TRUE, 0, chances[i]);
        assert_within (plan.next - NOW, 30, 90);

        const gint64 next = plan.next;
        mopt_plan_note_network (&plan, NOW + 1);
        g_assert_cmpint (plan.next, ==, next);
        g_assert_cmpuint (plan.failures, ==, 1);
        mopt_plan_note_failure (&plan, NOW, FALSE, 7200, chances[i]); /* somebody has been reached, and said when */
        mopt_plan_note_network (&plan, NOW + 1);
        assert_within (plan.next - NOW, 7200, 10800);
        mopt_plan_note_success (&plan, NOW, chances[i]);
        mopt_plan_note_network (&plan, NOW + 1);
        g_assert_false (mopt_plan_is_due (&plan, NOW + 1, TRUE, chances[i], &changed));
      }
}

static void
test_retry_after (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (chances); i++)
    {
      MoptPlan plan = { (char *) URL };

      mopt_plan_note_failure (&plan, NOW, TRUE, 10, chances[i]); /* less than we wait anyway */
      assert_within (plan.next - NOW, 30, 90);
      mopt_plan_note_failure (&plan, NOW, TRUE, 7200, chances[i]);
      assert_within (plan.next - NOW, 7200, 10800);
      /* not for ever */
      mopt_plan_note_failure (&plan, NOW, TRUE, G_MAXINT64, chances[i]);
      assert_within (plan.next - NOW, MOPT_PLAN_LONGEST, MOPT_PLAN_LONGEST * 3 / 2);
    }
}

/* Not before its time; at once where nothing is in force; missed ones are put off, once. */
static void
test_due (void)
{
  gboolean changed;

  for (guint i = 0; i < G_N_ELEMENTS (chances); i++)
    {
      MoptPlan plan = { (char *) URL, NOW };

      g_assert_false (mopt_plan_is_due (&plan, NOW - 1, TRUE, chances[i], &changed));
      g_assert_false (changed);
      g_assert_true (mopt_plan_is_due (&plan, NOW, TRUE, chances[i], &changed));
      g_assert_true (mopt_plan_is_due (&plan, NOW + MOPT_PLAN_LATE - 1, TRUE, chances[i], &changed));
      g_assert_false (changed);

      g_assert_false (mopt_plan_is_due (&plan, NOW + 100000, TRUE, chances[i], &changed));
      g_assert_true (changed);
      assert_within (plan.next, NOW + 100001, NOW + 100000 + MOPT_PLAN_SPREAD);
      g_assert_true (mopt_plan_is_due (&plan, plan.next, TRUE, chances[i], &changed));
      g_assert_true (mopt_plan_is_due (&plan, plan.next + 100000, TRUE, chances[i], &changed));
      g_assert_false (changed);

      /* without anything in force: only a server that failed is left alone */
      plan = (MoptPlan){ (char *) URL, NOW };
      g_assert_true (mopt_plan_is_due (&plan, NOW - 1, FALSE, chances[i], &changed));
      g_assert_true (mopt_plan_is_due (&plan, NOW + 100000, FALSE, chances[i], &changed));
      plan.failures = 1;
      g_assert_false (mopt_plan_is_due (&plan, NOW - 1, FALSE, chances[i], &changed));
      g_assert_true (mopt_plan_is_due (&plan, NOW, FALSE, chances[i], &changed));
    }
}

static void
assert_loads (const char *text, const char *url, gint64 next, guint failures)
{
  g_autofree char *path = mopt_paths_state ("fetch.conf");

  if (text != NULL)
    g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_autoptr (MoptPlan) plan = mopt_plan_load (url, NOW);
  g_assert_cmpstr (plan->url, ==, url);
  g_assert_cmpint (plan->next, ==, next);
  g_assert_cmpuint (plan->failures, ==, failures);
}

static void
test_note (void)
{
  g_autofree char *folder = g_dir_make_tmp ("mopt-plan-XXXXXX", NULL);
  g_autofree char *below = g_build_filename (folder, "mail-options", NULL);
  const MoptPlan plan = { (char *) URL, NOW + 77, 3, TRUE, TRUE };
  g_autoptr (GError) error = NULL;

  g_setenv ("XDG_STATE_HOME", folder, TRUE);
  assert_loads (NULL, URL, NOW, 0);
  g_assert_true (mopt_plan_save (&plan, &error));
  g_assert_no_error (error);
  assert_loads (NULL, URL, NOW + 77, 3);
  assert_loads (NULL, "https://other.example.com/published.conf", NOW, 0);
  g_autoptr (MoptPlan) read = mopt_plan_load (URL, NOW);
  g_assert_true (read->is_put_off);
  g_assert_true (read->is_offline);

  assert_loads ("[Fetch]\nUrl=" URL "\nNext=1800000077\nFailures=-3\n", URL, NOW + 77, 0);
  assert_loads ("[Fetch]\nUrl=" URL "\nNext=1800000077\nFailures=2000000000\n", URL, NOW + 77, 8);
  assert_loads ("[Fetch]\nUrl=" URL "\nNext=9999999999\n", URL, NOW, 0); /* a clock set wrong */
  assert_loads ("[Fetch]\nUrl=" URL "\nNext=-1\n", URL, NOW, 0);
  assert_loads ("[Fetch\nUrl=\377", URL, NOW, 0);
  assert_loads ("", URL, NOW, 0);

  g_autofree char *path = mopt_paths_state ("fetch.conf");
  g_unlink (path);
  g_rmdir (below);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/refresh-plan/note", test_note);
  g_test_add_func ("/refresh-plan/success", test_success);
  g_test_add_func ("/refresh-plan/failures", test_failures);
  g_test_add_func ("/refresh-plan/offline", test_offline);
  g_test_add_func ("/refresh-plan/back-online", test_back_online);
  g_test_add_func ("/refresh-plan/retry-after", test_retry_after);
  g_test_add_func ("/refresh-plan/due", test_due);
  return g_test_run ();
}
