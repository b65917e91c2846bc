/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One table from code to words. A headline says what happened, the advice what is safe and what to
 * do next. Neither ever holds a name, a value or a path: they are fixed texts.
 */
#include "base/bzg-error.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>

typedef struct
{
  BzgErrorCode code;
  const char *headline;
  const char *advice;
} ErrorText;

static const ErrorText error_texts[] = {
  { BZG_ERROR_REFUSED_ROLE, N_ ("Your role does not allow this."),
    N_ ("Nothing was changed. Ask the person who manages the users.") },
  { BZG_ERROR_REFUSED_CONSENT, N_ ("The person's consent for this is missing."),
    N_ ("Nothing has left the casebook. Ask the person and record the answer first.") },
  { BZG_ERROR_REFUSED_DISCLOSURE, N_ ("This could show who a person is."),
    N_ ("Nothing has left the casebook. Make the groups larger or leave details out.") },
  { BZG_ERROR_REFUSED_APPROVAL, N_ ("Another person has to approve this first."),
    N_ ("Nothing has left the casebook. Ask a colleague with that role to review it.") },
  { BZG_ERROR_REFUSED_LEDGER, N_ ("Together with earlier reports this could show who a person is."),
    N_ ("Nothing was published. Choose another period or larger groups.") },
  { BZG_ERROR_REFUSED_PLACE, N_ ("A casebook must not be kept in this place."),
    N_ ("Nothing was written. Choose a folder on this computer's own disk.") },
  { BZG_ERROR_REFUSED_TRAINING, N_ ("Training data and real data must not be mixed."),
    N_ ("Nothing was changed. Open the casebook that this belongs to.") },
  { BZG_ERROR_REFUSED_CLOCK, N_ ("The date of this computer cannot be right."),
    N_ ("Nothing was changed. Set the date and time of the computer and try again.") },
  { BZG_ERROR_REFUSED_LAST_KEY, N_ ("This is the last way into the casebook."),
    N_ ("It was not removed. Add another user or a recovery slip first.") },
  { BZG_ERROR_REFUSED_NOT_SAME, N_ ("Somebody decided that these two are not the same."),
    N_ ("Nothing was changed. Talk to the person who decided it.") },
  { BZG_ERROR_REFUSED_MERGED, N_ ("Another merge stands in the way."),
    N_ ("Nothing was changed. Undo the later merge first.") },
  { BZG_ERROR_REFUSED_UNPUBLISHED, N_ ("Only published figures may leave the casebook."),
    N_ ("Nothing was saved. Publish the report, then save copies of it.") },
  { BZG_ERROR_REFUSED_PUBLISHED, N_ ("This report is published already."),
    N_ ("It stays as it was printed. Save copies of it, or choose another period.") },
  { BZG_ERROR_REFUSED_STALE, N_ ("Something has changed since this report was made."),
    N_ ("Nothing was published. Make the report again, look at it, and publish it then.") },
  { BZG_ERROR_REFUSED_PERIOD, N_ ("This period reaches over two years of the programme."),
    N_ ("People are counted by years that begin in October, or in January if the first report was "
        "such. Choose a period inside one year.") },
  { BZG_ERROR_REFUSED_REPORTED, N_ ("This fund was reported under its name."),
    N_ (
      "It keeps the name, so that reports go on to find what it paid for. Nothing was changed.") },
  { BZG_ERROR_REFUSED_SEALED, N_ ("This section is sealed."),
    N_ ("Its key was not given to you. The page Access says who has it and may give it to you.") },
  { BZG_ERROR_REFUSED_ROWS, N_ ("These rows cannot leave the casebook."),
    N_ ("Nothing was written. Choose other years, or another reader.") },
  { BZG_ERROR_REFUSED_BESIDE_ROWS,
    N_ ("Beside the rows without names that have left, this report would show a small group."),
    N_ ("Nothing was shown. Choose another period, such as a quarter, or a report with fewer "
        "tables.") },
  { BZG_ERROR_REFUSED_OFFICE, N_ ("This profile of the office is not taken up."),
    N_ ("Nothing was changed.") },
  { BZG_ERROR_REFUSED_SMALL, N_ ("No figure changed so much that it may be printed again."),
    N_ ("Nothing was published: a smaller difference would show a few people. The report stays as "
        "it was; what was entered late counts in the next one.") },

  { BZG_ERROR_USAGE, N_ ("This cannot be done in this way."),
    N_ ("Nothing was changed. Check what you entered and try again.") },
  { BZG_ERROR_MALFORMED, N_ ("This cannot be understood."),
    N_ ("Nothing was changed. Correct the place that is shown and try again.") },
  { BZG_ERROR_NOT_CASEBOOK, N_ ("This file is not a casebook."),
    N_ ("The file was not changed. Choose a file that ends in .bozgasht.") },
  { BZG_ERROR_EXISTS, N_ ("There is already a file with this name."),
    N_ ("It was not touched. Choose another name.") },
  { BZG_ERROR_NOT_FOUND, N_ ("This was not found."),
    N_ ("It may have been removed or moved. Look for it again.") },
  { BZG_ERROR_NEWER_SCHEMA, N_ ("This casebook was made by a newer version of Bozgasht."),
    N_ ("The casebook is unharmed. Install the newer version to open it.") },
  { BZG_ERROR_ENCODING, N_ ("The letters in this file cannot be read."),
    N_ ("Nothing was changed. Save the table as “CSV UTF-8” or choose how its letters are "
        "stored.") },
  { BZG_ERROR_CONFLICT, N_ ("Somebody else changed this record in the meantime."),
    N_ ("Both versions are kept. Look at the newer one, then enter your change again.") },
  { BZG_ERROR_WEAK_PASSPHRASE, N_ ("This passphrase is too easy to guess."),
    N_ ("The old one still holds. Use five or more words that do not belong together.") },

  { BZG_ERROR_PASSPHRASE, N_ ("The name or the passphrase is not right."),
    N_ ("The casebook is unharmed. Check the keyboard layout and Caps Lock, then try again.") },

  { BZG_ERROR_DAMAGED, N_ ("This file is damaged or somebody has altered it."),
    N_ ("It was not changed any further. Keep it as it is and restore the latest backup.") },
  { BZG_ERROR_TRUNCATED, N_ ("The end of this file is missing."),
    N_ ("It was not changed. Copy it again from where it came, or restore the latest backup.") },
  { BZG_ERROR_NEWER_FORMAT, N_ ("This file was made by a newer version of Bozgasht."),
    N_ ("The file is unharmed. Install the newer version to open it.") },
  { BZG_ERROR_ROLLBACK, N_ ("This casebook is older than the one last used on this computer."),
    N_ ("Nothing was changed. If you restored a backup, confirm it; if not, ask the person in "
        "charge.") },
  { BZG_ERROR_UNSIGNED, N_ ("This backup is not signed by that casebook."),
    N_ ("Nothing was opened. Its signature, the file .minisig beside it, is missing or another's. "
        "Ask "
        "who made it.") },
  { BZG_ERROR_HISTORY, N_ ("The history of this casebook does not hold together."),
    N_ ("The records can still be read. Make a copy, and ask the person in charge.") },

  { BZG_ERROR_IO, N_ ("The file could not be read or written."),
    N_ ("What was saved before is safe. Check the disk or memory stick and try again.") },
  { BZG_ERROR_NO_FILE, N_ ("There is no such file or folder."),
    N_ ("Check whether the memory stick is plugged in or the file was moved.") },
  { BZG_ERROR_READ_ONLY, N_ ("It is not allowed to write in this place."),
    N_ ("Nothing was changed. Choose another folder or remove the write protection.") },
  { BZG_ERROR_DISK_FULL, N_ ("The disk is full."),
    N_ ("What was saved before is safe. Free some space and try again.") },
  { BZG_ERROR_NO_MEMORY, N_ ("The computer has run out of memory."),
    N_ ("What was saved before is safe. Close other programs and try again.") },
  { BZG_ERROR_MISSING_PART, N_ ("This computer lacks something that is needed for this."),
    N_ ("Nothing was changed. Ask the person who looks after the computer.") },

  { BZG_ERROR_CANCELLED, N_ ("Cancelled."), N_ ("Nothing was changed.") },
  { BZG_ERROR_IN_USE, N_ ("The casebook is already open."),
    N_ ("Use the window in which it is open, or try again later.") },
  { BZG_ERROR_BUG, N_ ("Something went wrong inside the program."),
    N_ ("What was saved before is safe. Close the program, start it again, and tell us what you "
        "did; without names.") },
};

