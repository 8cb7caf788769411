/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/field-row.h"

G_BEGIN_DECLS

/* Custom Port: a check button in the place of the label, and the port. Off: shows the ports that the Security mode
 * stands for; a number that was typed is kept until OK. On: starts from the number shown. "field" is the port,
 * "also" the check ("incoming-port", "incoming-custom-port"). */
#define MOPT_TYPE_PORT_ROW (mopt_port_row_get_type ())
G_DECLARE_FINAL_TYPE (MoptPortRow, mopt_port_row, MOPT, PORT_ROW, MoptFieldRow)

G_END_DECLS
