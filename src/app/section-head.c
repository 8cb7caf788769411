/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/field-editor.h"
#include "app/padlock-menu.h"
#include "app/provenance.h"
#include "app/row-layout.h"
#include "app/section-head.h"
#include "app/words-line.h"
#include "model/draft.h"

struct _MoptSectionHead
{
  GtkBox parent_instance;

  MoptSection section;
  MoptAccount *account; /* owned; NULL until bound */
  GtkWidget *line;      /* heading, and what stands at its end */

  /* of a published account, else NULL */
  GtkWidget *end;
  GtkCheckButton *custom;
  GtkWidget *padlock;
  GtkLabel *text;
  GtkWidget *use_published;
  GtkRevealer *revealer; /* of what is kept but not in effect */
  GtkLabel *kept;
  GtkWidget *use_again;
  GtkWidget *show;
  GtkLabel *own;

  gboolean unticked; /* here: the user's layer has what was typed before */
};

G_DEFINE_FINAL_TYPE (MoptSectionHead, mopt_section_head, GTK_TYPE_BOX)

static const char *const custom_labels[MOPT_N_SECTIONS] = {
  [MOPT_SECTION_INCOMING_SERVER] = N_ ("Custom S_erver"),
  [MOPT_SECTION_INCOMING_ACCOUNT] = N_ ("Custom Account In_formation"),
  [MOPT_SECTION_OUTGOING_SERVER] = N_ ("Custom S_erver"),
  [MOPT_SECTION_OUTGOING_ACCOUNT] = N_ ("Custom Account In_formation"),
  [MOPT_SECTION_CONVERSATION_ID] = N_ ("Custom Conversation ID Settin_gs"),
  [MOPT_SECTION_FROM_ADDRESSES] = N_ ("Custom _From Addresses"),
};

static void
tick (MoptSectionHead *self, gboolean active)
{
  if (active == mopt_account_is_customised (self->account, self->section))
    return;
  if (!active)
    {
      self->unticked = TRUE;
      mopt_account_set_customised (self->account, self->section, FALSE);
    }
  else if (mopt_account_is_parked (self->account, self->section)
           || (self->unticked && mopt_draft_has_own (self->account, self->section)))
    mopt_draft_use_again (self->account, self->section);
  else
    mopt_draft_customise (self->account, self->section);
}

static void
on_toggled (GtkCheckButton *check, MoptSectionHead *self)
{
  tick (self, gtk_check_button_get_active (check));
}

/* The button that was pressed goes: the focus stays near. */
static void
keep_focus (MoptSectionHead *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->custom));
}

static void
on_use_published (MoptSectionHead *self)
{
  keep_focus (self);
  tick (self, FALSE);
}

static void
on_use_again (MoptSectionHead *self)
{
  keep_focus (self);
  mopt_draft_use_again (self->account, self->section);
}

static void
on_forget (MoptSectionHead *self)
{
  gtk_widget_child_focus (GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self))), GTK_DIR_TAB_FORWARD);
  mopt_draft_forget (self->account, self->section);
}

char *
mopt_section_head_describe (MoptSectionHead *self)
{
  g_autoptr (MoptProvenance) is = self->account != NULL ? mopt_provenance_new (self->account, self->section) : NULL;

  if (is == NULL)
    return g_strdup ("");
  return is->kept != NULL ? g_strdup_printf ("%s %s", is->text, is->kept) : g_strdup (is->text);
}

static void
update (MoptSectionHead *self)
{
  g_autoptr (MoptProvenance) is = mopt_provenance_new (self->account, self->section);

  if (is == NULL) /* it has become personal */
    {
      gtk_widget_set_visible (self->end, FALSE);
      gtk_widget_set_visible (gtk_widget_get_parent (GTK_WIDGET (self->text)), FALSE);
      gtk_revealer_set_reveal_child (self->revealer, FALSE);
      return;
    }
  gtk_widget_set_visible (GTK_WIDGET (self->custom), is->may_customise);
  gtk_widget_set_visible (self->padlock, is->has_padlock);
  /* what is only shown is no tick of the person's: a padlock takes the mark away, not the values */
  g_signal_handlers_block_by_func (self->custom, on_toggled, self);
  gtk_check_button_set_active (self->custom, is->is_customised);
  g_signal_handlers_unblock_by_func (self->custom, on_toggled, self);
  gtk_label_set_label (self->text, is->text);
  gtk_widget_set_visible (self->use_published, is->can_go_back);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->custom), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, is->text, -1);
  if (is->kept != NULL) /* else the words stay while they fold up */
    {
      g_autofree char *own = mopt_provenance_list_own (self->account, self->section);

      gtk_label_set_label (self->kept, is->kept);
      gtk_label_set_label (self->own, own);
      gtk_widget_set_visible (self->use_again, is->can_use_again);
    }
  gtk_revealer_set_reveal_child (self->revealer, is->kept != NULL);
}

/* --- building --------------------------------------------------------------------------------------------------- */

