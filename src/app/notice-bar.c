/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/accessible-names.h"
#include "app/application.h"
#include "app/notice-bar.h"
#include "app/row-layout.h"

struct _MoptNoticeBar
{
  GtkWidget parent_instance;

  GtkRevealer *revealer;
  GtkWidget *box;
  GtkImage *icon;
  GtkLabel *text;
  GtkWidget *more;
  GtkButton *action;
};

G_DEFINE_FINAL_TYPE (MoptNoticeBar, mopt_notice_bar, GTK_TYPE_WIDGET)

enum
{
  ACTION,
  MORE,
  DISMISSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static const struct
{
  const char *icon;
  const char *css_class;
} styles[] = {
  [MOPT_NOTICE_INFO] = { NULL, "info" },
  [MOPT_NOTICE_WARNING] = { "dialog-warning-symbolic", "warning" },
  [MOPT_NOTICE_ERROR] = { "dialog-error-symbolic", "error" },
};

static void
on_action (MoptNoticeBar *self)
{
  g_signal_emit (self, signals[ACTION], 0);
}

static void
on_more (MoptNoticeBar *self)
{
  g_signal_emit (self, signals[MORE], 0);
}

static void
on_close (MoptNoticeBar *self)
{
  mopt_notice_bar_hide (self);
  g_signal_emit (self, signals[DISMISSED], 0);
}

void
mopt_notice_bar_show (MoptNoticeBar *self, MoptNoticeStyle style, const char *text, const char *action)
{
  g_return_if_fail (MOPT_IS_NOTICE_BAR (self));

  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    gtk_widget_remove_css_class (self->box, styles[i].css_class);
  gtk_widget_add_css_class (self->box, styles[style].css_class);
  gtk_image_set_from_icon_name (self->icon, styles[style].icon);
  gtk_widget_set_visible (GTK_WIDGET (self->icon), styles[style].icon != NULL);
  gtk_label_set_label (self->text, text);
  gtk_widget_set_visible (self->more, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->action), action != NULL);
  if (action != NULL)
    gtk_button_set_label (self->action, action);
  gtk_accessible_reset_property (GTK_ACCESSIBLE (self->action), GTK_ACCESSIBLE_PROPERTY_LABEL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
}

void
mopt_notice_bar_offer_more (MoptNoticeBar *self)
{
  g_return_if_fail (MOPT_IS_NOTICE_BAR (self));

  gtk_widget_set_visible (self->more, TRUE);
}

/* Folded away it is gone for screen readers, too. */
static void
on_child_revealed (MoptNoticeBar *self)
{
  if (!gtk_revealer_get_child_revealed (self->revealer) && !gtk_revealer_get_reveal_child (self->revealer))
    gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

void
mopt_notice_bar_hide (MoptNoticeBar *self)
{
  g_return_if_fail (MOPT_IS_NOTICE_BAR (self));

  gtk_revealer_set_reveal_child (self->revealer, FALSE);
}

gboolean
mopt_notice_bar_is_shown (MoptNoticeBar *self)
{
  g_return_val_if_fail (MOPT_IS_NOTICE_BAR (self), FALSE);

  return gtk_revealer_get_reveal_child (self->revealer);
}

static void
mopt_notice_bar_dispose (GObject *object)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (object));

  if (child != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (mopt_notice_bar_parent_class)->dispose (object);
}

static void
mopt_notice_bar_class_init (MoptNoticeBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mopt_notice_bar_dispose;
  signals[ACTION]
      = g_signal_new ("action", MOPT_TYPE_NOTICE_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[MORE] = g_signal_new ("more", MOPT_TYPE_NOTICE_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[DISMISSED]
      = g_signal_new ("dismissed", MOPT_TYPE_NOTICE_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (MOPT_TYPE_ROW_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ALERT);
  gtk_widget_class_set_template_from_resource (widget_class, MOPT_RESOURCES "notice-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, MoptNoticeBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, MoptNoticeBar, box);
  gtk_widget_class_bind_template_child (widget_class, MoptNoticeBar, icon);
  gtk_widget_class_bind_template_child (widget_class, MoptNoticeBar, text);
  gtk_widget_class_bind_template_child (widget_class, MoptNoticeBar, more);
  gtk_widget_class_bind_template_child (widget_class, MoptNoticeBar, action);
  gtk_widget_class_bind_template_callback (widget_class, on_action);
  gtk_widget_class_bind_template_callback (widget_class, on_child_revealed);
  gtk_widget_class_bind_template_callback (widget_class, on_close);
  gtk_widget_class_bind_template_callback (widget_class, on_more);
}

static void
mopt_notice_bar_init (MoptNoticeBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  mopt_mend_accessible_names (GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
