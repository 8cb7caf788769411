/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  MOPT_RESULT_NONE, /* still running */
  MOPT_RESULT_PASSED,
  MOPT_RESULT_FAILED,
  MOPT_RESULT_CANCELLED,
} MoptTestResult;

/* What every run is to those who watch it: a GListModel of its rows, all of them there from the start, and an end. The
 * property "result" (MoptTestResult) notifies, and from the main loop's next turn comes "finished" (), exactly once. */
#define MOPT_TYPE_RUN (mopt_run_get_type ())
G_DECLARE_DERIVABLE_TYPE (MoptRun, mopt_run, MOPT, RUN, GObject)

struct _MoptRunClass
{
  GObjectClass parent_class;

  GType item_type; /* of the rows */
};

/* For those that derive: the rows (element-type GObject), to be filled before anybody watches. Borrowed. */
GPtrArray *mopt_run_get_rows (MoptRun *self);
MoptTestResult mopt_run_get_result (MoptRun *self);
/* Once, with all there is to say about it in place. */
void mopt_run_finish (MoptRun *self, MoptTestResult result);

G_END_DECLS
