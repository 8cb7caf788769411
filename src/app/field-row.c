/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/field-editor.h"
#include "app/field-row.h"
#include "app/row-layout.h"
#include "app/row-notes.h"

#define INDENT 26 /* px: the text of a check button begins here */

typedef struct
{
  char *field;
  char *also;
  char *label;
  char *value;
  char *needs;
  char *description;
  gboolean indented;

  MoptAccount *account; /* owned; NULL until bound */
  GtkWidget *start;     /* the label; NULL where the editor has it itself */
  GtkWidget *editor;
  GtkWidget *target;
  GtkWidget *text;       /* made when it is locked for the first time */
  GtkSizeGroup *editors; /* owned; NULL until aligned */
  MoptRowNotes *notes;   /* below the editor */

  gboolean locked;
  gboolean touched;
} MoptFieldRowPrivate;

G_DEFINE_TYPE_WITH_PRIVATE (MoptFieldRow, mopt_field_row, GTK_TYPE_WIDGET)

#define PRIVATE(self) ((MoptFieldRowPrivate *) mopt_field_row_get_instance_private (self))

enum
{
  PROP_FIELD = 1,
  PROP_ALSO,
  PROP_LABEL,
  PROP_VALUE,
  PROP_NEEDS,
  PROP_INDENTED,
  N_PROPS
};

static GParamSpec *props[N_PROPS];
static guint left_signal, typed_signal;

/* The other radio button of the field, if it stands above in the same section. */
static GtkCheckButton *
find_group (MoptFieldRow *self)
{
  MoptFieldRowPrivate *priv = PRIVATE (self);

  for (GtkWidget *w = gtk_widget_get_prev_sibling (GTK_WIDGET (self)); w != NULL; w = gtk_widget_get_prev_sibling (w))
    if (MOPT_IS_FIELD_ROW (w) && g_strcmp0 (PRIVATE (MOPT_FIELD_ROW (w))->field, priv->field) == 0)
      return GTK_CHECK_BUTTON (PRIVATE (MOPT_FIELD_ROW (w))->target);
  return NULL;
}

static void
update_choice_hint (MoptFieldRow *self)
{
  MoptFieldRowPrivate *priv = PRIVATE (self);
  MoptField field = mopt_field_by_name (priv->field);

  if (field == MOPT_FIELD_NONE || mopt_field_info (field)->type != MOPT_TYPE_CHOICE || priv->value != NULL)
    return;
  const MoptChoice *choice
      = mopt_field_choice (field, mopt_account_get_kind (priv->account), mopt_account_get (priv->account, field));
  if (choice != NULL && choice->hint != NULL)
    mopt_field_row_set_hint (self, _ (choice->hint), choice->warns);
  else
    mopt_field_row_set_hint (self, NULL, FALSE);
}

static void
mopt_field_row_real_bind (MoptFieldRow *self, MoptAccount *account)
{
  MoptFieldRowPrivate *priv = PRIVATE (self);
  GtkCheckButton *group = priv->value != NULL ? find_group (self) : NULL;
  GtkWidget *editor = mopt_field_editor_new (account, priv->field, priv->label, priv->value, group);

  if (mopt_field_editor_is_check (editor))
    mopt_field_row_set_start (self, NULL);
  mopt_field_row_set_editor (self, editor, editor);
  update_choice_hint (self);
}

static char *
mopt_field_row_real_describe (MoptFieldRow *self)
{
  MoptFieldRowPrivate *priv = PRIVATE (self);
  MoptField field = mopt_field_by_name (priv->field);
  g_autofree char *text = NULL, *label = mopt_label_strip (priv->label);

  g_object_get (priv->account, priv->field, &text, NULL);
  if (*text == '\0')
    return g_strdup (_ ("not set"));
  if (field == MOPT_FIELD_NONE)
    return g_steal_pointer (&text);
  if (mopt_field_info (field)->type == MOPT_TYPE_BOOLEAN)
    return g_strdup_printf (_ ("%s: %s"), label, g_str_equal (text, "true") ? _ ("yes") : _ ("no"));
  if (priv->value != NULL) /* one of several, which have no question of their own that "yes" would answer */
    return g_str_equal (text, priv->value) ? g_steal_pointer (&label)
                                           : g_strdup_printf (_ ("%s: %s"), label, _ ("not chosen"));

  const MoptChoice *choice = mopt_field_choice (field, mopt_account_get_kind (priv->account), text);
  return choice != NULL ? g_strdup (_ (choice->label)) : g_steal_pointer (&text);
}

