import pytest

from hristudio_bridge.codec import Codec
from hristudio_bridge.interfaces import Interfaces
from hristudio_bridge.topics.sample import COMPRESSIONS, Sample


@pytest.fixture
def codec() -> Codec:
    return Interfaces().message("std_msgs/String")


@pytest.fixture
def sample(codec: Codec) -> Sample:
    return Sample(codec.write({"data": "x" * 100}, lambda: (0, 0)), 0, codec, (1, 2))


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_a_form_is_encoded_once_for_whoever_wants_it(sample, compression):
    first = sample.frames("/x", compression, 0)
    assert sample.frames("/x", compression, 0) is first


def test_a_message_is_read_once_for_every_form_of_json(sample, codec, monkeypatch):
    read, original = [], codec.read_json
    monkeypatch.setattr(codec, "read_json", lambda raw: read.append(raw) or original(raw))
    forms = [
        sample.frames(topic, form, size)
        for topic in ("/x", "x")
        for form in ("none", "png")
        for size in (0, 50)
    ]
    assert len({id(form) for form in forms}) == len(forms)
    assert len(read) == 1
