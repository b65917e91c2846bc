-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Sealed sections: what only holders of a section's key can read, whoever can open the file. Rows of
-- the record like all others, with all of their content in one sealed text; that they exist can be
-- seen. The two tables that stood here before were never written to.

DROP TABLE sealed;
DROP TABLE section_grant;

-- The keys of a section, one after the other; the highest epoch is the one that new text is sealed
-- with. `key_id` names the key without saying it. `proof` is made with the key before: only who held
-- that one can begin the next.
CREATE TABLE section_key (
  section TEXT NOT NULL,
  epoch INTEGER NOT NULL CHECK (epoch BETWEEN 1 AND 1000000),
  key_id BLOB NOT NULL CHECK (length (key_id) = 16),
  proof BLOB NOT NULL CHECK (length (proof) = 32),
  made_at INTEGER NOT NULL,
  made_by BLOB NOT NULL,
  PRIMARY KEY (section, epoch)
) STRICT;

-- A key in a box that one user, or a code on paper, can open. `proof` is made with the key itself: only
-- somebody who holds it can give it.
CREATE TABLE section_grant (
  section TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  recipient BLOB NOT NULL CHECK (length (recipient) = 16),
  kind TEXT NOT NULL CHECK (kind IN ('user', 'paper')),
  public_key BLOB NOT NULL CHECK (length (public_key) = 32),
  box BLOB NOT NULL CHECK (length (box) = 80),
  granted_at INTEGER NOT NULL,
  granted_by BLOB NOT NULL,
  proof BLOB NOT NULL CHECK (length (proof) = 32),
  PRIMARY KEY (section, epoch, recipient),
  FOREIGN KEY (section, epoch) REFERENCES section_key (section, epoch)
) STRICT;

-- Sections that somebody opened by the paper, for every holder to see.
CREATE TABLE section_opening (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  opened_at INTEGER NOT NULL,
  opened_by BLOB NOT NULL,
  reason TEXT NOT NULL
) STRICT;

CREATE TABLE trafficking (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  person BLOB NOT NULL REFERENCES person (id),
  content TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  created_by BLOB,
  revision INTEGER NOT NULL DEFAULT 1,
  voided_at INTEGER,
  void_reason TEXT
) STRICT;
CREATE INDEX trafficking_person ON trafficking (person);

CREATE TABLE perpetrator (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  person BLOB NOT NULL REFERENCES person (id),
  content TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  created_by BLOB,
  revision INTEGER NOT NULL DEFAULT 1,
  voided_at INTEGER,
  void_reason TEXT
) STRICT;
CREATE INDEX perpetrator_person ON perpetrator (person);

CREATE TABLE medical (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  person BLOB NOT NULL REFERENCES person (id),
  content TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  created_by BLOB,
  revision INTEGER NOT NULL DEFAULT 1,
  voided_at INTEGER,
  void_reason TEXT
) STRICT;
CREATE INDEX medical_person ON medical (person);
