/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/field-row.h"

G_BEGIN_DECLS

/* The name of the account. Of a published one: what its publisher calls it, where that differs, and the way back to
 * that name; without the right to rename it is text. */
#define MOPT_TYPE_NAME_ROW (mopt_name_row_get_type ())
G_DECLARE_FINAL_TYPE (MoptNameRow, mopt_name_row, MOPT, NAME_ROW, MoptFieldRow)

G_END_DECLS
