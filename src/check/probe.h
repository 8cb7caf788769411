/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "check/failure.h"
#include "mail/tried.h"

G_BEGIN_DECLS

/* Why Auto chooses what it chooses: every attempt of Auto at one server, to its end, with all that it offered. No
 * password, no login, and nothing is changed or remembered. The window's table and `mopt probe` show the same struct.
 * Plain data. */

typedef enum
{
  MOPT_PROBE_CHOSEN,    /* what Auto takes */
  MOPT_PROBE_WORKS,     /* it would do, too, but another one is better, or ended the search */
  MOPT_PROBE_FAILED,
  MOPT_PROBE_ABANDONED, /* not waited for */
} MoptProbeState;

/* "chosen", "works", "failed", "abandoned": for --json and reports. */
const char *mopt_probe_state_name (MoptProbeState state);

typedef struct
{
  MoptTried *tried;     /* the facts, see mail/tried.h */
  MoptProbeState state;
  char *title;          /* "SSL, port 993"; translated */
  char *sentence;       /* what came of it and why it is (not) taken; translated */
  const char *code;     /* stable word of the cause of a failure, else NULL. Static */
  char *server_words;   /* what the server said to it; nullable */
  gboolean in_clear;    /* as of MoptFailure */
  MoptRemedy remedy;    /* the same */
  char *encryption;     /* "TLS 1.3, TLS_AES_256_GCM_SHA384"; "" if there was none */
  char *certificate;    /* whose, by whom, until when, and all that is wrong with it; translated; "" if none was seen */
  char *before;         /* SASL mechanisms that were offered in clear, before STARTTLS, "PLAIN, LOGIN"; "" = none */
  char *mechanisms;     /* those offered after that; "" = none, or not asked */
  char *capabilities;   /* all that is offered, ", " between; "" = not asked; one line, harmless */
  guint64 size;         /* SMTP: bytes of the largest message that the server takes; 0 = it does not say */
} MoptProbeRow;

typedef struct
{
  MoptProtocol protocol;
  char *host;
  guint16 custom_port;  /* 0: none was asked for */
  GPtrArray *rows;      /* (element-type MoptProbeRow), best first; those that came to nothing, too */
  int chosen;           /* its row; -1: nothing could be chosen */
  MoptFailure *failure; /* then why, else NULL */
  char *conclusion;     /* what Auto does there, and whether that can be pinned; translated sentences */
} MoptProbe;

void mopt_probe_free (MoptProbe *self);

/* Settings for a server that belongs to no account: nothing is known of it, no certificate is trusted by hand.
 * @port: 0 = Auto's own. MOPT_ERROR_INVALID: @host is no host name or address. */
MoptSettings *mopt_probe_settings (MoptProtocol protocol, const char *host, guint16 port, GError **error);

/* Probes @side of @settings (copied; its own Security does not count, its custom port does). @limit_ms: per stage, 0 =
 * MOPT_PROBE_LIMIT_MS. In a thread of its own; @callback in the thread-default main context of the caller; a cancel is
 * felt at once. */
#define MOPT_PROBE_LIMIT_MS 10000
void mopt_probe_async (const MoptSettings *settings, MoptSide side, guint limit_ms, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer user_data);
/* That nothing could be chosen is a result, too. NULL + error: cancelled, or what is known of the server cannot be
 * read. Transfer full. */
MoptProbe *mopt_probe_finish (GAsyncResult *result, GError **error);

/* The explicit Security that stands for what was chosen, and the Custom Port that it needs (0: its default port).
 * FALSE: nothing was chosen, or it has no mode of its own (POP with STLS) or should have none (not encrypted). */
gboolean mopt_probe_pin (const MoptProbe *self, MoptSecurity *security, guint16 *port);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptProbe, mopt_probe_free)

G_END_DECLS
