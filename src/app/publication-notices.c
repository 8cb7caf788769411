/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/message-dialog.h"
#include "app/notice-bar.h"
#include "app/publication-notices.h"
#include "store/withdrawn.h"

#define NAMED_MAX 3 /* changes that the bar itself tells */
#define KEPT_MAX 40 /* changes that are still known, where nobody has dismissed them */

struct _MoptPublicationNotices
{
  GtkBox parent_instance;

  MoptAccounts *accounts;
  GtkWidget *tryout; /* label */
  MoptNoticeBar *problem;
  char *dismissed; /* the problem that the person need not be told again; nullable */
  MoptNoticeBar *news;
  GPtrArray *sentences; /* all that the news are about, until they are dismissed; what came last stands first */
  guint n_forgotten;    /* sentences that were too many to be kept; they are counted */
  char *reason;         /* of the last change; nullable */
  char *id;             /* the one account that it is about; nullable */
  GHashTable *deleted;  /* withdrawals that can be taken back ("id seconds"), as far as they are known here */
  GPtrArray *undo;      /* those that came with the news */
};

G_DEFINE_FINAL_TYPE (MoptPublicationNotices, mopt_publication_notices, GTK_TYPE_BOX)

static guint show_signal;

/* --- how it stands ------------------------------------------------------------------------------------------------ */

static void
update (MoptPublicationNotices *self)
{
  const MoptPublished *published = mopt_accounts_get_published (self->accounts);
  const char *problem = mopt_accounts_get_publication_problem (self->accounts);

  gtk_widget_set_visible (self->tryout, published != NULL && published->is_tryout);
  if (published != NULL && published->is_tryout)
    {
      /* Translators: %s is a file */
      g_autofree char *text = g_strdup_printf (_ ("Try-out: %s"), published->origin);

      gtk_label_set_label (GTK_LABEL (self->tryout), text);
    }
  if (problem == NULL || g_strcmp0 (problem, self->dismissed) == 0)
    {
      mopt_notice_bar_hide (self->problem);
      return;
    }
  mopt_notice_bar_show (self->problem, MOPT_NOTICE_WARNING, problem, NULL); /* it names whom to ask */
}

static void
on_problem_dismissed (MoptPublicationNotices *self)
{
  g_free (self->dismissed);
  self->dismissed = g_strdup (mopt_accounts_get_publication_problem (self->accounts));
}

/* --- what is new -------------------------------------------------------------------------------------------------- */

/* @max: how many sentences. Caller frees. */
static char *
news_text (MoptPublicationNotices *self, guint max)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = MIN (self->sentences->len, max), rest = self->sentences->len - n + self->n_forgotten;

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", (char *) self->sentences->pdata[i]);
  if (rest > 0)
    {
      g_string_append_c (text, '\n');
      g_string_append_printf (text, ngettext ("And %u more change.", "And %u more changes.", rest), rest);
    }
  if (self->reason != NULL && *self->reason != '\0')
    {
      g_string_append_c (text, ' ');
      g_string_append_printf (text, _ ("Reason: %s"), self->reason);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Withdrawn accounts whose overlay has been put aside since the last look. */
static void
look_for_deleted (MoptPublicationNotices *self, gboolean offers)
{
  g_autoptr (GPtrArray) list = mopt_withdrawn_list ();

  for (guint i = 0; i < list->len; i++)
    {
      const MoptWithdrawn *withdrawn = list->pdata[i];

      if (g_hash_table_add (self->deleted, g_strdup_printf ("%s %" G_GINT64_FORMAT, withdrawn->id, withdrawn->date))
          && offers)
        g_ptr_array_add (self->undo, g_strdup (withdrawn->id));
    }
}

static void
on_recovered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptPublicationNotices) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!mopt_accounts_apply_finish (MOPT_ACCOUNTS (source), result, &error) && self->accounts != NULL)
    mopt_notice_bar_show (self->news, MOPT_NOTICE_ERROR, error->message, NULL);
}

/* Those that have not been taken back elsewhere meanwhile. */
static void
take_back (MoptPublicationNotices *self)
{
  g_autoptr (GPtrArray) list = mopt_withdrawn_list ();

  for (guint i = 0; i < list->len; i++)
    {
      const MoptChange change = { .what = MOPT_CHANGE_RECOVER, .id = ((MoptWithdrawn *) list->pdata[i])->id };

      if (g_ptr_array_find_with_equal_func (self->undo, change.id, g_str_equal, NULL))
        mopt_accounts_apply_async (self->accounts, &change, NULL, on_recovered, g_object_ref (self));
    }
}

