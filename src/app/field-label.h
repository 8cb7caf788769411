/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The label of the row that @property names ("incoming-host", "outgoing-password"), as the dialog shows it; translated,
 * static. NULL: the dialog has no such row. */
const char *mopt_field_label (const char *property);

G_END_DECLS
