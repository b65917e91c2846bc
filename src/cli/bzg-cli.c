/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/bzg-cli.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/bzg-format.h"
#include "casebook/bzg-access.h"
#include "exchange/bzg-office.h"

#define SECRET_MAX 1024

/* Reads one line of a descriptor byte by byte, so that nothing of the next secret is consumed. */
static BzgSecret *
read_secret_line (int fd, GError **error)
{
  char line[SECRET_MAX];
  gsize len = 0;
  BzgSecret *secret = NULL;
  gboolean any = FALSE;

  for (;;)
    {
      char c;
      gssize n = read (fd, &c, 1);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        break;
      any = TRUE;
      if (c == '\n')
        break;
      if (len + 1 >= sizeof line)
        {
          bzg_wipe (line, sizeof line);
          bzg_cli_usage (error, "a secret is longer than 1023 bytes");
          return NULL;
        }
      line[len++] = c;
    }
  line[len] = '\0';
  if (!any)
    bzg_cli_usage (error, "a secret was expected on the descriptor and there is none");
  else if (!g_utf8_validate (line, (gssize) len, NULL))
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_ENCODING, "secret");
  else if ((secret = bzg_secret_new (line, len)) == NULL)
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "secure memory");
  bzg_wipe (line, sizeof line);

  return secret;
}

static BzgSecret *
ask_on_terminal (const char *prompt, GError **error)
{
  int tty = open ("/dev/tty", O_RDWR | O_CLOEXEC);
  struct termios before, silent;
  BzgSecret *secret;

  if (tty < 0 || tcgetattr (tty, &before) != 0)
    {
      if (tty >= 0)
        close (tty);
      bzg_cli_usage (error, "no terminal to ask on; use --passphrase-fd");
      return NULL;
    }
  silent = before;
  silent.c_lflag &= ~(tcflag_t) ECHO;
  dprintf (tty, "%s ", prompt);
  tcsetattr (tty, TCSAFLUSH, &silent);
  secret = read_secret_line (tty, error);
  tcsetattr (tty, TCSAFLUSH, &before);
  dprintf (tty, "\n");
  close (tty);

  return secret;
}

BzgSecret *
bzg_cli_secret (BzgCli *self, const char *prompt, gboolean confirm, GError **error)
{
  g_autoptr (BzgSecret) secret = NULL;
  g_autoptr (BzgSecret) again = NULL;

  if (self->secret_fd >= 0)
    return read_secret_line (self->secret_fd, error);

  secret = ask_on_terminal (prompt, error);
  if (secret == NULL || !confirm)
    return g_steal_pointer (&secret);

  again = ask_on_terminal (_ ("Once more:"), error);
  if (again == NULL)
    return NULL;
  if (strcmp (bzg_secret_text (secret), bzg_secret_text (again)) != 0)
    {
      bzg_cli_usage (error, "the two entries differ");
      return NULL;
    }

  return g_steal_pointer (&secret);
}

static char *
ask_name (GError **error)
{
  char line[256];
  FILE *tty = fopen ("/dev/tty", "r+e");
  char *name = NULL;

  if (tty == NULL)
    {
      bzg_cli_usage (error, "--user is missing");
      return NULL;
    }
  fprintf (tty, "%s ", _ ("Name:"));
  fflush (tty);
  if (fgets (line, sizeof line, tty) != NULL)
    name = g_strdup (g_strstrip (line));
  fclose (tty);
  if (name == NULL || *name == '\0')
    {
      g_free (name);
      bzg_cli_usage (error, "--user is missing");
      return NULL;
    }

  return name;
}

/* The date does not fit the last entry. A person at a terminal is asked; a script says with
 * --date-is-right that somebody looked. */
static gboolean
date_is_right (BzgCli *self)
{
  char answer[16] = "";
  FILE *tty = self->secret_fd < 0 ? fopen ("/dev/tty", "r+e") : NULL;
  g_autofree char *today = NULL;

  if (tty == NULL)
    return FALSE;
  today = bzg_format_date (self->language, bzg_date_today ());
  fprintf (tty, _ ("The last entry does not fit this date. Is it %s today? Type 1 for yes:"),
           today);
  fputc (' ', tty);
  fflush (tty);
  if (fgets (answer, sizeof answer, tty) == NULL)
    answer[0] = '\0';
  fclose (tty);

  return answer[0] == '1';
}

BzgSession *
bzg_cli_open (BzgCli *self, const BzgSecret *passphrase, GError **error)
{
  BzgOpenOptions options = { .path = self->file,
                             .name = self->user,
                             .passphrase = passphrase,
                             .clock_confirmed = self->date_is_right };
  g_autoptr (GError) local_error = NULL;
  BzgSession *session = bzg_session_open_with (&options, self->cancellable, &local_error);

  if (g_error_matches (local_error, BZG_ERROR, BZG_ERROR_REFUSED_CLOCK) && date_is_right (self))
    {
      g_clear_error (&local_error);
      options.clock_confirmed = TRUE;
      session = bzg_session_open_with (&options, self->cancellable, &local_error);
    }
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    {
      g_autofree const char **notices = bzg_session_notices (session);

      for (guint i = 0; notices[i] != NULL; i++)
        bzg_cli_say (self, "%s", _ (notices[i]));
      if (bzg_office_notice (session) != NULL)
        bzg_cli_say (self, "%s", _ (bzg_office_notice (session)));
    }

  return session;
}

