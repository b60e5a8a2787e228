"""A TCP line that can fall dead: connections stay open, and nothing moves on them until it is mended."""

import contextlib
import socket
import threading


class Line:
    """Listens on `port` and passes everything on, both ways."""

    def __init__(self, target_port: int) -> None:
        self._target = target_port
        self._alive = threading.Event()
        self._alive.set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._accepting = threading.Thread(target=self._accept, name="line", daemon=True)
        self._accepting.start()

    def die(self) -> None:
        """Let nothing through from now on."""
        self._alive.clear()

    def mend(self) -> None:
        """Let everything through again, what was held back first: TCP would send it anew."""
        self._alive.set()

    def close(self) -> None:
        self._alive.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
                for pair in ((client, server), (server, client)):
                    threading.Thread(target=self._pump, args=pair, daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self._alive.wait()
                sink.sendall(data)
        for one in (source, sink):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
