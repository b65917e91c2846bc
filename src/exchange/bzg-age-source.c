/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where an age file's bytes come from: as they are, or out of the armor (PEM-like text). The armor
 * is read strictly, so that a file has one spelling and nothing can hide beside it: lines of 64
 * characters, only the last may be shorter, canonical base64, white space outside only.
 */
#include "exchange/bzg-age-private.h"

#include <string.h>

#include "base/bzg-error.h"

#define BEGIN_LINE "-----BEGIN AGE ENCRYPTED FILE-----"
#define END_LINE "-----END AGE ENCRYPTED FILE-----"
#define MAX_WHITESPACE 1024
#define LINE_CHARS 64
#define LINE_BYTES 48

typedef enum
{
  STATE_START, /* nothing read yet */
  STATE_PLAIN, /* a binary file */
  STATE_ARMOR, /* between the begin and the end line */
  STATE_LAST,  /* a short line was read: only the end line may follow */
  STATE_END,   /* the end line was read */
} State;

struct _BzgAgeSource
{
  GInputStream *in;
  GCancellable *cancellable;
  guint8 raw[16384];
  gsize raw_at, raw_len;
  State state;
  guint8 line[LINE_BYTES];
  gsize line_at, line_len;
};

static gboolean
is_space (int c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The next raw byte without taking it, -1 at the end, -2 on error. */
static int
peek_raw (BzgAgeSource *self, GError **error)
{
  if (self->raw_at == self->raw_len)
    {
      gssize n
        = g_input_stream_read (self->in, self->raw, sizeof self->raw, self->cancellable, error);

      self->raw_at = self->raw_len = 0;
      if (n < 0)
        return -2;
      if (n == 0)
        return -1;
      self->raw_len = (gsize) n;
    }

  return self->raw[self->raw_at];
}

static gboolean
fail (GError **error, const char *what)
{
  g_set_error (error, BZG_ERROR, BZG_ERROR_DAMAGED, "armor: %s", what);
  return FALSE;
}

/* Reads a line of at most 64 characters without its end; *at_end if the file ends with it. */
static gboolean
read_armor_line (BzgAgeSource *self, char line[LINE_CHARS + 1], gsize *len, GError **error)
{
  gsize n = 0;

  for (;;)
    {
      int c = peek_raw (self, error);

      if (c == -2)
        return FALSE;
      if (c == -1 && n == 0)
        return fail (error, "ends without its last line");
      if (c >= 0)
        self->raw_at++;
      if (c == '\n' || c == -1)
        break;
      if (c == '\r')
        {
          c = peek_raw (self, error);
          if (c == -2)
            return FALSE;
          if (c != '\n')
            return fail (error, "a carriage return inside a line");
          self->raw_at++;
          break;
        }
      if (n == LINE_CHARS)
        return fail (error, "a line is too long");
      line[n++] = (char) c;
    }

  line[n] = '\0';
  *len = n;
  return TRUE;
}

static gboolean
skip_whitespace (BzgAgeSource *self, GError **error)
{
  for (guint n = 0;; n++)
    {
      int c = peek_raw (self, error);

      if (c == -2)
        return FALSE;
      if (c < 0 || !is_space (c))
        return TRUE;
      if (n == MAX_WHITESPACE)
        return fail (error, "too much white space");
      self->raw_at++;
    }
}

/* Decides by the first byte that is not white space; before a binary file there is none. */
static gboolean
start (BzgAgeSource *self, GError **error)
{
  char line[LINE_CHARS + 1];
  gsize len;
  gboolean space;
  int c = peek_raw (self, error);

  if (c == -2)
    return FALSE;
  space = c >= 0 && is_space (c);
  if (space && !skip_whitespace (self, error))
    return FALSE;
  c = peek_raw (self, error);
  if (c == -2)
    return FALSE;
  if (c != '-')
    {
      if (space)
        {
          g_set_error (error, BZG_ERROR, BZG_ERROR_MALFORMED, "header: not an age file");
          return FALSE;
        }
      self->state = STATE_PLAIN;
      return TRUE;
    }

  if (!read_armor_line (self, line, &len, error))
    return FALSE;
  if (strcmp (line, BEGIN_LINE) != 0)
    return fail (error, "the first line is wrong");
  self->state = STATE_ARMOR;
  return TRUE;
}

static gboolean
finish_armor (BzgAgeSource *self, GError **error)
{
  if (!skip_whitespace (self, error))
    return FALSE;
  switch (peek_raw (self, error))
    {
    case -2:
      return FALSE;
    case -1:
      self->state = STATE_END;
      return TRUE;
    default:
      return fail (error, "something follows the last line");
    }
}

/* Decodes the next line into self->line; leaves it empty at the end. */
static gboolean
next_line (BzgAgeSource *self, GError **error)
{
  char line[LINE_CHARS + 1];
  gsize len;
  gssize n;

  self->line_at = self->line_len = 0;
  if (!read_armor_line (self, line, &len, error))
    return FALSE;
  if (strcmp (line, END_LINE) == 0)
    return finish_armor (self, error);
  if (self->state == STATE_LAST)
    return fail (error, "a line follows the short one");
  if (len == 0 || len % 4 != 0 || memchr (line, '\0', len))
    return fail (error, "a line has a wrong length");

  if (len < LINE_CHARS)
    self->state = STATE_LAST;
  if (line[len - 1] == '=')
    {
      self->state = STATE_LAST;
      len--;
      if (line[len - 1] == '=')
        len--;
    }
  n = bzg_age_base64_decode (line, len, self->line);
  if (n < 0)
    return fail (error, "a line is not canonical base64");
  self->line_len = (gsize) n;
  return TRUE;
}

BzgAgeSource *
bzg_age_source_new (GInputStream *in, GCancellable *cancellable)
{
  BzgAgeSource *self = g_new0 (BzgAgeSource, 1);

  self->in = g_object_ref (in);
  g_set_object (&self->cancellable, cancellable);
  return self;
}

void
bzg_age_source_free (BzgAgeSource *self)
{
  if (!self)
    return;
  g_clear_object (&self->in);
  g_clear_object (&self->cancellable);
  g_free (self);
}

gssize
bzg_age_source_read (BzgAgeSource *self, gpointer buffer, gsize len, GError **error)
{
  guint8 *out = buffer;
  gsize done = 0;

  if (self->state == STATE_START && !start (self, error))
    return -1;

  while (done < len)
    {
      gsize n;

      if (self->state == STATE_PLAIN)
        {
          int c = peek_raw (self, error);

          if (c == -2)
            return -1;
          if (c == -1)
            break;
          n = MIN (len - done, self->raw_len - self->raw_at);
          memcpy (out + done, self->raw + self->raw_at, n);
          self->raw_at += n;
        }
      else
        {
          if (self->line_at == self->line_len)
            {
              if (self->state == STATE_END)
                break;
              if (!next_line (self, error))
                return -1;
              continue;
            }
          n = MIN (len - done, self->line_len - self->line_at);
          memcpy (out + done, self->line + self->line_at, n);
          self->line_at += n;
        }
      done += n;
    }

  return (gssize) done;
}

int
bzg_age_source_byte (BzgAgeSource *self, GError **error)
{
  guint8 byte;
  gssize n = bzg_age_source_read (self, &byte, 1, error);

  return n < 0 ? -2 : n == 0 ? -1 : byte;
}
