/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/certificate.h"

G_BEGIN_DECLS

/* What an account has learned of a server, and the rule that follows from it: a level that was reached once is the
 * floor from then on. Plain data; store/security keeps it, MoptServer carries it to the wire, check/learned is
 * between the two. */
typedef struct _MoptServer MoptServer; /* model/settings.h */

/* How well a login keeps the password, by what somebody learns who hears or answers it. */
typedef enum
{
  MOPT_STRENGTH_NONE,       /* no login */
  MOPT_STRENGTH_CLEAR,      /* PLAIN, LOGIN, USER: the password itself */
  MOPT_STRENGTH_DIGEST,     /* CRAM-MD5, APOP: something to guess the password from */
  MOPT_STRENGTH_SCRAM,      /* hard to guess from, and the server has to know it, too */
  MOPT_STRENGTH_SCRAM_PLUS, /* bound to this very connection: nobody stands in between */
  MOPT_N_STRENGTHS
} MoptStrength;

/* "none", "clear", "digest", "scram", "scram-plus": as in security.conf and --json. */
const char *mopt_strength_name (MoptStrength strength);
/* FALSE: none has this name. */
gboolean mopt_strength_by_name (const char *name, MoptStrength *strength);
/* Of "SCRAM-SHA-256-PLUS", "APOP", "USER", …, in any case; NULL: nobody logged in. */
MoptStrength mopt_strength_of_mechanism (const char *mechanism);
/* Whether @strength is less than @floor. Under TLS CLEAR and DIGEST are the same: TLS hides both. */
gboolean mopt_strength_is_below (MoptStrength strength, MoptStrength floor, gboolean tls);

typedef struct
{
  gboolean tls;
  MoptStrength strength;
} MoptLevel;

/* < 0, 0, > 0 like strcmp: with TLS is always above without, then the strength counts. */
int mopt_level_compare (MoptLevel a, MoptLevel b);

/* One certificate that the person trusts by hand, for one port. */
typedef struct
{
  guint16 port;
  char *sha256; /* as in MoptTlsInfo: upper case hexadecimal, colons */
  gint64 until; /* seconds since the epoch */
} MoptTrusted;

void mopt_trusted_free (MoptTrusted *self);
/* Until when a certificate that ends at @not_after is trusted if the person says so @now (seconds since the epoch):
 * until it ends, at most a year; where it has ended already, 30 days. */
gint64 mopt_trusted_until (gint64 not_after, gint64 now);
/* What people paste for a fingerprint, with or without colons or spaces, in any case, as in MoptTlsInfo; NULL: it is
 * no SHA-256. Caller frees. */
char *mopt_trusted_fingerprint (const char *text);

typedef struct
{
  MoptLevel level;             /* the best that was ever reached by a login */
  gboolean unencrypted_agreed; /* the person agreed that Auto logs in without TLS */
  GPtrArray *trusted;          /* (element-type MoptTrusted), never NULL */
} MoptKnownServer;

MoptKnownServer *mopt_known_server_new (void);
/* @self: nullable, as in free. */
MoptKnownServer *mopt_known_server_copy (const MoptKnownServer *self);
void mopt_known_server_free (MoptKnownServer *self);
/* Whether nothing is known. */
gboolean mopt_known_server_is_empty (const MoptKnownServer *self);
/* The level becomes the better of the two; FALSE: it was that good before. */
gboolean mopt_known_server_raise (MoptKnownServer *self, MoptLevel level);
/* An entry with this port and fingerprint gets the new end. */
void mopt_known_server_trust (MoptKnownServer *self, guint16 port, const char *sha256, gint64 until);
/* Takes out the trust in @sha256 (any case; NULL: in every certificate) for @port (0: on every port); how many. */
guint mopt_known_server_revoke (MoptKnownServer *self, guint16 port, const char *sha256);

/* ---- the rule: what goes at a server with what is known of it (MoptServer.known) ---- */

/* Whether a login without TLS is refused because there was one with TLS. Not with Basic: choosing it is the consent. */
gboolean mopt_server_had_tls (const MoptServer *self);
/* The least that a login has to be now, with or without TLS (see mopt_strength_is_below). A level that was reached
 * without TLS asks nothing of a login with TLS, nor the other way round. */
MoptStrength mopt_server_least_strength (const MoptServer *self, gboolean tls);
/* Whether Auto may go on without TLS where the server has none. @loopback: the server is on this machine, which needs
 * no question. MOPT_ERROR_UNENCRYPTED_FORBIDDEN, _TLS_GONE, _UNENCRYPTED_NOT_AGREED, in this order; @self->host in the
 * text. */
gboolean mopt_server_check_unencrypted (const MoptServer *self, gboolean loopback, GError **error);
/* Whether the person trusts this very certificate on its port now, and may (allow_trust), though there are reasons
 * against it. Not where one of them is "revoked": whoever trusted it did not know that. */
gboolean mopt_server_trusts (const MoptServer *self, const MoptTlsInfo *tls);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptTrusted, mopt_trusted_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptKnownServer, mopt_known_server_free)

G_END_DECLS
