/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/wrap-layout.h"

struct _MoptWrapLayout
{
  GtkLayoutManager parent_instance;

  gboolean at_end;
  int spacing;
};

G_DEFINE_FINAL_TYPE (MoptWrapLayout, mopt_wrap_layout, GTK_TYPE_LAYOUT_MANAGER)

enum
{
  PROP_0,
  PROP_AT_END,
  PROP_SPACING,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* The first child to lay out from @child on, or NULL. */
static GtkWidget *
next_visible (GtkWidget *child)
{
  while (child != NULL && !gtk_widget_should_layout (child))
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static int
width_of (GtkWidget *child, int available)
{
  int minimum, natural;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  return MAX (minimum, MIN (natural, available));
}

/* One line from @first on: how wide and high it is. Returns the first child of the next line. */
static GtkWidget *
measure_line (MoptWrapLayout *self, GtkWidget *first, int available, int *line_width, int *line_height)
{
  GtkWidget *child;

  *line_width = *line_height = 0;
  for (child = first; child != NULL; child = next_visible (gtk_widget_get_next_sibling (child)))
    {
      int width = width_of (child, available), height;

      if (child != first && *line_width + self->spacing + width > available)
        break;
      gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, &height, NULL, NULL, NULL);
      *line_width += width + (child != first ? self->spacing : 0);
      *line_height = MAX (*line_height, height);
    }
  return child;
}

static GtkSizeRequestMode
mopt_wrap_layout_get_request_mode (GtkLayoutManager *manager, GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
mopt_wrap_layout_measure (GtkLayoutManager *manager, GtkWidget *widget, GtkOrientation orientation, int for_size,
                          int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  MoptWrapLayout *self = MOPT_WRAP_LAYOUT (manager);
  GtkWidget *child = next_visible (gtk_widget_get_first_child (widget));
  int width, height;

  *minimum = *natural = 0;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      for (; child != NULL; child = next_visible (gtk_widget_get_next_sibling (child)))
        {
          int child_minimum, child_natural;

          gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &child_minimum, &child_natural, NULL, NULL);
          *minimum = MAX (*minimum, child_minimum);
          *natural += child_natural + (*natural > 0 ? self->spacing : 0);
        }
      return;
    }
  while (child != NULL)
    {
      child = measure_line (self, child, for_size < 0 ? G_MAXINT : for_size, &width, &height);
      *minimum += height + (*minimum > 0 ? self->spacing : 0);
    }
  *natural = *minimum;
}

static void
mopt_wrap_layout_allocate (GtkLayoutManager *manager, GtkWidget *widget, int width, int height, int baseline)
{
  MoptWrapLayout *self = MOPT_WRAP_LAYOUT (manager);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  GtkWidget *child = next_visible (gtk_widget_get_first_child (widget));
  int y = 0;

  while (child != NULL)
    {
      int line_width, line_height;
      GtkWidget *next = measure_line (self, child, width, &line_width, &line_height);
      int x = self->at_end ? width - line_width : 0;

      for (; child != next; child = next_visible (gtk_widget_get_next_sibling (child)))
        {
          int child_width = width_of (child, width);

          gtk_widget_size_allocate (
              child, &(GtkAllocation){ rtl ? width - x - child_width : x, y, child_width, line_height }, -1);
          x += child_width + self->spacing;
        }
      y += line_height + self->spacing;
    }
}

static void
mopt_wrap_layout_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MoptWrapLayout *self = MOPT_WRAP_LAYOUT (object);

  if (id == PROP_AT_END)
    g_value_set_boolean (value, self->at_end);
  else if (id == PROP_SPACING)
    g_value_set_int (value, self->spacing);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
mopt_wrap_layout_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MoptWrapLayout *self = MOPT_WRAP_LAYOUT (object);

  if (id == PROP_AT_END)
    self->at_end = g_value_get_boolean (value);
  else if (id == PROP_SPACING)
    self->spacing = g_value_get_int (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  gtk_layout_manager_layout_changed (GTK_LAYOUT_MANAGER (self));
}

static void
mopt_wrap_layout_class_init (MoptWrapLayoutClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  object_class->get_property = mopt_wrap_layout_get_property;
  object_class->set_property = mopt_wrap_layout_set_property;
  properties[PROP_AT_END]
      = g_param_spec_boolean ("at-end", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SPACING]
      = g_param_spec_int ("spacing", NULL, NULL, 0, 100, 6, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  layout_class->get_request_mode = mopt_wrap_layout_get_request_mode;
  layout_class->measure = mopt_wrap_layout_measure;
  layout_class->allocate = mopt_wrap_layout_allocate;
}

static void
mopt_wrap_layout_init (MoptWrapLayout *self)
{
  self->spacing = 6;
}
