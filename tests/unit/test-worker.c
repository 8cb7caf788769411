/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check/worker.h"

#define N_WORKS 50

static gint n_now;  /* running at this moment */
static gint n_most; /* at any moment */
static gint n_done;

static void
work (gpointer data)
{
  gint now = g_atomic_int_add (&n_now, 1) + 1;
  gint most = g_atomic_int_get (&n_most);

  while (now > most && !g_atomic_int_compare_and_exchange (&n_most, most, now))
    most = g_atomic_int_get (&n_most);
  g_usleep (10 * 1000);
  g_atomic_int_add (&n_now, -1);
  g_atomic_int_inc (&n_done);
}

static void
test_limit (void)
{
  for (guint i = 0; i < N_WORKS; i++)
    mopt_worker_run ("test", work, NULL);
  g_assert_true (mopt_worker_settle (10000));
  g_assert_cmpint (n_done, ==, N_WORKS);
  g_assert_cmpint (n_most, <=, MOPT_WORKERS_MAX);
  g_assert_cmpint (n_most, >, 1);
}

static void
wait_for_release (gpointer data)
{
  while (!g_atomic_int_get ((gint *) data))
    g_usleep (1000);
}

static void
test_settle_gives_up (void)
{
  gint released = FALSE;
  gint64 start = g_get_monotonic_time ();

  mopt_worker_run ("test", wait_for_release, &released);
  g_assert_false (mopt_worker_settle (50));
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 50 * 1000);
  g_atomic_int_set (&released, TRUE);
  g_assert_true (mopt_worker_settle (10000));
}

static void
return_thread (gpointer task)
{
  g_task_return_pointer (task, g_thread_self (), NULL);
}

static void
on_task (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(gpointer *) user_data = g_task_propagate_pointer (G_TASK (result), NULL);
}

static void
test_task (void)
{
  gpointer thread = NULL;
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_task, &thread);

  mopt_worker_run_task ("test", task, return_thread);
  while (thread == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (thread != g_thread_self ());
}

static gint n_apart, is_released;

static void
return_when_released (gpointer task)
{
  wait_for_release (&is_released);
  g_task_return_boolean (task, TRUE);
  g_atomic_int_inc (&n_apart);
}

/* However many hang, others find a thread. */
static void
test_apart (void)
{
  g_atomic_int_set (&n_done, 0);
  for (guint i = 0; i < N_WORKS; i++)
    {
      g_autoptr (GTask) one = g_task_new (NULL, NULL, NULL, NULL);

      mopt_worker_run_apart ("test", one, return_when_released);
    }
  mopt_worker_run ("test", work, NULL);
  g_assert_true (mopt_worker_settle (10000));
  g_assert_cmpint (n_done, ==, 1);
  g_assert_cmpint (n_apart, ==, 0);
  g_atomic_int_set (&is_released, TRUE);
  while (g_atomic_int_get (&n_apart) < N_WORKS)
    g_usleep (1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/worker/limit", test_limit);
  g_test_add_func ("/worker/settle-gives-up", test_settle_gives_up);
  g_test_add_func ("/worker/task", test_task);
  g_test_add_func ("/worker/apart", test_apart);
  return g_test_run ();
}
