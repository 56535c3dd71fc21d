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
