/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "base/password.h"

G_BEGIN_DECLS

/* Where passwords come from: a terminal, or a file descriptor; never the command line or the environment. */

/* The longest password that is taken, in bytes. */
#define MOPT_PROMPT_MAX 1024

/* Asks on the terminal with its echo off, which is put back whatever happens. NULL + error: cancelled by Ctrl+C
 * (G_IO_ERROR_CANCELLED), no terminal, nothing typed, too long. Transfer full. */
MoptPassword *mopt_prompt_password (const char *question, GError **error);

/* Reads one line from @fd; exactly one newline is taken off its end, and what follows it is not read. Errors as
 * above. */
MoptPassword *mopt_prompt_read (int fd, GError **error);

/* Asks a yes-no question on the terminal; FALSE also where there is none or it was cancelled. */
gboolean mopt_prompt_confirm (const char *question);

/* Asks for a line of text, without the blanks around it; "" also at the end of the input. Caller frees. */
char *mopt_prompt_line (const char *question);

#define MOPT_PROMPT_NO_FD G_MININT /* -1 is what somebody typed, and wrong */

/* The two options that verbs with passwords have. */
typedef struct
{
  int fd; /* MOPT_PROMPT_NO_FD: not given */
  gboolean standard_input;
} MoptPromptOptions;

#define MOPT_PROMPT_ENTRIES(options)                                                                                   \
  { "password-fd", 0, 0, G_OPTION_ARG_INT, &(options).fd, N_ ("Read the password from this file descriptor"), "N" },   \
  {                                                                                                                    \
    "password-stdin", 0, 0, G_OPTION_ARG_NONE, &(options).standard_input,                                              \
        N_ ("Read the password from standard input"), NULL                                                             \
  }

/* Whether one of them is given. */
gboolean mopt_prompt_is_given (const MoptPromptOptions *options);
/* Whether they make sense; else it has been said why, and @verb ends with MOPT_EXIT_USAGE. */
gboolean mopt_prompt_check (const MoptPromptOptions *options, const char *verb);
/* The password from there. */
MoptPassword *mopt_prompt_from_options (const MoptPromptOptions *options, GError **error);

G_END_DECLS
