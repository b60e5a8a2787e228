"""A scripted session of roslibpy, in a process of its own: its event loop cannot be started twice.

`python -m tests.servers.roslibpy_session PORT` prints what it saw as JSON.
"""

import json
import sys
import threading
from typing import Any

import roslibpy

WAIT_S = 60


class Session:
    def __init__(self, port: int) -> None:
        self.ros = roslibpy.Ros("127.0.0.1", port)
        self.seen: dict[str, Any] = {}

    def run(self) -> dict[str, Any]:
        self.ros.run(timeout=WAIT_S)
        self.topics()
        self.services()
        self.actions()
        self.introspection()
        self.reconnect()
        self.ros.close(timeout=WAIT_S)
        return self.seen

    def topics(self) -> None:
        got: list[str] = []
        enough = threading.Event()

        def take(message: Any) -> None:
            got.append(message["data"])
            if len(got) == 3:
                enough.set()

        listener = roslibpy.Topic(self.ros, "/py/echo", "std_msgs/String")
        listener.subscribe(take)
        talker = roslibpy.Topic(self.ros, "/py/echo", "std_msgs/String", latch=True)
        for number in range(3):
            talker.publish(roslibpy.Message({"data": str(number)}))
        enough.wait(WAIT_S)
        listener.unsubscribe()
        talker.unadvertise()
        self.seen["topics"] = got

    def services(self) -> None:
        service = roslibpy.Service(self.ros, "/py/set", "std_srvs/SetBool")
        answer = service.call(roslibpy.ServiceRequest({"data": True}), timeout=WAIT_S)
        self.seen["service"] = dict(answer)
        own = roslibpy.Service(self.ros, "/py/own", "std_srvs/SetBool")

        def handle(request: Any, response: Any) -> bool:
            response["success"], response["message"] = request["data"], "from roslibpy"
            return True

        own.advertise(handle)
        client = roslibpy.Service(self.ros, "/py/own", "std_srvs/SetBool")
        self.seen["own_service"] = dict(client.call(roslibpy.ServiceRequest({"data": True}), timeout=WAIT_S))
        own.unadvertise()
        failed: list[Any] = []
        absent = roslibpy.Service(self.ros, "/py/absent", "std_srvs/SetBool")
        done = threading.Event()
        absent.call(
            roslibpy.ServiceRequest({}),
            callback=lambda _: done.set(),
            errback=lambda text: (failed.append(text), done.set()),
        )
        done.wait(WAIT_S)
        self.seen["absent"] = failed

    def actions(self) -> None:
        client = roslibpy.ActionClient(self.ros, "/fibonacci", "test_msgs/Fibonacci")
        for name, order, cancel in (("goal", 5, False), ("cancelled", 1000, True)):
            feedback: list[Any] = []
            results: list[Any] = []
            key = client.send_goal(
                roslibpy.Goal({"order": order}),
                results.append,
                lambda values, feedback=feedback: feedback.append(values["sequence"]),
                results.append,
            )
            if cancel:
                client.cancel_goal(key)
            client.wait_goal(key, WAIT_S)
            self.seen[name] = [results[0]["status"].value, results[0]["values"], len(feedback)]

    def introspection(self) -> None:
        parameter = roslibpy.Param(self.ros, "/peer:py.number")
        self.seen["parameter"] = parameter.get(timeout=WAIT_S)
        parameter.set(7, timeout=WAIT_S)
        self.seen["parameter_set"] = parameter.get(timeout=WAIT_S)
        self.seen["topic_type"] = self.ros.get_topic_type("/rosout")
        self.seen["has_services"] = "/py/set" in self.ros.get_services()
        self.seen["nodes"] = self.ros.get_nodes()
        self.seen["details"] = self.ros.get_message_details("std_msgs/Header")["typedefs"][0]["fieldnames"]
        self.seen["time"] = dict(self.ros.get_time())

    def reconnect(self) -> None:
        self.ros.close(timeout=WAIT_S)
        self.ros.connect()
        again = threading.Event()
        self.ros.on_ready(lambda *_: again.set())
        self.seen["reconnected"] = again.wait(WAIT_S)


if __name__ == "__main__":
    json.dump(Session(int(sys.argv[1])).run(), sys.stdout)
