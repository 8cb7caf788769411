/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The worker makes the plan, opens the session and sends; the main thread looks for the password meanwhile, because
 * the keyring is its. */
#include "config.h"

#include "check/send.h"

#include <glib/gi18n-lib.h>
#include <sysexits.h>

#include "base/error.h"
#include "check/desktop-notice.h"
#include "check/failure.h"
#include "check/learned.h"
#include "check/login-password.h"
#include "check/send-plan.h"
#include "check/template.h"
#include "check/worker.h"
#include "store/refused.h"

/* What servers may take for a step, as RFC 5321 §4.5.3.2 has it; programs wait for nobody's patience. */
#define LIMIT_MS (5 * 60 * 1000)
#define MESSAGE_LIMIT_MS (10 * 60 * 1000)
/* To be connected, secured and logged in. */
#define OPEN_LIMIT_MS (30 * 1000)

/* Where the password comes from. */
typedef enum
{
  PASSWORD_WANTED, /* nobody looks yet */
  PASSWORD_SOUGHT,
  PASSWORD_THERE, /* or there is none: error */
} PasswordState;

typedef struct
{
  /* fixed */
  MoptSendRequest request; /* copies */
  char *own_name;
  MoptSendAccounts *accounts;
  GCancellable *cancellable;
  GMainContext *context;

  /* the worker's */
  MoptSendPlan *plan;
  MoptTlsInfo *tls;
  gboolean said_password; /* to the server */
  char *note;             /* what could not be remembered; while it waits, the main thread's; nullable */
  MoptSendResult *result;

  GMutex mutex;
  GCond changed;
  /* guarded by it */
  PasswordState password_state;
  MoptPassword *password;
  MoptLoginPassword password_from;
  GError *password_error;
  gboolean is_noted; /* that it was refused, or that could not be done */
} Work;

static void
work_clear (gpointer data)
{
  Work *work = data;

  mopt_spool_unref (work->request.message);
  g_free ((char *) work->request.account);
  g_strfreev ((char **) work->request.recipients);
  g_free ((char *) work->request.envelope_sender);
  g_free ((char *) work->request.full_name);
  g_free ((char *) work->request.own_address);
  g_clear_pointer (&work->request.password, mopt_password_unref);
  g_free (work->own_name);
  mopt_send_plan_free (work->plan);
  mopt_send_accounts_free (work->accounts);
  g_object_unref (work->cancellable);
  g_main_context_unref (work->context);
  g_clear_pointer (&work->tls, mopt_tls_info_free);
  g_free (work->note);
  mopt_send_result_free (work->result);
  g_mutex_clear (&work->mutex);
  g_cond_clear (&work->changed);
  g_clear_pointer (&work->password, mopt_password_unref);
  g_clear_error (&work->password_error);
}

static void
work_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, work_clear);
}

/* Calls @func in the main thread. */
static void
post (Work *work, GSourceFunc func)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, g_atomic_rc_box_acquire (work), work_unref);
  g_source_attach (source, work->context);
}

/* ---- the password, in the main thread ---- */

/* @password, @error: taken, one of them NULL. */
static void
answer (Work *work, MoptPassword *password, MoptLoginPassword from, GError *error)
{
  g_mutex_lock (&work->mutex);
  work->password = password;
  work->password_from = from;
  work->password_error = error;
  work->password_state = PASSWORD_THERE;
  g_cond_broadcast (&work->changed);
  g_mutex_unlock (&work->mutex);
}

static MoptSecretKey *
get_key (Work *work)
{
  return mopt_secret_key_new (work->plan->settings, MOPT_SECTION_OUTGOING_ACCOUNT);
}

static void
on_password (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Work *work = user_data;
  MoptLoginPassword from = MOPT_LOGIN_PASSWORD_NONE;
  GError *error = NULL;
  MoptPassword *password = mopt_login_password_find_finish (result, &from, &error);

  if (mopt_error_is (error, MOPT_ERROR_PASSWORD_ELSEWHERE))
    {
      g_autoptr (MoptSecretKey) key = get_key (work);

      mopt_desktop_notice (key, error->message);
    }
  answer (work, password, from, error);
  work_unref (work);
}

