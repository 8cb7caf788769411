/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The texts of an account. A list of ten thousand is read, merged and compared in a few dozen milliseconds because a
 * layer holds only the texts that are set, and because copies of an account share it until one of them writes. */
#include "config.h"

#include <string.h>

#include "model/account-private.h"

#define BIT(slot) (G_GUINT64_CONSTANT (1) << (slot))

G_STATIC_ASSERT (MOPT_N_SLOTS <= 64);

/* What one of the two says. Counted; who is not the only one to hold it must not write to it. */
struct _MoptAccountLayer
{
  gatomicrefcount count;
  guint64 set;         /* bits: which slots have a text */
  GRefString *texts[]; /* theirs, in the order of the slots */
};

static guint
count_texts (guint64 set)
{
  return (guint) __builtin_popcountll (set);
}

static void
release (MoptAccountLayer *layer)
{
  if (layer == NULL || !g_atomic_ref_count_dec (&layer->count))
    return;
  for (guint i = 0; i < count_texts (layer->set); i++)
    g_ref_string_release (layer->texts[i]);
  g_free (layer);
}

static MoptAccountLayer *
resize (MoptAccountLayer *layer, guint n)
{
  return g_realloc (layer, sizeof *layer + n * sizeof layer->texts[0]);
}

/* One that is ours alone, with the same texts. */
static MoptAccountLayer *
own (MoptAccountLayer *layer)
{
  guint n = layer != NULL ? count_texts (layer->set) : 0;

  if (layer != NULL && g_atomic_ref_count_compare (&layer->count, 1))
    return layer;
  MoptAccountLayer *copy = resize (NULL, n);
  g_atomic_ref_count_init (&copy->count);
  copy->set = layer != NULL ? layer->set : 0;
  for (guint i = 0; i < n; i++)
    copy->texts[i] = g_ref_string_acquire (layer->texts[i]);
  release (layer);
  return copy;
}

const char *
mopt_account_values_get (const MoptAccountValues *self, MoptLayer layer, guint slot)
{
  const MoptAccountLayer *texts = self->layers[layer];

  if (texts == NULL || (texts->set & BIT (slot)) == 0)
    return NULL;
  return texts->texts[count_texts (texts->set & (BIT (slot) - 1))];
}

void
mopt_account_values_set (MoptAccountValues *self, MoptLayer layer, guint slot, const char *text)
{
  if (text == NULL && mopt_account_values_get (self, layer, slot) == NULL)
    return;

  GRefString *added = text != NULL ? g_ref_string_new (text) : NULL; /* @text may lie in the old one */
  MoptAccountLayer *texts = own (self->layers[layer]);
  guint n = count_texts (texts->set), place = count_texts (texts->set & (BIT (slot) - 1));

  if ((texts->set & BIT (slot)) != 0)
    {
      g_ref_string_release (texts->texts[place]);
      if (added == NULL)
        memmove (texts->texts + place, texts->texts + place + 1, (n - place - 1) * sizeof texts->texts[0]);
    }
  else
    {
      texts = resize (texts, n + 1);
      memmove (texts->texts + place + 1, texts->texts + place, (n - place) * sizeof texts->texts[0]);
    }
  if (added != NULL)
    texts->texts[place] = added;
  texts->set = added != NULL ? texts->set | BIT (slot) : texts->set & ~BIT (slot);
  self->layers[layer] = texts;
}

void
mopt_account_values_assign (MoptAccountValues *self, const MoptAccountValues *other)
{
  MoptAccountValues old = *self;

  *self = *other;
  for (guint layer = 0; layer < MOPT_N_LAYERS; layer++)
    {
      if (self->layers[layer] != NULL)
        g_atomic_ref_count_inc (&self->layers[layer]->count);
      release (old.layers[layer]);
    }
  if (self->publication != NULL)
    mopt_publication_ref (self->publication);
  g_clear_pointer (&old.publication, mopt_publication_unref);
}

void
mopt_account_values_clear (MoptAccountValues *self)
{
  const MoptAccountValues nothing = { 0 };

  mopt_account_values_assign (self, &nothing);
}

gboolean
mopt_account_values_same_texts (const MoptAccountValues *a, const MoptAccountValues *b, MoptLayer layer)
{
  const MoptAccountLayer *ours = a->layers[layer], *theirs = b->layers[layer];
  guint64 set = ours != NULL ? ours->set : 0;

  if (ours == theirs)
    return TRUE;
  if (set != (theirs != NULL ? theirs->set : 0))
    return FALSE;
  for (guint i = 0; i < count_texts (set); i++)
    if (ours->texts[i] != theirs->texts[i] && !g_str_equal (ours->texts[i], theirs->texts[i]))
      return FALSE;
  return TRUE;
}

gboolean
mopt_account_values_same_rule (const MoptAccountValues *a, const MoptAccountValues *b)
{
  for (guint i = MOPT_SLOT_FIRST_TERM; i < MOPT_N_SLOTS; i++)
    if (g_strcmp0 (mopt_account_values_get (a, MOPT_LAYER_PUBLISHED, i),
                   mopt_account_values_get (b, MOPT_LAYER_PUBLISHED, i))
        != 0)
      return FALSE;
  return a->published == b->published && a->publishing == b->publishing && a->wants_address == b->wants_address
         && a->rights == b->rights && a->locked == b->locked && a->customised == b->customised && a->parked == b->parked
         && mopt_publication_same_rules (a->publication, b->publication);
}
