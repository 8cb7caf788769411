/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "check/test-run.h"

G_BEGIN_DECLS

/* What `mopt test` shows of a run while it goes on, and at its end. */
typedef enum
{
  MOPT_TEST_OUTPUT_LINES,  /* a line per stage as it ends; on a terminal below them what is going on */
  MOPT_TEST_OUTPUT_JSON,   /* the same as an object a line */
  MOPT_TEST_OUTPUT_REPORT, /* nothing but the report, at the end */
} MoptTestOutput;

/* Follows @run, which has not been started. */
void mopt_test_output_follow (MoptTestRun *run, MoptTestOutput output);
/* After the end of @run: the result in words. @verbose: with the masked dialogue. */
void mopt_test_output_finish (MoptTestRun *run, MoptTestOutput output, gboolean verbose);

G_END_DECLS
