"""What readings brought, as the items it is turned into."""

from collections.abc import Iterable
from datetime import UTC, datetime

from app.channels import registry
from app.channels.adapters.facebook import pulled
from app.channels.items import Batch, Item
from app.channels.models import Source

READ_AT = datetime(2026, 11, 21, 18, tzinfo=UTC)


def unpacked(bodies: Iterable[bytes]) -> tuple[Item, ...]:
    """Every item of these bodies; each of them is readable."""
    batches = [pulled.normalize(body, READ_AT) for body in bodies]
    assert not [p for batch in batches for p in batch.problems]
    return tuple(item for batch in batches for _, item in batch.items)


def pushed(body: bytes) -> Batch:
    """What a delivery of Meta's is turned into."""
    return registry.NORMALIZERS[Source.WEBHOOK, "meta"](body, READ_AT)