/* Takes a reference. */
static void
read_password (Work *work)
{
  mopt_login_password_find_async (work->plan->settings, MOPT_SECTION_OUTGOING_ACCOUNT, 0, work->cancellable,
                                  on_password, work);
}

static GError *
make_refused_error (const MoptServer *server, gint64 until)
{
  g_autoptr (GDateTime) end = g_date_time_new_from_unix_local (until);
  g_autofree char *time = end != NULL ? g_date_time_format (end, "%H:%M") : g_strdup ("?");

  /* Translators: a host name, a time of the day such as 14:05 */
  return g_error_new (MOPT_ERROR, MOPT_ERROR_AUTH_NOT_TRIED,
                      _ ("%s has refused the stored password lately. It is not tried again before %s, unless another "
                         "one is stored."),
                      server->host, time);
}

static void
on_age (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Work *work = user_data;
  g_autoptr (MoptSecretKey) key = get_key (work);
  guint64 modified = 0, refused = 0;
  MoptSecretState state = mopt_secrets_state_finish (result, &modified, NULL);
  gint64 until = mopt_refused_until (key, g_get_real_time () / G_USEC_PER_SEC, &refused);

  if ((state == MOPT_SECRET_STORED || state == MOPT_SECRET_STORED_LOCKED) && until != 0 && modified == refused)
    {
      answer (work, NULL, MOPT_LOGIN_PASSWORD_NONE, make_refused_error (&work->plan->settings->outgoing, until));
      work_unref (work);
    }
  else
    read_password (work);
}

static gboolean
on_wanted (gpointer data)
{
  Work *work = g_atomic_rc_box_acquire (data);
  g_autoptr (MoptSecretKey) key = get_key (work);
  guint64 refused;

  if (key != NULL && mopt_refused_until (key, g_get_real_time () / G_USEC_PER_SEC, &refused) != 0)
    mopt_secrets_state_async (key, work->cancellable, on_age, work);
  else
    read_password (work);
  return G_SOURCE_REMOVE;
}

/* ---- that it was refused ---- */

static void
on_refused_age (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Work *work = user_data;
  g_autoptr (MoptSecretKey) key = get_key (work);
  g_autoptr (GError) error = NULL;
  guint64 modified = 0;

  if (mopt_secrets_state_finish (result, &modified, NULL) == MOPT_SECRET_STORED
      && !mopt_refused_note (key, modified, g_get_real_time () / G_USEC_PER_SEC, &error))
    work->note = g_strdup_printf (_ ("That the password was refused could not be remembered. %s"), error->message);
  g_mutex_lock (&work->mutex);
  work->is_noted = TRUE;
  g_cond_broadcast (&work->changed);
  g_mutex_unlock (&work->mutex);
  work_unref (work);
}

static gboolean
on_refused (gpointer data)
{
  Work *work = g_atomic_rc_box_acquire (data);
  g_autoptr (MoptSecretKey) key = get_key (work);

  mopt_secrets_state_async (key, work->cancellable, on_refused_age, work);
  return G_SOURCE_REMOVE;
}

/* ---- the worker ---- */

/* Waits for the main thread. */
static MoptPassword *
find_password (gpointer user_data, GError **error)
{
  Work *work = user_data;
  MoptPassword *password = NULL;

  g_mutex_lock (&work->mutex);
  while (work->password_state != PASSWORD_THERE)
    g_cond_wait (&work->changed, &work->mutex);
  if (work->password != NULL)
    password = mopt_password_ref (work->password);
  else
    g_propagate_error (error, g_error_copy (work->password_error));
  work->said_password = password != NULL;
  g_mutex_unlock (&work->mutex);
  return password;
}

/* A password that the keyring or the publisher will give again is not tried again soon. */
static void
note_refusal (Work *work, const GError *error)
{
  gboolean is_own = work->said_password
                    && (work->password_from == MOPT_LOGIN_PASSWORD_STORED
                        || work->password_from == MOPT_LOGIN_PASSWORD_MOVED);

  if (!is_own || !mopt_error_is (error, MOPT_ERROR_AUTH_REFUSED))
    return;
  post (work, on_refused);
  g_mutex_lock (&work->mutex);
  while (!work->is_noted)
    g_cond_wait (&work->changed, &work->mutex);
  g_mutex_unlock (&work->mutex);
}

