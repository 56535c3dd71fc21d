"""What browsers send, what is encrypted for them, and where a push may go."""

import random
import socket
import ssl
from base64 import urlsafe_b64decode
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as some

from app.foundation import http
from app.foundation.config import ConfigError
from app.foundation.errors import Invalid
from app.notices import devices, encryption, endpoints
from app.notices.encryption import BrowserKeys
from app.runtime import check_stand_in
from tests import stand as stands

POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SERVICE = "https://push.example.com/abc"


def raw(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_a_push_is_encrypted_as_the_standard_s_own_example() -> None:
    """RFC 8291, section 5 and appendix A."""
    private = int.from_bytes(raw("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big")
    body = encryption.encrypt(
        b"When I grow up, I want to be a watermelon",
        BrowserKeys(raw(POINT), raw(AUTH)),
        salt=raw("DGv6ra1nlYgDCS1FRnbzlw"),
        key=ec.derive_private_key(private, ec.SECP256R1()),
    )

    assert body == raw(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6"
        "TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy"
        "4a-fN"
    )


def test_the_largest_push_fits_and_nothing_larger_is_made() -> None:
    keys = BrowserKeys(raw(POINT), raw(AUTH))

    assert len(encryption.encrypt(b"x" * encryption.LARGEST, keys)) == encryption.RECORD
    with pytest.raises(ValueError, match="too long"):
        encryption.encrypt(b"x" * (encryption.LARGEST + 1), keys)


@pytest.mark.parametrize("padding", ["", "="])
def test_what_a_browser_sends_is_taken(padding: str) -> None:
    found = devices.subscription(SERVICE, POINT + padding, AUTH + padding * 2)

    assert (found.endpoint, found.keys.point) == (SERVICE, raw(POINT))


@pytest.mark.parametrize(
    ("point", "auth"),
    [
        ("", AUTH), (POINT, ""), (POINT[:-4], AUTH), (POINT, AUTH + "AA"), ("A" * 87, AUTH),
        ("BA" + "A" * 85, AUTH), (POINT.replace("-", "+"), AUTH), (POINT, "é" * 22),
        (POINT + "\n", AUTH), ("=" * 87, AUTH), (POINT[:10] + "=" + POINT[10:], AUTH),
    ],
)  # fmt: skip
def test_keys_that_no_browser_has_are_refused(point: str, auth: str) -> None:
    with pytest.raises(Invalid):
        devices.subscription(SERVICE, point, auth)


@pytest.mark.parametrize(
    "endpoint",
    [
        "", "x", "http://push.example.com/a", "ftp://push.example.com/a", "https://", "https:///a",
        "https://localhost/a", "https://desk/a", "https://127.0.0.1/a", "https://[::1]/a",
        "https://2130706433/a", "https://0x7f.0.0.1/a", "https://10.0.0.1/a", "https://a.b.1/",
        "https://push.example.com:8443/a", "https://user@push.example.com/a",
        "https://push.example.com:x/a", "https://push.example.com/ a", "https://a\\b.example/",
        "https://push.example.com/\r\nHost: x", "https://push.example.com/é",
        "https://push.example.com/" + "a" * 1000, "javascript:alert(1)", "//push.example.com/a",
        "https://[::1", "https://./a", "http://127.0.0.1:9/a",
    ],
)  # fmt: skip
def test_addresses_that_no_push_service_has_are_refused(endpoint: str) -> None:
    with pytest.raises(Invalid):
        devices.subscription(endpoint, POINT, AUTH)


@given(some.text(max_size=60), some.text(max_size=90), some.text(max_size=30))
def test_nonsense_is_refused_and_never_a_crash(endpoint: str, point: str, auth: str) -> None:
    for given_endpoint, given_point, given_auth in (
        (endpoint, POINT, AUTH), (f"https://{endpoint}", point, auth), (SERVICE, point, AUTH),
    ):  # fmt: skip
        try:
            devices.subscription(given_endpoint, given_point, given_auth)
        except Invalid as refused:
            assert refused.status == 422


def test_the_stand_in_is_the_only_exception_and_only_as_a_whole() -> None:
    assert endpoints.is_service("http://127.0.0.1:9/a", "http://127.0.0.1:9")
    assert not endpoints.is_service("http://127.0.0.1:99/a", "http://127.0.0.1:9")
    assert not endpoints.is_service("http://127.0.0.1:9@evil.example/a", "http://127.0.0.1:9")


@pytest.mark.parametrize("url", ["http://192.168.1.5:80", "https://push.example.com"])
def test_a_stand_in_is_on_this_machine_and_of_a_practice_desk(tmp_path: Any, url: str) -> None:
    with pytest.raises(ConfigError, match="VUORO_PUSH_STAND_IN"):
        check_stand_in(stands.settings(tmp_path, PUSH_STAND_IN=url), {})
    here = stands.settings(tmp_path, PUSH_STAND_IN="http://127.0.0.1:9")
    with pytest.raises(ConfigError, match="only a practice desk"):
        check_stand_in(here, None)
    check_stand_in(here, {})


INSIDE = [
    "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "0.0.0.0",
    "100.64.0.1", "224.0.0.1", "::1", "::", "fe80::1", "fd00::1", "::ffff:10.0.0.1",
    "2002:0a00:0001::1", "64:ff9b::a00:1", "ff02::1",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_leads_inwards_is_not_asked(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """One address within is enough: a name may have several."""
    found = [(0, 0, 0, "", ("93.184.215.14", 443)), (0, 0, 0, "", (address, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

    with endpoints.session_for(SERVICE) as session, pytest.raises(endpoints.Elsewhere):
        http.call(session, "POST", SERVICE, data=b"x")


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::1111", "64:ff9b::5db8:d70e"])
def test_what_was_looked_up_is_connected_to_by_the_service_s_name(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    looked_up: list[str] = []
    connected: list[str] = []

    def look_up(name: str, *_: Any, **__: Any) -> Any:
        looked_up.append(name)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))]

    def connect(at: tuple[str, int], *_: Any, **__: Any) -> socket.socket:
        connected.append(at[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr("urllib3.util.connection.create_connection", connect)

    with endpoints.session_for(SERVICE) as session, pytest.raises(http.NotAsked):
        http.call(session, "POST", SERVICE, data=b"x")

    assert (looked_up, connected) == (["push.example.com"], [address])


def test_the_certificate_asked_for_is_the_name_s(monkeypatch: pytest.MonkeyPatch) -> None:
    names: list[object] = []
    mine, theirs = socket.socketpair()

    def wrap(*_: Any, server_hostname: object = None, **__: Any) -> Any:
        names.append(server_hostname)
        raise ssl.SSLError("far enough")

    found = [(0, 0, 0, "", ("93.184.215.14", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    monkeypatch.setattr("urllib3.util.connection.create_connection", lambda *_, **__: mine)
    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", wrap)

    with endpoints.session_for(SERVICE) as session, pytest.raises(http.NoAnswer):
        http.call(session, "POST", SERVICE, data=b"x")

    theirs.close()
    assert names == ["push.example.com"]


def test_random_bytes_are_no_point() -> None:
    chance = random.Random(7)
    for _ in range(200):
        with pytest.raises(ValueError, match="."):
            BrowserKeys(b"\4" + chance.randbytes(64), b"x" * 16)
