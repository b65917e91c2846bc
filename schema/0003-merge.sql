-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Two registrations of one person (or of one household) that were made one. The row of `other` stays
-- void, with its id, and leads to `keeper`. What was changed stands in the history alone:
-- merge_entry says which entries, so that an undo can go through them backwards and an erasure can
-- take their bodies. `undo` is an id, as the merge's own: ids sort by time, so of two merges it can
-- be told whether one was undone before the other was made.

CREATE TABLE merge (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  aggregate TEXT NOT NULL,
  keeper BLOB NOT NULL CHECK (length (keeper) = 16),
  other BLOB NOT NULL CHECK (length (other) = 16 AND other <> keeper),
  merged_at INTEGER NOT NULL,
  merged_by BLOB NOT NULL CHECK (length (merged_by) = 16),
  undo BLOB CHECK (length (undo) = 16),
  undone_at INTEGER,
  undone_by BLOB CHECK (length (undone_by) = 16)
) STRICT;
-- Nobody is two people at once.
CREATE UNIQUE INDEX merge_standing ON merge (other) WHERE undo IS NULL;
CREATE INDEX merge_other ON merge (other);
CREATE INDEX merge_keeper ON merge (keeper);

CREATE TABLE merge_entry (
  merge BLOB NOT NULL REFERENCES merge (id),
  number INTEGER NOT NULL,
  entry BLOB NOT NULL REFERENCES history (id),
  PRIMARY KEY (merge, number)
) STRICT, WITHOUT ROWID;

-- Rows of imported files that wait for a decision, for a list of very many.
CREATE INDEX import_row_waiting ON import_row (profile, id) WHERE aggregate IS NULL;

-- Two households that look like one and are not, as not_same of people.
CREATE TABLE household_not_same (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  household BLOB NOT NULL REFERENCES household (id),
  other BLOB NOT NULL REFERENCES household (id) CHECK (other > household),
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  created_by BLOB,
  revision INTEGER NOT NULL DEFAULT 1,
  voided_at INTEGER,
  void_reason TEXT
) STRICT;
CREATE INDEX household_not_same_household ON household_not_same (household);
CREATE INDEX household_not_same_other ON household_not_same (other);
