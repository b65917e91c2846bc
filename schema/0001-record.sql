-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The record of a casebook, version 1. Read README.md beside this file first. A released migration is
-- never changed; what comes later is 0002-....sql.
--
-- Every table of the record has a 16-byte id made on the laptop and ends with the same columns:
-- created_at and changed_at (UTC seconds), created_by, revision (1, then one more with every history
-- entry of the row), voided_at and void_reason. Rows are voided, never deleted; only retention and
-- erasure remove anything. Dates are text with the precision they were given: 2019, 2019-08,
-- 2019-08-12. A missing value is NULL. The code of a list is checked by the session, which is the only
-- writer.

-- The record ----------------------------------------------------------------------------------------

-- Who may sign in. Keys to the file are in its slots; here stands which slot is whose, so that a
-- rekey can box the new key for everybody who stays.
CREATE TABLE user (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  name TEXT UNIQUE,
  full_name TEXT,
  roles TEXT,
  area TEXT,
  language TEXT,
  slot INTEGER,
  box_key TEXT,
  sign_key TEXT,
  active TEXT,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  created_by BLOB,
  revision INTEGER NOT NULL DEFAULT 1,
  voided_at INTEGER,
  void_reason TEXT
) STRICT;

-- One row: what this casebook is for.
CREATE TABLE programme (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  name TEXT,
  organisation TEXT,
  training TEXT,
  threshold INTEGER,
  strict TEXT,
  publishing_device TEXT,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  created_by BLOB,
  revision INTEGER NOT NULL DEFAULT 1,
  voided_at INTEGER,
  void_reason TEXT
) STRICT;

-- What pays for support and activities.
CREATE TABLE fund (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  name TEXT,
  donor TEXT,
  award_no TEXT,
  calendar TEXT,
  starts_on TEXT,
  ends_on TEXT,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  created_by BLOB,
  revision INTEGER NOT NULL DEFAULT 1,
  voided_at INTEGER,
  void_reason TEXT
) STRICT;
CREATE INDEX fund_name ON fund (name) WHERE name IS NOT NULL;

-- A person. Names as they were given, in any script; how they are found is derived elsewhere.
CREATE TABLE person (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  ref TEXT,
  family_name TEXT,
  given_name TEXT,
  patronymic TEXT,
  other_names TEXT,
  sex TEXT,
  birth_date TEXT,
  age INTEGER,
  age_as_of TEXT,
  phone TEXT,
  email TEXT,
  document_no TEXT,
  nationality TEXT,
  languages TEXT,
  region TEXT,
  district TEXT,
  jamoat TEXT,
  settlement TEXT,
  settlement_kind TEXT,
  near_border_with TEXT,
  occupation TEXT,
  refugee_as_child_in TEXT,
  able_heavy_work TEXT,
  health_problem TEXT,
  note TEXT,
  source TEXT,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  created_by BLOB,
  revision INTEGER NOT NULL DEFAULT 1,
  voided_at INTEGER,
  void_reason TEXT
) STRICT;
CREATE INDEX person_ref ON person (ref) WHERE ref IS NOT NULL;
CREATE INDEX person_region ON person (region) WHERE region IS NOT NULL;
CREATE INDEX person_district ON person (district) WHERE district IS NOT NULL;

-- People who live from one pot.
CREATE TABLE household (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  ref TEXT,
  name TEXT,
  note TEXT,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  created_by BLOB,
  revision INTEGER NOT NULL DEFAULT 1,
  voided_at INTEGER,
  void_reason TEXT
) STRICT;
CREATE INDEX household_ref ON household (ref) WHERE ref IS NOT NULL;

-- Who belongs to which household.
CREATE TABLE household_member (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  household BLOB NOT NULL REFERENCES household (id),
  person BLOB NOT NULL REFERENCES person (id),
  relation TEXT,
  dependant TEXT,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  created_by BLOB,
  revision INTEGER NOT NULL DEFAULT 1,
  voided_at INTEGER,
  void_reason TEXT
) STRICT;
CREATE INDEX household_member_person ON household_member (person);
CREATE INDEX household_member_household ON household_member (household) WHERE household IS NOT NULL;

