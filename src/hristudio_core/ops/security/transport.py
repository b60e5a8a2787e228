"""How a site is reached: https, its certificate, versions of TLS."""

import ssl
import time
from collections.abc import Iterator

from hristudio_core.ops.doctor import Finding, Verdict
from hristudio_core.ops.security.probe import NEW_VERSIONS, OLD_VERSIONS, Site, SiteUnreachable

SOON_DAYS = 21
DAY_S = 86_400


def transport(site: Site) -> Iterator[Finding]:
    """Check how the site is reached."""
    if not site.secure:
        yield _plain(site)
        return
    yield _certificate(site)
    old = [name for name, version in OLD_VERSIONS.items() if site.speaks(version)]
    new = [name for name, version in NEW_VERSIONS.items() if site.speaks(version)]
    if old:
        remedy = "ssl_protocols TLSv1.2 TLSv1.3; in nginx (deploy/nginx does so)"
        yield Finding("TLS versions", Verdict.PROBLEM, f"{', '.join(old)} still taken", remedy)
    elif "TLS 1.3" not in new:
        yield Finding("TLS versions", Verdict.WARNING, f"{', '.join(new)} alone", "offer TLSv1.3, too")
    else:
        yield Finding("TLS versions", Verdict.OK, f"{', '.join(new)}; no older one")
    if site.port == 443:
        yield _redirect(site)


def _plain(site: Site) -> Finding:
    if site.local:
        return Finding("https", Verdict.OK, f"{site.url} reaches this machine alone; not needed")
    remedy = "put nginx with a certificate in front (deploy/nginx) and set HRISTUDIO_PUBLIC_URL to https://"
    return Finding("https", Verdict.PROBLEM, "passwords and data go over the network in the open", remedy)


def _certificate(site: Site) -> Finding:
    try:
        left = (site.certificate_end_s() - time.time()) / DAY_S
    except ssl.SSLCertVerificationError as error:
        remedy = (
            "have it made for this name by an authority that browsers trust (Let's Encrypt), or give --ca"
        )
        return Finding("certificate", Verdict.PROBLEM, f"not trusted: {error.verify_message}", remedy)
    except OSError as error:
        return Finding("certificate", Verdict.PROBLEM, str(error), "look at nginx's error.log")
    if left < SOON_DAYS:
        return Finding("certificate", Verdict.WARNING, f"ends in {left:.0f} days", "renew it: certbot renew")
    return Finding("certificate", Verdict.OK, f"trusted, for {left:.0f} days more")


def _redirect(site: Site) -> Finding:
    try:
        answer = Site(f"http://{site.host}").get("/")
    except SiteUnreachable:
        return Finding("http", Verdict.OK, "nothing answers on port 80")
    if answer.status in {301, 308} and answer.headers.get("location", "").startswith("https://"):
        return Finding("http", Verdict.OK, "port 80 leads to https")
    remedy = "return 308 https://... on port 80 (deploy/nginx does so)"
    return Finding("http", Verdict.PROBLEM, f"port 80 answers {answer.status} without https", remedy)
