/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* A fuzz target is one file with these two. With -Dfuzz=true (clang) libFuzzer drives it; otherwise driver.c
 * does, with mutations of the seeds, as a unit test. */

/* libFuzzer's entry: any bytes. Aborts where a promise does not hold; returns 0. */
int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Inputs to start from, NULL-terminated. */
extern const char *const mopt_fuzz_seeds[];
