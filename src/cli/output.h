/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What goes to the terminal. Names and servers' words may come from anyone: their control characters must not reach
 * it. */

/* @text in one line of valid UTF-8 that does nothing to a terminal: control characters and those that turn the
 * reading direction become \n, \t or \u001b. Caller frees. */
char *mopt_output_visible (const char *text);
/* The same for a text of several lines: newlines and tabs stay. */
char *mopt_output_visible_lines (const char *text);

/* Rows of cells under a row of headings, each column as wide as its widest cell; a cell is made visible. */
typedef struct _MoptTable MoptTable;
MoptTable *mopt_table_new (guint n_columns);
/* Copies @n_columns cells. */
void mopt_table_add (MoptTable *self, const char *const *cells);
/* Prints it, @indent blanks before each row, and frees it. */
void mopt_table_print (MoptTable *self, guint indent);

/* How many columns @text takes on a terminal. */
guint mopt_output_width (const char *text);

/* Prints @node as JSON: in lines with indentation, or @compact in a single one. */
void mopt_output_json (JsonNode *node, gboolean compact);
/* Whether it has been called. */
gboolean mopt_output_has_json (void);

/* Whether standard output is a terminal that can do colours and progress. */
gboolean mopt_output_is_terminal (void);

/* The same, and whether the person has not asked for none (NO_COLOR). */
gboolean mopt_output_wants_colour (void);

/* Prints @text, which is visible already, and blanks up to @width columns and the gap to the next one. */
void mopt_output_padded (const char *text, guint width);
/* Prints each line of @text that is not empty, made visible, @indent blanks before it. */
void mopt_output_below (const char *text, guint indent);
/* Prints @text of several lines as it is, made visible. */
void mopt_output_text (const char *text);

/* Adds a member with @text, null where that is NULL or empty. */
void mopt_output_json_member (JsonBuilder *json, const char *member, const char *text);
/* The same for what is no text: all values are strings. */
void mopt_output_json_number (JsonBuilder *json, const char *member, gint64 number);
void mopt_output_json_boolean (JsonBuilder *json, const char *member, gboolean boolean);
/* Ends the object that @json is at and prints it in one line. */
void mopt_output_json_object (JsonBuilder *json);

G_END_DECLS
