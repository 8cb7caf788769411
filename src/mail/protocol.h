/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail/dialogue.h"
#include "mail/sasl.h"

G_BEGIN_DECLS

/* The steps that all mail protocols have on their way to a login. smtp.c, imap.c and pop.c each fill in one table;
 * session walks through it and knows no protocol. @self is what new gave. */
typedef struct
{
  /* Borrows @dialogue, which lives longer. */
  gpointer (*new) (MoptDialogue *dialogue);
  void (*free) (gpointer self);

  /* Reads the greeting. @starts_tls: whether TLS is still to come. MOPT_ERROR_NOT_MAIL_SERVER, _GREETING_REFUSED,
   * _PREAUTH, _TLS_PREAUTH. */
  gboolean (*greet) (gpointer self, gboolean starts_tls, GError **error);
  /* Asks what the server offers, unless it said so by itself. */
  gboolean (*ask) (gpointer self, GError **error);
  /* STARTTLS / STLS and the handshake; all that was offered before is forgotten. MOPT_ERROR_TLS_NOT_OFFERED,
   * _TLS_REFUSED and those of mopt_dialogue_start_tls. */
  gboolean (*start_tls) (gpointer self, const char *host, gboolean verify, GError **error);
  /* Borrowed; never NULL. */
  const char *const *(*get_offers) (gpointer self);

  /* The SASL mechanisms on offer. Transfer full, may be empty. */
  char **(*get_mechanisms) (gpointer self);
  /* The whole exchange of @sasl. MOPT_ERROR_AUTH_…; the connection can be used afterwards. */
  gboolean (*authenticate) (gpointer self, MoptSasl *sasl, GCancellable *cancellable, GError **error);

  /* The protocol's own login where SASL does not serve: "LOGIN", "APOP", "USER", static; NULL + error if there is
   * none. @clear_text: whether the password may travel readable to the server. */
  const char *(*get_own_login) (gpointer self, gboolean clear_text, GError **error);
  gboolean (*log_in) (gpointer self, const char *own_login, const char *user, MoptPassword *password, GError **error);

  /* Says good-bye. */
  gboolean (*quit) (gpointer self, GError **error);
} MoptProtocolTable;

/* More challenges than any mechanism has. */
#define MOPT_CHALLENGES_MAX 8

G_END_DECLS
