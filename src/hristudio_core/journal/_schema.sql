-- The journal of one robot host. `row` is the order of commit over all trials and is never used twice.
CREATE TABLE IF NOT EXISTS meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS entry (
  row INTEGER PRIMARY KEY AUTOINCREMENT,
  trial_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  actor TEXT NOT NULL,
  source TEXT NOT NULL,
  step TEXT NOT NULL,
  path TEXT NOT NULL,
  caused_by TEXT NOT NULL,
  wall_ns INTEGER NOT NULL,
  monotonic_ns INTEGER NOT NULL,
  ros_ns INTEGER NOT NULL,
  shown_ns INTEGER,
  acted_ns INTEGER,
  offset_ns INTEGER,
  offset_error_ns INTEGER,
  host TEXT NOT NULL,
  payload TEXT NOT NULL,
  hash TEXT NOT NULL,
  UNIQUE (trial_id, seq)
);

-- The end of each trial's chain. It outlives the pruned entries, so no trial begins twice.
CREATE TABLE IF NOT EXISTS head (
  trial_id TEXT PRIMARY KEY,
  first_row INTEGER NOT NULL,
  last_row INTEGER NOT NULL,
  first_seq INTEGER NOT NULL,
  last_seq INTEGER NOT NULL,
  last_wall_ns INTEGER NOT NULL,
  hash TEXT NOT NULL,
  ended INTEGER NOT NULL
) WITHOUT ROWID;
