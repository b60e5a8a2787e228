"""What goes wrong in the web process: the caller's fault, or the other side's."""

from datetime import datetime


class WebError(Exception):
    """Root of everything that this package raises on purpose."""

    code = "error"


class CallerError(WebError):
    """The request cannot be served as it stands."""


class Forbidden(CallerError):
    """The account's role has no right to do this."""

    code = "forbidden"

    def __init__(self, permission: str) -> None:
        super().__init__(f"your role does not allow this ({permission})")
        self.permission = permission


class MonitorsOnly(CallerError):
    """The figures of the service are for those who watch it."""

    code = "monitors_only"

    def __init__(self) -> None:
        super().__init__(
            "figures are for programs of this machine, or with the token of HRISTUDIO_METRICS_TOKEN as "
            "`Authorization: Bearer TOKEN`"
        )


class NotSignedIn(CallerError):
    """Nobody is signed in, or the session has ended."""

    code = "signed_out"

    def __init__(self) -> None:
        super().__init__("you are signed out: sign in again")


class BadRequest(CallerError):
    """The request does not have the form it must have."""

    code = "bad_request"


class Unprocessable(CallerError):
    """Values cannot be taken; ``problems`` says which, and why, all at once."""

    code = "invalid"

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class InvalidFields(Unprocessable):
    """Fields hold what cannot be taken; ``fields`` has the words for each."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__([f"{name}: {words}" for name, words in fields.items()])
        self.fields = fields


class Unreadable(Unprocessable):
    """A file or text is none of which anything can be taken; the words say what to do."""

    def __init__(self, words: str) -> None:
        super().__init__([words])


class ProofNeeded(CallerError):
    """This asks for a proof of who one is, and the last one is too old."""

    code = "proof_needed"

    def __init__(self) -> None:
        super().__init__("prove first who you are: POST your password or code to /api/v1/me/proof")


class SecondFactorNeeded(CallerError):
    """Nothing else opens before the second factor is set up that is asked of this account."""

    code = "second_factor_needed"

    def __init__(self) -> None:
        super().__init__("a second factor is asked of you here: set it up on your account page first")


class NotFound(CallerError):
    """There is no such thing."""

    code = "not_found"

    def __init__(self, what: str, name: str) -> None:
        super().__init__(f"there is no {what} {name!r}")
        self.what = what
        self.name = name


class SwitchedOff(CallerError):
    """A feature is switched off for whoever asks for it."""

    code = "switched_off"

    def __init__(self, title: str) -> None:
        super().__init__(f"{title}: switched off here by an administrator")


class Conflict(CallerError):
    """It cannot be done as things stand."""

    code = "conflict"


class UnderMaintenance(CallerError):
    """Nothing is edited and no trial started during a maintenance; ``until``: when it is to end."""

    code = "maintenance"

    def __init__(self, told: str, until: datetime | None = None) -> None:
        super().__init__(told)
        self.until = until


class InvalidSettings(CallerError):
    """The configuration cannot be used."""

    code = "settings"


class SealBroken(CallerError):
    """What was sealed was altered, is too old, or was sealed with another key."""

    code = "seal_broken"

    def __init__(self) -> None:
        super().__init__("this was not sealed here, or too long ago")


class ProviderRefused(CallerError):
    """The provider did not let somebody in, or what came back was not what was asked for."""

    code = "provider_refused"

    def __init__(self, provider: str, detail: str) -> None:
        super().__init__(f"Signing in by {provider} did not work. Begin again, in one tab.")
        self.provider = provider
        self.detail = detail


class OtherSideError(WebError):
    """Something that this process depends on does not do its part."""


class ProviderDown(OtherSideError):
    """A provider of sign-ins cannot be reached."""

    code = "provider_down"

    def __init__(self, provider: str, detail: str) -> None:
        super().__init__(f"{provider} cannot be reached now. Sign in by password, or by a link.")
        self.provider = provider
        self.detail = detail


class LinkDown(OtherSideError):
    """There is no connection to the bridge."""

    code = "link_down"

    def __init__(self, detail: str) -> None:
        super().__init__(f"the bridge cannot be reached: {detail}")
        self.detail = detail


class CallFailed(OtherSideError):
    """The bridge or the service behind it refused or failed a call."""

    code = "call_failed"

    def __init__(self, service: str, detail: str) -> None:
        super().__init__(f"{service} failed: {detail}")
        self.service = service
        self.detail = detail


class CallTimedOut(OtherSideError):
    """A call got no answer in time. Whether it took effect is unknown."""

    code = "timed_out"

    def __init__(self, service: str, seconds: float) -> None:
        super().__init__(f"{service} gave no answer within {seconds:g} s")
        self.service = service
        self.seconds = seconds
