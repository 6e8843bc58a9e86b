"""Every SQL statement of the bus, by name; each look-up below uses a primary key or an index."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    position INTEGER PRIMARY KEY AUTOINCREMENT, namespace TEXT NOT NULL, id TEXT NOT NULL,
    source TEXT NOT NULL, subject TEXT NOT NULL, type TEXT NOT NULL, time TEXT NOT NULL,
    recorded TEXT NOT NULL, datacontenttype TEXT NOT NULL, data BLOB NOT NULL, dedupe TEXT
);
CREATE UNIQUE INDEX IF NOT EXISTS events_id ON events (id);
CREATE UNIQUE INDEX IF NOT EXISTS events_dedupe ON events (namespace, source, subject, dedupe)
    WHERE dedupe IS NOT NULL;
CREATE TABLE IF NOT EXISTS consumers (
    consumer TEXT PRIMARY KEY, position INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS joined (
    sensor TEXT NOT NULL, trigger_name TEXT NOT NULL, dependency TEXT NOT NULL,
    position INTEGER NOT NULL, PRIMARY KEY (sensor, trigger_name, dependency)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS firings (
    id INTEGER PRIMARY KEY AUTOINCREMENT, sensor_uid TEXT NOT NULL, namespace TEXT NOT NULL,
    sensor TEXT NOT NULL, trigger_name TEXT NOT NULL, event_ids TEXT NOT NULL, state TEXT NOT NULL,
    object TEXT NOT NULL, attempts INTEGER NOT NULL, message TEXT NOT NULL, time TEXT NOT NULL,
    dependencies TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS firings_sensor ON firings (sensor_uid, state);
CREATE INDEX IF NOT EXISTS firings_open ON firings (state, id) WHERE state <> 'fired';
CREATE TABLE IF NOT EXISTS fired_events (
    event_id TEXT NOT NULL, firing INTEGER NOT NULL, PRIMARY KEY (event_id, firing)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS rejections (
    id INTEGER PRIMARY KEY AUTOINCREMENT, namespace TEXT NOT NULL, source TEXT NOT NULL,
    subject TEXT NOT NULL, reason TEXT NOT NULL, status INTEGER NOT NULL, time TEXT NOT NULL,
    remote TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS checkpoints (
    key TEXT PRIMARY KEY, value TEXT NOT NULL
) WITHOUT ROWID
"""

