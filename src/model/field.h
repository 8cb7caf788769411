/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The table of options (fields.def, sections.def) as C sees it. */

typedef enum
{
#define SECTION(symbol, name, locked, label) MOPT_SECTION_##symbol,
#include "model/sections.def"
#undef SECTION
  MOPT_N_SECTIONS,
  MOPT_SECTION_NONE = MOPT_N_SECTIONS
} MoptSection;

typedef enum
{
#define FIELD(symbol, name, section, type, fallback, choices, label) MOPT_FIELD_##symbol,
#include "model/fields.def"
#undef FIELD
  MOPT_N_FIELDS,
  MOPT_FIELD_NONE = MOPT_N_FIELDS
} MoptField;

/* How a field's text is checked and edited. In a layer every value is text; a list has an entry a line (its file
 * form is GKeyFile's string list). */
typedef enum
{
  MOPT_TYPE_HOST,
  MOPT_TYPE_USER,
  MOPT_TYPE_MAILBOX,
  MOPT_TYPE_CHOICE,
  MOPT_TYPE_BOOLEAN, /* "true" or "false" */
  MOPT_TYPE_PORT,    /* decimal 1 to 65535, or "" */
  MOPT_TYPE_ADDRESS, /* one addr-spec or name-addr, or "" */
  MOPT_TYPE_ADDRESSES,
  MOPT_TYPE_ADDRESS_PATTERNS,
} MoptFieldType;

/* Kinds are bits, so that tables can say for which kinds a thing is. */
typedef enum
{
  MOPT_KIND_UNKNOWN = 0, /* of a newer version: kept, listed, not usable */
  MOPT_KIND_POP = 1 << 0,
  MOPT_KIND_IMAP = 1 << 1,
  MOPT_KIND_ALL = MOPT_KIND_POP | MOPT_KIND_IMAP,
} MoptKind;

typedef struct
{
  const char *name;  /* as in the files, "ssl"; NULL ends a table */
  const char *label; /* msgid, "SSL" */
  MoptKind kinds;    /* the kinds of account that have it */
  const char *hint;  /* msgid: what it does or risks, or NULL */
  gboolean warns;    /* the hint is a warning */
} MoptChoice;

typedef struct
{
  const char *name; /* "incoming-host" */
  MoptSection section;
  MoptFieldType type;
  const char *fallback; /* the default; never NULL */
  const MoptChoice *choices;
  const char *label; /* msgid */
} MoptFieldInfo;

typedef struct
{
  const char *name;
  gboolean locked; /* the default padlock of a published account */
  const char *label;
} MoptSectionInfo;

const MoptFieldInfo *mopt_field_info (MoptField field);
const MoptSectionInfo *mopt_section_info (MoptSection section);

/* By name, or MOPT_FIELD_NONE / MOPT_SECTION_NONE. */
MoptField mopt_field_by_name (const char *name);
MoptSection mopt_section_by_name (const char *name);

/* The choice of @field called @name that accounts of @kind have, or NULL. */
const MoptChoice *mopt_field_choice (MoptField field, MoptKind kind, const char *name);

/* Whether accounts of @kind have @field at all (POP has no mailbox). */
gboolean mopt_field_has_kind (MoptField field, MoptKind kind);

/* "pop" / "imap" <-> kind; unknown text gives MOPT_KIND_UNKNOWN. mopt_kind_label: "POP", "IMAP", translated. */
MoptKind mopt_kind_by_name (const char *name);
const char *mopt_kind_name (MoptKind kind);
const char *mopt_kind_label (MoptKind kind);

G_END_DECLS
