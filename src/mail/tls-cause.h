/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/error.h"

G_BEGIN_DECLS

/* Why a TLS handshake failed. @reason: OpenSSL's (ERR_GET_REASON); @first: the first byte that the server sent, -1
 * where it sent none. */
MoptError mopt_tls_cause (int reason, int first);

G_END_DECLS
