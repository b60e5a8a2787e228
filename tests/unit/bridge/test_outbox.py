from hypothesis import given, settings
from hypothesis import strategies as st

from hristudio_bridge.outbox import Outbox


class Socket:
    def __init__(self, max_bytes=10_000):
        self.sent = []
        self.room = 10**9
        self.outbox = Outbox(self.send, max_bytes)

    def send(self, frame, _binary):
        self.sent.append(frame)
        self.room -= 1
        if self.room <= 0:
            self.outbox.paused = True


def test_nothing_waits_while_the_socket_takes_it():
    socket = Socket()
    socket.outbox.vital((b"a",))
    socket.outbox.sample("/t", (b"b",), 1, binary=False)
    assert socket.sent == [b"a", b"b"]


def test_only_the_newest_samples_wait_and_every_reply():
    socket = Socket()
    socket.outbox.paused = True
    for number in range(10):
        socket.outbox.sample("/t", (b"t%d" % number,), 2, binary=False)
        socket.outbox.vital((b"r%d" % number,))
    socket.outbox.resume()
    assert [frame for frame in socket.sent if frame[:1] == b"t"] == [b"t8", b"t9"]
    assert [frame for frame in socket.sent if frame[:1] == b"r"] == [b"r%d" % number for number in range(10)]
    assert (socket.outbox.waiting_bytes, socket.outbox.vital_bytes, socket.outbox.dropped) == (0, 0, 8)


def test_a_full_outbox_drops_the_oldest_samples_but_keeps_one_of_each_stream():
    socket = Socket(max_bytes=100)
    socket.outbox.paused = True
    for number in range(10):
        socket.outbox.sample("/a", (b"a%d" % number + bytes(40),), 100, binary=False)
        socket.outbox.sample("/b", (b"b%d" % number + bytes(40),), 100, binary=False)
    socket.outbox.resume()
    assert [frame[:2] for frame in socket.sent] == [b"a9", b"b9"]


def test_fragments_of_a_sample_stay_together():
    socket = Socket()
    socket.outbox.paused = True
    for number in range(3):
        socket.outbox.sample("/t", (b"%d.0" % number, b"%d.1" % number), 1, binary=False)
    socket.outbox.resume()
    assert socket.sent == [b"2.0", b"2.1"]


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("stur"), st.integers(1, 60)), max_size=80), st.integers(50, 300))
def test_replies_arrive_in_order_and_the_counts_are_right(actions, max_bytes):
    socket = Socket(max_bytes)
    replies = []
    for number, (kind, size) in enumerate(actions):
        frame = f"{kind}{number}".encode().ljust(size)
        if kind == "r":
            replies.append(frame)
            socket.outbox.vital((frame,))
        elif kind == "u":
            socket.room = size
            socket.outbox.resume()
        else:
            socket.outbox.sample(kind, (frame,), 3, binary=False)
        if size % 7 == 0:
            socket.outbox.paused = True
    socket.room = 10**9
    socket.outbox.resume()
    assert [frame for frame in socket.sent if frame[:1] == b"r"] == replies
    numbers = [int(frame[1:].decode().strip()) for frame in socket.sent]
    for kind in b"st":
        own = [n for n, frame in zip(numbers, socket.sent, strict=True) if frame[0] == kind]
        assert own == sorted(own)
    assert (socket.outbox.waiting_bytes, socket.outbox.vital_bytes) == (0, 0)


def test_dropped_entries_do_not_pile_up():
    socket = Socket()
    socket.outbox.paused = True
    for _ in range(10_000):
        socket.outbox.sample("/t", (b"x",), 2, binary=False)
    assert len(socket.outbox._entries) < 1000
    assert len(socket.outbox._oldest) < 1000
