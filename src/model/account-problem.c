/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is wrong with the text of an account, or with what its user has in one section of it. It notifies nobody:
 * whoever reads the text anew tells. */
#include "config.h"

#include "model/account-private.h"

const char *
mopt_account_get_problem (MoptAccount *self, guint *line)
{
  if (line != NULL)
    *line = self->problem_line;
  return self->problem;
}

void
mopt_account_set_problem (MoptAccount *self, const char *problem, guint line)
{
  char *copy = g_strdup (problem);

  g_free (self->problem);
  self->problem = copy;
  self->problem_line = line;
}

const char *
mopt_account_get_section_problem (MoptAccount *self, MoptSection section)
{
  return self->section_problems != NULL ? self->section_problems[section] : NULL;
}

void
mopt_account_set_section_problem (MoptAccount *self, MoptSection section, const char *problem)
{
  if (self->section_problems == NULL && problem == NULL)
    return;
  if (self->section_problems == NULL) /* hardly an account has one */
    self->section_problems = g_new0 (char *, MOPT_N_SECTIONS);
  g_free (self->section_problems[section]);
  self->section_problems[section] = g_strdup (problem);
}

void
mopt_account_assign_problems (MoptAccount *self, MoptAccount *other)
{
  mopt_account_set_problem (self, other->problem, other->problem_line);
  for (guint i = 0; i < MOPT_N_SECTIONS; i++)
    mopt_account_set_section_problem (self, i, mopt_account_get_section_problem (other, i));
}

void
mopt_account_clear_problems (MoptAccount *self)
{
  g_clear_pointer (&self->problem, g_free);
  for (guint i = 0; self->section_problems != NULL && i < MOPT_N_SECTIONS; i++)
    g_free (self->section_problems[i]);
  g_clear_pointer (&self->section_problems, g_free);
}
