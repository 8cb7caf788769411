/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A bar with a sentence, perhaps an action, and a cross; hidden until there is something to say.
 * Signals: "action" () and "more" (), the bar stays; "dismissed" (), by the cross, the bar is gone. */
#define MOPT_TYPE_NOTICE_BAR (mopt_notice_bar_get_type ())
G_DECLARE_FINAL_TYPE (MoptNoticeBar, mopt_notice_bar, MOPT, NOTICE_BAR, GtkWidget)

typedef enum
{
  MOPT_NOTICE_INFO,
  MOPT_NOTICE_WARNING,
  MOPT_NOTICE_ERROR,
} MoptNoticeStyle;

/* @action: label with mnemonic, NULL for none. */
void mopt_notice_bar_show (MoptNoticeBar *self, MoptNoticeStyle style, const char *text, const char *action);
/* What is shown is not all: Show All stands beside the action until something else is shown. */
void mopt_notice_bar_offer_more (MoptNoticeBar *self);
void mopt_notice_bar_hide (MoptNoticeBar *self);
gboolean mopt_notice_bar_is_shown (MoptNoticeBar *self);

G_END_DECLS
