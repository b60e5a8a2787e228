"""The lights: a service."""

from hristudio.srv import SetLeds

from hristudio_core.nodes.sim.body import Body, Fault

GROUPS = ("eyes", "chest", "all")


class Lights:
    """Shines."""

    def __init__(self, body: Body) -> None:
        self._body = body
        body.node.create_service(SetLeds, "leds/set", self._on_set, callback_group=body.concurrent)

    async def _on_set(self, request: SetLeds.Request, response: SetLeds.Response) -> SetLeds.Response:
        fault = self._body.fault("lights")
        if fault is Fault.LOST:
            await self._body.take(float("inf"))
        response.success = False
        if request.group not in GROUPS:
            response.message = f"no lights {request.group!r}; there are {', '.join(GROUPS)}"
        elif not all(0 <= part <= 1 for part in (request.red, request.green, request.blue)):
            response.message = "colours go from 0 to 1"
        elif fault is Fault.FAILS:
            response.message = "the lights do not answer"
        else:
            await self._body.hesitate("lights")
            await self._body.take(request.fade_s)
            response.success = True
        return response
