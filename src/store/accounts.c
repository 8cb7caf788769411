/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list, and the queue of what is to be done with its file. Reading and writing happen in a thread, one job after
 * the other; the list is brought in line with a text only here, in the main thread (adopt ()). */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "base/error.h"
#include "base/file.h"
#include "base/paths.h"
#include "store/accounts-save.h"
#include "store/accounts-text.h"

#define WATCH_DELAY_MS 200 /* of silence after a change by others: files are replaced in several steps */

enum
{
  PROP_OWN_NAME = 1,
  PROP_OWN_ADDRESS,
  PROP_DEFAULT_ID,
  PROP_READ_ONLY,
  PROP_WARNINGS,
  N_PROPS
};

struct _MoptAccounts
{
  GObject parent_instance;

  char *path;
  GBytes *text;           /* what the list shows; NULL: never loaded */
  MoptAccountsText *said; /* what it says; its accounts are the list's items. Never NULL */
  GHashTable *undos;      /* id -> MoptUndo */

  GQueue jobs;   /* of GTask with a MoptSave, those that have not begun */
  gboolean busy; /* one has */

  GFileMonitor *monitor;
  guint watch_timer;
};

static GParamSpec *props[N_PROPS];

static void mopt_accounts_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (MoptAccounts, mopt_accounts, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, mopt_accounts_list_model_init))

static GType
mopt_accounts_get_item_type (GListModel *list)
{
  return MOPT_TYPE_ACCOUNT;
}

static guint
mopt_accounts_get_n_items (GListModel *list)
{
  return MOPT_ACCOUNTS (list)->said->accounts->len;
}

static gpointer
mopt_accounts_get_item (GListModel *list, guint position)
{
  GPtrArray *accounts = MOPT_ACCOUNTS (list)->said->accounts;

  return position < accounts->len ? g_object_ref (g_ptr_array_index (accounts, position)) : NULL;
}

static void
mopt_accounts_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = mopt_accounts_get_item_type;
  iface->get_n_items = mopt_accounts_get_n_items;
  iface->get_item = mopt_accounts_get_item;
}

/* --- From the text to the list ------------------------------------------------------------------------------- */

/* One splice where items came, went or moved; else one for each whose row must be made anew. */
static void
tell_items (MoptAccounts *self, GPtrArray *old, GHashTable *mended)
{
  GPtrArray *now = self->said->accounts;
  guint head = 0, tail = 0;

  while (head < old->len && head < now->len && old->pdata[head] == now->pdata[head])
    head++;
  while (tail < old->len - head && tail < now->len - head
         && old->pdata[old->len - 1 - tail] == now->pdata[now->len - 1 - tail])
    tail++;
  if (head + tail < MAX (old->len, now->len))
    g_list_model_items_changed (G_LIST_MODEL (self), head, old->len - head - tail, now->len - head - tail);
  for (guint i = 0; i < now->len; i++)
    if ((i < head || i >= now->len - tail) && g_hash_table_contains (mended, now->pdata[i]))
      g_list_model_items_changed (G_LIST_MODEL (self), i, 1, 1);
}

static void
tell_general (MoptAccounts *self, const MoptAccountsText *old)
{
  const MoptAccountsText *now = self->said;

  if (!g_str_equal (old->own_name, now->own_name))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_OWN_NAME]);
  if (!g_str_equal (old->own_address, now->own_address))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_OWN_ADDRESS]);
  if (!g_str_equal (old->default_id, now->default_id))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DEFAULT_ID]);
  if (old->read_only != now->read_only)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_READ_ONLY]);
  if (!g_strv_equal ((const char *const *) old->warnings, (const char *const *) now->warnings))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WARNINGS]);
}

static MoptAccountsText *
parse (const char *path, GBytes *text)
{
  gsize length;
  const char *bytes = g_bytes_get_data (text, &length);
  g_autoptr (MoptKeyfile) file = mopt_keyfile_new (bytes, length);

  return mopt_accounts_text_new (file, path);
}

/* Brings the list in line with @text, which is what the file holds. */
static void
adopt (MoptAccounts *self, GBytes *text)
{
  g_autoptr (MoptAccountsText) old = NULL;
  g_autoptr (GHashTable) mended = g_hash_table_new (NULL, NULL);
  MoptAccountsText *fresh;

  if (self->text != NULL && g_bytes_equal (self->text, text))
    return;
  g_clear_pointer (&self->text, g_bytes_unref);
  self->text = g_bytes_ref (text);

  fresh = parse (self->path, text);
  mopt_accounts_text_keep (fresh, self->said, mended);
  old = g_steal_pointer (&self->said);
  self->said = fresh;
  tell_items (self, old->accounts, mended);
  tell_general (self, old);
}

/* --- The queue ----------------------------------------------------------------------------------------------- */

