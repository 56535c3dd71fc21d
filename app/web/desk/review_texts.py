"""What is pasted into Meta's forms: addresses, the use of each permission, the screencast's script.

Meta's reviewers read English, so the texts stay English on every desk.
"""

from flask import url_for

from app import gate

USES = {
    "pages_show_list": (
        "Our team connects the Pages that it looks after. We list the Pages of the person who "
        "signs in, so that they can choose which ones to connect."
    ),
    "business_management": (
        "Pages that belong to a business portfolio are listed only with this permission. We read "
        "the list of Pages and nothing else of the business."
    ),
    "pages_read_engagement": (
        "We read our own posts, to show an answering colleague which post a comment is about."
    ),
    "pages_read_user_content": (
        "We read comments, visitor posts and recommendations on our own Page, and show them to "
        "our customer service, who answer them."
    ),
    "pages_manage_engagement": (
        "A colleague writes an answer to a comment; after approval it is posted as the Page. The "
        "same permission hides comments that break the rules."
    ),
    "pages_manage_metadata": (
        "We subscribe our Page to webhooks, so that new comments and messages reach our customer "
        "service within seconds."
    ),
    "pages_messaging": (
        "Customers write to our Page. A person of our team reads the message and answers it. "
        "Nothing is sent automatically."
    ),
    "instagram_basic": (
        "We read our own Instagram media, to show which picture a comment is about."
    ),
    "instagram_manage_comments": (
        "We read comments on our own media, and a person of our team answers or hides them."
    ),
    "instagram_manage_messages": (
        "Customers write to our Instagram account. A person of our team reads and answers."
    ),
}
"""By the platform's own names."""
SCRIPT = (
    "Open the desk, sign in, go to Settings, Channels, Connect a channel.",
    "Press “Go on to Facebook”, sign in, choose one Page and its Instagram account, allow all.",
    "Choose the Page in the list and press “Test and connect”.",
    "From another profile, comment on a post of the Page. Show that the comment is in the inbox.",
    "Write an answer, ask for approval, approve it as a second person. Show it on Facebook.",
    "Hide the comment from the desk. Show on Facebook that it is hidden.",
    "From the other profile, write a message to the Page. Answer it. Show it in Messenger.",
    "Do the last four on Instagram, too.",
    "Open the privacy page and the page on deleting data.",
)
"""Step by step, with a recording of the whole screen."""


def addresses(platform: str) -> list[tuple[str, str]]:
    """What the app's settings ask for, by the platform's own name of the field."""
    base = gate.runtime().settings.base_url
    back = base + url_for("signing_in.back", platform=platform)
    if platform == "x":
        return [
            ("Callback URI", back),
            ("Webhook URL", base + url_for("webhooks.receive_x")),
            ("Privacy policy", base + url_for("privacy.show")),
        ]
    return [
        ("Valid OAuth Redirect URIs", back),
        ("Webhooks: Callback URL", base + url_for("webhooks.receive_meta")),
        ("Deauthorize callback URL", base + url_for("webhooks.deauthorize")),
        ("Data deletion request URL", base + url_for("webhooks.delete_data")),
        ("Privacy policy URL", base + url_for("privacy.show")),
    ]
