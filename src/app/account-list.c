/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/accessible-names.h"
#include "app/account-filter.h"
#include "app/account-list.h"
#include "app/account-row.h"
#include "app/application.h"
#include "app/row-growth.h"
#include "store/secrets-pending.h"

struct _MoptAccountList
{
  GtkWidget parent_instance;

  GtkStack *stack;
  GtkListView *view;
  GtkPopover *menu; /* of a row; NULL until there was one */

  MoptAccounts *accounts;
  GtkFilterListModel *found;
  MoptRowGrowth *growth; /* of the found ones */
  GtkSingleSelection *selection;
  MoptAccountFilter *filter;
  char *search;          /* to be applied once the rows are few; NULL: none */
  MoptAccount *selected; /* before these went; nullable */
  GHashTable *stored;    /* keys of all stored passwords; NULL: not known */
  guint refreshing;      /* the idle that refreshes all rows; 0: none */
  guint n_asked;         /* answers of the keyring that are still to come */
  guint n_accounts;
};

G_DEFINE_FINAL_TYPE (MoptAccountList, mopt_account_list, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_SELECTED,
  PROP_N_ACCOUNTS,
  N_PROPS
};

enum
{
  ACTIVATED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

/* The other pages are made when they are needed first: most people never see them. */
static void
show_page (MoptAccountList *self, const char *name)
{
  if (gtk_stack_get_child_by_name (self->stack, name) == NULL)
    {
      g_autofree char *path = g_strconcat (MOPT_RESOURCES, name, ".ui", NULL);
      g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (path);

      gtk_stack_add_named (self->stack, GTK_WIDGET (gtk_builder_get_object (builder, "page")), name);
      mopt_mend_accessible_names (GTK_WIDGET (gtk_builder_get_object (builder, "page")));
    }
  gtk_stack_set_visible_child_name (self->stack, name);
}

static void
update_page (MoptAccountList *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->accounts));

  if (n == 0 && mopt_accounts_is_loading (self->accounts))
    show_page (self, "list"); /* nothing can be said yet */
  else if (n == 0 && !mopt_accounts_is_loaded (self->accounts))
    show_page (self, "unreadable-page");
  else if (n == 0)
    show_page (self, "empty-page");
  else if (g_list_model_get_n_items (G_LIST_MODEL (self->found)) == 0)
    show_page (self, "none-found-page");
  else
    show_page (self, "list");
  if (n != self->n_accounts)
    {
      self->n_accounts = n;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_ACCOUNTS]);
    }
}

MoptAccount *
mopt_account_list_get_selected (MoptAccountList *self)
{
  g_return_val_if_fail (MOPT_IS_ACCOUNT_LIST (self), NULL);

  return self->selection != NULL ? gtk_single_selection_get_selected_item (self->selection) : NULL;
}

/* FALSE: it is not among those that are shown. */
static gboolean
select_shown (MoptAccountList *self, MoptAccount *account)
{
  GListModel *model = G_LIST_MODEL (self->selection);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (MoptAccount) item = g_list_model_get_item (model, i);

      if (item != account)
        continue;
      gtk_single_selection_set_selected (self->selection, i);
      gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u", i);
      return TRUE;
    }
  return FALSE;
}

void
mopt_account_list_select (MoptAccountList *self, MoptAccount *account)
{
  g_return_if_fail (MOPT_IS_ACCOUNT_LIST (self));

  /* it may be among those to come */
  if (!select_shown (self, account) && mopt_row_growth_finish (self->growth))
    select_shown (self, account);
}

void
mopt_account_list_refresh (MoptAccountList *self)
{
  g_return_if_fail (MOPT_IS_ACCOUNT_LIST (self));

  update_page (self);
  for (GtkWidget *item = gtk_widget_get_first_child (GTK_WIDGET (self->view)); item != NULL;
       item = gtk_widget_get_next_sibling (item))
    {
      GtkWidget *row = gtk_widget_get_first_child (item);

      if (!MOPT_IS_ACCOUNT_ROW (row))
        continue;
      mopt_account_row_set_stored (MOPT_ACCOUNT_ROW (row), self->stored);
      mopt_account_row_refresh (MOPT_ACCOUNT_ROW (row));
    }
}