/* --- the row --------------------------------------------------------------------------------------------------- */

static void
describe_target (MoptFieldRow *self)
{
  MoptFieldRowPrivate *priv = PRIVATE (self);
  const char *words = mopt_row_notes_get_words (priv->notes);

  if (priv->target == NULL)
    return;
  if (words == NULL)
    words = priv->description != NULL ? priv->description : "";
  gtk_accessible_update_property (GTK_ACCESSIBLE (priv->target), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
  gtk_accessible_update_state (GTK_ACCESSIBLE (priv->target), GTK_ACCESSIBLE_STATE_INVALID,
                               mopt_row_notes_get_problem (priv->notes) != NULL ? GTK_ACCESSIBLE_INVALID_TRUE
                                                                                : GTK_ACCESSIBLE_INVALID_FALSE,
                               -1);
}

static void
update_text (MoptFieldRow *self)
{
  MoptFieldRowPrivate *priv = PRIVATE (self);

  if (priv->text == NULL || !priv->locked)
    return;
  g_autofree char *text = MOPT_FIELD_ROW_GET_CLASS (self)->describe (self);
  gtk_label_set_label (GTK_LABEL (priv->text), text);
  if (priv->start == NULL) /* the words of the check button and its state are one sentence, by ear, too */
    gtk_accessible_update_property (GTK_ACCESSIBLE (priv->text), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void
on_notify (MoptAccount *account, GParamSpec *pspec, MoptFieldRow *self)
{
  MoptFieldRowPrivate *priv = PRIVATE (self);

  if (!mopt_field_row_shows (self, pspec->name))
    return;
  priv->touched = TRUE;
  update_text (self);
  update_choice_hint (self);
}

void
mopt_field_row_bind (MoptFieldRow *self, MoptAccount *account)
{
  MoptFieldRowPrivate *priv = PRIVATE (self);

  g_return_if_fail (priv->account == NULL && priv->label != NULL);

  priv->account = g_object_ref (account);
  MOPT_FIELD_ROW_GET_CLASS (self)->bind (self, account);
  g_signal_connect_object (account, "notify", G_CALLBACK (on_notify), self, 0);
}

static void
on_typed (GtkEditable *editable, MoptFieldRow *self)
{
  g_signal_emit (self, typed_signal, 0, gtk_editable_get_text (editable));
}

void
mopt_field_row_set_editor (MoptFieldRow *self, GtkWidget *editor, GtkWidget *target)
{
  MoptFieldRowPrivate *priv = PRIVATE (self);

  priv->editor = editor;
  priv->target = target;
  gtk_widget_insert_before (editor, GTK_WIDGET (self), GTK_WIDGET (priv->notes));
  if (GTK_IS_LABEL (priv->start))
    gtk_label_set_mnemonic_widget (GTK_LABEL (priv->start), target);
  if (GTK_IS_ENTRY (target))
    g_signal_connect (target, "changed", G_CALLBACK (on_typed), self);
  describe_target (self);
}

void
mopt_field_row_set_start (MoptFieldRow *self, GtkWidget *start)
{
  MoptFieldRowPrivate *priv = PRIVATE (self);

  g_clear_pointer (&priv->start, gtk_widget_unparent);
  priv->start = start;
  if (start != NULL)
    {
      gtk_widget_insert_after (start, GTK_WIDGET (self), NULL);
      return;
    }
  /* the editor has the whole width: one thing below the other */
  gtk_widget_set_layout_manager (GTK_WIDGET (self), gtk_box_layout_new (GTK_ORIENTATION_VERTICAL));
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))), 3);
  gtk_widget_set_margin_start (GTK_WIDGET (priv->notes), INDENT);
  if (priv->indented)
    gtk_widget_set_margin_start (GTK_WIDGET (self), INDENT);
}

void
mopt_field_row_add_below (MoptFieldRow *self, GtkWidget *child)
{
  mopt_row_notes_add (PRIVATE (self)->notes, child);
}

void
mopt_field_row_add_action (MoptFieldRow *self, GtkWidget *button)
{
  mopt_row_notes_add_action (PRIVATE (self)->notes, button);
}

void
mopt_field_row_align (MoptFieldRow *self, GtkSizeGroup *labels, GtkSizeGroup *editors)
{
  MoptFieldRowPrivate *priv = PRIVATE (self);

  if (priv->start == NULL)
    return;
  gtk_size_group_add_widget (labels, priv->start);
  gtk_size_group_add_widget (editors, priv->editor);
  g_set_object (&priv->editors, editors);
  if (priv->text != NULL)
    gtk_size_group_add_widget (editors, priv->text);
}

