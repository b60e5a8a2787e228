"""What keeps an upgrade from going on."""


class UpgradeError(Exception):
    """Root of this package's errors."""


class UpgradeRefused(UpgradeError):
    """What was asked for cannot be; nothing was changed."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


class StepFailed(UpgradeError):
    """A step was not done; it can be done again."""

    def __init__(self, told: str) -> None:
        super().__init__(told)


class UpgradeStopped(UpgradeError):
    """An upgrade, or the way back, stands after some of its steps; ``advice`` says what to do."""

    def __init__(self, step: str, told: str, advice: str) -> None:
        super().__init__(f"step {step}: {told}\n{advice}")
        self.step = step
        self.told = told
        self.advice = advice
