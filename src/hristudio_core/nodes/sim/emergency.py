"""The emergency stop: a service that halts every part and keeps it so."""

from std_srvs.srv import SetBool

from hristudio_core.nodes.sim.body import Body


class EmergencyStop:
    """Halts."""

    def __init__(self, body: Body) -> None:
        self._body = body
        body.node.create_service(SetBool, "emergency_stop", self._on_set)

    def _on_set(self, request: SetBool.Request, response: SetBool.Response) -> SetBool.Response:
        if request.data:
            self._body.halt()
        else:
            self._body.halted = False
        response.success = True
        response.message = "halted" if self._body.halted else "may move"
        return response
