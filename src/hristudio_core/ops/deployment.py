"""Is a deployment fit for people to use? Asked after each release, and by whoever watches."""

import json
import re
import time
from collections.abc import Iterator, Mapping

import redis

from hristudio_core.ops.doctor import Finding, Verdict
from hristudio_core.ops.security import Site, SiteUnreachable
from hristudio_core.ops.settings import Settings, find_problems

REQUESTS = 60
MOST_FAILED = 0.01
SLOW_S = 1.0
SIGN_IN = "/sign-in"
REDIS_S = 3.0
KEY_TTL_S = 10


def check_settings(environment: Mapping[str, str]) -> Finding:
    """Are the settings in order?"""
    found = find_problems(environment)
    if not found:
        return Finding("settings", Verdict.OK, "in order")
    told = "; ".join(map(str, found[:3]))
    return Finding("settings", Verdict.PROBLEM, told, "`hristudio config check` says all of it")


def check_cache(settings: Settings) -> Finding:
    """Does Redis, where it is set, keep what it is given?"""
    if not settings.redis.on:
        return Finding("cache", Verdict.OK, "no Redis is set; one process needs none")
    key = f"{settings.redis.prefix}:deploy-check"
    try:
        client = redis.Redis.from_url(
            settings.redis.url, socket_timeout=REDIS_S, socket_connect_timeout=REDIS_S
        )
        value = str(time.time_ns()).encode()
        client.set(key, value, ex=KEY_TTL_S)
        kept = client.get(key) == value
        client.close()
    except redis.RedisError as error:
        return Finding("cache", Verdict.PROBLEM, f"Redis: {error}", "start it, or correct REDIS_URL")
    if not kept:
        return Finding("cache", Verdict.PROBLEM, "Redis does not keep what it is given", "look at its memory")
    return Finding("cache", Verdict.OK, "Redis answers and keeps")


def check_health(site: Site) -> Finding:
    """Does the site say itself that all is well?"""
    answer = site.get("/api/health")
    try:
        checks: dict[str, dict[str, str]] = json.loads(answer.body)["checks"]
    except (ValueError, KeyError, TypeError):
        remedy = "this is not HRIStudio's own answer: what stands in front?"
        return Finding("health", Verdict.PROBLEM, f"/api/health answers {answer.status}", remedy)
    told = {
        status: [f"{name}: {check['detail']}" for name, check in checks.items() if check["status"] == status]
        for status in ("error", "warning")
    }
    remedy = "mend what is named (docs/operations/health.md); `hristudio doctor` on its machine says more"
    if answer.status != 200 or told["error"]:
        found = "; ".join(told["error"]) or f"it answers {answer.status}"
        return Finding("health", Verdict.PROBLEM, found, remedy)
    if told["warning"]:
        return Finding("health", Verdict.WARNING, "; ".join(told["warning"]), remedy)
    return Finding("health", Verdict.OK, f"{len(checks)} checks: {', '.join(checks)}")


def check_smoke(site: Site) -> Finding:
    """Does what everybody needs first work: the way to the sign-in, its page, styles and scripts?"""
    wrong = list(_smoke(site))
    if wrong:
        return Finding("smoke", Verdict.PROBLEM, "; ".join(wrong), "look at the log of `hristudio web`")
    return Finding("smoke", Verdict.OK, "home, sign-in, styles, scripts, API")


def _smoke(site: Site) -> Iterator[str]:
    home = site.get("/")
    if home.status not in {301, 302, 303, 307, 308, 401}:
        yield f"/ answers strangers {home.status}"
    page = site.get(SIGN_IN)
    if page.status != 200 or b"csrf" not in page.body:
        yield f"{SIGN_IN} answers {page.status}"
    files = re.findall(rb'(?:href|src)="(/static/[^"]+\.(?:css|js))"', page.body)
    if not files:
        yield f"{SIGN_IN} has neither styles nor scripts"
    for file in sorted(set(files)):
        path = file.decode()
        if (status := site.get(path).status) != 200:
            yield f"{path} answers {status}"
    api = site.get("/api/v1/trials")
    if api.status not in {401, 403}:
        yield f"/api/v1/trials answers strangers {api.status}"


def check_errors(site: Site, requests: int = REQUESTS) -> Finding:
    """Do requests fail, or take long, one after another over all processes?"""
    failed, took_s = [], []
    for number in range(requests):
        path = SIGN_IN if number % 2 else "/api/live"
        began_s = time.monotonic()
        try:
            status = site.get(path).status
        except SiteUnreachable as error:
            failed.append(str(error))
        else:
            if status >= 500:
                failed.append(f"{path}: {status}")
        took_s.append(time.monotonic() - began_s)
    slowest_s = sorted(took_s)[int(0.95 * len(took_s))]
    if len(failed) > MOST_FAILED * requests:
        found = f"{len(failed)} of {requests} requests failed, first {failed[0]}"
        return Finding(
            "errors", Verdict.PROBLEM, found, "go back: deploy/release.py rollback, then look at the log"
        )
    told = f"{len(failed)} of {requests} requests failed, 95 % within {slowest_s * 1e3:.0f} ms"
    if slowest_s > SLOW_S:
        return Finding("errors", Verdict.WARNING, told, "more workers, or look for what else runs there")
    return Finding("errors", Verdict.OK, told)


def check_site(site: Site) -> list[Finding]:
    """Ask the site; one that does not answer is one finding, not many."""
    try:
        return [check_health(site), check_smoke(site), check_errors(site)]
    except SiteUnreachable as error:
        remedy = "start it (`systemctl start hristudio-web`), or give its address: --url"
        return [Finding("site", Verdict.PROBLEM, str(error), remedy)]
