"""The platform's own tables. Times are milliseconds; `written` is when the row came to be here."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS pages (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
  token TEXT NOT NULL UNIQUE, fields TEXT NOT NULL DEFAULT '', created INTEGER NOT NULL);

CREATE TABLE IF NOT EXISTS people (
  id TEXT PRIMARY KEY, page_id TEXT NOT NULL, name TEXT NOT NULL,
  banned INTEGER NOT NULL DEFAULT 0, blocks_page INTEGER NOT NULL DEFAULT 0,
  UNIQUE (page_id, name));

CREATE TABLE IF NOT EXISTS posts (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, page_id TEXT NOT NULL,
  message TEXT NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL,
  written INTEGER NOT NULL, deleted INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS posts_of_page ON posts (page_id, deleted, created, seq);

CREATE TABLE IF NOT EXISTS comments (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, page_id TEXT NOT NULL,
  post_id TEXT NOT NULL, parent_id TEXT, person_id TEXT, message TEXT NOT NULL,
  attachment TEXT, created INTEGER NOT NULL, written INTEGER NOT NULL, via TEXT NOT NULL,
  hidden INTEGER NOT NULL DEFAULT 0, deleted INTEGER NOT NULL DEFAULT 0,
  liked INTEGER NOT NULL DEFAULT 0, private_reply TEXT);
CREATE INDEX IF NOT EXISTS comments_of_post ON comments (post_id, deleted, seq);
CREATE INDEX IF NOT EXISTS comments_of_parent ON comments (parent_id, deleted, seq);
CREATE INDEX IF NOT EXISTS comments_of_page ON comments (page_id, deleted);

CREATE TABLE IF NOT EXISTS conversations (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, page_id TEXT NOT NULL,
  person_id TEXT NOT NULL UNIQUE, updated INTEGER NOT NULL, spam INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS conversations_of_page ON conversations (page_id, updated, seq);

CREATE TABLE IF NOT EXISTS messages (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, conversation_id TEXT NOT NULL,
  outbound INTEGER NOT NULL, text TEXT NOT NULL, attachment TEXT, created INTEGER NOT NULL,
  written INTEGER NOT NULL, via TEXT NOT NULL, metadata TEXT, reply_to TEXT,
  edits INTEGER NOT NULL DEFAULT 0, deleted INTEGER NOT NULL DEFAULT 0,
  seen INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS messages_of_conversation ON messages (conversation_id, seq);
CREATE INDEX IF NOT EXISTS messages_by_side ON messages (conversation_id, outbound, seq);

CREATE TABLE IF NOT EXISTS writes (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, page_id TEXT NOT NULL,
  kind TEXT NOT NULL, target TEXT NOT NULL, result TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS writes_by_target ON writes (target, seq);

CREATE TABLE IF NOT EXISTS subscriptions (
  object TEXT PRIMARY KEY, callback_url TEXT NOT NULL, verify_token TEXT NOT NULL,
  fields TEXT NOT NULL, verified INTEGER NOT NULL, failing_since INTEGER);

CREATE TABLE IF NOT EXISTS events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, page_id TEXT NOT NULL, list TEXT NOT NULL,
  field TEXT NOT NULL, body TEXT NOT NULL, created INTEGER NOT NULL, due INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'waiting');
CREATE INDEX IF NOT EXISTS events_waiting ON events (state, seq);

CREATE TABLE IF NOT EXISTS faults (
  id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, params TEXT NOT NULL,
  remaining INTEGER, method TEXT NOT NULL, path TEXT NOT NULL, page_id TEXT NOT NULL);

CREATE TABLE IF NOT EXISTS planned (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, due INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS planned_due ON planned (due, seq);
"""

# Columns that came later: (table, name, type); a file made before them gets them when it is opened.
ADDED = (
    ("posts", "kind", "TEXT NOT NULL DEFAULT 'status'"),
    ("posts", "person_id", "TEXT"),
    ("posts", "object_id", "TEXT"),
    ("posts", "attachment", "TEXT"),
    ("posts", "published", "INTEGER NOT NULL DEFAULT 1"),
    ("posts", "scheduled", "INTEGER"),
    ("posts", "private_reply", "TEXT"),
    ("posts", "recommends", "TEXT"),
    ("posts", "comments_off", "INTEGER NOT NULL DEFAULT 0"),
    ("posts", "boosted", "INTEGER NOT NULL DEFAULT 0"),
    ("comments", "private", "INTEGER NOT NULL DEFAULT 0"),
    ("comments", "others_like", "INTEGER NOT NULL DEFAULT 0"),
    ("people", "has_role", "INTEGER NOT NULL DEFAULT 0"),
    ("conversations", "held_by", "TEXT"),
    ("messages", "reaction", "TEXT"),
    ("messages", "unsupported", "INTEGER NOT NULL DEFAULT 0"),
    ("messages", "story", "TEXT"),
    ("events", "object", "TEXT NOT NULL DEFAULT 'page'"),
)

LATER = """
CREATE INDEX IF NOT EXISTS posts_of_object ON posts (object_id);

CREATE TABLE IF NOT EXISTS instagram (
  id TEXT PRIMARY KEY, page_id TEXT NOT NULL UNIQUE, username TEXT NOT NULL UNIQUE,
  messages_allowed INTEGER NOT NULL DEFAULT 1, created INTEGER NOT NULL);

CREATE TABLE IF NOT EXISTS containers (
  id TEXT PRIMARY KEY, ig_id TEXT NOT NULL, kind TEXT NOT NULL, caption TEXT NOT NULL,
  url TEXT NOT NULL, created INTEGER NOT NULL, media_id TEXT);

CREATE TABLE IF NOT EXISTS files (
  id TEXT PRIMARY KEY, page_id TEXT NOT NULL, mime TEXT NOT NULL, name TEXT NOT NULL,
  content BLOB NOT NULL, key TEXT NOT NULL, created INTEGER NOT NULL);

CREATE TABLE IF NOT EXISTS staff (
  id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, has_role INTEGER NOT NULL);

CREATE TABLE IF NOT EXISTS staff_pages (
  staff_id TEXT NOT NULL, page_id TEXT NOT NULL, tasks TEXT NOT NULL,
  PRIMARY KEY (staff_id, page_id)) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS grants (
  staff_id TEXT PRIMARY KEY, scopes TEXT NOT NULL, pages TEXT NOT NULL,
  granted INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS codes (
  code TEXT PRIMARY KEY, staff_id TEXT NOT NULL, redirect_uri TEXT NOT NULL,
  made INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS issued_tokens (
  token TEXT PRIMARY KEY, kind TEXT NOT NULL, staff_id TEXT NOT NULL, page_id TEXT NOT NULL,
  parent TEXT NOT NULL, issued INTEGER NOT NULL, expires INTEGER NOT NULL,
  revoked INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
"""
