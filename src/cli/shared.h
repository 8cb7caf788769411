/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/prompt.h"

G_BEGIN_DECLS

/* mopt password --shared: writes the file of a shared password, and names it in a draft. */
typedef struct
{
  char *side;  /* nullable */
  char *group; /* who may read it */
  char *draft;
} MoptSharedOptions;

/* @word: id or name of an account of the draft. Returns the exit code. */
int mopt_shared_run (const char *word, const MoptSharedOptions *options, const MoptPromptOptions *prompt);

G_END_DECLS