-- A stretch of work with a person; somebody may have several over the years. The number means
-- nothing and is what people say and write.
CREATE TABLE case_file (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  case_no TEXT UNIQUE,
  person BLOB NOT NULL REFERENCES person (id),
  category TEXT,
  status TEXT,
  priority TEXT,
  reassess_on TEXT,
  registered TEXT,
  caseworker TEXT,
  owner BLOB REFERENCES user (id),
  closed_on TEXT,
  closure_reason TEXT,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  created_by BLOB,
  revision INTEGER NOT NULL DEFAULT 1,
  voided_at INTEGER,
  void_reason TEXT
) STRICT;
CREATE INDEX case_file_person ON case_file (person);
CREATE INDEX case_file_owner ON case_file (owner) WHERE owner IS NOT NULL;
CREATE INDEX case_file_status ON case_file (status) WHERE status IS NOT NULL;

-- One row per purpose and answer; the latest dated one holds. Consent gates every exit.
CREATE TABLE consent (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  person BLOB NOT NULL REFERENCES person (id),
  purpose TEXT,
  status TEXT,
  given_on TEXT,
  language TEXT,
  how TEXT,
  witness TEXT,
  expires_on TEXT,
  note TEXT,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  created_by BLOB,
  revision INTEGER NOT NULL DEFAULT 1,
  voided_at INTEGER,
  void_reason TEXT
) STRICT;
CREATE INDEX consent_person ON consent (person);

-- An episode abroad and the return from it, with its re-entry ban.
CREATE TABLE migration (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  person BLOB NOT NULL REFERENCES person (id),
  country_of_return TEXT,
  place_of_return TEXT,
  departed_on TEXT,
  return_date TEXT,
  migration_years TEXT,
  work_abroad TEXT,
  return_reason TEXT,
  return_kind TEXT,
  debt TEXT,
  re_entry_ban TEXT,
  ban_body TEXT,
  ban_reason TEXT,
  ban_from TEXT,
  ban_until TEXT,
  ban_checked_on TEXT,
  ban_appeal TEXT,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  created_by BLOB,
  revision INTEGER NOT NULL DEFAULT 1,
  voided_at INTEGER,
  void_reason TEXT
) STRICT;
CREATE INDEX migration_person ON migration (person);

-- The plan: what the person wants to reach, and by which steps.
CREATE TABLE goal (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  person BLOB NOT NULL REFERENCES person (id),
  area TEXT,
  title TEXT,
  steps TEXT,
  due TEXT,
  owner BLOB REFERENCES user (id),
  agreed_on TEXT,
  approved_on TEXT,
  approved_by BLOB REFERENCES user (id),
  status TEXT,
  reached_on TEXT,
  note TEXT,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  created_by BLOB,
  revision INTEGER NOT NULL DEFAULT 1,
  voided_at INTEGER,
  void_reason TEXT
) STRICT;
CREATE INDEX goal_person ON goal (person);

-- Support planned (no delivery date) or delivered. quantity in thousandths, cost in minor units.
CREATE TABLE support (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  person BLOB NOT NULL REFERENCES person (id),
  service TEXT,
  item TEXT,
  quantity INTEGER,
  unit TEXT,
  planned TEXT,
  delivered TEXT,
  cost INTEGER,
  currency TEXT,
  fund BLOB REFERENCES fund (id),
  provider TEXT,
  certificate_no TEXT,
  verified_on TEXT,
  note TEXT,
  source TEXT,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  created_by BLOB,
  revision INTEGER NOT NULL DEFAULT 1,
  voided_at INTEGER,
  void_reason TEXT
) STRICT;
CREATE INDEX support_person ON support (person);
CREATE INDEX support_fund ON support (fund) WHERE fund IS NOT NULL;
CREATE INDEX support_delivered ON support (delivered) WHERE delivered IS NOT NULL;
CREATE INDEX support_planned ON support (planned) WHERE planned IS NOT NULL;

-- A business or asset that is followed up.
CREATE TABLE livelihood (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  person BLOB NOT NULL REFERENCES person (id),
  kind TEXT,
  title TEXT,
  started_on TEXT,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  created_by BLOB,
  revision INTEGER NOT NULL DEFAULT 1,
  voided_at INTEGER,
  void_reason TEXT
) STRICT;
CREATE INDEX livelihood_person ON livelihood (person);

