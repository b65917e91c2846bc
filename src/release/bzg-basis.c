/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-basis-private.h"

#include <math.h>

/*
 * Elimination, unknown by unknown. The pivot is always 1 or -1, which makes the determinant 1 or
 * -1, and lets all numbers stay whole.
 */

/* Beyond this an equation is too far from what is printed to be of use; products fit in an int. */
#define MOST_COEF 30000

typedef struct
{
  guint var;
  int coef;
} Term;

typedef struct
{
  const BzgEquation *equations;
  guint n;
  GArray **rows;  /* of Term, by unknown; NULL: has its unknown, or is given up */
  GArray **where; /* per unknown, of guint: equations in which it stands, or stood once */
} Elimination;

static void
note (Elimination *self, guint var, guint row)
{
  if (self->where[var] == NULL)
    self->where[var] = g_array_new (FALSE, FALSE, sizeof (guint));
  g_array_append_val (self->where[var], row);
}

static int
by_var (gconstpointer a, gconstpointer b)
{
  const Term *x = a, *y = b;

  return x->var < y->var ? -1 : x->var > y->var;
}

/* An equation of fractions or of large numbers is given up. */
static void
enter (Elimination *self, guint row)
{
  const BzgEquation *equation = &self->equations[row];
  g_autoptr (GArray) terms = g_array_sized_new (FALSE, FALSE, sizeof (Term), equation->n);

  for (guint k = 0; k < equation->n; k++)
    {
      double coef = equation->coefs != NULL ? equation->coefs[k] : 1;
      Term term = { equation->vars[k], 0 };

      if (coef != floor (coef) || fabs (coef) > MOST_COEF)
        return;
      term.coef = (int) coef;
      g_array_append_val (terms, term);
    }
  for (guint k = 0; k < equation->n; k++)
    note (self, equation->vars[k], row);
  g_array_sort (terms, by_var);
  self->rows[row] = g_steal_pointer (&terms);
}

static int
coef_in (const GArray *row, guint var)
{
  Term key = { var, 0 };
  guint at;

  return row != NULL && g_array_binary_search ((GArray *) row, &key, by_var, &at)
           ? g_array_index (row, Term, at).coef
           : 0;
}

/* The shortest equation in which the unknown stands once, with either sign; or n. */
static guint
pivot_for (const Elimination *self, guint var)
{
  guint best = self->n;

  for (guint i = 0; self->where[var] != NULL && i < self->where[var]->len; i++)
    {
      guint row = g_array_index (self->where[var], guint, i);

      if (ABS (coef_in (self->rows[row], var)) == 1
          && (best == self->n || self->rows[row]->len < self->rows[best]->len))
        best = row;
    }
  return best;
}

/* Takes @times @pivot from equation @row. FALSE if its numbers become too large. */
static gboolean
subtract (Elimination *self, guint row, const GArray *pivot, int times)
{
  GArray *old = self->rows[row];
  GArray *sum = g_array_sized_new (FALSE, FALSE, sizeof (Term), old->len + pivot->len);
  gboolean ok = TRUE;

  for (guint i = 0, k = 0; i < old->len || k < pivot->len;)
    {
      const Term *a = i < old->len ? &g_array_index (old, Term, i) : NULL;
      const Term *b = k < pivot->len ? &g_array_index (pivot, Term, k) : NULL;
      Term term = { 0 };

      if (b == NULL || (a != NULL && a->var <= b->var))
        {
          term = *a;
          i++;
        }
      if (b != NULL && (a == NULL || b->var <= a->var))
        {
          if (a == NULL || b->var < a->var)
            note (self, b->var, row);
          term.var = b->var;
          term.coef -= times * b->coef;
          k++;
        }
      ok &= ABS (term.coef) <= MOST_COEF;
      if (term.coef != 0)
        g_array_append_val (sum, term);
    }
  g_array_unref (old);
  self->rows[row] = sum;
  return ok;
}

/* From here on no other equation speaks of the unknown. */
static void
eliminate (Elimination *self, guint var, guint pivot)
{
  g_autoptr (GArray) terms = g_steal_pointer (&self->rows[pivot]);
  int own = coef_in (terms, var);

  for (guint i = 0; i < self->where[var]->len; i++)
    {
      guint row = g_array_index (self->where[var], guint, i);
      int coef = coef_in (self->rows[row], var);

      if (coef != 0 && !subtract (self, row, terms, coef * own))
        g_clear_pointer (&self->rows[row], g_array_unref);
    }
}

guint *
_bzg_basis_choose (guint n_vars, const BzgEquation *equations, guint n, const guint *order)
{
  Elimination self = { .equations = equations, .n = n };
  guint *basis = g_new0 (guint, n_vars + 1);

  self.rows = g_new0 (GArray *, n + 1);
  self.where = g_new0 (GArray *, n_vars + 1);
  for (guint i = 0; i < n; i++)
    enter (&self, i);
  for (guint i = 0; i < n_vars; i++)
    {
      guint pivot = pivot_for (&self, order[i]);

      if (pivot == n)
        continue;
      basis[order[i]] = pivot + 1;
      eliminate (&self, order[i], pivot);
    }
  for (guint i = 0; i < n; i++)
    g_clear_pointer (&self.rows[i], g_array_unref);
  for (guint v = 0; v < n_vars; v++)
    g_clear_pointer (&self.where[v], g_array_unref);
  g_free (self.rows);
  g_free (self.where);
  return basis;
}
