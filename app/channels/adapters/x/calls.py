"""The calls of X that the desk makes, with what each asks for and costs."""

from typing import Any

import tweepy

from app.channels.adapters.x import messages, posts
from app.channels.adapters.x.client import Client, Row
from app.channels.errors import Permanent
from app.channels.prices import Price
from app.foundation.weighted_length import addresses

A_PAGE, MESSAGES_A_PAGE, NEWEST = 100, 25, 50
"""Messages are paid for each day anew, so that only as many are asked for as may be new."""
_POSTS = {"tweet_fields": posts.FIELDS, "expansions": posts.EXPANSIONS}
_MESSAGES = {"dm_event_fields": messages.FIELDS, "expansions": messages.EXPANSIONS}


class Calls:
    """One account's calls. An id is text; X's own names stay inside."""

    def __init__(self, client: Client, account: str) -> None:
        self._client, self._account = client, account

    def me(self) -> Row:
        return self._client.read(lambda x: x.get_me(user_auth=False))

    def mentions(self, since: str, page: str, most: int = A_PAGE) -> Row:
        """Posts that name us; the newest 800 can be reached."""
        return self._client.read(
            lambda x: x.get_users_mentions(self._account, **_listed(since, page, most)),
            Price.OWNED_READ,
        )

    def own(self, since: str, page: str, most: int = A_PAGE) -> Row:
        """What we posted, here or on a phone."""
        return self._client.read(
            lambda x: x.get_users_tweets(self._account, **_listed(since, page, most)),
            Price.OWNED_READ,
        )

    def own_roots(self, most: int) -> Row:
        """Our newest posts that answer nothing."""
        return self._client.read(
            lambda x: x.get_users_tweets(
                self._account, exclude="replies", max_results=most, user_auth=False
            ),
            Price.OWNED_READ,
        )

    def replies(self, since: str, page: str) -> Row:
        """Answers to us of the last seven days, also those that do not name us."""
        query = f"to:{self._account} -from:{self._account}"
        asked = _listed(since, page, A_PAGE)
        asked["next_token"] = asked.pop("pagination_token")
        return self._client.read(lambda x: x.search_recent_tweets(query, **asked), Price.POST_READ)

    def quotes(self, post: str, _since: str, page: str) -> Row:
        """Those of one post; X cannot be asked for new ones only."""
        asked = _listed("", page, A_PAGE)
        del asked["since_id"]
        return self._client.read(lambda x: x.get_quote_tweets(post, **asked), Price.POST_READ)

    def messages(self, _since: str, page: str) -> Row:
        """All conversations, 30 days back; X cannot be asked for new ones only."""
        return self._client.read(
            lambda x: x.get_direct_message_events(**_talked(page, MESSAGES_A_PAGE)), Price.DM_READ
        )

    def messages_with(self, person: str) -> Row:
        """The newest messages with one person."""
        return self._client.read(
            lambda x: x.get_direct_message_events(participant_id=person, **_talked("", NEWEST)),
            Price.DM_READ,
        )

    def reply(self, post: str, text: str) -> str:
        has_address = next(addresses(text), None) is not None
        return self._client.write(
            lambda x: x.create_tweet(text=text, in_reply_to_tweet_id=post, user_auth=False),
            "id",
            Price.POST_WITH_URL if has_address else Price.SUMMONED_REPLY,
        )

    def write_to(self, person: str, text: str) -> str:
        return self._client.write(
            lambda x: x.create_direct_message(participant_id=person, text=text, user_auth=False),
            "dm_event_id",
            Price.DM_SEND,
        )

    def hide(self, post: str, *, is_hidden: bool) -> None:
        """Hide somebody's reply in a thread of ours, or show it again."""
        ask = tweepy.Client.hide_reply if is_hidden else tweepy.Client.unhide_reply
        self._client.do(lambda x: ask(x, post, user_auth=False))

    def delete(self, post: str) -> None:
        """Take back a post of ours; one that is gone already is as it should be."""
        try:
            self._client.do(lambda x: x.delete_tweet(post, user_auth=False))
        except Permanent as problem:
            if problem.kind != "gone":
                raise

    def post(self, post: str) -> Row:
        """One post; one that is gone is an answer without it."""
        return self._client.read(lambda x: x.get_tweet(post, user_auth=False), Price.POST_READ)

    def subscribe(self, event_type: str) -> None:
        """Have one kind of event pushed; tweepy has no method of its own for it."""
        wanted = {"event_type": event_type, "filter": {"user_id": self._account}, "tag": "vuoro"}
        self._client.do(
            lambda x: x.request(
                "POST", "/2/activity/subscriptions", json=wanted, user_auth=False
            ).json()
        )


def _listed(since: str, page: str, most: int) -> dict[str, Any]:
    return {
        **_POSTS,
        "max_results": most,
        "since_id": since or None,
        "pagination_token": page or None,
        "user_auth": False,
    }


def _talked(page: str, most: int) -> dict[str, Any]:
    return {
        **_MESSAGES,
        "max_results": most,
        "event_types": "MessageCreate",
        "pagination_token": page or None,
        "user_auth": False,
    }