static void
on_tls (const MoptTlsInfo *info, gpointer user_data)
{
  Work *work = user_data;

  g_clear_pointer (&work->tls, mopt_tls_info_free);
  work->tls = mopt_tls_info_copy (info);
}

static void
take (MoptSendResult *result, const GError *error, char *sentence)
{
  result->status = mopt_send_status (error);
  result->code = mopt_send_code (error);
  result->sentence = sentence;
}

/* An error that is a sentence for people already. */
static void
fail (MoptSendResult *result, const GError *error)
{
  take (result, error,
        g_strdup (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? _ ("Cancelled. Nothing was sent.")
                                                                            : error->message));
}

/* "smtp.example.com does not accept a@example.com, b@example.com. Nothing was sent." */
static char *
refused_text (Work *work, const GError *error, char **refused)
{
  g_autofree char *names = g_strjoinv (", ", refused);
  const MoptPlace places[]
      = { { "host", work->plan->settings->outgoing.host }, { "recipients", names }, { NULL } };
  const char *text = mopt_error_is (error, MOPT_ERROR_TEMPORARY)
                         ? _ ("{host} does not accept {recipients} at the moment. Nothing was sent.")
                     : mopt_error_is (error, MOPT_ERROR_RECIPIENT_MISSING)
                         ? _ ("{host} does not know {recipients}. Nothing was sent.")
                         : _ ("{host} does not accept {recipients}. Nothing was sent.");

  return mopt_template_fill (text, places);
}

/* An error on the way. */
static void
fail_at (Work *work, const GError *error, MoptStage stage, char **refused)
{
  g_autoptr (MoptFailure) failure = NULL;

  note_refusal (work, error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || g_error_matches (error, MOPT_ERROR, MOPT_ERROR_AUTH_NOT_TRIED))
    {
      fail (work->result, error);
      return;
    }
  failure = mopt_failure_new_tls (error, work->plan->settings, MOPT_SIDE_OUTGOING, stage, work->tls, NULL);
  if (refused != NULL && !mopt_error_is (error, MOPT_ERROR_SENDER_REFUSED))
    take (work->result, error, refused_text (work, error, refused)); /* the advice is about one's own address */
  else
    {
      take (work->result, error, g_strdup (failure->sentence));
      work->result->advice = *failure->advice != '\0' ? g_strdup (failure->advice) : NULL;
    }
  work->result->code = failure->code;
  /* before it had the password nothing of it could be masked, and the server may know it from another time */
  if (stage >= MOPT_STAGE_LOGIN)
    work->result->server_words = g_strdup (failure->server_words);
}

/* @note: nullable. */
static void
add_note (MoptSendResult *result, const char *note)
{
  guint n = result->notes != NULL ? g_strv_length (result->notes) : 0;

  if (note == NULL)
    return;
  result->notes = g_renew (char *, result->notes, n + 2);
  result->notes[n] = g_strdup (note);
  result->notes[n + 1] = NULL;
}

static gboolean
send_message (Work *work, MoptSession *session)
{
  MoptSendPlan *plan = work->plan;
  MoptSendResult *result = work->result;
  g_autoptr (GError) error = NULL;
  g_autofree char *warning = NULL;
  MoptWireText wire;
  g_auto (GStrv) refused = NULL;
  g_autoptr (MoptPieces) pieces
      = mopt_send_plan_finish (plan, &wire, &result->conversation_id, &warning, &error);

  add_note (result, warning);
  if (pieces == NULL)
    {
      fail (result, error);
      return FALSE;
    }
  const MoptEnvelope envelope = {
    .sender = plan->sender,
    .recipients = (const char *const *) plan->recipients,
    .size = wire.size,
    .is_8bit = wire.is_8bit,
    .at_once = TRUE,
    .to_the_end = TRUE,
  };
  mopt_session_set_limit (session, LIMIT_MS);
  if (!mopt_session_envelope (session, &envelope, &refused, &error))
    {
      fail_at (work, error, MOPT_STAGE_SENDER, refused);
      return FALSE;
    }
  mopt_session_set_limit (session, MESSAGE_LIMIT_MS);
  if (mopt_session_send_message (session, &envelope, pieces, &result->reply, &error))
    return TRUE;
  if (error->domain == MOPT_ERROR && error->code == MOPT_ERROR_FAILED)
    fail (result, error); /* of the spool */
  else
    fail_at (work, error, MOPT_STAGE_ACCEPTED, NULL);
  return FALSE;
}

