/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "check/test-run.h"

G_BEGIN_DECLS

/* The mark before something that is tested: nothing yet, a spinner, then a tick, a cross or a dash. All of one size.
 * A mark alone says nothing: words stand beside it. */
#define MOPT_TYPE_STATE_MARK (mopt_state_mark_get_type ())
G_DECLARE_FINAL_TYPE (MoptStateMark, mopt_state_mark, MOPT, STATE_MARK, GtkWidget)

GtkWidget *mopt_state_mark_new (void);
/* The mark gets the CSS class of the state: "waiting", "running", "passed", "failed" or "skipped". */
void mopt_state_mark_set (MoptStateMark *self, MoptTestState state);

/* "waiting", "running", …: for screen readers; translated. */
const char *mopt_state_mark_word (MoptTestState state);
/* That class. */
const char *mopt_state_mark_class (MoptTestState state);
/* "4 ms", "1.2 s"; "" where nothing was done. Translated, caller frees. */
char *mopt_state_mark_time (MoptTestState state, guint ms);

G_END_DECLS
