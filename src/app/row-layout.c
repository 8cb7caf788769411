/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/row-layout.h"

#define COLUMN_SPACING 12
#define ROW_SPACING 3

struct _MoptRowLayout
{
  GtkLayoutManager parent_instance;

  gboolean equal, wraps;
};

G_DEFINE_FINAL_TYPE (MoptRowLayout, mopt_row_layout, GTK_TYPE_LAYOUT_MANAGER)

enum
{
  PROP_0,
  PROP_EQUAL,
  PROP_WRAPS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static GtkWidget *
next_visible (GtkWidget *child)
{
  while (child != NULL && !gtk_widget_should_layout (child))
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static int
natural_width (GtkWidget *child)
{
  int natural;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
  return natural;
}

static int
minimum_width (GtkWidget *child)
{
  int minimum;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  return minimum;
}

static int
height_at (GtkWidget *child, int width)
{
  int minimum;

  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, &minimum, NULL, NULL, NULL);
  return minimum;
}

/* What @second leaves to @first, if that is not higher than both one above the other, else 0. */
static int
wrapped_column (GtkWidget *first, GtkWidget *second, int width)
{
  int column = width - COLUMN_SPACING - natural_width (second);

  if (column < minimum_width (first))
    return 0;
  return height_at (first, column) <= height_at (first, width) + ROW_SPACING + height_at (second, width) ? column : 0;
}

/* Whether @second, beside a first column of @column, is so narrow that one above the other is lower. */
static gboolean
is_squeezed (GtkWidget *first, GtkWidget *second, int column, int width)
{
  return height_at (second, width - COLUMN_SPACING - column)
         > height_at (first, width) + ROW_SPACING + height_at (second, width);
}

/* The width of the first column at a total of @width: 0 means that all stand one above the other. */
static int
first_column (GtkWidget *widget, int width)
{
  MoptRowLayout *self = MOPT_ROW_LAYOUT (gtk_widget_get_layout_manager (widget));
  GtkWidget *first = next_visible (gtk_widget_get_first_child (widget));
  GtkWidget *second = first != NULL ? next_visible (gtk_widget_get_next_sibling (first)) : NULL;

  if (second == NULL)
    return 0;
  if (self->equal)
    {
      int half = (width - COLUMN_SPACING) / 2;

      return MAX (minimum_width (first), minimum_width (second)) > half ? 0 : half;
    }
  int natural = natural_width (first);
  if (natural + COLUMN_SPACING + natural_width (second) > width)
    return self->wraps ? wrapped_column (first, second, width) : 0;
  if (self->wraps && is_squeezed (first, second, natural, width))
    return 0;
  /* whoever may grow does: a name pushes its mark to the end, a label leaves the room to its field */
  return gtk_widget_compute_expand (first, GTK_ORIENTATION_HORIZONTAL) ? width - COLUMN_SPACING - natural_width (second)
                                                                       : natural;
}

static GtkSizeRequestMode
mopt_row_layout_get_request_mode (GtkLayoutManager *manager, GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
measure_width (MoptRowLayout *self, GtkWidget *widget, int *minimum, int *natural)
{
  GtkWidget *first = next_visible (gtk_widget_get_first_child (widget));
  int first_natural = 0, rest = 0;

  for (GtkWidget *child = first; child != NULL; child = next_visible (gtk_widget_get_next_sibling (child)))
    {
      int child_minimum, child_natural;

      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &child_minimum, &child_natural, NULL, NULL);
      *minimum = MAX (*minimum, child_minimum);
      if (child == first)
        first_natural = child_natural;
      else
        rest = MAX (rest, child_natural + COLUMN_SPACING);
    }
  *natural = self->equal ? 2 * MAX (first_natural, rest - COLUMN_SPACING) + COLUMN_SPACING : first_natural + rest;
}

static void
measure_height (GtkWidget *widget, int width, int *minimum, int *natural, int *baseline)
{
  int n = 0, first_height = 0, rest = 0, above = -1, below = 0, least = 0;

  if (width < 0) /* the height at the natural width: measured with none, some children know no baseline */
    measure_width (MOPT_ROW_LAYOUT (gtk_widget_get_layout_manager (widget)), widget, &least, &width);
  int column = first_column (widget, width);

  for (GtkWidget *child = next_visible (gtk_widget_get_first_child (widget)); child != NULL;
       child = next_visible (gtk_widget_get_next_sibling (child)), n++)
    {
      int child_width = column == 0 ? width : n == 0 ? column : width - column - COLUMN_SPACING;
      int child_height, child_baseline;

      gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, child_width, &child_height, NULL, &child_baseline, NULL);
      if (column == 0)
        {
          rest += child_height + (n > 0 ? ROW_SPACING : 0);
          continue;
        }
      if (n < 2)
        {
          if (child_baseline >= 0)
            {
              above = MAX (above, child_baseline);
              below = MAX (below, child_height - child_baseline);
            }
          first_height = MAX (first_height, child_height);
        }
      else
        rest += child_height + ROW_SPACING;
    }
  if (above >= 0)
    first_height = MAX (first_height, above + below);
  if (baseline != NULL && column != 0)
    *baseline = above;
  *minimum = *natural = first_height + rest;
}

