-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Whom a caseworker may see is asked with every list and every search: their cases have an index,
-- whom they registered had none.

CREATE INDEX person_created_by ON person (created_by) WHERE created_by IS NOT NULL;
