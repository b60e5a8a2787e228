"""Bringing to rest whatever a predecessor left moving, as soon as it can be reached.

A skill server that was killed may have left a goal under way that no one would ever
cancel. Its successor cancels it when it first finds the action, and takes goals of its
own for that action only once the cancellation was answered: it must not hit those.
Likewise no goal begins before the zeros of the first contact are sent, for they would
take the wheels from it.
"""

import time
from collections import Counter

from action_msgs.srv import CancelGoal

from hristudio_core.nodes.skills.latch import Latch
from hristudio_core.nodes.skills.means import Means

# A few zeros, for the first may pass before the other side has seen us.
_ZEROS = 3
# A cancellation may go to a server that has died without a word; ask again, s.
_ASK_AGAIN_S = 0.5
# Whoever listens to a velocity is found within so long of the rest of the robot, s.
_SETTLE_S = 1.0


class FirstContact:
    """Greets each part of the robot once."""

    def __init__(self, means: Means, latch: Latch) -> None:
        self._means = means
        self._latch = latch
        self._zeros: Counter[str] = Counter()
        self._silenced: set[int] = set()
        self._asked_s: dict[str, float] = {}
        self._answered: set[str] = set()
        self._called = False
        self._began_s = time.monotonic()

    def answered(self, action: str) -> bool:
        """Tell whether the goals of an action's earlier clients have been cancelled."""
        return action not in self._means.cancels or action in self._answered

    def settling(self) -> bool:
        """Tell whether zeros are still to be sent to somebody who listens, or may soon."""
        young = time.monotonic() - self._began_s < _SETTLE_S
        return any(
            self._zeros[name] < _ZEROS and (young or velocity.publisher.get_subscription_count())
            for name, velocity in self._means.velocities.items()
        )

    def greet(self) -> bool:
        """Greet what has been found since; tell whether all has been."""
        self._zero()
        self._silence()
        self._cancel()
        self._call()
        zeroed = all(self._zeros[name] >= _ZEROS for name in self._means.velocities)
        return zeroed and len(self._answered) == len(self._means.cancels)

    def _zero(self) -> None:
        for name, velocity in self._means.velocities.items():
            if self._zeros[name] < _ZEROS and velocity.publisher.get_subscription_count():
                self._zeros[name] += 1
                if not velocity.armed:
                    velocity.zero()

    def _silence(self) -> None:
        for number, (publisher, message) in enumerate(self._means.silences):
            if number not in self._silenced and publisher.get_subscription_count():
                self._silenced.add(number)
                publisher.publish(message)

    def _cancel(self) -> None:
        now = time.monotonic()
        for name, client in self._means.cancels.items():
            waited = now - self._asked_s.get(name, 0.0) > _ASK_AGAIN_S
            if name not in self._answered and waited and client.service_is_ready():
                self._asked_s[name] = now
                future = client.call_async(CancelGoal.Request())
                future.add_done_callback(lambda _, name=name: self._answered.add(name))

    def _call(self) -> None:
        """Stop a robot anew whose stop was latched before this process began."""
        if self._latch.holds() and not self._called:
            self._called = all(client.service_is_ready() for client, _ in self._means.services)
            if self._called:
                self._means.call()
