"""Parameters of the simulated robot."""

from dataclasses import dataclass

from hristudio_core.nodes._foundation import parameter


@dataclass(frozen=True)
class SimParameters:
    """How the simulated robot behaves. What is not read-only may change while it runs."""

    seed: int = parameter(0, "Seed of every random delay and fault", minimum=0, maximum=2**31 - 1)
    time_scale: float = parameter(
        1.0,
        "How many times faster than a real robot it talks and moves",
        minimum=0.01,
        maximum=1000.0,
        read_only=False,
    )
    speech_rate: float = parameter(
        1.0, "Speed of speech, 1: usual", minimum=0.1, maximum=10.0, read_only=False
    )
    delay_s: float = parameter(
        0.05, "Mean time before it begins what it is asked, s", minimum=0.0, maximum=10.0, read_only=False
    )
    fault_rate: float = parameter(
        0.0, "Share of requests that fail half-way", minimum=0.0, maximum=1.0, read_only=False
    )
    loss_rate: float = parameter(
        0.0, "Share of requests that it never answers", minimum=0.0, maximum=1.0, read_only=False
    )
    fail_next: str = parameter(
        "", "Part that fails at its next request: speech, gesture, drive, lights", read_only=False
    )
    lose_next: str = parameter("", "Part that never answers its next request", read_only=False)
    battery: float = parameter(0.9, "Charge at the start, 0 to 1", minimum=0.0, maximum=1.0)
