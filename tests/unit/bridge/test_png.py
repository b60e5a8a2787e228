import base64

import orjson
import pytest

from hristudio_bridge.png import picture, wrap
from tests.servers.pixels import pixels


@pytest.mark.parametrize("size", [1, 2, 3, 10, 100, 12_345])
def test_pixels_hold_the_text(size):
    text = (b'{"x": "' + "é".encode() * size)[:size]
    assert pixels(picture(text)).rstrip(b"\n") == text.rstrip(b"\n")


def test_the_message_around_it():
    message = orjson.loads(wrap(b'{"op":"publish"}'))
    assert message["op"] == "png"
    assert pixels(base64.b64decode(message["data"])).strip() == b'{"op":"publish"}'