static void
mopt_field_row_real_set_locked (MoptFieldRow *self, gboolean locked)
{
  MoptFieldRowPrivate *priv = PRIVATE (self);

  if (priv->locked == locked)
    return;
  priv->locked = locked;
  if (priv->text == NULL)
    {
      priv->text = mopt_text_new (priv->label);
      gtk_widget_insert_after (priv->text, GTK_WIDGET (self), priv->editor);
      if (priv->editors != NULL) /* it stands where an editor would */
        gtk_size_group_add_widget (priv->editors, priv->text);
    }
  if (locked) /* what stands below does not move */
    {
      int height;

      gtk_widget_measure (priv->editor, GTK_ORIENTATION_VERTICAL, -1, NULL, &height, NULL, NULL);
      gtk_widget_set_size_request (priv->text, -1, height);
    }
  GtkWidget *hides = locked ? priv->editor : priv->text;
  gboolean has_focus = (gtk_widget_get_state_flags (hides) & GTK_STATE_FLAG_FOCUS_WITHIN) != 0;
  gtk_widget_set_visible (priv->editor, !locked);
  gtk_widget_set_visible (priv->text, locked);
  if (has_focus) /* who was there stays there */
    gtk_widget_grab_focus (GTK_WIDGET (self));
  if (GTK_IS_LABEL (priv->start))
    gtk_label_set_mnemonic_widget (GTK_LABEL (priv->start), locked ? priv->text : priv->target);
  else if (priv->start != NULL)
    gtk_widget_set_sensitive (priv->start, !locked);
  update_text (self);
}

void
mopt_field_row_set_locked (MoptFieldRow *self, gboolean locked)
{
  MOPT_FIELD_ROW_GET_CLASS (self)->set_locked (self, locked);
}

void
mopt_field_row_set_problem (MoptFieldRow *self, const char *problem)
{
  MoptFieldRowPrivate *priv = PRIVATE (self);

  mopt_row_notes_set_problem (priv->notes, problem);
  if (problem != NULL)
    gtk_widget_add_css_class (priv->target, "error");
  else
    gtk_widget_remove_css_class (priv->target, "error");
  describe_target (self);
}

const char *
mopt_field_row_get_problem (MoptFieldRow *self)
{
  return mopt_row_notes_get_problem (PRIVATE (self)->notes);
}

void
mopt_field_row_set_hint (MoptFieldRow *self, const char *hint, gboolean warns)
{
  mopt_row_notes_set_hint (PRIVATE (self)->notes, hint, warns);
  describe_target (self);
}

void
mopt_field_row_set_description (MoptFieldRow *self, const char *description)
{
  MoptFieldRowPrivate *priv = PRIVATE (self);

  g_free (priv->description);
  priv->description = g_strdup (description);
  describe_target (self);
}

gboolean
mopt_field_row_is_touched (MoptFieldRow *self)
{
  return PRIVATE (self)->touched;
}

MoptAccount *
mopt_field_row_get_account (MoptFieldRow *self)
{
  return PRIVATE (self)->account;
}

const char *
mopt_field_row_get_field (MoptFieldRow *self)
{
  return PRIVATE (self)->field;
}

const char *
mopt_field_row_get_value (MoptFieldRow *self)
{
  return PRIVATE (self)->value;
}

const char *
mopt_field_row_get_label (MoptFieldRow *self)
{
  return PRIVATE (self)->label;
}

char *
mopt_field_row_dup_label (MoptFieldRow *self)
{
  return mopt_label_strip (PRIVATE (self)->label);
}

gboolean
mopt_field_row_shows (MoptFieldRow *self, const char *property)
{
  MoptFieldRowPrivate *priv = PRIVATE (self);

  g_auto (GStrv) also = g_strsplit (priv->also != NULL ? priv->also : "", " ", -1);

  return g_strcmp0 (priv->field, property) == 0 || g_strv_contains ((const char *const *) also, property);
}

const char *
mopt_field_row_get_needs (MoptFieldRow *self)
{
  return PRIVATE (self)->needs;
}

/* --- the widget ------------------------------------------------------------------------------------------------- */

static void
on_leave (GtkEventControllerFocus *controller, MoptFieldRow *self)
{
  g_signal_emit (self, left_signal, 0);
}

