/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/field-row.h"

G_BEGIN_DECLS

/* The row of a mail server: where somebody pasted "imap.example.com:993" it offers to make that the custom port. */
#define MOPT_TYPE_HOST_ROW (mopt_host_row_get_type ())
G_DECLARE_FINAL_TYPE (MoptHostRow, mopt_host_row, MOPT, HOST_ROW, MoptFieldRow)

G_END_DECLS