G_DEFINE_QUARK (bzg - error - quark, bzg_error)

/* Everything is first brought to one of our codes. */
static BzgErrorCode
code_of (const GError *error)
{
  if (error == NULL)
    return BZG_ERROR_BUG;
  if (error->domain == BZG_ERROR)
    return error->code;
  if (error->domain == G_IO_ERROR)
    {
      switch (error->code)
        {
        case G_IO_ERROR_CANCELLED:
          return BZG_ERROR_CANCELLED;
        case G_IO_ERROR_NOT_FOUND:
          return BZG_ERROR_NO_FILE;
        case G_IO_ERROR_EXISTS:
          return BZG_ERROR_EXISTS;
        case G_IO_ERROR_NO_SPACE:
          return BZG_ERROR_DISK_FULL;
        case G_IO_ERROR_READ_ONLY:
        case G_IO_ERROR_PERMISSION_DENIED:
          return BZG_ERROR_READ_ONLY;
        case G_IO_ERROR_BUSY:
          return BZG_ERROR_IN_USE;
        case G_IO_ERROR_INVALID_DATA:
        case G_IO_ERROR_INVALID_ARGUMENT:
          return BZG_ERROR_MALFORMED;
        default:
          return BZG_ERROR_IO;
        }
    }
  if (error->domain == G_FILE_ERROR)
    {
      switch (error->code)
        {
        case G_FILE_ERROR_NOENT:
          return BZG_ERROR_NO_FILE;
        case G_FILE_ERROR_NOSPC:
          return BZG_ERROR_DISK_FULL;
        case G_FILE_ERROR_ACCES:
        case G_FILE_ERROR_PERM:
        case G_FILE_ERROR_ROFS:
          return BZG_ERROR_READ_ONLY;
        default:
          return BZG_ERROR_IO;
        }
    }
  if (error->domain == G_OPTION_ERROR)
    return BZG_ERROR_USAGE;
  if (error->domain == G_KEY_FILE_ERROR || error->domain == G_CONVERT_ERROR)
    return BZG_ERROR_MALFORMED;
  return BZG_ERROR_BUG;
}

