"""Speech: asked for on a topic, told of on another, word by word."""

from hristudio.msg import SpeechRequest, SpeechStatus

from hristudio_core.nodes.sim.body import Body, Fault

# A reader's pace: about 150 words of five letters a minute.
_WORD_S = 0.15
_LETTER_S = 0.05


class Speech:
    """Says one thing at a time; a new request interrupts, an empty one silences."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self._saying = 0
        self._status = body.node.create_publisher(SpeechStatus, "speech/status", 50)
        body.node.create_subscription(
            SpeechRequest, "speech/say", self._on_request, 20, callback_group=body.concurrent
        )
        body.when_halted(self._silence)

    async def _on_request(self, request: SpeechRequest) -> None:
        self._silence()
        if not request.text:
            return
        if self._body.halted:
            self._tell(request, "failed", detail="the robot is in emergency stop")
            return
        mine = self._saying
        fault = self._body.fault("speech")
        if fault is Fault.LOST:
            return
        undisturbed = await self._body.hesitate("speech", until=lambda: self._saying != mine)
        if not undisturbed or not await self._say(request, mine, fault):
            self._tell(request, "interrupted", detail="silenced")

    async def _say(self, request: SpeechRequest, mine: int, fault: Fault | None) -> bool:
        """Speak word by word; tell whether nobody interrupted."""
        words = request.text.split()
        self._tell(request, "started")
        for count, word in enumerate(words):
            if fault is Fault.FAILS and count == len(words) // 2:
                self._tell(request, "failed", begun=count, detail="the voice failed")
                return True
            self._tell(request, "word", begun=count + 1, word=word)
            speed = max(request.rate, 0.1) * self._body.parameters.speech_rate
            spoken = (_WORD_S + _LETTER_S * len(word)) / speed
            if not await self._body.take(spoken, until=lambda: self._saying != mine):
                return False
        self._tell(request, "finished", begun=len(words))
        return True

    def _silence(self) -> None:
        self._saying += 1

    def _tell(
        self, request: SpeechRequest, phase: str, *, begun: int = 0, word: str = "", detail: str = ""
    ) -> None:
        total = len(request.text.split())
        spoken = begun - 1 if phase == "word" else begun
        self._status.publish(
            SpeechStatus(
                stamp=self._body.stamp(),
                id=request.id,
                phase=phase,
                word=word,
                words_begun=begun,
                words_total=total,
                progress=spoken / total if total else 1.0,
                detail=detail,
            )
        )
