"""What proves who is speaking, held against vectors made with openssl 3 (PLATFORM_FACTS 14)."""

import pytest

from app.channels import registry
from app.channels.adapters.meta.graph import proof

SECRET = "app-secret-for-tests"
BODY = (
    rb'{"object":"page","entry":[{"id":"106","time":1790000000,"changes":[{"field":"feed","value":'
    rb'{"item":"comment","verb":"add","comment_id":"331_173","post_id":"106_331",'
    rb'"parent_id":"106_331","from":{"id":"700","name":"Zo\u00eb"},'
    rb'"message":"\u00c4r ni \u00f6ppna? \ud83d\ude42","created_time":1790000000}}]}]}'
)
SIGNATURE = "sha256=7824e9a877b2155cb634b2eb4558c435c6d89fbf020ef77e76ba7dc14f722eee"


def test_meta_s_signature_is_that_of_the_raw_bytes() -> None:
    assert len(BODY) == 304
    assert registry.is_signed_by_meta(BODY, SIGNATURE, SECRET)


@pytest.mark.parametrize(
    ("body", "header", "secret"),
    [
        (BODY + b"\n", SIGNATURE, SECRET),
        (BODY.replace(rb"\u00eb", "ë".encode()), SIGNATURE, SECRET),
        (BODY, SIGNATURE.upper(), SECRET),
        (BODY, SIGNATURE.removeprefix("sha256="), SECRET),
        (BODY, SIGNATURE.replace("sha256", "sha1"), SECRET),
        (BODY, "", SECRET),
        (BODY, "sha256=ä\ud800", SECRET),
        (BODY, SIGNATURE, "another-app-s-secret"),
        (BODY, SIGNATURE, ""),
    ],
)
def test_nothing_else_is_signed_by_meta(body: bytes, header: str, secret: str) -> None:
    assert not registry.is_signed_by_meta(body, header, secret)


def test_each_call_proves_that_we_hold_the_secret() -> None:
    expected = "5e99d60d3ce490c0a8ed1012dfc890bd7a28314643d5e367ed47cb3918c39849"

    assert proof("EAATESTTOKEN", SECRET) == expected


X_SECRET = "consumer-secret-for-tests"
X_BODY = b'{"data":{"event_type":"post.mention.create"}}'
X_SIGNATURE = "sha256=76UwPK65rPVmM8ZVNpvJO7SwEjcggcCESkGlWlfx1s4="


def test_x_is_answered_with_what_only_we_can_know() -> None:
    expected = "sha256=Nwe5EoZ8X98aMnF+OuUCCiRcCtitF4h6EWKmElRplUU="

    assert registry.answer_to_x("crc-token-0123456789", X_SECRET) == expected


def test_x_s_signature_is_that_of_the_raw_bytes() -> None:
    assert registry.is_signed_by_x(X_BODY, X_SIGNATURE, X_SECRET)
    for body, header, secret in (
        (X_BODY + b" ", X_SIGNATURE, X_SECRET),
        (X_BODY, X_SIGNATURE.lower(), X_SECRET),
        (X_BODY, "", X_SECRET),
        (X_BODY, "sha256=\ud800", X_SECRET),
        (X_BODY, X_SIGNATURE, "another"),
        (X_BODY, X_SIGNATURE, ""),
    ):
        assert not registry.is_signed_by_x(body, header, secret)
