-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Whom a user may see is asked with every list and every search. Whom somebody registered, and who
-- lives in a region, is answered from an index alone; members of a household were not found by
-- theirs, because SQLite takes a partial index only where the query says that the column is not null.

DROP INDEX person_region;
CREATE INDEX person_region ON person (region, id) WHERE region IS NOT NULL;
CREATE INDEX person_created_by ON person (created_by, id) WHERE created_by IS NOT NULL;
DROP INDEX household_member_household;
CREATE INDEX household_member_household ON household_member (household);