static gboolean
on_refresh (gpointer user_data)
{
  MoptAccountList *self = user_data;

  self->refreshing = 0;
  mopt_account_list_refresh (self);
  return G_SOURCE_REMOVE;
}

/* Once before the next frame, however much has changed. */
static void
queue_refresh (MoptAccountList *self)
{
  if (self->refreshing == 0)
    self->refreshing = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_refresh, self, NULL);
}

static void
on_stored_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptAccountList) self = user_data;
  g_autoptr (GHashTable) stored = mopt_secrets_list_finish (result, NULL);

  if (self->selection == NULL || --self->n_asked > 0)
    return; /* the list has gone, or asks again */
  /* where there is no keyring the dialog says so; here nothing is missing that we know of */
  g_clear_pointer (&self->stored, g_hash_table_unref);
  self->stored = g_steal_pointer (&stored);
  queue_refresh (self);
}

void
mopt_account_list_look_for_passwords (MoptAccountList *self)
{
  g_return_if_fail (MOPT_IS_ACCOUNT_LIST (self));

  self->n_asked++;
  mopt_secrets_list_async (NULL, on_stored_listed, g_object_ref (self));
}

GHashTable *
mopt_account_list_get_stored (MoptAccountList *self)
{
  g_return_val_if_fail (MOPT_IS_ACCOUNT_LIST (self), NULL);

  return self->stored;
}

static void
on_activate (GtkListView *view, guint position, MoptAccountList *self)
{
  g_autoptr (MoptAccount) account = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  g_signal_emit (self, signals[ACTIVATED], 0, account);
}

/* The menu of the selected row, at @place in the view's coordinates. There is one, which goes with the list: dropped
 * when it closes, it would go before the chosen action comes, and after a list that closes with its menu open. */
static void
popup_menu (MoptAccountList *self, const GdkRectangle *place)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (MOPT_RESOURCES "menus.ui");
  MoptAccount *account = mopt_account_list_get_selected (self);
  const char *name = mopt_account_is_personal (account) || mopt_account_is_publishing (account) ? "account"
                                                                                                : "published-account";
  GMenuModel *model = G_MENU_MODEL (gtk_builder_get_object (builder, name));

  if (self->menu == NULL)
    {
      self->menu = GTK_POPOVER (gtk_popover_menu_new_from_model (NULL));
      gtk_popover_set_has_arrow (self->menu, FALSE);
      gtk_widget_set_halign (GTK_WIDGET (self->menu), GTK_ALIGN_START);
      g_signal_connect_swapped (self->menu, "closed", G_CALLBACK (gtk_widget_grab_focus), self);
      gtk_widget_set_parent (GTK_WIDGET (self->menu), GTK_WIDGET (self->view));
    }
  gtk_popover_menu_set_menu_model (GTK_POPOVER_MENU (self->menu), model);
  gtk_popover_set_pointing_to (self->menu, place);
  gtk_popover_popup (self->menu);
}

/* The row that holds the focus, in the view's coordinates; FALSE if there is none. */
static gboolean
focused_row (MoptAccountList *self, GdkRectangle *place)
{
  GtkWidget *item = gtk_widget_get_focus_child (GTK_WIDGET (self->view));
  graphene_rect_t bounds;

  if (item == NULL || !gtk_widget_compute_bounds (item, GTK_WIDGET (self->view), &bounds))
    return FALSE;
  *place = (GdkRectangle){ bounds.origin.x + bounds.size.width / 2, bounds.origin.y + bounds.size.height / 2, 1, 1 };
  return TRUE;
}

static void
on_menu_key (GtkWidget *widget, const char *action, GVariant *parameter)
{
  MoptAccountList *self = MOPT_ACCOUNT_LIST (widget);
  GdkRectangle place;

  if (mopt_account_list_get_selected (self) != NULL && focused_row (self, &place))
    popup_menu (self, &place);
}

