/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where rows and buttons stand in wide and narrow windows, and in both directions of text. */
#include "app-test.h"

#include "app/row-layout.h"
#include "base/when.h"
#include "app/wrap-layout.h"

/* A child that wants @width x 20 and is content with @minimum. */
static GtkWidget *
add (GtkWidget *box, int minimum)
{
  GtkWidget *child = gtk_drawing_area_new ();

  gtk_widget_set_size_request (child, minimum, 20);
  gtk_box_append (GTK_BOX (box), child);
  return child;
}

static GtkWidget *
box_with (GType layout)
{
  GtkWidget *box = g_object_ref_sink (gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0));

  gtk_widget_set_layout_manager (box, g_object_new (layout, NULL));
  return box;
}

static int
height_at (GtkWidget *box, int width)
{
  int minimum;

  gtk_widget_measure (box, GTK_ORIENTATION_VERTICAL, width, &minimum, NULL, NULL, NULL);
  return minimum;
}

static void
assert_place (GtkWidget *child, GtkWidget *box, int x, int y)
{
  double left, top;

  g_assert_true (gtk_widget_translate_coordinates (child, box, 0, 0, &left, &top));
  g_assert_cmpint (left, ==, x);
  g_assert_cmpint (top, ==, y);
}

static void
allocate (GtkWidget *box, int width)
{
  gtk_widget_allocate (box, width, height_at (box, width), -1, NULL);
}

