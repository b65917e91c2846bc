-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Before anything is published, every release is held against what the history says of it: the
-- entries of publications are found without reading the whole chain.

CREATE INDEX history_publish ON history (record, id) WHERE act = 'publish';
