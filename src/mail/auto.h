/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/settings.h"

G_BEGIN_DECLS

/* How a mode becomes attempts: a pure table. */
typedef enum
{
  MOPT_TLS_NONE,
  MOPT_TLS_IMPLICIT,
  MOPT_TLS_STARTTLS,
} MoptTls;

typedef struct
{
  guint16 port;
  MoptTls tls;
  gboolean verify;
} MoptAttempt;

#define MOPT_ATTEMPTS_MAX 5

/* How long an attempt is alone before the next one begins; where it fails sooner, the next one begins at once. */
#define MOPT_HEAD_START_MS 200

/* Fills @attempts, best first, and gives their number (at least 1). With Auto those without encryption are the last:
 * they are no part of the race, see mopt_race_run(). */
guint mopt_auto_attempts (MoptProtocol protocol, MoptSecurity security, guint16 custom_port,
                          MoptAttempt attempts[MOPT_ATTEMPTS_MAX]);

G_END_DECLS
