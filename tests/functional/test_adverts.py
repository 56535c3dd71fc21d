"""Comments on adverts: no list of the Page shows the post, so webhooks tell and it is read by id."""

from sqlalchemy import select

from app.inbox.models import Post
from tests.functional.messaging import PAGE, hear, pushing
from tests.stand import Stand


def test_a_comment_on_an_advert_brings_its_post_and_the_others(stand: Stand) -> None:
    with pushing(stand):
        channel = stand.connect(stand.page(PAGE))
        given = {"message": "Talvikengät -20 %", "kind": "ad"}
        post = str(stand.platform.post(f"pages/{PAGE}/posts", **given)["id"])
        stand.comment(post, "Antti Laine", "Onko kokoa 46?")
        hear(stand)
    stand.platform.post("faults", kind="webhooks_off")
    stand.comment(post, "Kaisa Virtanen", "Entä 38?")
    stand.advance(4000)
    assert stand.read(channel)

    with stand.database.reading() as db:
        (found,) = db.scalars(select(Post).where(Post.external_id == post))
    assert (found.text, found.is_ours) == ("Talvikengät -20 %", True)
    assert {m.text for m in stand.messages()} == {"Onko kokoa 46?", "Entä 38?"}