-- A look at a livelihood. Money in minor units of somoni, output in thousandths.
CREATE TABLE visit (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  person BLOB NOT NULL REFERENCES person (id),
  livelihood BLOB REFERENCES livelihood (id),
  "date" TEXT,
  method TEXT,
  status TEXT,
  sales INTEGER,
  costs INTEGER,
  jobs_f INTEGER,
  jobs_m INTEGER,
  output INTEGER,
  output_unit TEXT,
  colonies_alive INTEGER,
  reason TEXT,
  note TEXT,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  created_by BLOB,
  revision INTEGER NOT NULL DEFAULT 1,
  voided_at INTEGER,
  void_reason TEXT
) STRICT;
CREATE INDEX visit_person ON visit (person);
CREATE INDEX visit_livelihood ON visit (livelihood) WHERE livelihood IS NOT NULL;

-- A filled-in questionnaire; its version says with which questions.
CREATE TABLE assessment (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  person BLOB NOT NULL REFERENCES person (id),
  questionnaire TEXT,
  version TEXT,
  wave TEXT,
  "date" TEXT,
  method TEXT,
  note TEXT,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  created_by BLOB,
  revision INTEGER NOT NULL DEFAULT 1,
  voided_at INTEGER,
  void_reason TEXT
) STRICT;
CREATE INDEX assessment_person ON assessment (person);

-- One answer of a questionnaire.
CREATE TABLE answer (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  assessment BLOB NOT NULL REFERENCES assessment (id),
  question TEXT,
  value TEXT,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  created_by BLOB,
  revision INTEGER NOT NULL DEFAULT 1,
  voided_at INTEGER,
  void_reason TEXT
) STRICT;
CREATE INDEX answer_assessment ON answer (assessment);

-- To or from another organisation.
CREATE TABLE referral (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  person BLOB NOT NULL REFERENCES person (id),
  direction TEXT,
  organisation TEXT,
  organisation_kind TEXT,
  service TEXT,
  "date" TEXT,
  reason TEXT,
  status TEXT,
  answered_on TEXT,
  done_on TEXT,
  outcome TEXT,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  created_by BLOB,
  revision INTEGER NOT NULL DEFAULT 1,
  voided_at INTEGER,
  void_reason TEXT
) STRICT;
CREATE INDEX referral_person ON referral (person);

-- A group event.
CREATE TABLE activity (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  kind TEXT,
  title TEXT,
  "start" TEXT,
  "end" TEXT,
  place TEXT,
  region TEXT,
  participants INTEGER,
  participants_age_min INTEGER,
  participants_age_max INTEGER,
  audience TEXT,
  partner TEXT,
  fund BLOB REFERENCES fund (id),
  source TEXT,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  created_by BLOB,
  revision INTEGER NOT NULL DEFAULT 1,
  voided_at INTEGER,
  void_reason TEXT
) STRICT;
CREATE INDEX activity_fund ON activity (fund) WHERE fund IS NOT NULL;

-- A registered participant of an activity.
CREATE TABLE participant (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  activity BLOB NOT NULL REFERENCES activity (id),
  person BLOB REFERENCES person (id),
  attended TEXT,
  test_before INTEGER,
  test_after INTEGER,
  certificate_no TEXT,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  created_by BLOB,
  revision INTEGER NOT NULL DEFAULT 1,
  voided_at INTEGER,
  void_reason TEXT
) STRICT;
CREATE INDEX participant_activity ON participant (activity);
CREATE INDEX participant_person ON participant (person) WHERE person IS NOT NULL;

-- People of a sex and age band who were there and not registered.
CREATE TABLE head_count (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  activity BLOB NOT NULL REFERENCES activity (id),
  sex TEXT,
  age_band TEXT,
  people INTEGER,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  created_by BLOB,
  revision INTEGER NOT NULL DEFAULT 1,
  voided_at INTEGER,
  void_reason TEXT
) STRICT;
CREATE INDEX head_count_activity ON head_count (activity);

-- A dated note.
CREATE TABLE note (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  person BLOB NOT NULL REFERENCES person (id),
  "date" TEXT,
  kind TEXT,
  "text" TEXT,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  created_by BLOB,
  revision INTEGER NOT NULL DEFAULT 1,
  voided_at INTEGER,
  void_reason TEXT
) STRICT;
CREATE INDEX note_person ON note (person);

-- Something to be done by a day.
CREATE TABLE task (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  person BLOB NOT NULL REFERENCES person (id),
  due TEXT,
  title TEXT,
  owner BLOB REFERENCES user (id),
  done_on TEXT,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  created_by BLOB,
  revision INTEGER NOT NULL DEFAULT 1,
  voided_at INTEGER,
  void_reason TEXT
) STRICT;
CREATE INDEX task_person ON task (person);
CREATE INDEX task_owner ON task (owner) WHERE owner IS NOT NULL;

