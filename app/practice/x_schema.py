"""X's own tables. Ids are numbers that grow with time; `written` is when the row came to be here.

An edited post is a row for each version, tied by `root_id`; only the newest `is_latest`.
"""

SCHEMA = """
CREATE TABLE IF NOT EXISTS x_ids (id INTEGER PRIMARY KEY);

CREATE TABLE IF NOT EXISTS x_users (
  id INTEGER PRIMARY KEY, username TEXT NOT NULL UNIQUE COLLATE NOCASE, name TEXT NOT NULL,
  is_account INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL);

CREATE TABLE IF NOT EXISTS x_posts (
  id INTEGER PRIMARY KEY, root_id INTEGER NOT NULL, author_id INTEGER NOT NULL,
  text TEXT NOT NULL, prefix INTEGER NOT NULL DEFAULT 0, conversation_id INTEGER NOT NULL,
  reply_to INTEGER, quoted INTEGER, media TEXT NOT NULL DEFAULT '', created INTEGER NOT NULL,
  written INTEGER NOT NULL, via TEXT NOT NULL, is_latest INTEGER NOT NULL DEFAULT 1,
  hidden INTEGER NOT NULL DEFAULT 0, deleted INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS x_posts_of_author ON x_posts (author_id, id);
CREATE INDEX IF NOT EXISTS x_posts_of_conversation ON x_posts (conversation_id, id);
CREATE INDEX IF NOT EXISTS x_posts_of_root ON x_posts (root_id, id);
CREATE INDEX IF NOT EXISTS x_posts_quoting ON x_posts (quoted, id) WHERE quoted IS NOT NULL;

CREATE TABLE IF NOT EXISTS x_mentions (
  user_id INTEGER NOT NULL, post_id INTEGER NOT NULL, PRIMARY KEY (user_id, post_id)) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS x_recorded (
  key TEXT PRIMARY KEY, post_id INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS x_messages (
  id INTEGER PRIMARY KEY, conversation TEXT NOT NULL, sender_id INTEGER NOT NULL,
  recipient_id INTEGER NOT NULL, text TEXT NOT NULL, media TEXT NOT NULL DEFAULT '',
  created INTEGER NOT NULL, written INTEGER NOT NULL, via TEXT NOT NULL,
  deleted INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS x_messages_of_conversation ON x_messages (conversation, id);
CREATE INDEX IF NOT EXISTS x_messages_from ON x_messages (sender_id, id);
CREATE INDEX IF NOT EXISTS x_messages_to ON x_messages (recipient_id, id);

CREATE TABLE IF NOT EXISTS x_media (
  id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, kind TEXT NOT NULL, size INTEGER NOT NULL,
  created INTEGER NOT NULL);

CREATE TABLE IF NOT EXISTS x_codes (
  code TEXT PRIMARY KEY, user_id INTEGER NOT NULL, redirect_uri TEXT NOT NULL,
  challenge TEXT NOT NULL, scopes TEXT NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS x_tokens (
  access TEXT PRIMARY KEY, refresh TEXT UNIQUE, user_id INTEGER NOT NULL, scopes TEXT NOT NULL,
  expires INTEGER NOT NULL);

CREATE TABLE IF NOT EXISTS x_uses (
  who TEXT NOT NULL, path TEXT NOT NULL, ends INTEGER NOT NULL, used INTEGER NOT NULL,
  PRIMARY KEY (who, path)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS x_charges (
  day TEXT NOT NULL, kind TEXT NOT NULL, resource TEXT NOT NULL, price INTEGER NOT NULL,
  PRIMARY KEY (day, kind, resource)) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS x_webhooks (
  id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE, is_valid INTEGER NOT NULL,
  created INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS x_subscriptions (
  id INTEGER PRIMARY KEY, event_type TEXT NOT NULL, user_id INTEGER NOT NULL,
  direction TEXT NOT NULL, tag TEXT NOT NULL, webhook_id INTEGER NOT NULL,
  created INTEGER NOT NULL, UNIQUE (event_type, user_id, direction, webhook_id));
"""
