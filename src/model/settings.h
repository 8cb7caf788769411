/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/account.h"
#include "model/audience.h"
#include "model/known-server.h"

G_BEGIN_DECLS

/* What the wire sees: an account's effective text turned into strict types by one function. Plain data, copied
 * into threads. */

typedef enum
{
  MOPT_PROTOCOL_IMAP,
  MOPT_PROTOCOL_POP3,
  MOPT_PROTOCOL_SMTP,
} MoptProtocol;

/* "imap", "pop3", "smtp": as in the keyring's attributes. */
const char *mopt_protocol_name (MoptProtocol protocol);

typedef enum
{
  MOPT_SECURITY_AUTO,
  MOPT_SECURITY_BASIC,                 /* no encryption */
  MOPT_SECURITY_SSL,                   /* TLS from the first byte, certificate checked */
  MOPT_SECURITY_SSL_NO_AUTHENTICATION, /* TLS from the first byte, certificate not checked */
  MOPT_SECURITY_TLS,                   /* STARTTLS, required, certificate checked */
} MoptSecurity;

struct _MoptServer
{
  MoptProtocol protocol;
  char *host; /* A-label, lower case, or an IP address without brackets; "" = not given */
  MoptSecurity security;
  guint16 custom_port; /* 0: Custom Port is off */
  gboolean authenticate;
  char *user; /* "" = not given */
  /* Name of the file with the password that the publisher shares, for as long as user and server are the published
   * ones; NULL: there is none. One that the person typed goes before it. */
  char *shared_password;
  gboolean shared_only;  /* even that does not: the publisher locked the login */
  gboolean published;    /* the server is the publisher's */
  char **previous_hosts; /* then: what it was called before, if a verified signature says so: A-labels; nullable */
  gboolean allow_trust;  /* a certificate may be trusted by hand */
  gboolean requires_tls; /* nothing unencrypted, whatever the person consents to */
  MoptKnownServer *known; /* what was learned of it (check/learned); NULL: nothing */
};

typedef struct
{
  char *account_id;
  char *account_name;
  MoptPublication *publication; /* NULL: personal, or not known */
  guint locked;                 /* sections, as bits 1 << MoptSection, behind a padlock that no right opens */
  guint fixed;                  /* the same, and those that this person may not customise for other reasons */
  MoptServer incoming;
  MoptServer outgoing; /* user is the incoming one with "Use Same Settings" */
  gboolean same_login; /* outgoing logs on with the incoming user and password */
  char *mailbox;       /* IMAP only, UTF-8 */
  gboolean conversation_id_add;
  gboolean conversation_id_in_body;
  gboolean from_user_address;
  gboolean from_arbitrary;
  char **from_legal;  /* addresses and patterns; never NULL */
  char **from_use;    /* NULL: all that are allowed */
  char *from_default; /* "" = not set */
  char **own_domains; /* A-labels: the user's own address counts in these alone; NULL: in any */
  /* Conversation IDs as the publisher wants them; "" or empty (or NULL): the user's own prefix and range serve. */
  char *conversation_prefix;
  char **previous_prefixes;
  char *conversation_counter; /* path */
} MoptSettings;

/* NULL + MOPT_ERROR_BROKEN or the first MOPT_ERROR_INVALID among the effective values. */
MoptSettings *mopt_settings_new (MoptAccount *account, GError **error);
/* Of an account that is publishing: the placeholders in its user names stand for @who, as they will for each user. */
void mopt_settings_expand (MoptSettings *self, const MoptIdentity *who);
/* Plain data: a thread gets its own copy. */
MoptSettings *mopt_settings_copy (const MoptSettings *self);
void mopt_settings_free (MoptSettings *self);

/* The ports of PRODUCT §4 that a mode stands for, best first, 0-terminated, static: imap auto = 993, 143. */
const guint16 *mopt_default_ports (MoptProtocol protocol, MoptSecurity security);
/* What the dialog shows beside Custom Port: "993" or, for Auto, "993 or 143". Translated. Caller frees. */
char *mopt_default_ports_text (MoptProtocol protocol, MoptSecurity security);
/* The mode named @name ("ssl"); anything else is Auto. */
MoptSecurity mopt_security_by_name (const char *name);
const char *mopt_security_name (MoptSecurity security);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptSettings, mopt_settings_free)

G_END_DECLS