static gboolean
mopt_field_row_grab_focus (GtkWidget *widget)
{
  MoptFieldRowPrivate *priv = PRIVATE (MOPT_FIELD_ROW (widget));
  GtkWidget *target = priv->locked ? priv->text : priv->target;

  return target != NULL && gtk_widget_grab_focus (target);
}

static void
mopt_field_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MoptFieldRowPrivate *priv = PRIVATE (MOPT_FIELD_ROW (object));
  char **texts[] = { [PROP_FIELD] = &priv->field,
                     [PROP_ALSO] = &priv->also,
                     [PROP_LABEL] = &priv->label,
                     [PROP_VALUE] = &priv->value,
                     [PROP_NEEDS] = &priv->needs };

  if (id == PROP_INDENTED)
    {
      priv->indented = g_value_get_boolean (value);
      if (priv->start != NULL)
        gtk_widget_set_margin_start (priv->start, priv->indented ? INDENT : 0);
      return;
    }
  g_free (*texts[id]);
  *texts[id] = g_value_dup_string (value);
  if (id == PROP_LABEL && GTK_IS_LABEL (priv->start))
    gtk_label_set_text_with_mnemonic (GTK_LABEL (priv->start), priv->label);
}

/* Only "needs" can be read: GObject notifies nobody of properties that cannot. */
static void
mopt_field_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_string (value, PRIVATE (MOPT_FIELD_ROW (object))->needs);
}

static void
mopt_field_row_dispose (GObject *object)
{
  MoptFieldRowPrivate *priv = PRIVATE (MOPT_FIELD_ROW (object));
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&priv->account);
  g_clear_object (&priv->editors);
  G_OBJECT_CLASS (mopt_field_row_parent_class)->dispose (object);
}

static void
mopt_field_row_finalize (GObject *object)
{
  MoptFieldRowPrivate *priv = PRIVATE (MOPT_FIELD_ROW (object));

  g_free (priv->field);
  g_free (priv->also);
  g_free (priv->label);
  g_free (priv->value);
  g_free (priv->needs);
  g_free (priv->description);
  G_OBJECT_CLASS (mopt_field_row_parent_class)->finalize (object);
}

static void
mopt_field_row_class_init (MoptFieldRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  static const char *const names[] = {
    [PROP_FIELD] = "field", [PROP_ALSO] = "also", [PROP_LABEL] = "label", [PROP_VALUE] = "value", [PROP_NEEDS] = "needs"
  };

  object_class->set_property = mopt_field_row_set_property;
  object_class->get_property = mopt_field_row_get_property;
  object_class->dispose = mopt_field_row_dispose;
  object_class->finalize = mopt_field_row_finalize;
  widget_class->grab_focus = mopt_field_row_grab_focus;
  klass->bind = mopt_field_row_real_bind;
  klass->describe = mopt_field_row_real_describe;
  klass->set_locked = mopt_field_row_real_set_locked;

  for (guint i = PROP_FIELD; i <= PROP_NEEDS; i++)
    {
      GParamFlags flags = i == PROP_NEEDS ? G_PARAM_READWRITE : G_PARAM_WRITABLE;

      props[i] = g_param_spec_string (names[i], NULL, NULL, NULL, flags | G_PARAM_STATIC_STRINGS);
    }
  props[PROP_INDENTED]
      = g_param_spec_boolean ("indented", NULL, NULL, FALSE, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  typed_signal = g_signal_new ("typed", MOPT_TYPE_FIELD_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                               G_TYPE_STRING);
  left_signal = g_signal_new ("left", MOPT_TYPE_FIELD_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_css_name (widget_class, "row-of-field");
  gtk_widget_class_set_layout_manager_type (widget_class, MOPT_TYPE_ROW_LAYOUT);
}

static void
mopt_field_row_init (MoptFieldRow *self)
{
  MoptFieldRowPrivate *priv = PRIVATE (self);
  GtkEventController *focus = gtk_event_controller_focus_new ();

  priv->start = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (priv->start), 0);
  gtk_label_set_wrap (GTK_LABEL (priv->start), TRUE);
  gtk_widget_set_valign (priv->start, GTK_ALIGN_BASELINE);
  gtk_widget_set_parent (priv->start, GTK_WIDGET (self));

  priv->notes = MOPT_ROW_NOTES (mopt_row_notes_new ());
  gtk_widget_set_parent (GTK_WIDGET (priv->notes), GTK_WIDGET (self));

  g_signal_connect (focus, "leave", G_CALLBACK (on_leave), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
}
