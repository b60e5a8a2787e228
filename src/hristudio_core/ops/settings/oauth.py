"""Signing in with an account that people have elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass

from hristudio_core.ops.problem import Problem
from hristudio_core.ops.settings._values import TEXT, WEB_ADDRESS
from hristudio_core.ops.settings._variable import variable


@dataclass(frozen=True)
class OauthSettings:
    """OAuth: sign-in with accounts of Google, GitHub or the institution (OpenID Connect)."""

    google_id: str = variable("GOOGLE_CLIENT_ID", "", TEXT, "Client id at Google")
    google_secret: str = variable("GOOGLE_CLIENT_SECRET", "", TEXT, "Client secret at Google", secret=True)
    github_id: str = variable("GITHUB_ID", "", TEXT, "Client id at GitHub")
    github_secret: str = variable("GITHUB_SECRET", "", TEXT, "Client secret at GitHub", secret=True)
    oidc_issuer: str = variable(
        "OIDC_ISSUER", "", WEB_ADDRESS, "Issuer of any OpenID Connect provider, such as the university's"
    )
    oidc_id: str = variable("OIDC_CLIENT_ID", "", TEXT, "Client id at that provider")
    oidc_secret: str = variable("OIDC_CLIENT_SECRET", "", TEXT, "Client secret at that provider", secret=True)
    oidc_title: str = variable("OIDC_TITLE", "Institution", TEXT, "What the sign-in button calls it")

    @property
    def providers(self) -> tuple[str, ...]:
        """Names of the providers that are set up."""
        given = {"google": self.google_id, "github": self.github_id, "oidc": self.oidc_issuer}
        return tuple(name for name, value in given.items() if value)

    def problems(self) -> Iterator[Problem]:
        """Find providers that are half set up."""
        together = (
            {"GOOGLE_CLIENT_ID": self.google_id, "GOOGLE_CLIENT_SECRET": self.google_secret},
            {"GITHUB_ID": self.github_id, "GITHUB_SECRET": self.github_secret},
            {
                "OIDC_ISSUER": self.oidc_issuer,
                "OIDC_CLIENT_ID": self.oidc_id,
                "OIDC_CLIENT_SECRET": self.oidc_secret,
            },
        )
        for names in together:
            given = [name for name, value in names.items() if value]
            for name in names.keys() - given if given else ():
                yield Problem(
                    name, "", f"not set, though {given[0]} is", f"set it, or unset {', '.join(given)}"
                )