static GtkWidget *
button_new (MoptSectionHead *self, const char *label, void (*func) (MoptSectionHead *))
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_add_css_class (button, "in-line");
  g_signal_connect_object (button, "clicked", G_CALLBACK (func), self, G_CONNECT_SWAPPED);
  return button;
}

static GtkWidget *
custom_new (MoptSectionHead *self)
{
  GtkWidget *check = gtk_check_button_new ();
  GtkWidget *words = gtk_label_new_with_mnemonic (_ (custom_labels[self->section]));

  gtk_label_set_wrap (GTK_LABEL (words), TRUE);
  gtk_label_set_xalign (GTK_LABEL (words), 0);
  gtk_label_set_mnemonic_widget (GTK_LABEL (words), check);
  gtk_check_button_set_child (GTK_CHECK_BUTTON (check), words);
  g_signal_connect (check, "toggled", G_CALLBACK (on_toggled), self);
  self->custom = GTK_CHECK_BUTTON (check);
  return check;
}

static GtkWidget *
padlock_new (void)
{
  GtkWidget *padlock = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *icon = gtk_image_new_from_icon_name ("changes-prevent-symbolic");

  gtk_box_append (GTK_BOX (padlock), icon);
  gtk_box_append (GTK_BOX (padlock), gtk_label_new (_ ("Locked")));
  gtk_widget_set_halign (padlock, GTK_ALIGN_END);
  return padlock;
}

/* One of the two, or neither. What is not seen is hidden from screen readers, too; the place keeps its height. */
static void
build_end (MoptSectionHead *self)
{
  self->end = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  self->padlock = padlock_new ();
  gtk_box_append (GTK_BOX (self->end), custom_new (self));
  gtk_box_append (GTK_BOX (self->end), self->padlock);
  gtk_widget_set_halign (self->end, GTK_ALIGN_END);
  gtk_widget_add_css_class (self->end, "section-end");
  gtk_box_append (GTK_BOX (self->line), self->end);
}

static void
build_kept (MoptSectionHead *self)
{
  GtkWidget *actions = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *own = mopt_text_new (_ ("Your own settings"));

  gtk_popover_set_child (GTK_POPOVER (popover), own);
  gtk_label_set_max_width_chars (GTK_LABEL (own), 40);
  self->own = GTK_LABEL (own);
  self->show = gtk_menu_button_new ();
  gtk_menu_button_set_label (GTK_MENU_BUTTON (self->show), _ ("Show"));
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->show), popover);
  gtk_widget_add_css_class (self->show, "in-line");
  self->use_again = button_new (self, _ ("Use Again"), on_use_again);
  gtk_box_append (GTK_BOX (actions), self->show);
  gtk_box_append (GTK_BOX (actions), self->use_again);
  gtk_box_append (GTK_BOX (actions), button_new (self, _ ("Forget"), on_forget));

  self->kept = mopt_words_new ();
  self->revealer = GTK_REVEALER (gtk_revealer_new ());
  gtk_revealer_set_child (self->revealer, mopt_words_line_new (self->kept, actions));
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->revealer));
}

void
mopt_section_head_bind (MoptSectionHead *self, MoptAccount *account)
{
  g_return_if_fail (self->account == NULL);

  self->account = g_object_ref (account);
  if (mopt_account_is_publishing (account))
    {
      GtkWidget *padlock = mopt_padlock_menu_new (account, self->section);

      gtk_box_append (GTK_BOX (self->line), padlock);
      gtk_box_append (GTK_BOX (self), mopt_padlock_menu_take_words (MOPT_PADLOCK_MENU (padlock)));
    }
  if (mopt_account_get_state (account, self->section) == MOPT_STATE_OWN)
    return;
  build_end (self);
  self->text = mopt_words_new ();
  self->use_published = button_new (self, _ ("Use Published"), on_use_published);
  gtk_box_append (GTK_BOX (self), mopt_words_line_new (self->text, self->use_published));
  build_kept (self);
  g_signal_connect_object (account, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "rule-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

GtkWidget *
mopt_section_head_new (MoptSection section)
{
  MoptSectionHead *self = g_object_new (MOPT_TYPE_SECTION_HEAD, "orientation", GTK_ORIENTATION_VERTICAL, NULL);
  GtkWidget *heading = gtk_label_new (_ (mopt_section_info (section)->label));

  self->section = section;
  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_label_set_wrap (GTK_LABEL (heading), TRUE);
  gtk_widget_set_hexpand (heading, TRUE);
  gtk_widget_add_css_class (heading, "heading");
  self->line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_set_layout_manager (self->line, g_object_new (MOPT_TYPE_ROW_LAYOUT, NULL));
  gtk_box_append (GTK_BOX (self->line), heading);
  gtk_box_append (GTK_BOX (self), self->line);
  return GTK_WIDGET (self);
}

static void
mopt_section_head_dispose (GObject *object)
{
  g_clear_object (&MOPT_SECTION_HEAD (object)->account);
  G_OBJECT_CLASS (mopt_section_head_parent_class)->dispose (object);
}

static void
mopt_section_head_class_init (MoptSectionHeadClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mopt_section_head_dispose;
}

static void
mopt_section_head_init (MoptSectionHead *self)
{
}