static void
mopt_row_layout_measure (GtkLayoutManager *manager, GtkWidget *widget, GtkOrientation orientation, int for_size,
                         int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = 0;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    measure_width (MOPT_ROW_LAYOUT (manager), widget, minimum, natural);
  else
    measure_height (widget, for_size, minimum, natural, NULL);
}

/* Places @child; the direction of the text turns columns round here, once. */
static void
place (GtkWidget *widget, GtkWidget *child, int x, int y, int width, int height, int total, int baseline)
{
  GtkAllocation place = { x, y, width, height };

  if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
    place.x = total - x - width;
  gtk_widget_size_allocate (child, &place, baseline);
}

static void
mopt_row_layout_allocate (GtkLayoutManager *manager, GtkWidget *widget, int width, int height, int baseline)
{
  int column = first_column (widget, width);
  GtkWidget *first = next_visible (gtk_widget_get_first_child (widget));
  int y = 0;

  if (column != 0)
    {
      GtkWidget *second = next_visible (gtk_widget_get_next_sibling (first));
      int rest = width - column - COLUMN_SPACING;
      int heights[2], baselines[2], line;

      gtk_widget_measure (first, GTK_ORIENTATION_VERTICAL, column, &heights[0], NULL, &baselines[0], NULL);
      gtk_widget_measure (second, GTK_ORIENTATION_VERTICAL, rest, &heights[1], NULL, &baselines[1], NULL);
      line = MAX (baselines[0], baselines[1]);
      y = MAX (heights[0], heights[1]);
      if (baselines[0] >= 0 && baselines[1] >= 0)
        y = MAX (y, line + MAX (heights[0] - baselines[0], heights[1] - baselines[1]));
      else
        line = -1;
      place (widget, first, 0, 0, column, y, width, line);
      place (widget, second, column + COLUMN_SPACING, 0, rest, y, width, line);
      y += ROW_SPACING;
      first = next_visible (gtk_widget_get_next_sibling (second));
    }
  for (GtkWidget *child = first; child != NULL; child = next_visible (gtk_widget_get_next_sibling (child)))
    {
      int x = column != 0 ? column + COLUMN_SPACING : 0;
      int child_height;

      gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width - x, &child_height, NULL, NULL, NULL);
      place (widget, child, x, y, width - x, child_height, width, -1);
      y += child_height + ROW_SPACING;
    }
}

/* Where it is kept, or NULL. */
static gboolean *
find_property (MoptRowLayout *self, guint id)
{
  return id == PROP_EQUAL ? &self->equal : id == PROP_WRAPS ? &self->wraps : NULL;
}

static void
mopt_row_layout_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  const gboolean *property = find_property (MOPT_ROW_LAYOUT (object), id);

  if (property != NULL)
    g_value_set_boolean (value, *property);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
mopt_row_layout_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  gboolean *property = find_property (MOPT_ROW_LAYOUT (object), id);

  if (property == NULL)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  *property = g_value_get_boolean (value);
  gtk_layout_manager_layout_changed (GTK_LAYOUT_MANAGER (object));
}

static void
mopt_row_layout_class_init (MoptRowLayoutClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  object_class->get_property = mopt_row_layout_get_property;
  object_class->set_property = mopt_row_layout_set_property;
  properties[PROP_EQUAL]
      = g_param_spec_boolean ("equal", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_WRAPS]
      = g_param_spec_boolean ("wraps", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  layout_class->get_request_mode = mopt_row_layout_get_request_mode;
  layout_class->measure = mopt_row_layout_measure;
  layout_class->allocate = mopt_row_layout_allocate;
}

static void
mopt_row_layout_init (MoptRowLayout *self)
{
}
