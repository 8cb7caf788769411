/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/field-row.h"

G_BEGIN_DECLS

/* The row of Security: below the choice it says how secure the server was before, and "Why?" opens Security Details. */
#define MOPT_TYPE_SECURITY_ROW (mopt_security_row_get_type ())
G_DECLARE_FINAL_TYPE (MoptSecurityRow, mopt_security_row, MOPT, SECURITY_ROW, MoptFieldRow)

G_END_DECLS
