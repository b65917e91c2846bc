/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-basis-private.h"

#include <math.h>

/*
 * Elimination, unknown by unknown. The pivot is always 1 or -1, which makes the determinant 1 or
 * -1, and lets all numbers stay whole.
 *
 * The order is greedy: some of what is left outside drags hundreds along. So unknowns of the basis
 * are exchanged for others afterwards, wherever that is a relief to most (_bzg_basis_relieve()). It
 * is worth its time: a search for whole tables takes a tenth as long.
 */

/* Beyond this an equation is too far from what is printed to be of use; products fit in an int. */
#define MOST_COEF 30000
#define GRID 256            /* of logarithms: their last digits are not the same on every machine */
#define PEOPLE_TO_ORDER 8   /* twice as many people are worth so many equations more */
#define PEOPLE_TO_RELIEF 32 /* and half of what this part of all unknowns drags along */
#define TRIES 12            /* of an exchange, for each unknown outside */
#define MOST_NUMBERS 25000000 /* of the tableau: without relief beyond that */

typedef struct
{
  guint var;
  int coef;
} Term;

/* What an unknown of the basis follows from. */
typedef struct
{
  guint var;
  GArray *terms; /* Term: their sum is given; no unknown of an earlier follower is in it */
} Follower;

struct _BzgBasis
{
  guint n_vars;
  guint *equation;   /* per unknown: + 1, or 0 */
  int *worth;        /* per unknown: of its people */
  GArray *followers; /* Follower; empty after the relief, which they know nothing of */
};

typedef struct
{
  const BzgEquation *equations;
  guint n;
  GArray **rows;  /* of Term, by unknown; NULL: has its unknown, or is given up */
  GArray **where; /* per unknown, of guint: equations in which it stands, or stood once */
} Elimination;

static int
grid_log (double value)
{
  return (int) floor (GRID * log2 (value) + 0.5);
}

static void
follower_clear (gpointer data)
{
  g_array_unref (((Follower *) data)->terms);
}

/* --- the choice ------------------------------------------------------------------------------ */

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

/* From here on no other equation speaks of the unknown. Returns what this one says. */
static GArray *
eliminate (Elimination *self, guint var, guint pivot)
{
  GArray *terms = g_steal_pointer (&self->rows[pivot]);
  int own = coef_in (terms, var);

  for (guint i = 0; i < self->where[var]->len; i++)
    {
      guint row = g_array_index (self->where[var], guint, i);
      int coef = coef_in (self->rows[row], var);

      if (coef != 0 && !subtract (self, row, terms, coef * own))
        g_clear_pointer (&self->rows[row], g_array_unref);
    }
  return terms;
}

static int
by_rank (gconstpointer a, gconstpointer b, gpointer data)
{
  const int *rank = data;
  guint i = *(const guint *) a, j = *(const guint *) b;

  return rank[i] != rank[j] ? (rank[i] < rank[j] ? -1 : 1) : (i < j ? -1 : i > j);
}

static guint *
order_of (const BzgBasis *self, const BzgEquation *equations, guint n)
{
  g_autofree int *rank = g_new0 (int, self->n_vars + 1);
  guint *order = g_new (guint, self->n_vars + 1);

  for (guint v = 0; v < self->n_vars; v++)
    {
      order[v] = v;
      rank[v] = -self->worth[v];
    }
  for (guint i = 0; i < n; i++)
    for (guint k = 0; k < equations[i].n; k++)
      rank[equations[i].vars[k]] += GRID / PEOPLE_TO_ORDER;
  g_qsort_with_data (order, (int) self->n_vars, sizeof (guint), by_rank, rank);
  return order;
}

static void
choose (BzgBasis *self, const BzgEquation *equations, guint n)
{
  Elimination e = { .equations = equations, .n = n };
  g_autofree guint *order = order_of (self, equations, n);

  e.rows = g_new0 (GArray *, n + 1);
  e.where = g_new0 (GArray *, self->n_vars + 1);
  for (guint i = 0; i < n; i++)
    enter (&e, i);
  for (guint i = 0; i < self->n_vars; i++)
    {
      guint pivot = pivot_for (&e, order[i]);
      Follower follower = { order[i], NULL };

      if (pivot == n)
        continue;
      follower.terms = eliminate (&e, order[i], pivot);
      g_array_append_val (self->followers, follower);
      self->equation[order[i]] = pivot + 1;
    }
  for (guint i = 0; i < n; i++)
    g_clear_pointer (&e.rows[i], g_array_unref);
  for (guint v = 0; v < self->n_vars; v++)
    g_clear_pointer (&e.where[v], g_array_unref);
  g_free (e.rows);
  g_free (e.where);
}

