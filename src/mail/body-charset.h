/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A text in a charset where ASCII is not written as ASCII, made readable byte by byte, for as long as one only looks
 * for ASCII in it. */

#define MOPT_CHARSET_MAX 40 /* bytes of a charset's name (RFC 2978 §2.3), with the NUL */

/* Whether it is such a charset; @name is nullable: none is given. */
gboolean mopt_charset_hides_ascii (const char *name);

typedef struct
{
  gboolean is_wide; /* UTF-16, UTF-32: in either byte order there is nothing between letters but NULs */
  GIConv iconv;     /* of any other; (GIConv) -1: unknown here, and passed on as it is */
  char held[256];   /* not decoded yet */
  gsize n;
} MoptCharsetReader;

typedef void (*MoptCharsetFunc) (char c, gpointer user_data);

void mopt_charset_reader_init (MoptCharsetReader *self, const char *name);
/* Calls @func for what can be read by now: UTF-8, or what there is between two ASCII letters. */
void mopt_charset_reader_push (MoptCharsetReader *self, char c, MoptCharsetFunc func, gpointer user_data);
void mopt_charset_reader_end (MoptCharsetReader *self, MoptCharsetFunc func, gpointer user_data);
void mopt_charset_reader_clear (MoptCharsetReader *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MoptCharsetReader, mopt_charset_reader_clear)

G_END_DECLS
