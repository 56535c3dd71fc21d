"""The standards written out, so that our own values have a second source.

Each of these is held against the standard's published vectors in test_vectors.py first.
"""

import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


def hkdf_sha256(key: bytes, info: bytes, length: int, salt: bytes = b"") -> bytes:
    """RFC 5869, sections 2.2 and 2.3."""
    pseudorandom = hmac.new(salt or bytes(32), key, hashlib.sha256).digest()
    output = block = b""
    for counter in range(1, 256):
        if len(output) >= length:
            break
        block = hmac.new(pseudorandom, block + info + bytes([counter]), hashlib.sha256).digest()
        output += block
    return output[:length]


def gcm_open(key: bytes, nonce: bytes, sealed: bytes, context: bytes) -> bytes:
    """NIST SP 800-38D with a 96-bit nonce, from single AES blocks; asserts the tag."""
    text, tag = sealed[:-16], sealed[-16:]
    first = nonce + (1).to_bytes(4, "big")
    assert _xor(_ghash(_aes(key, bytes(16)), context, text), _aes(key, first)) == tag
    blocks = [text[i : i + 16] for i in range(0, len(text), 16)]
    keys = [_aes(key, nonce + (n + 2).to_bytes(4, "big")) for n in range(len(blocks))]
    return b"".join(_xor(block, key) for block, key in zip(blocks, keys, strict=True))


def _ghash(subkey: bytes, context: bytes, text: bytes) -> bytes:
    lengths = (8 * len(context)).to_bytes(8, "big") + (8 * len(text)).to_bytes(8, "big")
    data = _padded(context) + _padded(text) + lengths
    state = 0
    for i in range(0, len(data), 16):
        state = _multiply(state ^ int.from_bytes(data[i : i + 16], "big"), subkey)
    return state.to_bytes(16, "big")


def _multiply(left: int, subkey: bytes) -> int:
    """Multiplication in GF(2^128), section 6.3."""
    product, factor = 0, int.from_bytes(subkey, "big")
    for bit in range(127, -1, -1):
        if left >> bit & 1:
            product ^= factor
        factor = factor >> 1 ^ (0xE1 << 120 if factor & 1 else 0)
    return product


def _aes(key: bytes, block: bytes) -> bytes:
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return encryptor.update(block) + encryptor.finalize()


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 16)


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=False))