_EVENT = "position, namespace, id, source, subject, type, time, datacontenttype, data"
#: How many rows one statement appends: any number is a few of these.
ROWS = (64, 16, 4, 1)
APPEND = {
    rows: (
        "INSERT INTO events "
        "(namespace, id, source, subject, type, time, datacontenttype, data, dedupe, recorded) "
        "VALUES " + ",".join(["(?,?,?,?,?,?,?,?,?,?)"] * rows) + " ON CONFLICT DO NOTHING"
    )
    for rows in ROWS
}
NEWEST_RECORDED = "SELECT recorded FROM events ORDER BY position DESC LIMIT 1"
COLUMNS = "SELECT name FROM pragma_table_info('events')"
#: For files that were made before the journal had times of its own.
ADD_RECORDED = (
    "ALTER TABLE events ADD COLUMN recorded TEXT NOT NULL DEFAULT ''",
    "UPDATE events SET recorded = time",
)
OFFSET_OF = "SELECT position FROM events WHERE id=?"
READ_ROUTES = (
    "SELECT position, namespace, source, subject FROM events WHERE position > ? "
    "ORDER BY position LIMIT ?"
)
READ = f"SELECT {_EVENT} FROM events WHERE position > ? ORDER BY position LIMIT ?"
HISTORY = """
CREATE INDEX IF NOT EXISTS events_source ON events (namespace, source, position)
"""
NEWEST = f"SELECT {_EVENT} FROM events WHERE position < ? ORDER BY position DESC LIMIT ?"
_OF_SOURCE = f"SELECT {_EVENT} FROM events WHERE namespace=? AND source=?"
NEWEST_OF_SOURCE = f"{_OF_SOURCE} AND position < ? ORDER BY position DESC LIMIT ?"
READ_OF_SOURCE = f"{_OF_SOURCE} AND position > ? ORDER BY position LIMIT ?"
FIND_PREFIX = f"SELECT {_EVENT} FROM events WHERE id >= ? AND id < ? LIMIT ?"
NEXT_SOURCE = (
    "SELECT namespace, source FROM events WHERE (namespace, source) > (?, ?) "
    "ORDER BY namespace, source LIMIT 1"
)
LAST = "SELECT coalesce(max(position), 0) FROM events"
RECORDED_FROM = (
    "SELECT recorded, position FROM events WHERE position >= ? ORDER BY position LIMIT 1"
)
# The plus signs make SQLite read the rows in order instead of by the index on their sources.
SIZES_BETWEEN = (
    "SELECT namespace, source, sum(length(data)) FROM events WHERE position > ? AND position <= ? "
    "GROUP BY +namespace, +source"
)
SIZES = (
    "SELECT position, length(data) FROM events WHERE namespace=? AND source=? AND position > ? "
    "ORDER BY position LIMIT ?"
)
OVER = (
    "SELECT position, id, length(data) FROM events "
    "WHERE namespace=? AND source=? AND position <= ? "
    "AND position NOT IN (SELECT position FROM joined) AND NOT EXISTS (SELECT 1 FROM fired_events "
    "JOIN firings ON firings.id = firing WHERE event_id = events.id AND state = 'pending') "
    "ORDER BY position LIMIT ?"
)
REMOVE = "DELETE FROM events WHERE position=?"
REMOVE_FIRINGS = (
    "DELETE FROM firings WHERE id IN (SELECT firing FROM fired_events WHERE event_id=?)"
)
REMOVE_FIRED = "DELETE FROM fired_events WHERE event_id=?"
CONSUMED = "SELECT min(position) FROM consumers"
FIND = f"SELECT {_EVENT} FROM events WHERE id=?"
AT = f"SELECT {_EVENT} FROM events WHERE position=?"
FIRST = "SELECT id FROM events WHERE namespace=? AND source=? AND subject=? AND dedupe=?"
HEAD = "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name='events'), 0)"
OFFSET = "SELECT position FROM consumers WHERE consumer=?"
ADVANCE = (
    "INSERT INTO consumers VALUES (?,?) ON CONFLICT (consumer) DO UPDATE "
    "SET position=excluded.position"
)
ADVANCE_FROM = "UPDATE consumers SET position=? WHERE consumer=? AND position=?"
ADVANCE_ALL = (
    "UPDATE consumers SET position=? WHERE position < ? "
    "AND consumer NOT IN (SELECT value FROM json_each(?))"
)
FORGET_CONSUMER = "DELETE FROM consumers WHERE consumer=?"
JOINED = "SELECT dependency, position FROM joined WHERE sensor=? AND trigger_name=?"
HOLD = (
    "INSERT INTO joined VALUES (?,?,?,?) ON CONFLICT (sensor, trigger_name, dependency) "
    "DO UPDATE SET position=excluded.position"
)
CLEAR = "DELETE FROM joined WHERE sensor=? AND trigger_name=?"
FORGET_JOINED = "DELETE FROM joined WHERE sensor=?"
_FIRING = (
    "id, sensor_uid, namespace, sensor, trigger_name, event_ids, state, object, attempts, "
    "message, time, dependencies"
)
RECORD = (
    "INSERT INTO firings (sensor_uid, namespace, sensor, trigger_name, event_ids, state, object, "
    "attempts, message, time, dependencies) VALUES (?,?,?,?,?,?,?,?,?,?,?) RETURNING id"
)
RECORD_EVENT = "INSERT OR IGNORE INTO fired_events VALUES (?,?)"
SETTLE = "UPDATE firings SET state=?, object=?, attempts=?, message=? WHERE id=?"
FIRINGS = f"SELECT {_FIRING} FROM firings ORDER BY id DESC LIMIT ?"
FIRINGS_IN_STATE = f"SELECT {_FIRING} FROM firings WHERE sensor_uid=? AND state=? ORDER BY id"
FIRING = f"SELECT {_FIRING} FROM firings WHERE id=?"
NEWEST_IN_STATE = (
    f"SELECT {_FIRING} FROM firings WHERE state=? AND state <> 'fired' ORDER BY id DESC LIMIT ?"
)
JOINS = "SELECT sensor, trigger_name, dependency, position FROM joined ORDER BY 1, 2, 3"
FIRINGS_OF_EVENT = (
    f"SELECT {_FIRING} FROM firings WHERE id IN "
    "(SELECT firing FROM fired_events WHERE event_id=?) ORDER BY id"
)
REJECT = (
    "INSERT INTO rejections (namespace, source, subject, reason, status, time, remote) "
    "VALUES (?,?,?,?,?,?,?)"
)
REJECTIONS = (
    "SELECT namespace, source, subject, reason, status, time, remote FROM rejections "
    "ORDER BY id DESC LIMIT ?"
)
CHECKPOINT = "SELECT value FROM checkpoints WHERE key=?"
PUT_CHECKPOINT = (
    "INSERT INTO checkpoints VALUES (?,?) ON CONFLICT (key) DO UPDATE SET value=excluded.value"
)
FORGET_CHECKPOINT = "DELETE FROM checkpoints WHERE key=?"
FORGET_CHECKPOINTS = "DELETE FROM checkpoints WHERE key >= ? AND key < ?"
