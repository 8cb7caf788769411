/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/field-label.h"
#include "model/field.h"

const char *
mopt_field_label (const char *property)
{
  MoptField field = mopt_field_by_name (property);

  if (field != MOPT_FIELD_NONE)
    return _ (mopt_field_info (field)->label);
  if (g_str_has_suffix (property, "-password"))
    return _ ("Password");
  return NULL;
}
