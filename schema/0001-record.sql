-- SPDX-License-Identifier: GPL-3.0-or-later

CREATE TABLE person (
  id BLOB PRIMARY KEY CHECK (length (id) = 16),
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

CREATE TABLE household (
  id BLOB PRIMARY KEY CHECK (length (id) = 16),
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

CREATE TABLE household_member (
  id BLOB PRIMARY KEY CHECK (length (id) = 16),
  household BLOB REFERENCES household (id),
  person BLOB REFERENCES person (id) NOT NULL,
  relation TEXT,
  dependant TEXT,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  created_by BLOB,
  revision INTEGER NOT NULL DEFAULT 1,
  voided_at INTEGER,
  void_reason TEXT
) STRICT;

CREATE TABLE case_file (
  id BLOB PRIMARY KEY CHECK (length (id) = 16),
  case_no TEXT,
  person BLOB REFERENCES person (id) NOT NULL,
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

CREATE TABLE consent (
  id BLOB PRIMARY KEY CHECK (length (id) = 16),
  person BLOB REFERENCES person (id) NOT NULL,
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

CREATE TABLE migration (
  id BLOB PRIMARY KEY CHECK (length (id) = 16),
  person BLOB REFERENCES person (id) NOT NULL,
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

CREATE TABLE fund (
  id BLOB PRIMARY KEY CHECK (length (id) = 16),
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

CREATE TABLE support (
  id BLOB PRIMARY KEY CHECK (length (id) = 16),
  person BLOB REFERENCES person (id) NOT NULL,
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

CREATE TABLE livelihood (
  id BLOB PRIMARY KEY CHECK (length (id) = 16),
  person BLOB REFERENCES person (id) NOT NULL,
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

CREATE TABLE visit (
  id BLOB PRIMARY KEY CHECK (length (id) = 16),
  person BLOB REFERENCES person (id) NOT NULL,
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

CREATE TABLE activity (
  id BLOB PRIMARY KEY CHECK (length (id) = 16),
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

CREATE TABLE head_count (
  id BLOB PRIMARY KEY CHECK (length (id) = 16),
  activity BLOB REFERENCES activity (id) NOT NULL,
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

CREATE TABLE note (
  id BLOB PRIMARY KEY CHECK (length (id) = 16),
  person BLOB REFERENCES person (id) NOT NULL,
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

CREATE TABLE task (
  id BLOB PRIMARY KEY CHECK (length (id) = 16),
  person BLOB REFERENCES person (id) NOT NULL,
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

CREATE TABLE story (
  id BLOB PRIMARY KEY CHECK (length (id) = 16),
  person BLOB REFERENCES person (id) NOT NULL,
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

CREATE TABLE story_review (
  id BLOB PRIMARY KEY CHECK (length (id) = 16),
  story BLOB REFERENCES story (id) NOT NULL,
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

CREATE TABLE user (
  id BLOB PRIMARY KEY CHECK (length (id) = 16),
  name TEXT,
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

CREATE TABLE programme (
  id BLOB PRIMARY KEY CHECK (length (id) = 16),
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
