/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "check/probe.h"

G_BEGIN_DECLS

/* One way to a server that was tried: what came of it, and all that was seen under Details. */
#define MOPT_TYPE_TRIED_ROW (mopt_tried_row_get_type ())
G_DECLARE_FINAL_TYPE (MoptTriedRow, mopt_tried_row, MOPT, TRIED_ROW, GtkListBoxRow)

/* @row: read at once, not kept. */
GtkWidget *mopt_tried_row_new (const MoptProbeRow *row);

G_END_DECLS
