/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/account-conflict.h"
#include "app/message-dialog.h"

static const struct
{
  const char *text;
  const char *theirs;
  const char *mine;
  MoptAnswerStyle theirs_style;
  MoptAnswerStyle mine_style;
} questions[] = {
  [MOPT_CONFLICT_CHANGED]
  = { N_ ("Nothing has been written. Loading theirs gives up what you changed here; overwriting gives up what they "
          "changed."),
      N_ ("_Load Theirs"), N_ ("_Overwrite with Mine"), MOPT_ANSWER_NORMAL, MOPT_ANSWER_DESTRUCTIVE },
  [MOPT_CONFLICT_DELETED]
  = { N_ ("Nothing has been written. What you see here can be added again."), N_ ("_Discard Mine"),
      N_ ("_Add Mine Again"), MOPT_ANSWER_DESTRUCTIVE, MOPT_ANSWER_NORMAL },
  [MOPT_CONFLICT_UNPUBLISHED]
  = { N_ ("Nothing has been written. What you see here can be kept as an account of your own."), N_ ("_Discard Mine"),
      N_ ("Keep as My _Own"), MOPT_ANSWER_DESTRUCTIVE, MOPT_ANSWER_NORMAL },
};

void
mopt_ask_about_conflict_async (GtkWindow *parent, const char *name, MoptConflict conflict, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autofree char *title
      = g_strdup_printf (conflict == MOPT_CONFLICT_CHANGED   ? _ ("“%s” was changed by another program meanwhile")
                         : conflict == MOPT_CONFLICT_DELETED ? _ ("“%s” was deleted by another program meanwhile")
                                                             : _ ("“%s” is not published any more"),
                         name);
  const MoptAnswer answers[] = { { _ ("_Keep Editing"), MOPT_ANSWER_NORMAL },
                                 { _ (questions[conflict].theirs), questions[conflict].theirs_style },
                                 { _ (questions[conflict].mine), questions[conflict].mine_style },
                                 { NULL } };

  mopt_ask_async (parent, title, _ (questions[conflict].text), answers, callback, user_data);
}