/* Main thread, right before the job: only now all that was asked for earlier has been done. */
static void
prepare (MoptAccounts *self, MoptSave *save)
{
  MoptUndo *undo;

  if (self->text != NULL)
    {
      save->known.own_name = g_strdup (self->said->own_name);
      save->known.own_address = g_strdup (self->said->own_address);
      save->known.default_id = g_strdup (self->said->default_id);
    }
  if (save->load || save->change.what != MOPT_CHANGE_RESTORE)
    return;
  undo = g_hash_table_lookup (self->undos, mopt_account_get_id (save->change.account));
  save->undo = undo != NULL ? mopt_undo_ref (undo) : NULL;
}

/* Main thread, right after it. */
static void
finish (MoptAccounts *self, MoptSave *save)
{
  if (save->text != NULL)
    adopt (self, save->text);
  if (save->error != NULL || save->load)
    return;
  if (save->change.what == MOPT_CHANGE_DELETE)
    g_hash_table_replace (self->undos, g_strdup (mopt_account_get_id (save->change.account)),
                          g_steal_pointer (&save->undo));
  else if (save->change.what == MOPT_CHANGE_RESTORE)
    g_hash_table_remove (self->undos, mopt_account_get_id (save->change.account));
}

/* What is queued gets done, also where the last window closes meanwhile. */
static void
tell_application (void (*hold_or_release) (GApplication *))
{
  if (g_application_get_default () != NULL)
    hold_or_release (g_application_get_default ());
}

static void start_next (MoptAccounts *self);

static gboolean
on_job_done (gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  MoptAccounts *self = g_task_get_source_object (task);
  MoptSave *save = g_task_get_task_data (task);

  self->busy = FALSE;
  finish (self, save);
  if (save->error == NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&save->error));
  start_next (self);
  tell_application (g_application_release);
  return G_SOURCE_REMOVE;
}

static gpointer
run_thread (gpointer user_data)
{
  GTask *task = user_data;

  mopt_save_run (g_task_get_task_data (task));
  /* not g_main_context_invoke (): that may run it right here, where nobody iterates the context just now */
  g_autoptr (GSource) source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_job_done, task, NULL);
  g_source_attach (source, g_task_get_context (task));
  return NULL;
}

static void
start_next (MoptAccounts *self)
{
  while (!self->busy && !g_queue_is_empty (&self->jobs))
    {
      g_autoptr (GTask) task = g_queue_pop_head (&self->jobs);

      if (g_task_return_error_if_cancelled (task))
        {
          tell_application (g_application_release);
          continue;
        }
      self->busy = TRUE;
      prepare (self, g_task_get_task_data (task));
      g_thread_unref (g_thread_new ("accounts", run_thread, g_steal_pointer (&task)));
    }
}

static void
push (MoptAccounts *self, const MoptChange *change, gpointer tag, GCancellable *cancellable,
      GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, mopt_save_new (self->path, change), (GDestroyNotify) mopt_save_free);
  g_task_set_check_cancellable (task, FALSE); /* what was written is not to be called cancelled */
  g_queue_push_tail (&self->jobs, task);
  tell_application (g_application_hold);
  start_next (self);
}

static gboolean
run_now (MoptAccounts *self, const MoptChange *change, GError **error)
{
  g_autoptr (MoptSave) save = mopt_save_new (self->path, change);

  prepare (self, save);
  mopt_save_run (save);
  finish (self, save);
  if (save->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&save->error));
  return FALSE;
}

gboolean
mopt_accounts_load (MoptAccounts *self, GError **error)
{
  return run_now (self, NULL, error);
}

void
mopt_accounts_load_async (MoptAccounts *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  push (self, NULL, mopt_accounts_load_async, cancellable, callback, user_data);
}

gboolean
mopt_accounts_load_finish (MoptAccounts *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
mopt_accounts_apply (MoptAccounts *self, const MoptChange *change, GError **error)
{
  return run_now (self, change, error);
}

void
mopt_accounts_apply_async (MoptAccounts *self, const MoptChange *change, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  push (self, change, mopt_accounts_apply_async, cancellable, callback, user_data);
}

gboolean
mopt_accounts_apply_finish (MoptAccounts *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- Watching ------------------------------------------------------------------------------------------------ */

static void
on_watched_load (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MoptAccounts *self = MOPT_ACCOUNTS (source);
  g_autoptr (GError) error = NULL;

  if (mopt_accounts_load_finish (self, result, &error))
    return;
  /* nobody asked for this load: the list stays, and what happened is said with the file's other problems */
  g_strfreev (self->said->warnings);
  self->said->warnings = g_strdupv ((char *[]){ error->message, NULL });
  g_clear_pointer (&self->text, g_bytes_unref); /* the next load that succeeds is news */
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WARNINGS]);
}

static gboolean
on_watch_timer (gpointer user_data)
{
  MoptAccounts *self = user_data;

  self->watch_timer = 0;
  mopt_accounts_load_async (self, NULL, on_watched_load, NULL);
  return G_SOURCE_REMOVE;
}

