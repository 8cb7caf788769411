/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "store/accounts.h"

G_BEGIN_DECLS

/* "Your name" and "Your e-mail address". What is typed is saved when a field is left, by Enter and by
 * mopt_person_form_save; an address that is none is explained below its field and not saved. Fields that the file
 * leaves empty are filled from the system, later, and never over what is typed.
 * Signal "save-failed" (GError *). */
#define MOPT_TYPE_PERSON_FORM (mopt_person_form_get_type ())
G_DECLARE_FINAL_TYPE (MoptPersonForm, mopt_person_form, MOPT, PERSON_FORM, GtkBox)

/* Shows what @accounts (loaded) has, and begins to ask the system for the rest. Once. */
void mopt_person_form_set_accounts (MoptPersonForm *self, MoptAccounts *accounts);
/* Saves what differs from the file and is sound. @also_proposals: also what the system proposed and nobody
 * touched; else that stays a proposal. FALSE: what is typed is no address and stays unsaved. */
gboolean mopt_person_form_save (MoptPersonForm *self, gboolean also_proposals);

G_END_DECLS
