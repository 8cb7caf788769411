/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines of the list of From addresses and what is done to them. No display is needed. */
#include "config.h"

#include "app/address-item.h"
#include "base/error.h"

typedef struct
{
  MoptAccount *account;
  GListStore *items;
  const char *own;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->account = mopt_account_new ("a", "imap");
  f->items = g_list_store_new (MOPT_TYPE_ADDRESS_ITEM);
  f->own = "alice@example.com";
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_object_unref (f->items);
  g_object_unref (f->account);
}

/* A line for each item: "+" in use, "-" not, "*" a pattern; the text; "!" the default. */
static char *
show (Fixture *f)
{
  GString *text = g_string_new (NULL);

  mopt_address_items_update (f->items, f->account, f->own);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (f->items)); i++)
    {
      g_autoptr (MoptAddressItem) item = g_list_model_get_item (G_LIST_MODEL (f->items), i);

      g_string_append_printf (text, "%s%s%s\n",
                              mopt_address_item_is_pattern (item) ? "*"
                              : mopt_address_item_is_used (item)  ? "+"
                                                                  : "-",
                              mopt_address_item_get_text (item), mopt_address_item_is_default (item) ? "!" : "");
    }
  return g_string_free (text, FALSE);
}

static void
assert_shown (Fixture *f, const char *expected)
{
  g_autofree char *shown = show (f);

  g_assert_cmpstr (shown, ==, expected);
}

static MoptAddressItem *
nth (Fixture *f, guint i)
{
  g_autoptr (MoptAddressItem) item = g_list_model_get_item (G_LIST_MODEL (f->items), i);

  return item; /* the list holds it */
}

static void
add (Fixture *f, const char *text, guint expected)
{
  g_autoptr (GError) error = NULL;
  guint n;

  g_assert_true (mopt_address_items_add (f->account, text, TRUE, &n, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, expected);
}

static void
test_shown (Fixture *f, gconstpointer data)
{
  assert_shown (f, "+alice@example.com!\n");
  add (f, "support@example.com; Sales <sales@example.com>\n*@support.example.com", 3);
  assert_shown (f, "+alice@example.com!\n"
                   "+support@example.com\n"
                   "+Sales <sales@example.com>\n"
                   "**@support.example.com\n");

  mopt_account_set (f->account, MOPT_FIELD_FROM_USER_ADDRESS, "false");
  assert_shown (f, "+support@example.com!\n"
                   "+Sales <sales@example.com>\n"
                   "**@support.example.com\n");

  mopt_account_set (f->account, MOPT_FIELD_FROM_USE, "ann@support.example.com");
  assert_shown (f, "-support@example.com\n"
                   "-Sales <sales@example.com>\n"
                   "**@support.example.com\n"
                   "+ann@support.example.com!\n");
}

/* Lines that stay are the same objects: selection and place in the list stay. */
static void
test_kept (Fixture *f, gconstpointer data)
{
  add (f, "a@example.com, b@example.com, c@example.com", 3);
  g_free (show (f));
  MoptAddressItem *alice = nth (f, 0), *a = nth (f, 1), *c = nth (f, 3);

  mopt_address_items_remove (f->account, nth (f, 2));
  assert_shown (f, "+alice@example.com!\n+a@example.com\n+c@example.com\n");
  g_assert_true (nth (f, 0) == alice && nth (f, 1) == a && nth (f, 2) == c);
}

static void
test_use (Fixture *f, gconstpointer data)
{
  add (f, "a@example.com, *@b.example", 2);
  g_free (show (f));

  g_assert_true (mopt_address_items_use (f->items, f->account, nth (f, 0), FALSE));
  g_assert_cmpstr (mopt_account_get (f->account, MOPT_FIELD_FROM_USE), ==, "a@example.com");
  assert_shown (f, "-alice@example.com\n+a@example.com!\n**@b.example\n");

  /* the last one stays */
  g_assert_false (mopt_address_items_use (f->items, f->account, nth (f, 1), FALSE));
  assert_shown (f, "-alice@example.com\n+a@example.com!\n**@b.example\n");

  /* what is added is to be used, but a pattern cannot */
  add (f, "c@example.com, *@d.example", 2);
  g_assert_cmpstr (mopt_account_get (f->account, MOPT_FIELD_FROM_USE), ==, "a@example.com\nc@example.com");

  /* all of them: the list is absent again, and stands for later ones, too */
  g_free (show (f));
  g_assert_true (mopt_address_items_use (f->items, f->account, nth (f, 0), TRUE));
  g_assert_null (mopt_account_get_layer (f->account, MOPT_LAYER_USER, MOPT_FIELD_FROM_USE));
}

static void
test_edit_and_remove (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  add (f, "a@example.com, b@example.com", 2);
  g_free (show (f));
  mopt_address_items_use (f->items, f->account, nth (f, 0), FALSE);
  mopt_address_items_make_default (f->account, nth (f, 2));
  assert_shown (f, "-alice@example.com\n+a@example.com\n+b@example.com!\n");

  g_assert_true (mopt_address_items_edit (f->account, nth (f, 2), " b@other.example ", &error));
  g_assert_no_error (error);
  assert_shown (f, "-alice@example.com\n+a@example.com\n+b@other.example!\n");

  g_assert_false (mopt_address_items_edit (f->account, nth (f, 2), "b at other", &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_INVALID);
  assert_shown (f, "-alice@example.com\n+a@example.com\n+b@other.example!\n");

  mopt_address_items_remove (f->account, nth (f, 2));
  assert_shown (f, "-alice@example.com\n+a@example.com!\n");
  g_assert_cmpstr (mopt_account_get (f->account, MOPT_FIELD_FROM_DEFAULT), ==, "");
}

static void
test_add_bad (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint n = 99;

  g_assert_false (mopt_address_items_add (f->account, "a@example.com, nobody", TRUE, &n, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_INVALID);
  g_assert_cmpstr (mopt_account_get (f->account, MOPT_FIELD_FROM_LEGAL), ==, "");
  g_clear_error (&error);

  g_assert_false (mopt_address_items_add (f->account, "a@example.com; nobody; B@example.com; A@EXAMPLE.com", FALSE,
                                          &n, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_INVALID);
  g_assert_cmpuint (n, ==, 2); /* the last one is there already */
  g_assert_cmpstr (mopt_account_get (f->account, MOPT_FIELD_FROM_LEGAL), ==, "a@example.com\nB@example.com");
  g_clear_error (&error);

  g_assert_false (mopt_address_items_add (f->account, " , ", TRUE, &n, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_MISSING);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
#define ADD(path, func) g_test_add ("/address-item/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("shown", test_shown);
  ADD ("kept", test_kept);
  ADD ("use", test_use);
  ADD ("edit-and-remove", test_edit_and_remove);
  ADD ("add-bad", test_add_bad);
  return g_test_run ();
}
