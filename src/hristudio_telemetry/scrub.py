"""Takes out of log lines what says who somebody is, or lets somebody in.

The code logs ids, never names or addresses of people. This is for what comes from elsewhere: an
exception's words, a library's line, an address that was asked for. Addresses of machines stay:
without them no fault of a network can be found.
"""

import re

HIDDEN = "[hidden]"
NAMES = (
    # With what stands before and behind it: access_token, AWS_SECRET_ACCESS_KEY, participant_code
    r"(?:[\w-]*[_-])?(?:password|passwd|pwd|passphrase|secret|token|api_?key|authorization|cookie"
    r"|e-?mail|full_name|participant|phone)(?:_access)?(?:_key|_code)?"
)
RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    # Credentials in an address: postgresql://user:word@host
    # or a key alone, as a DSN of error reports has it.
    (re.compile(r"(?<=://)[^\s@\"'/]*(:[^\s@\"']*)?(?=@)"), HIDDEN),
    # Signed links to a store, and what a database says of a row that it refuses.
    (re.compile(r"(?i)\b(X-Amz-(?:Signature|Credential|Security-Token))=[^\s&\"']+"), rf"\1={HIDDEN}"),
    (re.compile(r"(DETAIL:\s*|Failing row contains |Key \([^)]*\)=)[^\r\n]*"), rf"\1{HIDDEN}"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"), rf"\1 {HIDDEN}"),
    # JSON Web Tokens, with or without a name before them.
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), HIDDEN),
    # Addresses of ours that are themselves the right to something.
    (re.compile(r"(?<=/)(sign-in|media)/[\w.~=-]{12,}"), rf"\1/{HIDDEN}"),
    (re.compile(rf"(?i)(?<![\w-])({NAMES})(\s*[=:]\s*|\"\s*:\s*|'\s*:\s*)(\"[^\"]*\"|'[^']*'|[^\s,;&)}}\]]+)"),
     rf"\1\2{HIDDEN}"),
    (re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(\.[\w-]+)+"), HIDDEN),
    # Whole headers: what follows may have any form.
    (re.compile(r"(?i)\b((?:set-)?cookie|authorization)(\s*:\s*)[^\r\n\"']+"), rf"\1\2{HIDDEN}"),
)  # fmt: skip


KEY = re.compile(rf"(?i){NAMES}")


def scrub_field(key: str, value: object) -> object:
    """Hide a field whose name says that it must not be kept, and what must not in any other text."""
    if KEY.fullmatch(key):
        return HIDDEN
    return scrub(value) if isinstance(value, str) else value


def scrub(text: str) -> str:
    """Hide what must not be kept."""
    for pattern, instead in RULES:
        text = pattern.sub(instead, text)
    return text
