"""OpenID Connect with the company's provider: code with PKCE, state and nonce; only what was checked comes out.

OpenID Connect Core 1.0 §3.1 and RFC 7636. Of the ID token, signature, issuer, audience, times and nonce are
always checked.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import jwt
from django.conf import settings

SIGNED_BY = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
"""Only with a key of which the provider publishes half; a shared secret or no signature at all is refused."""
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
CLOCKS_DIFFER = 60  # seconds
LONGEST_ANSWER = 1024 * 1024  # bytes
PATIENCE = 10  # seconds


class SsoFailed(Exception):
    """The provider's answer cannot be relied upon; says why, for the log."""


@dataclass(frozen=True)
class Journey:
    """What the browser's session remembers while the person is at the provider."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def begin(cls) -> Journey:
        return cls(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))

    @property
    def challenge(self) -> str:
        """RFC 7636 §4.2, method S256."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@dataclass(frozen=True)
class Identity:
    """Who the provider says it is; `email` only where the provider has verified it."""

    subject: str
    email: str
    name: str


def address(journey: Journey, *, back_to: str) -> str:
    """Where the browser goes to sign in; raises SsoFailed."""
    query = {
        "response_type": "code",
        "client_id": settings.SSO_CLIENT_ID,
        "redirect_uri": back_to,
        "scope": "openid email profile",
        "state": journey.state,
        "nonce": journey.nonce,
        "code_challenge": journey.challenge,
        "code_challenge_method": "S256",
    }
    return f"{_configuration()['authorization_endpoint']}?{urlencode(query)}"


def identity(code: str, journey: Journey, *, back_to: str) -> Identity:
    """Exchange the code for an ID token, and check it; raises SsoFailed."""
    configuration = _configuration()
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back_to,
        "code_verifier": journey.verifier,
        "client_id": settings.SSO_CLIENT_ID,
        "client_secret": settings.SSO_CLIENT_SECRET,
    }
    answer = _ask(configuration["token_endpoint"], form)
    claims = _checked(str(answer.get("id_token", "")), configuration, nonce=journey.nonce)
    verified = claims.get("email_verified") is True
    email = str(claims.get("email", "")) if verified else ""
    return Identity(str(claims["sub"]), email, str(claims.get("name") or email))


def _checked(token: str, configuration: dict[str, Any], *, nonce: str) -> dict[str, Any]:
    try:
        key = _key_of(token, _ask(configuration["jwks_uri"]))
        claims: dict[str, Any] = jwt.decode(
            token,
            key=key,
            algorithms=SIGNED_BY,
            issuer=configuration["issuer"],  # as the provider writes it: with a slash at its end, or without
            audience=settings.SSO_CLIENT_ID,
            leeway=CLOCKS_DIFFER,
            options={"require": ["iss", "aud", "exp", "iat", "sub"]},
        )
    except jwt.PyJWTError as error:
        raise SsoFailed(f"the ID token is refused: {error}") from error
    if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise SsoFailed("the ID token was made for another sign-in")
    if claims.get("azp", settings.SSO_CLIENT_ID) != settings.SSO_CLIENT_ID:
        raise SsoFailed("the ID token was made for another application")
    return claims


def _key_of(token: str, published: dict[str, Any]) -> jwt.PyJWK:
    """The published key that the token names; the only one where it names none."""
    named = jwt.get_unverified_header(token).get("kid")
    keys = [key for key in jwt.PyJWKSet.from_dict(published).keys if named in (None, key.key_id)]
    if len(keys) != 1:
        raise SsoFailed("the ID token names no key that the provider publishes")
    return keys[0]


def _configuration() -> dict[str, Any]:
    """What the provider says about itself (OpenID Connect Discovery 1.0 §4)."""
    found = _ask(f"{settings.SSO_ISSUER}/.well-known/openid-configuration")
    if str(found.get("issuer", "")).rstrip("/") != settings.SSO_ISSUER:
        raise SsoFailed(f"the provider calls itself {found.get('issuer')!r}")
    if not all(isinstance(found.get(name), str) for name in ENDPOINTS):
        raise SsoFailed("the provider does not say where its endpoints are")
    return found


def _ask(url: str, form: dict[str, str] | None = None) -> dict[str, Any]:
    body = urlencode(form).encode() if form else None
    try:
        request = Request(url, data=body, headers={"Accept": "application/json"})  # noqa: S310 - the operator's own
        with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            found = json.loads(answer.read(LONGEST_ANSWER))
    except (OSError, HTTPException, ValueError) as error:
        raise SsoFailed(f"{url} does not answer as it should: {error}") from error
    if not isinstance(found, dict):
        raise SsoFailed(f"{url} does not answer as it should")
    return found
