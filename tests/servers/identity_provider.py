"""An OpenID Connect provider and a GitHub in this process: signed tokens, PKCE, codes that serve once."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from hristudio_web.providers import Provider

CLIENT, SECRET = "hristudio", "the secret of our client"


class IdentityProvider:
    """Signs in whoever `person` says, without asking; ``spoil`` alters the claims of tokens."""

    def __init__(self) -> None:
        self.person: dict[str, Any] = {}
        self.spoil: dict[str, Any] = {}
        self._key = rsa.generate_private_key(65537, 2048)
        self._grants: dict[str, dict[str, str]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, name="provider", daemon=True)
        self._thread.start()

    @property
    def oidc(self) -> Provider:
        return Provider("oidc", "University", self.url, CLIENT, SECRET)

    @property
    def github(self) -> Provider:
        return Provider("github", "GitHub", self.url, CLIENT, SECRET, f"{self.url}/api")

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def get(self, path: str, asked: dict[str, str]) -> tuple[int, Any]:
        """Answer a GET: a status and a body, or an address to go to."""
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        if path == "/keys":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key()))
            return 200, {"keys": [{**public, "kid": "1", "use": "sig", "alg": "RS256"}]}
        if path in {"/authorize", "/login/oauth/authorize"}:
            code = secrets.token_urlsafe(8)
            self._grants[code] = asked
            answer = urlencode({"code": code, "state": asked["state"]})
            return 302, f"{asked['redirect_uri']}?{answer}"
        if path == "/api/user":
            return 200, {"id": self.person["sub"], "login": "ada"}
        if path == "/api/user/emails":
            return 200, [
                {"email": "old@lab.example", "primary": False, "verified": True},
                {
                    "email": self.person["email"],
                    "primary": True,
                    "verified": self.person["email_verified"],
                },
            ]
        return 404, {}

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        """Exchange a code."""
        grant = self._grants.pop(form.get("code", ""), None)
        ours = base64.b64encode(f"{CLIENT}:{SECRET.replace(' ', '%20')}".encode()).decode()
        plain = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if authorization.removeprefix("Basic ") not in {ours, plain}:
            return 401, {"error": "invalid_client"}
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if grant is None or grant.get("code_challenge") != challenge:
            return 400, {"error": "invalid_grant"}
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "iat": int(time.time()),
            "exp": int(time.time()) + 600,
            "nonce": grant.get("nonce"),
            **self.person,
            **self.spoil,
        }
        signed = jwt.encode(claims, self._key, "RS256", {"kid": "1"})
        return 200, {"access_token": "granted", "token_type": "Bearer", "id_token": signed}


def _handler(provider: IdentityProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(address.query).items()}
            self._answer(*provider.get(address.path, asked))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._answer(*provider.token(form, self.headers.get("Authorization", "")))

        def _answer(self, status: int, body: Any) -> None:
            self.send_response(status)
            if isinstance(body, str):
                self.send_header("Location", body)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            data = json.dumps(body).encode()
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            del format, args

    return Handler


@pytest.fixture(scope="module")
def identity_provider() -> Iterator[IdentityProvider]:
    made = IdentityProvider()
    yield made
    made.close()
