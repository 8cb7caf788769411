/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/account-pages.h"
#include "app/address-list.h"
#include "app/application.h"
#include "app/availability.h"
#include "app/conversation-preview.h"
#include "app/host-row.h"
#include "app/mailbox-row.h"
#include "app/name-row.h"
#include "app/page-tab.h"
#include "app/port-row.h"
#include "app/section-box.h"
#include "app/security-row.h"
#include "app/wrap-layout.h"
#include "model/from-policy.h"
#include "model/validate.h"

struct _MoptAccountPages
{
  GtkWidget parent_instance;

  GtkNotebook *notebook;
  MoptAccounts *accounts;
  MoptAccount *draft;
  MoptAvailability *availability; /* while publishing, else NULL */
  GPtrArray *rows;                /* of MoptFieldRow, in the order of the pages; not owned */
  MoptListProblems more;
  gpointer more_data;
};

G_DEFINE_FINAL_TYPE (MoptAccountPages, mopt_account_pages, GTK_TYPE_WIDGET)

static const struct
{
  const char *resource;
  const char *label;
} pages[] = {
  { "incoming-page.ui", N_ ("_Incoming Server") },
  { "outgoing-page.ui", N_ ("_Outgoing Server") },
  { "options-page.ui", N_ ("O_ptions") },
};

static gboolean
may_mend (MoptAccountPages *self, const MoptProblem *problem)
{
  MoptField field = mopt_field_by_name (problem->property);

  return field != MOPT_FIELD_NONE ? mopt_account_may_edit (self->draft, mopt_field_info (field)->section)
                                  : mopt_account_may_rename (self->draft);
}

static GPtrArray *
list_problems (MoptAccountPages *self)
{
  GPtrArray *problems = mopt_validate_account (self->draft, G_LIST_MODEL (self->accounts));

  /* what only the publisher can mend does not hinder OK */
  for (guint i = problems->len; i > 0; i--)
    if (!may_mend (self, problems->pdata[i - 1]))
      g_ptr_array_remove_index (problems, i - 1);
  if (self->more != NULL)
    g_ptr_array_extend_and_steal (problems, self->more (self->more_data));
  return problems;
}

static const MoptProblem *
find_problem (GPtrArray *problems, MoptFieldRow *row)
{
  for (guint i = 0; i < problems->len; i++)
    if (mopt_field_row_shows (row, ((MoptProblem *) problems->pdata[i])->property))
      return problems->pdata[i];
  return NULL;
}

static void
update_marks (MoptAccountPages *self)
{
  for (int i = 0; i < gtk_notebook_get_n_pages (self->notebook); i++)
    {
      GtkWidget *page = gtk_notebook_get_nth_page (self->notebook, i);
      gboolean has_problem = FALSE;

      for (guint k = 0; k < self->rows->len; k++)
        has_problem = has_problem
                      || (mopt_field_row_get_problem (self->rows->pdata[k]) != NULL
                          && gtk_widget_is_ancestor (self->rows->pdata[k], page));
      mopt_page_tab_set_problem (MOPT_PAGE_TAB (gtk_notebook_get_tab_label (self->notebook, page)), has_problem);
    }
}

/* Brings the rows up to date: those that show a problem, and @also (nullable); with @all every row. So a problem
 * goes as soon as it is mended, and none appears while somebody types. */
static void
update_problems (MoptAccountPages *self, MoptFieldRow *also, gboolean all)
{
  g_autoptr (GPtrArray) problems = list_problems (self);

  for (guint i = 0; i < self->rows->len; i++)
    {
      MoptFieldRow *row = self->rows->pdata[i];

      if (!all && row != also && mopt_field_row_get_problem (row) == NULL)
        continue;
      const MoptProblem *problem = find_problem (problems, row);
      mopt_field_row_set_problem (row, problem != NULL ? problem->error->message : NULL);
    }
  update_marks (self);
}

static void
on_left (MoptFieldRow *row, MoptAccountPages *self)
{
  if (self->draft != NULL && mopt_field_row_is_touched (row)) /* a closing window loses the focus, too */
    update_problems (self, row, FALSE);
}

void
mopt_account_pages_update (MoptAccountPages *self)
{
  update_problems (self, NULL, FALSE);
}

static int
page_of (MoptAccountPages *self, gpointer row)
{
  int page = 0;

  while (!gtk_widget_is_ancestor (row, gtk_notebook_get_nth_page (self->notebook, page)))
    page++;
  return page;
}

MoptFieldRow *
mopt_account_pages_find (MoptAccountPages *self, const char *property)
{
  MoptFieldRow *found = NULL;

  for (guint i = 0; i < self->rows->len; i++)
    if (mopt_field_row_shows (self->rows->pdata[i], property)
        && (found == NULL || page_of (self, self->rows->pdata[i]) == gtk_notebook_get_current_page (self->notebook)))
      found = self->rows->pdata[i];
  return found;
}