static void
on_announced (MoptAccounts *accounts, char **sentences, const char *reason, const char *id,
              MoptPublicationNotices *self)
{
  gboolean same = self->sentences->len == 0 || g_strcmp0 (self->id, id) == 0;

  guint n = g_strv_length (sentences), n_all = n + self->sentences->len;

  for (guint i = 0; i < MIN (n, KEPT_MAX); i++)
    g_ptr_array_insert (self->sentences, (int) i, g_strdup (sentences[i]));
  if (self->sentences->len > KEPT_MAX)
    g_ptr_array_set_size (self->sentences, KEPT_MAX);
  self->n_forgotten += n_all - self->sentences->len;
  g_free (self->reason);
  self->reason = g_strdup (reason);
  g_free (self->id);
  self->id = same ? g_strdup (id) : NULL;

  look_for_deleted (self, TRUE);
  g_autofree char *text = news_text (self, NAMED_MAX);
  mopt_notice_bar_show (self->news, MOPT_NOTICE_INFO, text,
                        self->undo->len > 0 ? _ ("_Undo")
                        : self->id != NULL  ? _ ("Sho_w")
                                            : NULL);
  if (self->sentences->len > NAMED_MAX)
    mopt_notice_bar_offer_more (self->news);
}

/* What can be taken back still can be: the bar stays. */
static void
on_more (MoptPublicationNotices *self)
{
  g_autofree char *text = news_text (self, G_MAXUINT);

  mopt_tell (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), _ ("What has changed"), text);
}

static void
forget_news (MoptPublicationNotices *self)
{
  g_ptr_array_set_size (self->sentences, 0);
  self->n_forgotten = 0;
  g_ptr_array_set_size (self->undo, 0);
  g_clear_pointer (&self->reason, g_free);
  g_clear_pointer (&self->id, g_free);
}

static void
on_action (MoptPublicationNotices *self)
{
  MoptAccount *account = self->id != NULL ? mopt_accounts_get (self->accounts, self->id) : NULL;
  gboolean undoes = self->undo->len > 0;

  mopt_notice_bar_hide (self->news);
  if (undoes)
    take_back (self);
  forget_news (self);
  if (!undoes && account != NULL) /* else it has gone meanwhile */
    g_signal_emit (self, show_signal, 0, account);
}

/* --- the widget --------------------------------------------------------------------------------------------------- */

void
mopt_publication_notices_bind (MoptPublicationNotices *self, MoptAccounts *accounts)
{
  g_return_if_fail (MOPT_IS_PUBLICATION_NOTICES (self) && self->accounts == NULL);

  self->accounts = g_object_ref (accounts);
  look_for_deleted (self, FALSE);
  g_signal_connect_object (accounts, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (accounts, "announced", G_CALLBACK (on_announced), self, 0);
  update (self);
}

static void
mopt_publication_notices_dispose (GObject *object)
{
  g_clear_object (&MOPT_PUBLICATION_NOTICES (object)->accounts);
  G_OBJECT_CLASS (mopt_publication_notices_parent_class)->dispose (object);
}

static void
mopt_publication_notices_finalize (GObject *object)
{
  MoptPublicationNotices *self = MOPT_PUBLICATION_NOTICES (object);

  g_ptr_array_unref (self->sentences);
  g_ptr_array_unref (self->undo);
  g_hash_table_unref (self->deleted);
  g_free (self->dismissed);
  g_free (self->reason);
  g_free (self->id);
  G_OBJECT_CLASS (mopt_publication_notices_parent_class)->finalize (object);
}

static void
mopt_publication_notices_class_init (MoptPublicationNoticesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mopt_publication_notices_dispose;
  G_OBJECT_CLASS (klass)->finalize = mopt_publication_notices_finalize;
  show_signal = g_signal_new ("show-account", MOPT_TYPE_PUBLICATION_NOTICES, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 1, MOPT_TYPE_ACCOUNT);
}

static void
mopt_publication_notices_init (MoptPublicationNotices *self)
{
  self->sentences = g_ptr_array_new_with_free_func (g_free);
  self->undo = g_ptr_array_new_with_free_func (g_free);
  self->deleted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);

  self->tryout = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->tryout), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->tryout), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (self->tryout), 0);
  gtk_label_set_selectable (GTK_LABEL (self->tryout), TRUE);
  gtk_widget_add_css_class (self->tryout, "notice");
  gtk_widget_add_css_class (self->tryout, "warning");
  gtk_widget_set_visible (self->tryout, FALSE);
  gtk_box_append (GTK_BOX (self), self->tryout);

  self->problem = g_object_new (MOPT_TYPE_NOTICE_BAR, NULL);
  g_signal_connect_swapped (self->problem, "dismissed", G_CALLBACK (on_problem_dismissed), self);
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->problem));

  self->news = g_object_new (MOPT_TYPE_NOTICE_BAR, NULL);
  g_signal_connect_swapped (self->news, "action", G_CALLBACK (on_action), self);
  g_signal_connect_swapped (self->news, "more", G_CALLBACK (on_more), self);
  g_signal_connect_swapped (self->news, "dismissed", G_CALLBACK (forget_news), self);
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->news));
}