/* Everything up to the login. NULL: it has failed. */
static MoptSession *
open_session (Work *work)
{
  const MoptSendRequest *request = &work->request;
  MoptSendResult *result = work->result;
  g_autoptr (GError) error = NULL;
  MoptStage stage = MOPT_STAGE_FIND;

  work->plan = mopt_send_plan_new (work->accounts, request, work->own_name, &error);
  if (work->plan == NULL)
    {
      fail (result, error);
      return NULL;
    }
  result->account_id = g_strdup (work->plan->settings->account_id);
  result->sender = g_strdup (work->plan->sender);
  result->recipients = g_strdupv (work->plan->recipients);
  result->message_id = g_strdup (work->plan->message_id);

  gboolean looks = work->plan->settings->outgoing.authenticate && request->password == NULL;
  if (looks)
    post (work, on_wanted);
  const MoptSessionOptions options = {
    .password = request->password,
    .find_password = looks ? find_password : NULL,
    .limit_ms = request->limit_ms != 0 ? request->limit_ms : OPEN_LIMIT_MS,
    .tls = on_tls,
    .user_data = work,
    .note = &work->note,
  };
  MoptSession *session = mopt_learned_open (work->plan->settings, MOPT_SIDE_OUTGOING, &options, &stage, NULL,
                                            work->cancellable, &error);
  if (session == NULL)
    fail_at (work, error, stage, NULL);
  return session;
}

static void
run (gpointer data)
{
  g_autoptr (GTask) task = g_object_ref (data);
  Work *work = g_task_get_task_data (task);
  g_autoptr (MoptSession) session = open_session (work);

  if (session != NULL)
    send_message (work, session);
  add_note (work->result, work->note);
  g_task_return_boolean (task, TRUE);
  /* saying good-bye may take a while; nobody has to wait for it */
}

/* ---- the two calls ---- */

void
mopt_send_async (MoptAccounts *accounts, const MoptSendRequest *request, GCancellable *cancellable,
                 GAsyncReadyCallback callback, gpointer user_data)
{
  Work *work = g_atomic_rc_box_new0 (Work);
  g_autoptr (GTask) task = g_task_new (accounts, cancellable, callback, user_data);
  g_autoptr (GError) error = NULL;

  g_task_set_source_tag (task, mopt_send_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, work, work_unref);
  work->request = *request;
  mopt_spool_ref (request->message);
  work->request.account = g_strdup (request->account);
  work->request.recipients = (const char *const *) g_strdupv ((char **) request->recipients);
  work->request.envelope_sender = g_strdup (request->envelope_sender);
  work->request.full_name = g_strdup (request->full_name);
  work->request.own_address = g_strdup (request->own_address);
  if (request->password != NULL)
    mopt_password_ref (request->password);
  work->own_name = g_strdup (mopt_accounts_get_own_name (accounts));
  work->cancellable = cancellable != NULL ? g_object_ref (cancellable) : g_cancellable_new ();
  work->context = g_main_context_ref_thread_default ();
  work->result = g_new0 (MoptSendResult, 1);
  g_mutex_init (&work->mutex);
  g_cond_init (&work->changed);

  work->accounts = mopt_send_accounts_new (accounts, request->account, &error);
  if (work->accounts == NULL)
    {
      fail (work->result, error);
      g_task_return_boolean (task, TRUE);
      return;
    }
  for (guint i = 0; request->allow_unencrypted && i < work->accounts->settings->len; i++)
    {
      MoptServer *server = &((MoptSettings *) g_ptr_array_index (work->accounts->settings, i))->outgoing;

      if (server->known == NULL)
        server->known = mopt_known_server_new ();
      server->known->unencrypted_agreed = TRUE;
    }
  mopt_worker_run_task ("mopt-send", task, run);
}

MoptSendResult *
mopt_send_finish (GAsyncResult *result)
{
  Work *work = g_task_get_task_data (G_TASK (result));

  g_return_val_if_fail (g_async_result_is_tagged (result, mopt_send_async), NULL);
  return g_steal_pointer (&work->result);
}
