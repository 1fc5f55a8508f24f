"""Seals secrets of others that have to be used again, so that no copy of the database holds one in clear.

The key is derived from the installation's SECRET_KEY; what was sealed under one of SECRET_KEY_FALLBACKS opens still,
and can be sealed anew under the first key.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


class CannotOpen(Exception):
    """It was sealed under a key that this installation no longer has."""


def seal(text: str) -> str:
    """The text, encrypted and authenticated."""
    return _sealer().encrypt(text.encode()).decode()


def opened(sealed: str) -> str:
    """The text that was sealed; raises CannotOpen."""
    try:
        return _sealer().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise CannotOpen from error


def renewed(sealed: str) -> str:
    """The same under the first key; `sealed` itself where that is what it is under. Raises CannotOpen."""
    return renewed_by(_keys(), sealed)


def renewed_by(keys: Sequence[Fernet], sealed: str) -> str:
    """The same for whoever seals by keys of their own, the first key first."""
    try:
        keys[0].decrypt(sealed.encode())
    except InvalidToken:
        return _moved(keys, sealed)
    return sealed


def _moved(keys: Sequence[Fernet], sealed: str) -> str:
    try:
        return MultiFernet(keys).rotate(sealed.encode()).decode()
    except InvalidToken as error:
        raise CannotOpen from error


def _sealer() -> MultiFernet:
    return MultiFernet(_keys())


def _keys() -> list[Fernet]:
    return [_fernet(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def _fernet(secret_key: str) -> Fernet:
    key = salted_hmac("leads.sealing", "webhook secrets", secret=secret_key, algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))
