/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Reading what IMAP servers say (RFC 3501 §9, RFC 9051). A response is one piece of bytes; literals lie in it as
 * they came: "{3}" CRLF "abc". Nothing here trusts the server: whatever the bytes, no function reads past
 * @length. */

typedef enum
{
  MOPT_IMAP_OK,
  MOPT_IMAP_NO,
  MOPT_IMAP_BAD,
  MOPT_IMAP_BYE,
  MOPT_IMAP_PREAUTH,
} MoptImapCondition;

/* "OK [UIDNEXT 7] Predicted" without what stands before it. */
typedef struct
{
  MoptImapCondition condition;
  char *code;     /* "UIDNEXT", as it came; "" = none */
  char *argument; /* "7"; "" = none */
  char *text;     /* "Predicted" */
} MoptImapStatus;

/* FALSE: @line does not begin with a condition, @status is not touched. */
gboolean mopt_imap_parse_status (const char *line, MoptImapStatus *status);
void mopt_imap_status_clear (MoptImapStatus *status);

/* Whether @line (of a response that may hold literals) ends in "{n}", and n; more than 32 bits become
 * G_MAXUINT32, which is more than anybody reads. */
gboolean mopt_imap_ends_in_literal (const char *line, gsize length, gsize *literal);
/* Whether @line is untagged and no status: the text of those may end in "{n}" and mean nothing by it. */
gboolean mopt_imap_may_hold_literal (const char *line);

/* "* 23 EXISTS": the number before @keyword. */
gboolean mopt_imap_parse_number (const char *response, const char *keyword, guint64 *number);
/* "* LIST (\HasNoChildren) "/" name": @name (out, transfer full) is UTF-8, or NULL where the mailbox can't be
 * opened. FALSE: not a LIST response, or a broken one. */
gboolean mopt_imap_parse_list (const char *response, gsize length, char **name);
/* "* 5 FETCH (UID 77 RFC822.SIZE 9 BODY[…] {3} abc …)": @uid and @size (out, optional) 0 and @body NULL where they are
 * missing. FALSE: no FETCH. */
gboolean mopt_imap_parse_fetch (const char *response, gsize length, guint64 *uid, guint64 *size, GBytes **body);

/* @text as a quoted string, or NULL where only a literal can carry it: control bytes and, unless @allow_8bit (for
 * servers that show UTF-8 names), anything beyond ASCII. Caller wipes and frees. */
char *mopt_imap_quote (const char *text, gboolean allow_8bit);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MoptImapStatus, mopt_imap_status_clear)

G_END_DECLS