static const ErrorText *
text_of (const GError *error)
{
  BzgErrorCode code = code_of (error);

  for (gsize i = 0; i < G_N_ELEMENTS (error_texts); i++)
    if (error_texts[i].code == code)
      return &error_texts[i];
  return &error_texts[G_N_ELEMENTS (error_texts) - 1];
}

int
bzg_error_exit_status (const GError *error)
{
  return (int) text_of (error)->code / 100;
}

const char *
bzg_error_headline (const GError *error)
{
  return _ (text_of (error)->headline);
}

const char *
bzg_error_advice (const GError *error)
{
  return _ (text_of (error)->advice);
}

gboolean
bzg_error_set_errno (GError **error, int errnum, const char *what)
{
  BzgErrorCode code;

  switch (errnum)
    {
    case ENOSPC:
    case EDQUOT:
      code = BZG_ERROR_DISK_FULL;
      break;
    case EROFS:
    case EACCES:
    case EPERM:
      code = BZG_ERROR_READ_ONLY;
      break;
    case ENOENT:
    case ENOTDIR:
      code = BZG_ERROR_NO_FILE;
      break;
    case EEXIST:
      code = BZG_ERROR_EXISTS;
      break;
    case ENOMEM:
      code = BZG_ERROR_NO_MEMORY;
      break;
    case EBUSY:
    case ETXTBSY:
      code = BZG_ERROR_IN_USE;
      break;
    default:
      code = BZG_ERROR_IO;
      break;
    }
  g_set_error (error, BZG_ERROR, code, "%s: %s", what, g_strerror (errnum));
  return FALSE;
}
