/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* When the publication is asked for next: a note in STATE, so that all programs of one user keep to it.
 *
 * Every desktop of an organisation does this against one server, and a power cut or a Monday morning sets all their
 * clocks to the same minute. So each time has chance in it, failures double the wait, and a time that came while nobody
 * was there to ask is put off once by up to MOPT_PLAN_SPREAD. */
#define MOPT_PLAN_WELL (4 * 60 * 60)    /* s between two looks when all is well, … */
#define MOPT_PLAN_WELL_CHANCE (30 * 60) /* … give or take */
#define MOPT_PLAN_FIRST 60              /* s after the first failure, give or take half; then twice as long each time */
#define MOPT_PLAN_OFFLINE (4 * 60)      /* s, the longest wait without a network */
#define MOPT_PLAN_LONGEST (24 * 60 * 60) /* s that a server can send us away (Retry-After) */
#define MOPT_PLAN_LATE (2 * 60)          /* s after its time a look counts as missed */
#define MOPT_PLAN_SPREAD 60              /* s over which missed looks are spread */

typedef struct
{
  char *url;           /* what it is about; another one is due at once */
  gint64 next;         /* seconds since the epoch */
  guint failures;      /* in a row */
  gboolean is_put_off; /* next has been put off once, and nobody has looked since */
  gboolean is_offline; /* the last look failed for want of a network, or of a way to the server */
} MoptPlan;

/* What STATE says of @url; without a note it is due now. A note that cannot be read, or that says more than a clock set
 * right can have said, is none. Blocking, quick. */
MoptPlan *mopt_plan_load (const char *url, gint64 now);
/* MOPT_ERROR_NOT_WRITTEN. No fsync: what is lost is one look more. */
gboolean mopt_plan_save (const MoptPlan *self, GError **error);
void mopt_plan_free (MoptPlan *self);

/* Whether to look now. @has_copy: something is in force, so that nothing is lost by a minute. @chance: from 0 up to 1.
 * With FALSE self->next says when; *@changed: and it has to be saved. */
gboolean mopt_plan_is_due (MoptPlan *self, gint64 now, gboolean has_copy, double chance, gboolean *changed);

/* Somebody looked: all is well, or it failed. @retry_after: how long the server wants to be left alone, in seconds; 0:
 * it did not say. @was_reached: FALSE where this computer has no network, or no way to that server: then the wait is
 * not doubled beyond MOPT_PLAN_OFFLINE, for it costs nobody anything. */
void mopt_plan_note_success (MoptPlan *self, gint64 now, double chance);
void mopt_plan_note_failure (MoptPlan *self, gint64 now, gboolean was_reached, gint64 retry_after, double chance);

/* The network has come back: what failed for want of one is due now, as if it had not failed. A server that could be
 * reached and failed is left alone all the same. */
void mopt_plan_note_network (MoptPlan *self, gint64 now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptPlan, mopt_plan_free)

G_END_DECLS
