"""A running site as a stranger meets it: requests without cookies, tokens or proxies."""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from hristudio_core.ops.errors import OpsError

TIMEOUT_S = 5.0
LONGEST = 1_000_000
OLD_VERSIONS = {"TLS 1.0": "TLSv1", "TLS 1.1": "TLSv1_1"}
NEW_VERSIONS = {"TLS 1.2": "TLSv1_2", "TLS 1.3": "TLSv1_3"}


class SiteUnreachable(OpsError):
    """Nobody answers at an address, or not in the way of the web."""

    def __init__(self, url: str, told: str) -> None:
        super().__init__(f"{url} does not answer: {told}")
        self.url = url


@dataclass(frozen=True)
class Answer:
    """An answer: names of headers in small letters; `cookies` as they were sent."""

    status: int
    headers: Mapping[str, str]
    cookies: tuple[str, ...]
    body: bytes = b""


@dataclass(frozen=True)
class Site:
    """Where a site is, and which certificate authority is trusted for it besides the usual ones."""

    url: str
    authority: Path | None = None

    @property
    def secure(self) -> bool:
        """Whether it is reached by https."""
        return urlsplit(self.url).scheme == "https"

    @property
    def host(self) -> str:
        """Its host's name."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """Its port."""
        return urlsplit(self.url).port or (443 if self.secure else 80)

    @property
    def local(self) -> bool:
        """Whether it is on this machine and its address reaches nobody else."""
        return is_loopback(self.host)

    def get(self, path: str, headers: Mapping[str, str] | None = None, *, verify: bool = False) -> Answer:
        """Ask for a path.

        Args:
            path: Beginning with a slash.
            headers: To send.
            verify: Whether the certificate must be trusted.

        Raises:
            SiteUnreachable: There is no answer.
            ssl.SSLCertVerificationError: The certificate is not trusted, and it must be.
        """
        connection = self._connection(verify=verify)
        try:
            connection.request("GET", path, headers=dict(headers or {}))
            answer = connection.getresponse()
            body = answer.read(LONGEST)
            pairs = answer.getheaders()
        except ssl.SSLCertVerificationError:
            raise
        except (OSError, http.client.HTTPException) as error:
            raise SiteUnreachable(self.url, str(error) or type(error).__name__) from error
        finally:
            connection.close()
        cookies = tuple(value for name, value in pairs if name.lower() == "set-cookie")
        return Answer(answer.status, {name.lower(): value for name, value in pairs}, cookies, body)

    def certificate_end_s(self) -> float:
        """Give when its certificate ends, in seconds since 1970.

        Raises:
            OSError: It is not trusted, or does not answer.
        """
        with (
            socket.create_connection((self.host, self.port), TIMEOUT_S) as plain,
            self._context(verify=True).wrap_socket(plain, server_hostname=self.host) as secured,
        ):
            return float(ssl.cert_time_to_seconds(str((secured.getpeercert() or {})["notAfter"])))

    def speaks(self, version: str) -> bool:
        """Tell whether it takes a version of TLS, named as in `ssl.TLSVersion`."""
        context = self._context(verify=False)
        # Python itself warns of the old ones: here they are what is looked for.
        with warnings.catch_warnings(), contextlib.suppress(OSError):
            warnings.simplefilter("ignore", DeprecationWarning)
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = context.maximum_version = ssl.TLSVersion[version]
            with (
                socket.create_connection((self.host, self.port), TIMEOUT_S) as plain,
                context.wrap_socket(plain, server_hostname=self.host),
            ):
                return True
        return False

    def _connection(self, *, verify: bool) -> http.client.HTTPConnection:
        if self.secure:
            context = self._context(verify=verify)
            return http.client.HTTPSConnection(self.host, self.port, timeout=TIMEOUT_S, context=context)
        return http.client.HTTPConnection(self.host, self.port, timeout=TIMEOUT_S)

    def _context(self, *, verify: bool) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=str(self.authority) if self.authority else None)
        if not verify:
            # What a stranger sees is looked at, whoever vouches for it; that is a check of its own.
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


def is_loopback(host: str) -> bool:
    """Tell whether an address reaches this machine alone."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