BzgBasis *
_bzg_basis_new (guint n_vars, const BzgEquation *equations, guint n, const gint64 *people)
{
  BzgBasis *self = g_new0 (BzgBasis, 1);

  self->n_vars = n_vars;
  self->equation = g_new0 (guint, n_vars + 1);
  self->worth = g_new0 (int, n_vars + 1);
  self->followers = g_array_new (FALSE, FALSE, sizeof (Follower));
  g_array_set_clear_func (self->followers, follower_clear);
  for (guint v = 0; v < n_vars; v++)
    self->worth[v] = grid_log (1 + (double) people[v]);
  choose (self, equations, n);
  return self;
}

void
_bzg_basis_free (BzgBasis *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->followers);
  g_free (self->equation);
  g_free (self->worth);
  g_free (self);
}

guint
_bzg_basis_equation (const BzgBasis *self, guint var)
{
  return self->equation[var];
}

/* --- relief ---------------------------------------------------------------------------------- */

/* How each unknown of the basis follows from those outside. */
typedef struct
{
  guint n_in, n_out;
  guint *in, *out; /* the unknowns */
  int *numbers;    /* n_in rows of n_out: what one more outside drags along */
  gint64 *drag;    /* per unknown outside: one for itself and all that it drags along */
  /* The exchange that is looked at: where its column and its row are not zero, and by how much more
   * the unknowns of the row would drag along. */
  guint *column, *row;
  guint n_column, n_row;
  gint64 *change;
} Tableau;

static void
tableau_clear (Tableau *self)
{
  g_free (self->in);
  g_free (self->out);
  g_free (self->numbers);
  g_free (self->drag);
  g_free (self->column);
  g_free (self->row);
  g_free (self->change);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Tableau, tableau_clear)

static int *
row_of (const Tableau *self, guint in)
{
  return self->numbers + (gsize) in * self->n_out;
}

/* The last follower first: all others in its terms are known by then. FALSE if numbers become too
 * large. */
static gboolean
fill_row (const BzgBasis *self, Tableau *tableau, guint at, const guint *place)
{
  const Follower *own = &g_array_index (self->followers, Follower, at);
  int sign = -coef_in (own->terms, own->var), *row = row_of (tableau, at);
  g_autofree gint64 *sum = g_new0 (gint64, tableau->n_out);

  for (guint k = 0; k < own->terms->len; k++)
    {
      const Term *term = &g_array_index (own->terms, Term, k);
      int times = sign * term->coef;
      const int *other;

      if (term->var == own->var)
        continue;
      if (self->equation[term->var] == 0)
        {
          sum[place[term->var]] += times;
          continue;
        }
      other = row_of (tableau, place[term->var]);
      for (guint u = 0; u < tableau->n_out; u++)
        sum[u] += times * other[u];
    }
  for (guint u = 0; u < tableau->n_out; u++)
    {
      if (ABS (sum[u]) > MOST_COEF)
        return FALSE;
      row[u] = (int) sum[u];
      tableau->drag[u] += ABS (row[u]);
    }
  return TRUE;
}

static gboolean
fill (const BzgBasis *self, Tableau *tableau, GCancellable *cancellable)
{
  g_autofree guint *place = g_new0 (guint, self->n_vars + 1);
  gboolean ok = TRUE;
  guint n = 0;

  tableau->n_in = self->followers->len;
  tableau->n_out = self->n_vars - tableau->n_in;
  if ((gsize) tableau->n_in * tableau->n_out > MOST_NUMBERS || tableau->n_out == 0)
    return FALSE;
  tableau->in = g_new (guint, tableau->n_in + 1);
  tableau->out = g_new (guint, tableau->n_out);
  tableau->numbers = g_new0 (int, (gsize) tableau->n_in * tableau->n_out + 1);
  tableau->drag = g_new (gint64, tableau->n_out);
  tableau->column = g_new (guint, tableau->n_in + 1);
  tableau->row = g_new (guint, tableau->n_out);
  tableau->change = g_new (gint64, tableau->n_out);
  for (guint i = 0; i < tableau->n_in; i++)
    {
      tableau->in[i] = g_array_index (self->followers, Follower, i).var;
      place[tableau->in[i]] = i;
    }
  for (guint v = 0; v < self->n_vars; v++)
    if (self->equation[v] == 0)
      {
        tableau->drag[n] = 1;
        tableau->out[n] = v;
        place[v] = n++;
      }
  for (guint i = tableau->n_in; ok && i-- > 0;)
    ok = !g_cancellable_is_cancelled (cancellable) && fill_row (self, tableau, i, place);
  return ok;
}