-- A success story in the making.
CREATE TABLE story (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  person BLOB NOT NULL REFERENCES person (id),
  language TEXT,
  format TEXT,
  title TEXT,
  body TEXT,
  status TEXT,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  created_by BLOB,
  revision INTEGER NOT NULL DEFAULT 1,
  voided_at INTEGER,
  void_reason TEXT
) STRICT;
CREATE INDEX story_person ON story (person);

-- A decision on a story, bound to the text by its hash.
CREATE TABLE story_review (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  story BLOB NOT NULL REFERENCES story (id),
  act TEXT,
  reviewer BLOB REFERENCES user (id),
  text_hash TEXT,
  "at" TEXT,
  reason TEXT,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  created_by BLOB,
  revision INTEGER NOT NULL DEFAULT 1,
  voided_at INTEGER,
  void_reason TEXT
) STRICT;
CREATE INDEX story_review_story ON story_review (story);

-- What an indicator is to reach in a period.
CREATE TABLE target (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  indicator TEXT,
  fund BLOB REFERENCES fund (id),
  period TEXT,
  value INTEGER,
  note TEXT,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  created_by BLOB,
  revision INTEGER NOT NULL DEFAULT 1,
  voided_at INTEGER,
  void_reason TEXT
) STRICT;

-- Devices and history -------------------------------------------------------------------------------

-- A laptop that has written here. The private seed of this machine's own device lies in the record:
-- whoever may open the file may write as the device it is on. `instance` is the hash of a random
-- value that only this machine's state directory holds; a copied file shows by it.
CREATE TABLE device (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  sign_public BLOB NOT NULL CHECK (length (sign_public) = 32),
  sign_seed BLOB CHECK (length (sign_seed) = 32),
  instance BLOB CHECK (length (instance) = 32),
  database BLOB NOT NULL CHECK (length (database) = 16),
  -- why it began: first, moved, restored, rekeyed
  cause TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  retired_at INTEGER
) STRICT;

-- One line per write, chained per device by hash; docs/history-format.md says which bytes are hashed.
-- Nothing here is personal: what was written stands in history_body, of which the line knows only a
-- salted commitment. The last line of each transaction is signed by the device.
CREATE TABLE history (
  device BLOB NOT NULL REFERENCES device (id),
  seq INTEGER NOT NULL,
  id BLOB NOT NULL UNIQUE CHECK (length (id) = 16),
  hlc INTEGER NOT NULL,
  actor BLOB NOT NULL CHECK (length (actor) = 16),
  act TEXT NOT NULL,
  aggregate TEXT NOT NULL,
  record BLOB NOT NULL CHECK (length (record) = 16),
  dictionary INTEGER NOT NULL,
  commitment BLOB NOT NULL CHECK (length (commitment) = 32),
  previous BLOB NOT NULL CHECK (length (previous) = 32),
  hash BLOB NOT NULL CHECK (length (hash) = 32),
  signature BLOB CHECK (length (signature) = 64),
  PRIMARY KEY (device, seq)
) STRICT;
CREATE INDEX history_record ON history (record);
CREATE INDEX history_hlc ON history (hlc);

-- What was written: erasable. Without its salt a commitment says nothing.
CREATE TABLE history_body (
  entry BLOB NOT NULL PRIMARY KEY REFERENCES history (id),
  salt BLOB NOT NULL CHECK (length (salt) = 32),
  body BLOB NOT NULL
) STRICT;

-- Who read whose file: a second chain, without bodies. `person` is zero where a list was read.
CREATE TABLE read_log (
  device BLOB NOT NULL REFERENCES device (id),
  seq INTEGER NOT NULL,
  "at" INTEGER NOT NULL,
  actor BLOB NOT NULL CHECK (length (actor) = 16),
  what TEXT NOT NULL,
  person BLOB NOT NULL CHECK (length (person) = 16),
  previous BLOB NOT NULL CHECK (length (previous) = 32),
  hash BLOB NOT NULL CHECK (length (hash) = 32),
  PRIMARY KEY (device, seq)
) STRICT;
CREATE INDEX read_log_person ON read_log (person);

