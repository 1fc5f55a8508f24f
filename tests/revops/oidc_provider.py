"""A small, honest OpenID provider in a thread, on a port of its own: code with PKCE, tokens signed with a real key."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "baton", "the client's secret"


class Provider:
    """Who signs in is whatever `claims` says; `tamper` changes the ID token's claims before they are signed.

    `says` stands in the place of what it publishes at a path.
    """

    def __init__(self, issuer: str) -> None:
        self.issuer = self.place = issuer
        self.says: dict[str, dict[str, Any]] = {}
        self.key = self.signing_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.claims: dict[str, Any] = {"sub": "u-1", "email": "ana@baton.example", "email_verified": True}
        self.tamper: dict[str, Any] = {}
        self._asked: dict[str, dict[str, str]] = {}

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser is sent once the person has signed in."""
        assert query["client_id"] == CLIENT
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(8)
        self._asked[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str]) -> dict[str, Any] | None:
        """The tokens for a code, once, to whoever knows the secret and the verifier."""
        asked = self._asked.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or form["client_secret"] != SECRET or asked["code_challenge"] != challenge:
            return None
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        signed = {**claims, **self.claims, **self.tamper}
        token = jwt.encode(signed, self.signing_key, algorithm="RS256", headers={"kid": "k1"})
        return {"access_token": "opaque", "token_type": "Bearer", "id_token": token}

    def documents(self) -> dict[str, dict[str, Any]]:
        """What it publishes about itself, by path."""
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {
            "/.well-known/openid-configuration": {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.place}/authorize",
                "token_endpoint": f"{self.place}/token",
                "jwks_uri": f"{self.place}/keys",
            },
            "/keys": {"keys": [{**key, "kid": "k1", "use": "sig", "alg": "RS256"}]},
            **self.says,
        }


@contextmanager
def serving() -> Iterator[Provider]:
    """A provider that answers until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.provider = Provider(f"http://127.0.0.1:{server.server_port}")  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.provider  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer(self._provider().documents().get(urlsplit(self.path).path))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._answer(self._provider().token({name: each[0] for name, each in parse_qs(body).items()}))

    def log_message(self, *args: object) -> None:
        """A test's output is its own."""

    def _provider(self) -> Provider:
        return self.server.provider  # type: ignore[attr-defined, no-any-return]

    def _answer(self, document: dict[str, Any] | None) -> None:
        body = json.dumps(document or {"error": "invalid_grant"}).encode()
        self.send_response(400 if document is None else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
