/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/account.h"

G_BEGIN_DECLS

/* The page "Availability" of an account that is published: for whom it is, on which terms, and the files of its shared
 * passwords. What is changed there is in the account at once, as in the rows of the other pages. */
#define MOPT_TYPE_AVAILABILITY (mopt_availability_get_type ())
G_DECLARE_FINAL_TYPE (MoptAvailability, mopt_availability, MOPT, AVAILABILITY, GtkBox)

/* Bound to @account. @id_is_given: it has its id already, else the id comes from its name. Floating. */
GtkWidget *mopt_availability_new (MoptAccount *account, gboolean id_is_given);
/* Whether all that is typed there is well-formed; else it is marked, and the first such entry gets the focus. */
gboolean mopt_availability_check (MoptAvailability *self);

G_END_DECLS