static void
on_folder_changed (GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event, MoptAccounts *self)
{
  g_autofree char *path = g_file_get_path (file);
  g_autofree char *other_path = other != NULL ? g_file_get_path (other) : NULL;
  g_autofree char *folder = g_path_get_dirname (self->path);

  /* The folder itself: it has gone, or it has come, and then nobody says what came with it. */
  if (g_strcmp0 (path, self->path) != 0 && g_strcmp0 (other_path, self->path) != 0 && g_strcmp0 (path, folder) != 0)
    return;
  g_clear_handle_id (&self->watch_timer, g_source_remove);
  self->watch_timer = g_timeout_add (WATCH_DELAY_MS, on_watch_timer, self);
}

void
mopt_accounts_watch (MoptAccounts *self)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autoptr (GFile) file = g_file_new_for_path (folder);

  if (self->monitor != NULL)
    return;
  /* Where a folder cannot be watched the list is as fresh as the last load. */
  self->monitor = g_file_monitor_directory (file, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
  if (self->monitor != NULL)
    g_signal_connect (self->monitor, "changed", G_CALLBACK (on_folder_changed), self);
}

/* --- Looking things up --------------------------------------------------------------------------------------- */

const char *
mopt_accounts_get_path (MoptAccounts *self)
{
  return self->path;
}

gboolean
mopt_accounts_is_loaded (MoptAccounts *self)
{
  return self->text != NULL;
}

const char *const *
mopt_accounts_get_warnings (MoptAccounts *self)
{
  return (const char *const *) self->said->warnings;
}

MoptAccount *
mopt_accounts_get (MoptAccounts *self, const char *id)
{
  return mopt_accounts_text_get (self->said, id);
}

const char *
mopt_accounts_get_default_id (MoptAccounts *self)
{
  return self->said->default_id;
}

const char *
mopt_accounts_get_own_name (MoptAccounts *self)
{
  return self->said->own_name;
}

const char *
mopt_accounts_get_own_address (MoptAccounts *self)
{
  return self->said->own_address;
}

/* --- The object ---------------------------------------------------------------------------------------------- */

static void
mopt_accounts_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  const MoptAccountsText *said = MOPT_ACCOUNTS (object)->said;

  switch (id)
    {
    case PROP_OWN_NAME:
      g_value_set_string (value, said->own_name);
      break;
    case PROP_OWN_ADDRESS:
      g_value_set_string (value, said->own_address);
      break;
    case PROP_DEFAULT_ID:
      g_value_set_string (value, said->default_id);
      break;
    case PROP_READ_ONLY:
      g_value_set_boolean (value, said->read_only);
      break;
    case PROP_WARNINGS:
      g_value_set_boxed (value, said->warnings);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mopt_accounts_dispose (GObject *object)
{
  MoptAccounts *self = MOPT_ACCOUNTS (object);

  g_clear_handle_id (&self->watch_timer, g_source_remove);
  if (self->monitor != NULL)
    g_signal_handlers_disconnect_by_data (self->monitor, self);
  g_clear_object (&self->monitor);
  G_OBJECT_CLASS (mopt_accounts_parent_class)->dispose (object);
}

static void
mopt_accounts_finalize (GObject *object)
{
  MoptAccounts *self = MOPT_ACCOUNTS (object);

  /* jobs hold a reference: none is left */
  g_clear_pointer (&self->text, g_bytes_unref);
  g_clear_pointer (&self->said, mopt_accounts_text_free);
  g_hash_table_unref (self->undos);
  g_free (self->path);
  G_OBJECT_CLASS (mopt_accounts_parent_class)->finalize (object);
}

static void
mopt_accounts_class_init (MoptAccountsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = mopt_accounts_get_property;
  object_class->dispose = mopt_accounts_dispose;
  object_class->finalize = mopt_accounts_finalize;

  props[PROP_OWN_NAME] = g_param_spec_string ("own-name", NULL, NULL, "", flags);
  props[PROP_OWN_ADDRESS] = g_param_spec_string ("own-address", NULL, NULL, "", flags);
  props[PROP_DEFAULT_ID] = g_param_spec_string ("default-id", NULL, NULL, "", flags);
  props[PROP_READ_ONLY] = g_param_spec_boolean ("read-only", NULL, NULL, FALSE, flags);
  props[PROP_WARNINGS] = g_param_spec_boxed ("warnings", NULL, NULL, G_TYPE_STRV, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
mopt_accounts_init (MoptAccounts *self)
{
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);

  self->said = parse ("", nothing);
  self->undos = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) mopt_undo_unref);
  g_queue_init (&self->jobs);
}

MoptAccounts *
mopt_accounts_new (const char *path)
{
  MoptAccounts *self = g_object_new (MOPT_TYPE_ACCOUNTS, NULL);

  self->path = path != NULL ? g_canonicalize_filename (path, NULL) : mopt_paths_accounts ();
  return self;
}