gboolean
mopt_account_pages_go_to (MoptAccountPages *self, const char *property)
{
  MoptFieldRow *row = mopt_account_pages_find (self, property);

  if (row == NULL && self->availability != NULL && mopt_term_by_name (property) != MOPT_TERM_NONE)
    {
      gtk_notebook_set_current_page (self->notebook, -1); /* the last one */
      return gtk_widget_child_focus (GTK_WIDGET (self->availability), GTK_DIR_TAB_FORWARD);
    }
  if (row == NULL)
    return FALSE;
  gtk_notebook_set_current_page (self->notebook, page_of (self, row));
  gtk_widget_grab_focus (GTK_WIDGET (row));
  return TRUE;
}

gboolean
mopt_account_pages_show_problems (MoptAccountPages *self)
{
  update_problems (self, NULL, TRUE);

  g_autoptr (GPtrArray) problems = list_problems (self);
  if (problems->len > 0)
    mopt_account_pages_go_to (self, ((MoptProblem *) problems->pdata[0])->property);
  else if (self->availability != NULL && !mopt_availability_check (self->availability))
    gtk_notebook_set_current_page (self->notebook, -1); /* the last one */
  else
    return FALSE;
  return TRUE;
}

void
mopt_account_pages_set_more_problems (MoptAccountPages *self, MoptListProblems func, gpointer data)
{
  self->more = func;
  self->more_data = data;
}

/* --- hints that need more than the row's own field -----------------------------------------------------------------
 */

static void
on_own_address (MoptAccountPages *self)
{
  const char *address = mopt_accounts_get_own_address (self->accounts);
  g_autofree char *why_not = mopt_from_policy_explain_own (self->draft, address);

  mopt_field_row_set_hint (mopt_account_pages_find (self, "from-user-address"),
                           why_not != NULL    ? why_not
                           : *address != '\0' ? address
                                              : _ ("Not known yet: enter Your e-mail address in E-mail Options."),
                           why_not != NULL);
  g_object_set (mopt_account_pages_find (self, "from-legal"), "own-address", address, NULL);
}

/* Said in either case, marked while it is so. */
static void
on_arbitrary (MoptAccountPages *self)
{
  mopt_field_row_set_hint (mopt_account_pages_find (self, "from-arbitrary"),
                           _ ("Any address may be typed as sender. Many servers refuse such messages, and people "
                              "may be misled about who wrote to them."),
                           mopt_account_get_boolean (self->draft, MOPT_FIELD_FROM_ARBITRARY));
}

/* Binds the rows and sections below @widget to the draft, and takes note of the rows. */
static void
bind_rows (MoptAccountPages *self, GtkWidget *widget)
{
  if (MOPT_IS_SECTION_BOX (widget))
    mopt_section_box_bind (MOPT_SECTION_BOX (widget), self->draft);
  if (MOPT_IS_FIELD_ROW (widget))
    {
      if (mopt_field_row_get_account (MOPT_FIELD_ROW (widget)) == NULL)
        mopt_field_row_bind (MOPT_FIELD_ROW (widget), self->draft);
      g_ptr_array_add (self->rows, widget);
      g_signal_connect (widget, "left", G_CALLBACK (on_left), self);
      return;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    bind_rows (self, child);
}

/* For whom it is published, and on which terms. */
static void
add_availability (MoptAccountPages *self)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *viewport = gtk_viewport_new (NULL, NULL);
  gboolean id_is_given = mopt_accounts_get (self->accounts, mopt_account_get_id (self->draft)) != NULL;

  self->availability = MOPT_AVAILABILITY (mopt_availability_new (self->draft, id_is_given));
  gtk_widget_add_css_class (GTK_WIDGET (self->availability), "page");
  gtk_viewport_set_child (GTK_VIEWPORT (viewport), GTK_WIDGET (self->availability));
  gtk_viewport_set_scroll_to_focus (GTK_VIEWPORT (viewport), TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), viewport);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  mopt_page_tab_append (self->notebook, scrolled, _ ("A_vailability"));
}

/* On both pages. */
static void
say_how_to_name (MoptAccountPages *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    if (mopt_field_row_shows (self->rows->pdata[i], "name"))
      mopt_field_row_set_hint (self->rows->pdata[i],
                               _ ("What users read. Give one that is for tests a name such as MyDevAccount."), FALSE);
}