static void
on_secondary_press (GtkGestureClick *gesture, int n_press, double x, double y, MoptAccountList *self)
{
  GtkWidget *row = gtk_widget_pick (GTK_WIDGET (self->view), x, y, GTK_PICK_DEFAULT);
  GdkRectangle place = { x, y, 1, 1 };

  row = row != NULL && !MOPT_IS_ACCOUNT_ROW (row) ? gtk_widget_get_ancestor (row, MOPT_TYPE_ACCOUNT_ROW) : row;
  if (row == NULL)
    return;
  mopt_account_list_select (self, mopt_account_row_get_account (MOPT_ACCOUNT_ROW (row)));
  popup_menu (self, &place);
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, MoptAccountList *self)
{
  gtk_list_item_set_child (item, mopt_account_row_new (self->accounts));
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, MoptAccountList *self)
{
  mopt_account_row_set_stored (MOPT_ACCOUNT_ROW (gtk_list_item_get_child (item)), self->stored);
  mopt_account_row_set_account (MOPT_ACCOUNT_ROW (gtk_list_item_get_child (item)), gtk_list_item_get_item (item));
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *item, MoptAccountList *self)
{
  mopt_account_row_set_account (MOPT_ACCOUNT_ROW (gtk_list_item_get_child (item)), NULL);
}

static void
on_selected (MoptAccountList *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED]);
}

void
mopt_account_list_set_accounts (MoptAccountList *self, MoptAccounts *accounts)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  g_return_if_fail (MOPT_IS_ACCOUNT_LIST (self) && self->accounts == NULL);

  self->accounts = g_object_ref (accounts);
  self->filter = MOPT_ACCOUNT_FILTER (mopt_account_filter_new ());
  self->found
      = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (accounts)), g_object_ref (GTK_FILTER (self->filter)));
  self->growth = mopt_row_growth_new (GTK_WIDGET (self->view), g_object_ref (G_LIST_MODEL (self->found)));
  self->selection = gtk_single_selection_new (g_object_ref (mopt_row_growth_get_shown (self->growth)));
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), self);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), self);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (on_selected), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (accounts, "notify", G_CALLBACK (queue_refresh), self, G_CONNECT_SWAPPED);
  /* an account may be another one by now, whose passwords are to follow */
  g_signal_connect_object (accounts, "announced", G_CALLBACK (mopt_account_list_look_for_passwords), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (accounts, "items-changed", G_CALLBACK (update_page), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (self->found, "items-changed", G_CALLBACK (update_page), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  gtk_list_view_set_factory (self->view, factory);
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));
  update_page (self);
}

void
mopt_account_list_show_all (MoptAccountList *self)
{
  g_return_if_fail (MOPT_IS_ACCOUNT_LIST (self));

  mopt_row_growth_start (self->growth);
}

/* Who has selected one of the first that are found keeps it; else it is the first one, which is seen. Without a search
 * it is kept wherever it is. */
static void
on_few_rows (gpointer user_data)
{
  MoptAccountList *self = user_data;
  g_autofree char *text = g_steal_pointer (&self->search);
  g_autoptr (MoptAccount) selected = g_steal_pointer (&self->selected);

  mopt_account_filter_set_text (self->filter, text);
  update_page (self);
  if (gtk_filter_get_strictness (GTK_FILTER (self->filter)) == GTK_FILTER_MATCH_ALL && selected != NULL)
    mopt_account_list_select (self, selected);
  else if (!select_shown (self, selected))
    gtk_single_selection_set_selected (self->selection, 0);
}

void
mopt_account_list_set_search (MoptAccountList *self, const char *text)
{
  g_return_if_fail (MOPT_IS_ACCOUNT_LIST (self) && self->accounts != NULL);

  if (self->search == NULL)
    g_set_object (&self->selected, mopt_account_list_get_selected (self));
  g_free (self->search);
  self->search = g_strdup (text);
  mopt_row_growth_shrink (self->growth, on_few_rows, self);
}

