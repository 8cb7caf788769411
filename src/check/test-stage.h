/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "check/test-run.h"

G_BEGIN_DECLS

/* What the run itself does to its stages; readers use test-run.h. */

/* @host: named in the title. */
MoptTestStage *mopt_test_stage_new (MoptTestSide side, MoptStage stage, const char *host);

/* What a stage is told: a new state and all that comes with it. */
typedef struct
{
  MoptTestState state;
  const char *fact;   /* goes into the title, translated: "993", "TLS 1.3, 81 days"; NULL if there is none */
  const char *title;  /* instead of the title that the state has; nullable */
  const char *detail; /* nullable */
  guint ms;
  MoptFailure *failure; /* taken; nullable */
} MoptTestChange;
void mopt_test_stage_change (MoptTestStage *self, const MoptTestChange *change);

/* Adds the stages of a run in their order to @stages (element-type MoptTestStage). */
void mopt_test_plan (const MoptTestOptions *options, GPtrArray *stages);

G_END_DECLS
