/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-model-private.h"

#include "base/bzg-error.h"

#include <string.h>

/*
 * Most cells of a fine table are small and withheld, and what stands in no equation ties nobody
 * down: the unknowns that only such cells tell apart can be exchanged for each other in every
 * solution. A class of them is one unknown. Nothing is lost: of a sum over some members of a class
 * the class can give all or nothing.
 */

typedef struct
{
  guint64 a, b;
  guint var;
} Signature;

static guint64
mix (guint64 x)
{
  x ^= x >> 30;
  x *= G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  x ^= x >> 27;
  x *= G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return x ^ (x >> 31);
}

static void
sign (Signature *signature, guint64 row, double coef)
{
  guint64 bits;

  memcpy (&bits, &coef, sizeof bits);
  signature->a += mix (row * 2 + 1 + mix (bits));
  signature->b += mix (row * 2 + mix (bits ^ G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)));
}

static int
by_signature (gconstpointer x, gconstpointer y)
{
  const Signature *a = x, *b = y;

  if (a->a != b->a)
    return a->a < b->a ? -1 : 1;
  if (a->b != b->b)
    return a->b < b->b ? -1 : 1;
  return a->var < b->var ? -1 : a->var > b->var;
}

typedef struct
{
  const BzgModel *from;
  BzgModel *to;
  guint *class_of; /* per variable */
  guint *size;     /* per class */
  guint *seen;     /* per class: members met */
} Fold;

/* Classes are numbered by their first variable: the same model folds to the same model. */
static void
find_classes (Fold *f, const gboolean *keep)
{
  guint n = f->from->n_vars;
  g_autofree Signature *signatures = g_new0 (Signature, n + 1);
  g_autofree guint *first = g_new (guint, n + 1);

  for (guint v = 0; v < n; v++)
    signatures[v].var = v;
  for (guint i = 0; i < f->from->rows->len; i++)
    {
      const BzgModelRow *row = &g_array_index (f->from->rows, BzgModelRow, i);

      for (guint k = 0; k < row->n; k++)
        sign (&signatures[row->vars[k]], i, row->coefs[k]);
    }
  for (guint i = 0; i < f->from->cells->len; i++)
    {
      const BzgVector *vector = &g_array_index (f->from->cells, BzgModelCell, i).vector;

      for (guint k = 0; keep[i] && k < vector->n; k++)
        sign (&signatures[vector->vars[k]], (guint64) f->from->rows->len + i, 1);
    }
  qsort (signatures, n, sizeof *signatures, by_signature);
  for (guint i = 0; i < n; i++)
    first[signatures[i].var]
      = i > 0 && signatures[i].a == signatures[i - 1].a && signatures[i].b == signatures[i - 1].b
          ? first[signatures[i - 1].var]
          : signatures[i].var;
  for (guint v = 0; v < n; v++)
    {
      if (first[v] == v)
        f->class_of[v] = f->to->n_vars++;
      else
        f->class_of[v] = f->class_of[first[v]];
      f->size[f->class_of[v]]++;
    }
}

/* The classes that a sum holds wholly (inner) or in part (outer), ascending. */
static void
fold_vector (Fold *f, const BzgVector *vector, BzgVector *inner, BzgVector *outer)
{
  g_autoptr (GArray) met = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint k = 0; k < vector->n; k++)
    {
      guint class = f->class_of[vector->vars[k]];

      if (f->seen[class]++ == 0)
        g_array_append_val (met, class);
    }
  if (outer != NULL)
    {
      outer->n = met->len;
      outer->vars = g_new0 (guint, met->len + 1);
      for (guint k = 0; k < met->len; k++)
        outer->vars[k] = g_array_index (met, guint, k);
      qsort (outer->vars, outer->n, sizeof (guint), _bzg_by_number);
    }
  if (inner != NULL)
    {
      inner->n = 0;
      inner->vars = g_new0 (guint, met->len + 1);
      for (guint k = 0; k < met->len; k++)
        {
          guint class = g_array_index (met, guint, k);

          if (f->seen[class] == f->size[class])
            inner->vars[inner->n++] = class;
        }
      qsort (inner->vars, inner->n, sizeof (guint), _bzg_by_number);
    }
  for (guint k = 0; k < met->len; k++)
    f->seen[g_array_index (met, guint, k)] = 0;
}

/* An equation is one over classes: its members have one coefficient. FALSE if it is not, which two
 * different columns with the same signature would do. */
static gboolean
fold_row (Fold *f, const BzgModelRow *row)
{
  BzgVector all = { row->n, row->vars }, inner, outer;
  BzgModelRow folded = { .lo = row->lo, .hi = row->hi };
  gboolean whole;

  fold_vector (f, &all, &inner, &outer);
  whole = inner.n == outer.n;
  folded.n = outer.n;
  folded.vars = outer.vars;
  folded.coefs = g_new0 (double, outer.n + 1);
  for (guint k = 0; k < row->n; k++)
    {
      guint class = f->class_of[row->vars[k]];
      guint *at = bsearch (&class, folded.vars, folded.n, sizeof (guint), _bzg_by_number);
      double *coef = &folded.coefs[at - folded.vars];

      whole &= *coef == 0 || *coef == row->coefs[k];
      *coef = row->coefs[k];
    }
  g_free (inner.vars);
  g_array_append_val (f->to->rows, folded);
  return whole;
}

static gboolean
fold_cells (Fold *f, const gboolean *keep)
{
  for (guint i = 0; i < f->from->cells->len; i++)
    {
      const BzgModelCell *cell = &g_array_index (f->from->cells, BzgModelCell, i);
      BzgModelCell folded = *cell;
      BzgVector inner = { 0 };

      fold_vector (f, &cell->vector, &inner, &folded.vector);
      g_free (inner.vars);
      g_array_append_val (f->to->cells, folded);
      if (keep[i] && inner.n != folded.vector.n)
        return FALSE;
    }
  return TRUE;
}

static void
fold_targets (Fold *f)
{
  for (guint i = 0; i < f->from->targets->len; i++)
    {
      const BzgModelTarget *target = &g_array_index (f->from->targets, BzgModelTarget, i);
      BzgModelTarget folded = *target;

      folded.key = g_strdup (target->key);
      fold_vector (f, &target->vector, &folded.inner, &folded.vector);
      g_array_append_val (f->to->targets, folded);
    }
}

BzgModel *
_bzg_model_fold (const BzgModel *self, const gboolean *keep, GError **error)
{
  g_autoptr (BzgModel) to = _bzg_model_alloc ();
  g_autofree guint *class_of = g_new0 (guint, self->n_vars + 1);
  g_autofree guint *size = g_new0 (guint, self->n_vars + 1);
  g_autofree guint *seen = g_new0 (guint, self->n_vars + 1);
  Fold f = { self, to, class_of, size, seen };
  gboolean ok = TRUE;

  find_classes (&f, keep);
  for (guint i = 0; ok && i < self->rows->len; i++)
    ok = fold_row (&f, &g_array_index (self->rows, BzgModelRow, i));
  if (!ok || !fold_cells (&f, keep))
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_BUG, "the model cannot be folded");
      return NULL;
    }
  fold_targets (&f);
  g_ptr_array_unref (to->cell_of);
  to->cell_of = g_ptr_array_ref (self->cell_of);
  if (self->truth != NULL)
    {
      to->truth = g_new0 (gint64, to->n_vars + 1);
      for (guint v = 0; v < self->n_vars; v++)
        to->truth[class_of[v]] += self->truth[v];
    }
  return g_steal_pointer (&to);
}
