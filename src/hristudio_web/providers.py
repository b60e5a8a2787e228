"""Signing in by an account elsewhere: OpenID Connect, and GitHub, which has its own way.

Code flow with PKCE (RFC 7636), state and nonce. Who somebody is, is what the issuer calls
them; an address counts only when the issuer says that it has verified it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import FlaskIntegration, FlaskOAuth2App
from flask.typing import ResponseReturnValue
from joserfc.errors import JoseError
from msgspec import Struct

from hristudio_core.ops.settings import OauthSettings
from hristudio_web.errors import NotFound, ProviderDown, ProviderRefused

TIMEOUT_S = 10
GOOGLE = "https://accounts.google.com"
GITHUB = "https://github.com"
GITHUB_API = "https://api.github.com"


class Provider(Struct, frozen=True):
    """Where people have accounts, and what we are called there. ``api``: of a GitHub."""

    name: str
    title: str
    issuer: str
    client_id: str
    client_secret: str
    api: str = ""


class Person(Struct, frozen=True):
    """Who somebody is elsewhere; ``email`` is empty unless the issuer has verified it."""

    issuer: str
    subject: str
    email: str


def providers_of(settings: OauthSettings) -> list[Provider]:
    """Give the providers that are set up."""
    known = {
        "google": Provider("google", "Google", GOOGLE, settings.google_id, settings.google_secret),
        "github": Provider(
            "github", "GitHub", GITHUB, settings.github_id, settings.github_secret, GITHUB_API
        ),
        "oidc": Provider(
            "oidc",
            settings.oidc_title,
            settings.oidc_issuer.rstrip("/"),
            settings.oidc_id,
            settings.oidc_secret,
        ),
    }
    return [known[name] for name in settings.providers]


class Providers:
    """The ways in by accounts elsewhere."""

    def __init__(self, given: Sequence[Provider]) -> None:
        self._given: Mapping[str, Provider] = {one.name: one for one in given}
        self._clients = {name: _client(one) for name, one in self._given.items()}

    def all(self) -> list[Provider]:
        """List them."""
        return list(self._given.values())

    def begin(self, name: str, back: str) -> ResponseReturnValue:
        """Send the browser there; ``back`` is the address it comes back to.

        Raises:
            NotFound: There is no such provider.
            ProviderDown: It cannot be reached.
        """
        if name not in self._given:
            raise NotFound("provider", name)
        try:
            answer: ResponseReturnValue = self._clients[name].authorize_redirect(back)
        except (requests.RequestException, RuntimeError, ValueError) as error:
            raise ProviderDown(self._given[name].title, str(error)) from error
        return answer

    def finish(self, name: str) -> Person:
        """Give who has come back, from the request that serves.

        Raises:
            NotFound: There is no such provider.
            ProviderRefused: They were not let in there, or what came back is not what was asked for.
            ProviderDown: It cannot be reached.
        """
        if name not in self._given:
            raise NotFound("provider", name)
        provider, client = self._given[name], self._clients[name]
        try:
            token = client.authorize_access_token()
            return _of_github(provider, client) if provider.api else _of_claims(token.get("userinfo") or {})
        except requests.RequestException as error:
            raise ProviderDown(provider.title, str(error)) from error
        except (AuthlibBaseError, JoseError, RuntimeError, ValueError, KeyError, TypeError) as error:
            raise ProviderRefused(provider.title, str(error)) from error


def _client(provider: Provider) -> Any:
    keywords: dict[str, Any] = {
        "scope": "openid email profile",
        "code_challenge_method": "S256",
        "default_timeout": TIMEOUT_S,
    }
    where: dict[str, str] = {"server_metadata_url": f"{provider.issuer}/.well-known/openid-configuration"}
    if provider.api:
        keywords["scope"] = "read:user user:email"
        where = {
            "authorize_url": f"{provider.issuer}/login/oauth/authorize",
            "access_token_url": f"{provider.issuer}/login/oauth/access_token",
            "api_base_url": f"{provider.api}/",
        }
    return FlaskOAuth2App(
        FlaskIntegration(provider.name),
        provider.name,
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        client_kwargs=keywords,
        **where,
    )


def _of_claims(claims: Mapping[str, Any]) -> Person:
    verified = claims.get("email_verified") is True
    return Person(str(claims["iss"]), str(claims["sub"]), str(claims["email"]) if verified else "")


def _of_github(provider: Provider, client: Any) -> Person:
    user = client.get("user")
    user.raise_for_status()
    emails = client.get("user/emails")
    emails.raise_for_status()
    primary = (one["email"] for one in emails.json() if one["primary"] and one["verified"])
    return Person(provider.issuer, str(user.json()["id"]), next(primary, ""))
