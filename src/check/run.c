/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check/run.h"

typedef struct
{
  GPtrArray *rows;
  MoptTestResult result;
} MoptRunPrivate;

static GType
get_item_type (GListModel *model)
{
  return MOPT_RUN_GET_CLASS (model)->item_type;
}

static guint
get_n_items (GListModel *model)
{
  return mopt_run_get_rows (MOPT_RUN (model))->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  GPtrArray *rows = mopt_run_get_rows (MOPT_RUN (model));

  return position < rows->len ? g_object_ref (g_ptr_array_index (rows, position)) : NULL;
}

static void
list_model_init (GListModelInterface *interface)
{
  interface->get_item_type = get_item_type;
  interface->get_n_items = get_n_items;
  interface->get_item = get_item;
}

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (MoptRun, mopt_run, G_TYPE_OBJECT,
                                  G_ADD_PRIVATE (MoptRun) G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

#define PRIVATE(self) ((MoptRunPrivate *) mopt_run_get_instance_private (self))

static GParamSpec *result_prop;
static guint finished_signal;

GPtrArray *
mopt_run_get_rows (MoptRun *self)
{
  return PRIVATE (self)->rows;
}

MoptTestResult
mopt_run_get_result (MoptRun *self)
{
  return PRIVATE (self)->result;
}

static gboolean
on_finish (gpointer data)
{
  g_signal_emit (data, finished_signal, 0);
  return G_SOURCE_REMOVE;
}

void
mopt_run_finish (MoptRun *self, MoptTestResult result)
{
  g_return_if_fail (PRIVATE (self)->result == MOPT_RESULT_NONE && result != MOPT_RESULT_NONE);

  PRIVATE (self)->result = result;
  g_object_notify_by_pspec (G_OBJECT (self), result_prop);

  /* From the loop's next turn: whoever called cancel() is not called back inside it. */
  g_autoptr (GSource) source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_finish, g_object_ref (self), g_object_unref);
  g_source_attach (source, g_main_context_get_thread_default ());
}

static void
mopt_run_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_uint (value, mopt_run_get_result (MOPT_RUN (object)));
}

static void
mopt_run_finalize (GObject *object)
{
  g_ptr_array_unref (PRIVATE (MOPT_RUN (object))->rows);
  G_OBJECT_CLASS (mopt_run_parent_class)->finalize (object);
}

static void
mopt_run_class_init (MoptRunClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = mopt_run_get_property;
  object_class->finalize = mopt_run_finalize;
  result_prop = g_param_spec_uint ("result", NULL, NULL, MOPT_RESULT_NONE, MOPT_RESULT_CANCELLED, MOPT_RESULT_NONE,
                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_property (object_class, 1, result_prop);
  finished_signal = g_signal_new ("finished", MOPT_TYPE_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
mopt_run_init (MoptRun *self)
{
  PRIVATE (self)->rows = g_ptr_array_new_with_free_func (g_object_unref);
}