/* By how much less is dragged along in all, if @in and @out are exchanged: *sum. FALSE if numbers
 * become too large. */
static gboolean
relief (Tableau *self, guint in, guint out, gint64 *sum)
{
  const int *own = row_of (self, in);

  *sum = 0;
  self->n_row = 0;
  for (guint u = 0; u < self->n_out; u++)
    if (own[u] != 0 && u != out)
      {
        self->change[self->n_row] = 0;
        self->row[self->n_row++] = u;
      }
  for (guint q = 0; q < self->n_column; q++)
    if (self->column[q] != in)
      {
        const int *other = row_of (self, self->column[q]);
        int times = other[out] * own[out];

        for (guint k = 0; k < self->n_row; k++)
          {
            int before = other[self->row[k]], after = before - times * own[self->row[k]];

            if (ABS (after) > MOST_COEF)
              return FALSE;
            self->change[k] += ABS (after) - ABS (before);
          }
      }
  for (guint k = 0; k < self->n_row; k++)
    if (self->change[k] != 0)
      {
        gint64 before = self->drag[self->row[k]];

        *sum += grid_log ((double) before) - grid_log ((double) (before + self->change[k]));
      }
  return TRUE;
}

/* After relief(), of the same. */
static void
exchange (BzgBasis *self, Tableau *tableau, guint in, guint out)
{
  int *own = row_of (tableau, in);
  guint joins = tableau->out[out], leaves = tableau->in[in];

  for (guint q = 0; q < tableau->n_column; q++)
    if (tableau->column[q] != in)
      {
        int *other = row_of (tableau, tableau->column[q]);
        int times = other[out] * own[out];

        for (guint k = 0; k < tableau->n_row; k++)
          other[tableau->row[k]] -= times * own[tableau->row[k]];
        other[out] = times;
      }
  for (guint k = 0; k < tableau->n_row; k++)
    {
      own[tableau->row[k]] *= -own[out];
      tableau->drag[tableau->row[k]] += tableau->change[k];
    }
  self->equation[joins] = self->equation[leaves];
  self->equation[leaves] = 0;
  tableau->in[in] = joins;
  tableau->out[out] = leaves;
}

/* One that may go from the basis instead of @out, or n_in. */
static guint
partner_of (Tableau *self, guint out, GRand *rand)
{
  guint in;

  self->n_column = 0;
  for (guint i = 0; i < self->n_in; i++)
    if (row_of (self, i)[out] != 0)
      self->column[self->n_column++] = i;
  if (self->n_column == 0)
    return self->n_in;
  in = self->column[g_rand_int_range (rand, 0, (gint32) self->n_column)];
  return ABS (row_of (self, in)[out]) == 1 ? in : self->n_in;
}

void
_bzg_basis_relieve (BzgBasis *self, GCancellable *cancellable)
{
  g_auto (Tableau) tableau = { 0 };
  g_autoptr (GRand) rand = g_rand_new_with_seed (20190730);

  if (self->followers->len == 0 || !fill (self, &tableau, cancellable))
    return;
  for (guint try = 0; try < TRIES * tableau.n_out && !g_cancellable_is_cancelled (cancellable);
       try++)
    {
      guint out = (guint) g_rand_int_range (rand, 0, (gint32) tableau.n_out);
      guint in = partner_of (&tableau, out, rand);
      gint64 worth, sum;

      if (in == tableau.n_in || !relief (&tableau, in, out, &sum))
        continue;
      worth = self->worth[tableau.out[out]] - self->worth[tableau.in[in]];
      if (sum + worth * tableau.n_out / PEOPLE_TO_RELIEF > 0)
        exchange (self, &tableau, in, out);
    }
  g_array_set_size (self->followers, 0);
}
