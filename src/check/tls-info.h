/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail/connection.h"

G_BEGIN_DECLS

/* The TLS facts of a connection, kept after it is gone: what a session tells of is only borrowed. */
MoptTlsInfo *mopt_tls_info_copy (const MoptTlsInfo *self);
void mopt_tls_info_free (MoptTlsInfo *self);

G_END_DECLS