static void
test_row (void)
{
  GtkWidget *box = box_with (MOPT_TYPE_ROW_LAYOUT);
  GtkWidget *label = add (box, 100), *field = add (box, 200), *hint = add (box, 150);
  int minimum, natural;

  gtk_widget_measure (box, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  g_assert_cmpint (minimum, ==, 200);
  g_assert_cmpint (natural, ==, 312);

  allocate (box, 400);
  assert_place (label, box, 0, 0);
  assert_place (field, box, 112, 0);
  assert_place (hint, box, 112, 23);
  g_assert_cmpint (gtk_widget_get_width (field), ==, 288);

  allocate (box, 300);
  assert_place (label, box, 0, 0);
  assert_place (field, box, 0, 23);
  assert_place (hint, box, 0, 46);

  gtk_widget_set_direction (box, GTK_TEXT_DIR_RTL);
  allocate (box, 400);
  assert_place (label, box, 300, 0);
  assert_place (field, box, 0, 0);

  /* what is not visible takes no room */
  gtk_widget_set_visible (hint, FALSE);
  g_assert_cmpint (height_at (box, 400), ==, 20);
  g_object_unref (box);
}

static void
test_row_equal (void)
{
  GtkWidget *box = box_with (MOPT_TYPE_ROW_LAYOUT);
  GtkWidget *left = add (box, 100), *right = add (box, 200);

  int natural;

  g_object_set (gtk_widget_get_layout_manager (box), "equal", TRUE, NULL);
  gtk_widget_measure (box, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
  g_assert_cmpint (natural, ==, 412);
  allocate (box, 512);
  g_assert_cmpint (gtk_widget_get_width (left), ==, 250);
  g_assert_cmpint (gtk_widget_get_width (right), ==, 250);
  allocate (box, 411);
  assert_place (right, box, 0, 23);
  g_object_unref (box);
}

/* A text that may be wrapped stands beside its button wherever that is not higher. */
static void
test_row_wraps (void)
{
  GtkWidget *box = box_with (MOPT_TYPE_ROW_LAYOUT);
  GtkWidget *text = gtk_label_new ("one two three four five six seven eight nine ten");
  int line, natural;

  gtk_label_set_wrap (GTK_LABEL (text), TRUE);
  g_object_set (text, "natural-wrap-mode", GTK_NATURAL_WRAP_NONE, NULL);
  gtk_box_append (GTK_BOX (box), text);
  GtkWidget *button = add (box, 80);
  gtk_widget_measure (text, GTK_ORIENTATION_VERTICAL, -1, &line, NULL, NULL, NULL);
  gtk_widget_measure (text, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);

  /* too narrow for both in one line: two lines are not higher than a line and a button */
  g_assert_cmpint (height_at (box, natural + 12), ==, line + 3 + 20);
  g_object_set (gtk_widget_get_layout_manager (box), "wraps", TRUE, NULL);
  g_assert_cmpint (height_at (box, natural + 12), ==, MAX (2 * line, 20));
  allocate (box, natural + 12);
  assert_place (button, box, natural + 12 - 80, 0);

  /* a column of words would be higher */
  allocate (box, 150);
  assert_place (button, box, 0, height_at (text, 150) + 3);
  g_object_unref (box);
}

/* A sentence that would be a high column of few words beside its button stands below it. */
static void
test_row_squeezed (void)
{
  GtkWidget *box = box_with (MOPT_TYPE_ROW_LAYOUT);
  GtkWidget *button = add (box, 150);
  GtkWidget *text = gtk_label_new ("one two three four five six seven eight nine ten eleven twelve thirteen");

  gtk_label_set_wrap (GTK_LABEL (text), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (text), 10);
  gtk_box_append (GTK_BOX (box), text);
  allocate (box, 300);
  assert_place (text, box, 162, 0);
  g_object_set (gtk_widget_get_layout_manager (box), "wraps", TRUE, NULL);
  allocate (box, 300);
  assert_place (button, box, 0, 0);
  assert_place (text, box, 0, 23);
  allocate (box, 900);
  assert_place (text, box, 162, 0);
  g_object_unref (box);
}

static void
test_wrap (void)
{
  GtkWidget *box = box_with (MOPT_TYPE_WRAP_LAYOUT);
  GtkWidget *one = add (box, 100), *two = add (box, 100), *three = add (box, 100);

  g_assert_cmpint (height_at (box, 312), ==, 20);
  g_assert_cmpint (height_at (box, 311), ==, 46);
  g_assert_cmpint (height_at (box, 100), ==, 72);

  allocate (box, 250);
  assert_place (one, box, 0, 0);
  assert_place (two, box, 106, 0);
  assert_place (three, box, 0, 26);

  g_object_set (gtk_widget_get_layout_manager (box), "at-end", TRUE, NULL);
  allocate (box, 250);
  assert_place (two, box, 150, 0);
  assert_place (three, box, 150, 26);

  gtk_widget_set_direction (box, GTK_TEXT_DIR_RTL);
  allocate (box, 250);
  assert_place (one, box, 106, 0);
  assert_place (two, box, 0, 0);
  assert_place (three, box, 0, 26);
  g_object_unref (box);
}

static void
test_when (void)
{
  const struct
  {
    gint64 ago;
    const char *text;
  } times[] = {
    { -5, "just now" },       { 0, "just now" },           { 59, "just now" },
    { 60, "1 minute ago" },   { 119, "1 minute ago" },     { 180, "3 minutes ago" },
    { 3600, "1 hour ago" },   { 86399, "23 hours ago" },   { 86400, "yesterday" },
    { 2 * 86400, "2 days ago" }, { 29 * 86400, "29 days ago" },
  };
  const gint64 now = 1700000000;

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autofree char *text = mopt_when_relative (now - times[i].ago, now);

      g_assert_cmpstr (text, ==, times[i].text);
    }
  g_autofree char *date = mopt_when_relative (now - 40 * 86400, now);
  g_assert_null (strstr (date, "ago"));
  g_assert_cmpstr (date, !=, "");
}

int
main (int argc, char **argv)
{
  app_test_init (&argc, &argv);
  g_test_add_func ("/layouts/row", test_row);
  g_test_add_func ("/layouts/row/equal", test_row_equal);
  g_test_add_func ("/layouts/row/wraps", test_row_wraps);
  g_test_add_func ("/layouts/row/squeezed", test_row_squeezed);
  g_test_add_func ("/layouts/wrap", test_wrap);
  g_test_add_func ("/when/relative", test_when);
  return g_test_run ();
}
