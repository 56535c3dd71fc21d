"""What a person lets the desk have when they sign in at a platform."""

import json
from dataclasses import dataclass

from app.channels.models import Platform
from app.credentials.tokens import Secret, secret


@dataclass(frozen=True)
class Offer:
    """One page or account, with the token to reach it by. The person's own token is not kept."""

    platform: Platform
    external_id: str
    name: str
    token: Secret
    through: str = ""
    """The Page that an Instagram account is reached by."""

    @property
    def key(self) -> str:
        return f"{self.platform.value}:{self.external_id}"


def sealable(offers: tuple[Offer, ...]) -> str:
    """As they are sealed until somebody has chosen."""
    return json.dumps(
        [[o.platform.value, o.external_id, o.name, o.token.reveal(), o.through] for o in offers]
    )


def parse(text: str) -> tuple[Offer, ...]:
    """What `sealable` wrote."""
    return tuple(
        Offer(Platform(platform), external_id, name, secret(token), through)
        for platform, external_id, name, token, through in json.loads(text)
    )
