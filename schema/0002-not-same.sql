-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Two people who look like one and are not: decided once by somebody who knows, never asked again.
-- The smaller id stands in `person`, so that a pair has one row.

CREATE TABLE not_same (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  person BLOB NOT NULL REFERENCES person (id),
  other BLOB NOT NULL REFERENCES person (id) CHECK (other > person),
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  created_by BLOB,
  revision INTEGER NOT NULL DEFAULT 1,
  voided_at INTEGER,
  void_reason TEXT
) STRICT;
CREATE INDEX not_same_person ON not_same (person);
CREATE INDEX not_same_other ON not_same (other);