-- What was typed and not saved: private to its user, outside history and bundles. `subject` is zero
-- for a new thing.
CREATE TABLE draft (
  user BLOB NOT NULL REFERENCES user (id),
  form TEXT NOT NULL,
  subject BLOB NOT NULL CHECK (length (subject) = 16),
  kept_at INTEGER NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (user, form, subject)
) STRICT;

-- Small texts about the casebook: the last backup's state, what is due.
CREATE TABLE setting (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

-- Sealed sections -----------------------------------------------------------------------------------

-- A key of a sealed section, boxed for one user; given only by somebody who holds it.
CREATE TABLE section_grant (
  section TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  user BLOB NOT NULL REFERENCES user (id),
  box BLOB NOT NULL,
  key_id BLOB NOT NULL CHECK (length (key_id) = 16),
  granted_by BLOB NOT NULL,
  granted_at INTEGER NOT NULL,
  signature BLOB NOT NULL CHECK (length (signature) = 64),
  PRIMARY KEY (section, epoch, user)
) STRICT;

-- The sealed part of a row of the record. That it exists can be seen by whoever can open the file.
CREATE TABLE sealed (
  record BLOB NOT NULL CHECK (length (record) = 16),
  section TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  version INTEGER NOT NULL,
  blob BLOB NOT NULL,
  PRIMARY KEY (record, section)
) STRICT;

-- Attachments ---------------------------------------------------------------------------------------

-- A photo or scan: the body under its own random key, in pieces. `digest` is of the ciphertext.
CREATE TABLE attachment (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  owner_table TEXT NOT NULL,
  owner BLOB NOT NULL CHECK (length (owner) = 16),
  person BLOB REFERENCES person (id),
  title TEXT,
  media_type TEXT NOT NULL,
  size INTEGER NOT NULL,
  section TEXT,
  body_key BLOB,
  digest BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  created_by BLOB NOT NULL,
  voided_at INTEGER,
  void_reason TEXT
) STRICT;
CREATE INDEX attachment_owner ON attachment (owner);
CREATE INDEX attachment_person ON attachment (person) WHERE person IS NOT NULL;

CREATE TABLE attachment_chunk (
  attachment BLOB NOT NULL REFERENCES attachment (id),
  number INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (attachment, number)
) STRICT, WITHOUT ROWID;

-- Import --------------------------------------------------------------------------------------------

-- A row of an imported file, verbatim, and what it became. It is found again by profile and key.
CREATE TABLE import_row (
  id INTEGER PRIMARY KEY,
  profile TEXT NOT NULL,
  key TEXT NOT NULL,
  digest TEXT NOT NULL,
  cells TEXT NOT NULL,
  verdict TEXT NOT NULL,
  aggregate TEXT,
  record BLOB CHECK (length (record) = 16),
  imported_at INTEGER NOT NULL,
  imported_by BLOB NOT NULL,
  UNIQUE (profile, key)
) STRICT;
CREATE INDEX import_row_record ON import_row (record) WHERE record IS NOT NULL;

-- What left -----------------------------------------------------------------------------------------

-- A publication: its tables as they were published, and the countable facts behind them, frozen.
CREATE TABLE release (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  number INTEGER NOT NULL UNIQUE,
  report TEXT NOT NULL,
  period TEXT NOT NULL,
  fund TEXT,
  published_at INTEGER NOT NULL,
  published_by BLOB NOT NULL,
  tables_json TEXT NOT NULL,
  facts BLOB,
  certificate_sha256 TEXT NOT NULL
) STRICT;

-- Which pseudonym of a frozen release is which person. Erasing a person removes the link, not the
-- figures.
CREATE TABLE release_person (
  release BLOB NOT NULL REFERENCES release (id),
  pseudonym BLOB NOT NULL,
  person BLOB NOT NULL REFERENCES person (id),
  PRIMARY KEY (release, pseudonym)
) STRICT, WITHOUT ROWID;
CREATE INDEX release_person_person ON release_person (person);

-- Every exit: story, export, backup, letter, microdata.
CREATE TABLE exit_log (
  id BLOB NOT NULL PRIMARY KEY CHECK (length (id) = 16),
  "at" INTEGER NOT NULL,
  user BLOB NOT NULL,
  kind TEXT NOT NULL,
  subject BLOB CHECK (length (subject) = 16),
  purpose TEXT,
  sha256 TEXT
) STRICT;
CREATE INDEX exit_log_at ON exit_log ("at");