/* Rows that need what was typed as a password. */
static void
connect_rows (MoptAccountPages *self)
{
  MoptPasswordRow *incoming = MOPT_PASSWORD_ROW (mopt_account_pages_find (self, "incoming-password"));
  MoptPasswordRow *outgoing = MOPT_PASSWORD_ROW (mopt_account_pages_find (self, "outgoing-password"));

  mopt_password_row_set_incoming (outgoing, incoming);
  mopt_mailbox_row_set_password (MOPT_MAILBOX_ROW (mopt_account_pages_find (self, "incoming-mailbox")), incoming);
  mopt_address_list_set_passwords (MOPT_ADDRESS_LIST (mopt_account_pages_find (self, "from-legal")), incoming,
                                   outgoing);
}

void
mopt_account_pages_bind (MoptAccountPages *self, MoptAccounts *accounts, MoptAccount *draft)
{
  g_autoptr (GtkSizeGroup) labels = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
  g_autoptr (GtkSizeGroup) editors = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);

  self->accounts = g_object_ref (accounts);
  self->draft = g_object_ref (draft);

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      g_autofree char *path = g_strconcat (MOPT_RESOURCES, pages[i].resource, NULL);
      g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (path);
      GtkWidget *page = GTK_WIDGET (gtk_builder_get_object (builder, "page"));

      mopt_page_tab_append (self->notebook, page, _ (pages[i].label));
      bind_rows (self, page);
    }
  if (mopt_account_is_publishing (draft))
    {
      add_availability (self);
      say_how_to_name (self);
    }
  for (guint i = 0; i < self->rows->len; i++)
    mopt_field_row_align (self->rows->pdata[i], labels, editors);
  connect_rows (self);
  g_signal_connect_object (draft, "notify", G_CALLBACK (mopt_account_pages_update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (accounts, "notify::own-address", G_CALLBACK (on_own_address), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (draft, "notify::from-user-address", G_CALLBACK (on_own_address), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (draft, "rule-changed", G_CALLBACK (on_own_address), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (draft, "notify::from-arbitrary", G_CALLBACK (on_arbitrary), self, G_CONNECT_SWAPPED);
  on_own_address (self);
  on_arbitrary (self);
}

/* Of a page that is turned to from within the one before, the first field gets the focus; by GTK 4.8 alone it would be
 * the second: its GtkNotebook goes there, and so does the GtkStack inside of it. */
static void
on_switched (MoptAccountPages *self, GtkWidget *page)
{
  GtkRoot *root = gtk_widget_get_root (page);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (focus == NULL || !gtk_widget_is_ancestor (focus, page))
    return;
  gtk_root_set_focus (root, NULL);
  gtk_widget_child_focus (page, GTK_DIR_TAB_FORWARD);
}

static void
mopt_account_pages_dispose (GObject *object)
{
  MoptAccountPages *self = MOPT_ACCOUNT_PAGES (object);

  g_clear_object (&self->draft); /* NULL: going */
  g_clear_object (&self->accounts);
  g_clear_pointer ((GtkWidget **) &self->notebook, gtk_widget_unparent);
  G_OBJECT_CLASS (mopt_account_pages_parent_class)->dispose (object);
}

static void
mopt_account_pages_finalize (GObject *object)
{
  g_ptr_array_unref (MOPT_ACCOUNT_PAGES (object)->rows);
  G_OBJECT_CLASS (mopt_account_pages_parent_class)->finalize (object);
}

static void
mopt_account_pages_class_init (MoptAccountPagesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mopt_account_pages_dispose;
  G_OBJECT_CLASS (klass)->finalize = mopt_account_pages_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  /* the pages name their types only in their .ui */
  for (const GType *type
       = (const GType[]){ MOPT_TYPE_ADDRESS_LIST, MOPT_TYPE_CONVERSATION_PREVIEW, MOPT_TYPE_FIELD_ROW,
                          MOPT_TYPE_HOST_ROW, MOPT_TYPE_MAILBOX_ROW, MOPT_TYPE_NAME_ROW, MOPT_TYPE_PASSWORD_ROW,
                          MOPT_TYPE_PORT_ROW, MOPT_TYPE_SECTION_BOX, MOPT_TYPE_SECURITY_ROW, MOPT_TYPE_WRAP_LAYOUT, 0 };
       *type != 0; type++)
    g_type_ensure (*type);
}

static void
mopt_account_pages_init (MoptAccountPages *self)
{
  self->rows = g_ptr_array_new ();
  self->notebook = GTK_NOTEBOOK (gtk_notebook_new ());
  gtk_notebook_set_scrollable (self->notebook, TRUE);
  gtk_notebook_set_show_border (self->notebook, FALSE);
  gtk_widget_set_parent (GTK_WIDGET (self->notebook), GTK_WIDGET (self));
  g_signal_connect_object (self->notebook, "switch-page", G_CALLBACK (on_switched), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
}