BzgSession *
bzg_cli_session (BzgCli *self, GError **error)
{
  g_autoptr (BzgSecret) passphrase = NULL;

  if (self->session != NULL)
    return self->session;
  if (self->file == NULL)
    {
      bzg_cli_usage (error, "--file is missing");
      return NULL;
    }
  if (self->user == NULL && (self->user = ask_name (error)) == NULL)
    return NULL;
  passphrase = bzg_cli_secret (self, _ ("Passphrase:"), FALSE, error);
  if (passphrase == NULL)
    return NULL;
  self->session = bzg_cli_open (self, passphrase, error);

  return self->session;
}

gboolean
bzg_cli_usage (GError **error, const char *detail)
{
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_USAGE, detail);

  return FALSE;
}

BzgSecret *
bzg_cli_paper (BzgCli *self, const char *prompt, GError **error)
{
  g_autoptr (BzgSecret) first = bzg_cli_secret (self, prompt, FALSE, error);
  g_autoptr (BzgSecret) second = NULL;
  BzgSecret *code = NULL;
  BzgPaperKind kind;
  char *both = NULL;

  if (first == NULL || bzg_paper_state_any (bzg_secret_text (first), &kind) != BZG_PAPER_MORE)
    return g_steal_pointer (&first);
  second = bzg_cli_secret (self, _ ("Another share:"), FALSE, error);
  if (second == NULL)
    return NULL;
  both = g_strjoin ("\n", bzg_secret_text (first), bzg_secret_text (second), NULL);
  code = bzg_secret_new_text (both);
  bzg_wipe_free (both);
  return code;
}

BzgSecret *
bzg_cli_paper_key (BzgCli *self, BzgPaperKind kind, const char *prompt, GError **error)
{
  g_autoptr (BzgSecret) code = bzg_cli_paper (self, prompt, error);
  BzgSecret *key = NULL;

  if (code == NULL)
    return NULL;
  if (bzg_paper_state (kind, bzg_secret_text (code)) != BZG_PAPER_WHOLE)
    {
      bzg_cli_usage (error, "not a whole code of this kind of paper");
      return NULL;
    }
  key = bzg_paper_key (kind, bzg_secret_text (code));
  if (key == NULL)
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "secure memory");
  return key;
}

gboolean
bzg_cli_parse (int *argc, char ***argv, const GOptionEntry *entries, GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) local = NULL;

  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, &local))
    return bzg_cli_usage (error, local->message);

  return TRUE;
}

int
bzg_cli_fail (BzgCli *self, const GError *error)
{
  g_printerr ("%s %s\n", bzg_error_headline (error), bzg_error_advice (error));
  if (error->message != NULL && *error->message != '\0')
    g_printerr ("(%s)\n", error->message);
  if (g_error_matches (error, BZG_ERROR, BZG_ERROR_DAMAGED) && self->session == NULL
      && self->file != NULL && bzg_access_can_mend (self->file))
    g_printerr ("%s bozgasht-cli --file CASEBOOK slot mend\n",
                _ (
                  "The part that holds the keys is damaged, and this computer kept a copy of it:"));

  return bzg_error_exit_status (error);
}

void
bzg_cli_print (const char *format, ...)
{
  va_list args;

  va_start (args, format);
  vfprintf (stdout, format, args);
  va_end (args);
  fputc ('\n', stdout);
}

void
bzg_cli_say (BzgCli *self, const char *format, ...)
{
  va_list args;

  if (self->quiet)
    return;
  va_start (args, format);
  vfprintf (stderr, format, args);
  va_end (args);
  fputc ('\n', stderr);
}

void
bzg_cli_print_json (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autofree char *text = json_to_string (root, FALSE);

  fputs (text, stdout);
  fputc ('\n', stdout);
}

void
bzg_json_member (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

void
bzg_cli_progress (double fraction, gpointer cli)
{
  static int shown = -1;
  BzgCli *self = cli;
  int now = (int) (CLAMP (fraction, 0, 1) * 40);

  if (self->quiet || !isatty (STDERR_FILENO) || now == shown)
    return;
  shown = now;
  fprintf (stderr, "\r[%.*s%*s]", now, "########################################", 40 - now, "");
  if (now == 40)
    {
      fputc ('\n', stderr);
      shown = -1;
    }
  fflush (stderr);
}

GBytes *
bzg_cli_read_file (const char *path, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  int fd = strcmp (path, "-") == 0 ? dup (STDIN_FILENO) : open (path, O_RDONLY | O_CLOEXEC);
  guint8 *buffer;
  gssize n;

  if (fd < 0)
    {
      bzg_error_set_errno (error, errno, "input file");
      return NULL;
    }
  buffer = g_malloc (1 << 16);
  while ((n = read (fd, buffer, 1 << 16)) != 0)
    {
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0 || bytes->len > (1u << 30))
        break;
      g_byte_array_append (bytes, buffer, (guint) n);
    }
  if (n < 0)
    bzg_error_set_errno (error, errno, "input file");
  else if (n > 0)
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_MALFORMED, "the file is larger than 1 GiB");
  g_free (buffer);
  close (fd);

  return n == 0 ? g_byte_array_free_to_bytes (g_steal_pointer (&bytes)) : NULL;
}
