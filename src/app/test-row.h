/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "check/test-run.h"

G_BEGIN_DECLS

/* A stage of a test as it happens: mark, words, time. */
#define MOPT_TYPE_TEST_ROW (mopt_test_row_get_type ())
G_DECLARE_FINAL_TYPE (MoptTestRow, mopt_test_row, MOPT, TEST_ROW, GtkListBoxRow)

GtkWidget *mopt_test_row_new (MoptTestStage *stage);

G_END_DECLS
