/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/settings.h"
#include "store/keyfile.h"

G_BEGIN_DECLS

/* The names of the groups of security.conf, "ID PROTOCOL HOST" or "ID PROTOCOL HOST PORT", which somebody may have
 * touched: a level is not lost because its host is in capitals or a bracket is gone. Where a name is damaged so that
 * nobody can say whose it is, it is in doubt for each server that it may be about. */

/* The name of the group, with the server's custom port if it has one. Caller frees. */
char *mopt_security_name_make (const char *account_id, const MoptServer *server);
/* What @name names: protocol, host (to be freed) and custom port; the rest is untouched. FALSE: it is no such name. */
gboolean mopt_security_name_read (const char *name, MoptServer *server);

typedef enum
{
  MOPT_NAME_OTHER,     /* not about the server */
  MOPT_NAME_DOUBTFUL,  /* no name of a server at all, but it may have been one of this server */
  MOPT_NAME_SAME_HOST, /* the server on another port */
  MOPT_NAME_SAME,
} MoptNameMatch;

/* What @name is to the server: ids as they are, the rest without regard to how it is written. */
MoptNameMatch mopt_security_name_match (const char *name, const char *account_id, const MoptServer *server);
/* Whether @name begins with this id. */
gboolean mopt_security_name_has_id (const char *name, const char *account_id);

/* The file as it was meant: headers that have lost one of their brackets, or have some too many, get those that they
 * should have. Line numbers stay. With @server (nullable), lines in doubt for that server become headers, too. */
MoptKeyfile *mopt_security_text_mend (const char *text, gsize length, const char *account_id, const MoptServer *server);
/* The first line, from 1, that is no line of a group and may have been a header of the server (nullable: of any of the
 * account's); 0: there is none. */
guint mopt_security_text_find_doubt (MoptKeyfile *file, const char *account_id, const MoptServer *server);

G_END_DECLS
