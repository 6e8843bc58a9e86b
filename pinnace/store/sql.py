"""Every SQL statement of the store, by name.

``objects`` is found by (group, plural, namespace, name), by uid, and through ``owners`` by the uid
of an owner; each statement below uses one of these indexes.
"""

SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    api_group TEXT NOT NULL, plural TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
    uid TEXT NOT NULL, revision INTEGER NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (api_group, plural, namespace, name)
);
CREATE UNIQUE INDEX IF NOT EXISTS objects_uid ON objects (uid);
CREATE TABLE IF NOT EXISTS owners (
    owner TEXT NOT NULL, uid TEXT NOT NULL, PRIMARY KEY (owner, uid)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS owners_uid ON owners (uid);
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT OR IGNORE INTO meta VALUES ('revision', 1);
"""

#: How the file is laid out (``PRAGMA user_version``); 0: a new file, or one older than the number.
LAYOUT = 1
LAYOUT_OF_FILE = "PRAGMA user_version"
SET_LAYOUT = f"PRAGMA user_version={LAYOUT}"

#: Durable at commit (FULL syncs the log each time), readers never wait for the writer (WAL). The
#: log is copied into the file every 32 MB, which syncs twice more: at SQLite's 4 MB storms of
#: webhooks were slower (seen in one comparison on a busy machine, not measured finely).
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA wal_autocheckpoint=8000",
    "PRAGMA busy_timeout=10000",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-16000",
)

GET = "SELECT data FROM objects WHERE api_group=? AND plural=? AND namespace=? AND name=?"
GET_BY_UID = "SELECT data FROM objects WHERE uid=?"
LIST_ALL = (
    "SELECT data FROM objects WHERE api_group=? AND plural=? AND (namespace, name) > (?, ?) "
    "ORDER BY namespace, name"
)
LIST_NAMESPACE = (
    "SELECT data FROM objects WHERE api_group=? AND plural=? AND namespace=? AND name > ? "
    "ORDER BY name"
)
# The plus signs keep SQLite from walking all objects of the kind to have them in order.
LIST_OWNED = (
    "SELECT data, uid, revision FROM objects WHERE uid IN (SELECT uid FROM owners WHERE owner=?) "
    "AND +api_group=? AND +plural=? ORDER BY namespace, name"
)
DEPENDENTS = (
    "SELECT api_group, plural, data FROM objects "
    "WHERE uid IN (SELECT uid FROM owners WHERE owner=?)"
)
IN_NAMESPACE = "SELECT api_group, plural, data FROM objects WHERE namespace=?"
OCCUPIED = "SELECT 1 FROM objects WHERE namespace=? LIMIT 1"
OF_KIND = "SELECT api_group, plural, data FROM objects WHERE api_group=? AND plural=?"
COUNT = "SELECT count(*) FROM objects WHERE api_group=? AND plural=? AND (?='' OR namespace=?)"
PUT = (
    "INSERT INTO objects VALUES (?,?,?,?,?,?,?) ON CONFLICT (api_group, plural, namespace, name) "
    "DO UPDATE SET revision=excluded.revision, data=excluded.data"
)
REMOVE = "DELETE FROM objects WHERE uid=?"
PUT_OWNER = "INSERT OR IGNORE INTO owners VALUES (?,?)"
REMOVE_OWNERS = "DELETE FROM owners WHERE uid=?"
REVISION = "SELECT value FROM meta WHERE key='revision'"
SET_REVISION = "UPDATE meta SET value=? WHERE key='revision'"