static gboolean
mopt_account_list_grab_focus (GtkWidget *widget)
{
  MoptAccountList *self = MOPT_ACCOUNT_LIST (widget);
  MoptAccount *selected = mopt_account_list_get_selected (self);

  /* the view itself would take the focus where no row had it before */
  for (GtkWidget *item = gtk_widget_get_first_child (GTK_WIDGET (self->view)); item != NULL;
       item = gtk_widget_get_next_sibling (item))
    {
      GtkWidget *row = gtk_widget_get_first_child (item);

      if (MOPT_IS_ACCOUNT_ROW (row) && mopt_account_row_get_account (MOPT_ACCOUNT_ROW (row)) == selected)
        return gtk_widget_grab_focus (item);
    }
  return gtk_widget_child_focus (GTK_WIDGET (self->stack), GTK_DIR_TAB_FORWARD);
}

/* Tab leaves the list: GtkListView would take as many presses as there are accounts. */
static gboolean
mopt_account_list_focus (GtkWidget *widget, GtkDirectionType direction)
{
  MoptAccountList *self = MOPT_ACCOUNT_LIST (widget);
  gboolean is_tab = direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_TAB_BACKWARD;

  if (!is_tab || g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "list") != 0)
    return GTK_WIDGET_CLASS (mopt_account_list_parent_class)->focus (widget, direction);
  if (gtk_widget_get_focus_child (widget) != NULL)
    return FALSE;
  return gtk_widget_grab_focus (widget);
}

static void
mopt_account_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MoptAccountList *self = MOPT_ACCOUNT_LIST (object);

  if (id == PROP_SELECTED)
    g_value_set_object (value, mopt_account_list_get_selected (self));
  else if (id == PROP_N_ACCOUNTS)
    g_value_set_uint (value, self->n_accounts);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
mopt_account_list_dispose (GObject *object)
{
  MoptAccountList *self = MOPT_ACCOUNT_LIST (object);

  g_clear_pointer (&self->stored, g_hash_table_unref);
  g_clear_handle_id (&self->refreshing, g_source_remove);
  g_clear_pointer (&self->growth, mopt_row_growth_free);
  g_clear_pointer (&self->search, g_free);
  g_clear_object (&self->selected);
  g_clear_pointer ((GtkWidget **) &self->menu, gtk_widget_unparent);
  g_clear_pointer ((GtkWidget **) &self->stack, gtk_widget_unparent);
  g_clear_object (&self->selection);
  g_clear_object (&self->found);
  g_clear_object (&self->filter);
  g_clear_object (&self->accounts);
  G_OBJECT_CLASS (mopt_account_list_parent_class)->dispose (object);
}

static void
mopt_account_list_class_init (MoptAccountListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mopt_account_list_dispose;
  G_OBJECT_CLASS (klass)->get_property = mopt_account_list_get_property;
  widget_class->focus = mopt_account_list_focus;
  widget_class->grab_focus = mopt_account_list_grab_focus;
  properties[PROP_SELECTED]
      = g_param_spec_object ("selected", NULL, NULL, MOPT_TYPE_ACCOUNT, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_N_ACCOUNTS]
      = g_param_spec_uint ("n-accounts", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
  signals[ACTIVATED] = g_signal_new ("activated", MOPT_TYPE_ACCOUNT_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, MOPT_TYPE_ACCOUNT);

  gtk_widget_class_set_template_from_resource (widget_class, MOPT_RESOURCES "account-list.ui");
  gtk_widget_class_bind_template_child (widget_class, MoptAccountList, stack);
  gtk_widget_class_bind_template_child (widget_class, MoptAccountList, view);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_secondary_press);
  gtk_widget_class_install_action (widget_class, "accounts.menu", NULL, on_menu_key);
}

static void
mopt_account_list_init (MoptAccountList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
