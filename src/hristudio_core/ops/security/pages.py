"""What a site's answers protect: headers, cookies, names it answers to, what strangers may read."""

import re
from collections.abc import Iterator

from hristudio_core.ops.doctor import Finding, Verdict
from hristudio_core.ops.security.probe import Answer, Site, SiteUnreachable

PAGE = "/sign-in"
HALF_A_YEAR_S = 15_768_000
STRANGE = "stranger.example"
WEAK_SOURCES = ("'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:", "data:")
FROM_US = "the dashboard sends it: see that nothing in front takes it away (deploy/nginx sends the same)"
HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY|SAMEORIGIN",
    "referrer-policy": "same-origin|no-referrer|strict-origin|strict-origin-when-cross-origin",
    "permissions-policy": ".+",
    "cross-origin-opener-policy": "same-origin",
}


def pages(site: Site) -> Iterator[Finding]:
    """Check what strangers are answered.

    Raises:
        SiteUnreachable: It does not answer.
    """
    page = site.get(PAGE)
    yield _content_policy(page)
    yield from _headers(page)
    if site.secure:
        yield _strict_transport(page)
    yield _cookies(site, page)
    yield _told(page)
    yield _host_names(site)
    yield _api(site)
    yield _metrics(site)


def _content_policy(page: Answer) -> Finding:
    check, text = "content policy", page.headers.get("content-security-policy", "")
    if not text:
        return Finding(check, Verdict.PROBLEM, "no Content-Security-Policy: a planted script runs", FROM_US)
    policy = {words[0]: words[1:] for part in text.split(";") if (words := part.split())}
    scripts = policy.get("script-src", policy.get("default-src", ["*"]))
    weak = [source for source in scripts if source in WEAK_SOURCES]
    if weak:
        found = f"scripts may come from {' '.join(weak)}"
        return Finding(check, Verdict.PROBLEM, found, "allow 'self' alone; " + FROM_US)
    missing = [name for name in ("frame-ancestors", "base-uri", "form-action") if name not in policy]
    if missing:
        return Finding(check, Verdict.WARNING, f"without {', '.join(missing)}", FROM_US)
    return Finding(check, Verdict.OK, "scripts from the site alone, framed by nobody")


def _headers(page: Answer) -> Iterator[Finding]:
    missing = [
        name
        for name, wanted in HEADERS.items()
        if not re.fullmatch(wanted, page.headers.get(name, ""), re.IGNORECASE)
    ]
    if missing:
        yield Finding("headers", Verdict.PROBLEM, f"missing or weak: {', '.join(missing)}", FROM_US)
    else:
        yield Finding("headers", Verdict.OK, f"all {len(HEADERS)} are there")


def _strict_transport(page: Answer) -> Finding:
    found = re.search(r"max-age=(\d+)", page.headers.get("strict-transport-security", ""))
    if found and int(found[1]) >= HALF_A_YEAR_S:
        return Finding(
            "https for good", Verdict.OK, f"browsers keep to it for {int(found[1]) // 86_400} days"
        )
    remedy = "set HRISTUDIO_PUBLIC_URL to https://...; the dashboard then sends Strict-Transport-Security"
    return Finding("https for good", Verdict.PROBLEM, "browsers may be led back to http", remedy)


def _cookies(site: Site, page: Answer) -> Finding:
    wanted = ("httponly", "samesite", *(("secure",) if site.secure else ()))
    for cookie in page.cookies:
        name, _, rest = cookie.partition("=")
        given = {part.strip().partition("=")[0].lower() for part in rest.split(";")[1:]}
        missing = [attribute for attribute in wanted if attribute not in given]
        if missing:
            remedy = "set HRISTUDIO_PUBLIC_URL to https://...; see that nothing in front changes cookies"
            return Finding("cookies", Verdict.PROBLEM, f"{name} is not {', '.join(missing)}", remedy)
    if not page.cookies:
        return Finding("cookies", Verdict.OK, "none for strangers")
    return Finding("cookies", Verdict.OK, f"{len(page.cookies)}, each {', '.join(wanted)}")


def _told(page: Answer) -> Finding:
    told = [page.headers[name] for name in ("server", "x-powered-by") if name in page.headers]
    if any(re.search(r"\d", text) for text in told):
        found = f"{', '.join(told)}: tells which weaknesses to try"
        return Finding("versions told", Verdict.WARNING, found, "server_tokens off; in nginx")
    return Finding("versions told", Verdict.OK, "none")


def _host_names(site: Site) -> Finding:
    try:
        answer = site.get(PAGE, {"Host": STRANGE})
    except SiteUnreachable:
        return Finding("host names", Verdict.OK, "others get no answer")
    if answer.status < 400:
        found = f"it answers as {STRANGE}: a stranger's name may lead a browser here"
        return Finding("host names", Verdict.PROBLEM, found, "set HRISTUDIO_PUBLIC_URL; " + FROM_US)
    return Finding("host names", Verdict.OK, f"others are answered {answer.status}")


def _api(site: Site) -> Finding:
    answer = site.get("/api/v1/trials")
    if answer.status in {401, 403, 404}:
        return Finding("API", Verdict.OK, f"strangers are answered {answer.status}")
    found = f"/api/v1/trials answers strangers with {answer.status}"
    return Finding("API", Verdict.PROBLEM, found, "this is not HRIStudio's own answer: what stands in front?")


def _metrics(site: Site) -> Finding:
    answer = site.get("/metrics")
    if answer.status != 200 or site.local:
        return Finding("figures", Verdict.OK, f"/metrics answers {answer.status}")
    remedy = "set HRISTUDIO_METRICS_TOKEN, and HRISTUDIO_TRUSTED_PROXIES to the number of proxies in front"
    return Finding("figures", Verdict.WARNING, "strangers may read /metrics", remedy)
