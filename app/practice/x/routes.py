"""The map of X's calls: verb and address → what a fault may be limited to, who may, how often."""

from app.practice.x import hooks, reads, writes
from app.practice.x.asked import EXPANSIONS, MEDIA, MESSAGE, POST, USER
from app.practice.x.call import APP, EITHER, Route

_PAGED = ("max_results", "pagination_token", "next_token")
_SINCE = ("since_id", "until_id", "start_time", "end_time")
_POSTS = (POST, USER, MEDIA, EXPANSIONS)
_PEOPLE = (USER, POST, EXPANSIONS)
_MESSAGES = (MESSAGE, USER, MEDIA, POST, EXPANSIONS)
_LISTED = (*_POSTS, *_PAGED, *_SINCE, "exclude")
_TALKS = (*_MESSAGES, *_PAGED, "event_types")

_READ = ("tweet.read", "users.read")
_WRITE = (*_READ, "tweet.write")
_HIDE = (*_READ, "tweet.moderate.write")
_DM_READ = (*_READ, "dm.read")
_DM_WRITE = (*_DM_READ, "dm.write")

PEOPLE = (
    Route("GET", "/users/me", "x_me", reads.me, 75, _READ, params=_PEOPLE),
    Route("GET", "/users", "x_users", reads.several_users, 900, _READ, EITHER, (*_PEOPLE, "ids")),
    Route("GET", "/users/by", "x_users", reads.several_users_by_name, 900, _READ, EITHER,
          (*_PEOPLE, "usernames")),
    Route("GET", "/users/by/username/<username>", "x_users", reads.user_by_name, 900, _READ,
          EITHER, _PEOPLE),
    Route("GET", "/users/<user_id>", "x_users", reads.user, 900, _READ, EITHER, _PEOPLE),
)  # fmt: skip
POSTS = (
    Route("GET", "/users/<user_id>/mentions", "x_mentions", reads.mentions, 300, _READ, EITHER,
          _LISTED),
    Route("GET", "/users/<user_id>/tweets", "x_posts", reads.own_posts, 900, _READ, EITHER,
          _LISTED),
    Route("GET", "/tweets", "x_post", reads.several_posts, 5000, _READ, EITHER, (*_POSTS, "ids")),
    Route("GET", "/tweets/search/recent", "x_search", reads.search, 300, _READ, EITHER,
          (*_LISTED, "query", "sort_order")),
    Route("GET", "/tweets/<post_id>", "x_post", reads.one_post, 900, _READ, EITHER, _POSTS),
    Route("GET", "/tweets/<post_id>/quote_tweets", "x_quotes", reads.quotes, 75, _READ, EITHER,
          _LISTED),
    Route("POST", "/tweets", "x_create", writes.create, 100, _WRITE, status=201),
    Route("DELETE", "/tweets/<post_id>", "x_delete", writes.delete, 50, _WRITE),
    Route("PUT", "/tweets/<post_id>/hidden", "x_hide", writes.hide, 50, _HIDE),
    Route("POST", "/media/upload", "x_media", writes.upload, 500, ("media.write",)),
)  # fmt: skip
TALKS = (
    Route("GET", "/dm_events", "x_messages", reads.messages, 15, _DM_READ, params=_TALKS),
    Route("GET", "/dm_events/<message_id>", "x_messages", reads.one_message, 15, _DM_READ,
          params=_MESSAGES),
    Route("DELETE", "/dm_events/<message_id>", "x_unsend", writes.unsend, 300, _DM_WRITE),
    Route("GET", "/dm_conversations/with/<user_id>/dm_events", "x_thread", reads.messages_with,
          15, _DM_READ, params=_TALKS),
    Route("GET", "/dm_conversations/<talk>/dm_events", "x_thread", reads.messages_of, 15,
          _DM_READ, params=_TALKS),
    Route("POST", "/dm_conversations/with/<user_id>/messages", "x_send", writes.send, 15,
          _DM_WRITE, status=201),
    Route("POST", "/dm_conversations/<talk>/messages", "x_send", writes.send_into, 15, _DM_WRITE,
          status=201),
)  # fmt: skip
HOOKS = (
    Route("GET", "/webhooks", "x_webhooks", hooks.listing, 450, who=APP),
    Route("POST", "/webhooks", "x_webhooks", hooks.create, 450, who=APP, calls_out=True),
    Route("POST", "/webhooks/replay", "x_webhooks", hooks.replay, 100, who=APP),
    Route("PUT", "/webhooks/<webhook_id>", "x_webhooks", hooks.check, 450, who=APP,
          calls_out=True),
    Route("DELETE", "/webhooks/<webhook_id>", "x_webhooks", hooks.delete, 450, who=APP),
    Route("GET", "/activity/subscriptions", "x_subscriptions", hooks.subscriptions, 500,
          who=EITHER, params=_PAGED),
    Route("POST", "/activity/subscriptions", "x_subscriptions", hooks.subscribe, 500, who=EITHER,
          status=201),
    Route("PUT", "/activity/subscriptions/<subscription_id>", "x_subscriptions", hooks.change,
          500, who=EITHER),
    Route("DELETE", "/activity/subscriptions/<subscription_id>", "x_subscriptions",
          hooks.unsubscribe, 500, who=EITHER),
)  # fmt: skip
ROUTES = (*PEOPLE, *POSTS, *TALKS, *HOOKS)
