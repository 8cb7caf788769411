/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail/auto.h"
#include "mail/stage.h"

G_BEGIN_DECLS

/* What came of one attempt of a session, for whoever asks why. Plain data. */
typedef struct
{
  MoptAttempt attempt;
  MoptStage stage;      /* the last one it was in: FIND to OFFERS, and LOGIN for the chosen one */
  GError *error;        /* what ended it; NULL: it did what was asked, or it was abandoned */
  gboolean chosen;      /* the session went on with it (whether or not the login worked) */
  gboolean abandoned;   /* not begun (ms is 0), or stopped: another was quicker, or ended the search */
  char **offers_before; /* STARTTLS: what was offered in clear, which binds nobody; NULL: not asked */
  char **offers;        /* what is offered once secured (MOPT_TLS_NONE: in clear); NULL: not asked. Lines as the
                           protocol has them, for mopt_offers_find() and mopt_offers_words() */
  MoptTlsInfo *tls;     /* NULL: no handshake */
  guint ms;             /* from its start to its end; the chosen one: until it was secured */
  char *peer;           /* "192.0.2.1:993"; NULL: not connected */
} MoptTried;

MoptTried *mopt_tried_new (const MoptAttempt *attempt);
MoptTried *mopt_tried_copy (const MoptTried *self);
void mopt_tried_free (MoptTried *self);

/* (element-type MoptTried), empty, owns what is in it. */
GPtrArray *mopt_tried_array_new (void);

/* How much the failure of an attempt tells: 0 nobody there, 1 no sign of TLS, 2 a server that was heard; 3 ends the
 * run, because something other than the way to it is wrong, or somebody wants us to choose a weaker one. */
guint mopt_tried_weigh (const GError *error);
/* Whether there is simply no TLS on that road. Where it is offered or spoken, however badly, or where the server
 * turned us away, it does not count as missing. */
gboolean mopt_tried_is_without_tls (const GError *error);
/* Whether the server said in clear that it has STARTTLS or STLS: then TLS is not missing, whatever ended it. */
gboolean mopt_tried_was_offered_tls (const MoptTried *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptTried, mopt_tried_free)

G_END_DECLS
