"""A browser as the dashboard's server sees one: signs in by a link, opens the socket, takes frames, asks."""

import asyncio
import contextlib
import itertools
import json
import time
from collections.abc import Callable
from typing import Any

import requests
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

MARK = 'name="csrf-token" content="'


def sign_in(url: str, token: str) -> str:
    """Use a link up; give the cookie."""
    session = requests.Session()
    page = session.get(f"{url}/sign-in/{token}", timeout=10).text
    csrf = page.split(MARK)[1].split('"')[0]
    session.post(f"{url}/sign-in/{token}", data={"csrf_token": csrf}, timeout=10).raise_for_status()
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in session.cookies)


class Browser:
    """Speaks Engine.IO 4 and Socket.IO 5 over a websocket; `heard` gets every event with its moment, ns."""

    def __init__(self, connection: ClientConnection, heard: Callable[[dict[str, Any], int], None]) -> None:
        self._connection = connection
        self._heard = heard
        self._numbers = itertools.count()
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._reader: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, url: str, cookie: str, heard: Callable[[dict[str, Any], int], None]) -> "Browser":
        address = f"{url.replace('http', 'ws', 1)}/socket.io/?EIO=4&transport=websocket"
        connection = await connect(
            address, additional_headers={"Cookie": cookie}, ping_interval=None, close_timeout=0.5
        )
        await connection.recv()
        await connection.send("40")
        opened = await connection.recv()
        assert str(opened).startswith("40"), opened
        browser = cls(connection, heard)
        browser._reader = asyncio.create_task(browser._read())
        return browser

    async def ask(self, event: str, **payload: Any) -> Any:
        number = next(self._numbers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        await self._connection.send(f"42{number}{json.dumps([event, payload])}")
        return await asyncio.wait_for(answer, 10)

    async def close(self) -> None:
        await self._connection.close()
        if self._reader is not None:
            # A frame that came meanwhile cannot be acknowledged any more.
            with contextlib.suppress(ConnectionClosed):
                await self._reader

    async def _read(self) -> None:
        async for frame in self._connection:
            text = str(frame)
            if text == "2":
                await self._connection.send("3")
            elif text.startswith("43"):
                number, body = _split(text[2:])
                self._answers.pop(number).set_result(json.loads(body)[0])
            elif text.startswith("42"):
                now_ns = time.time_ns()
                number, body = _split(text[2:])
                await self._connection.send(f"43{number}[]")
                self._take(json.loads(body)[1], now_ns)

    def _take(self, frame: dict[str, Any], now_ns: int) -> None:
        for entry in frame.get("events", {}).get("list", ()):
            self._heard(json.loads(entry), now_ns)


def _split(text: str) -> tuple[int, str]:
    digits = "".join(itertools.takewhile(str.isdigit, text))
    return int(digits), text[len(digits) :]
