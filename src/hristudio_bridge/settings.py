"""All that the bridge is told at its start."""

from dataclasses import dataclass, field, fields
from typing import Any, ClassVar


def _setting(default: Any, text: str) -> Any:
    return field(default=default, metadata={"text": text})


@dataclass(frozen=True, slots=True)
class Settings:
    """The ROS parameters of the node; names as users of rosbridge know them where it has the same."""

    port: int = _setting(9090, "TCP port to listen on; 0 picks a free one, see actual_port")
    address: str = _setting("127.0.0.1", "address to listen on; 0.0.0.0 for every network")
    url_path: str = _setting("/", "path of the websocket")
    port_file: str = _setting("", "file to write the actual port to once the bridge is ready")
    ssl: bool = _setting(False, "serve wss:// with certfile and keyfile")
    retry_startup_delay: float = _setting(
        0.0, "seconds after which to try again where the port is in use; 0: end with an error"
    )
    certfile: str = _setting("", "certificate chain, PEM")
    keyfile: str = _setting("", "private key, PEM")
    auth: str = _setting(
        "token", "token: clients must give a signed token; none: everybody may do everything"
    )
    auth_key_file: str = _setting("", "file whose bytes are the key of the tokens")
    auth_timeout: float = _setting(10.0, "seconds until a client must have given its token")
    access_file: str = _setting(
        "", "YAML file with the rights of each role; empty: those that ship with the bridge"
    )
    allowed_origins: str = _setting(
        "", "web origins that may connect besides the bridge's own host, comma separated; * for any"
    )
    topics_glob: str = _setting("", "topics that anybody may use at all, like [/a, /b/*]; empty: any")
    services_glob: str = _setting("", "services that anybody may use at all; empty: any")
    actions_glob: str = _setting("", "actions that anybody may use at all; empty: any")
    params_glob: str = _setting("", "parameters (/node:name) that anybody may use at all; empty: any")
    max_message_size: int = _setting(10_000_000, "longest message taken from a client, bytes")
    max_connections: int = _setting(1000, "clients at the same time")
    max_subscriptions: int = _setting(1000, "topics that one client may subscribe or advertise")
    max_pending: int = _setting(1000, "service calls and goals of one client under way")
    max_rate: float = _setting(0.0, "messages a second taken from one client on average; 0: any")
    max_backlog: int = _setting(16_000_000, "bytes that may wait for a slow client")
    stall_timeout: float = _setting(30.0, "seconds after which a client that takes nothing is disconnected")
    stream_backlog: int = _setting(
        100, "samples of one topic that may wait for a slow client, unless it sets queue_length"
    )
    subscription_depth: int = _setting(1000, "samples of one topic that ROS may hold for the bridge")
    publisher_depth: int = _setting(5000, "messages of one topic that ROS may hold for slow subscribers")
    fragment_timeout: float = _setting(600.0, "seconds until unfinished fragments are dropped")
    unregister_timeout: float = _setting(10.0, "seconds that a publisher outlives its last client")
    default_call_service_timeout: float = _setting(
        60.0, "seconds to wait for a service that the client gives no timeout for; 0: for ever"
    )
    discovery_timeout: float = _setting(
        1.0, "seconds to look for a service or action before it counts as absent"
    )
    websocket_ping_interval: float = _setting(
        10.0, "seconds of silence after which a client is pinged; 0: never"
    )
    websocket_ping_timeout: float = _setting(10.0, "seconds to wait for the answer; at most the interval")
    use_compression: bool = _setting(
        False, "websocket compression; not supported, clients may ask for cbor or png"
    )
    metrics: bool = _setting(True, "serve Prometheus figures at /metrics, while listening on loopback only")

    # names that rosbridge's launch files set and that mean nothing here, with the reason
    WITHOUT_EFFECT: ClassVar[dict[str, tuple[object, str]]] = {
        "delay_between_messages": (0.0, "nothing here has to wait between two messages"),
        "call_services_in_new_thread": (False, "a call never holds up another"),
        "send_action_goals_in_new_thread": (False, "a goal never holds up another"),
        "bson_only_mode": (False, "BSON from clients is recognised by itself; they are answered in JSON"),
        "binary_encoder": ("default", "bytes are base64 in JSON and byte strings in CBOR"),
    }

    @classmethod
    def descriptions(cls) -> dict[str, tuple[object, str]]:
        """Give name -> (default, text) of every setting."""
        return {item.name: (item.default, item.metadata["text"]) for item in fields(cls)}

    def check(self) -> None:
        """Raise ValueError for values that make no sense."""
        if self.auth not in {"token", "none"}:
            raise ValueError(f"parameter auth must be token or none, not {self.auth!r}")
        if not 0 <= self.port <= 65_535:
            raise ValueError(f"parameter port must be from 0 to 65535, not {self.port}")
        if self.ssl and not self.certfile:
            raise ValueError("parameter ssl needs certfile")
        for name in (
            "max_message_size",
            "max_connections",
            "max_subscriptions",
            "max_pending",
            "max_backlog",
            "subscription_depth",
            "publisher_depth",
            "stream_backlog",
        ):
            if getattr(self, name) < 1:
                raise ValueError(f"parameter {name} must be at least 1")


def globs(text: str) -> tuple[str, ...]:
    """Read a list in rosbridge's form, `['/a', /b/*]`; a `*` there crosses slashes, so it becomes `**`."""
    items = (
        item.strip().strip("'\"") for item in text.strip().removeprefix("[").removesuffix("]").split(",")
    )
    return tuple(item.replace("*", "**") for item in items if item)


def parameter_globs(text: str) -> tuple[str, ...]:
    """Read a list for parameters; a pattern that names no node holds for every node, as in rosbridge."""
    return tuple(pattern if ":" in pattern else f"**:{pattern}" for pattern in globs(text))
