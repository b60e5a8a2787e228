"""A TCP proxy that cuts a connection before a chosen message is passed on, or before its answer is."""

import contextlib
import socket
import threading


class CuttingProxy:
    """Listens on `port`. `cut` arms it once; until then, and after, it passes everything on."""

    def __init__(self, target_port: int) -> None:
        self._target = target_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._pattern = b""
        self._deliver = False
        self.cuts = 0
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def cut(self, pattern: bytes, *, deliver: bool) -> None:
        """Cut the connection that next sends the pattern: after the server has got it, or before."""
        self._pattern, self._deliver = pattern, deliver

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
                for pump in (self._to_server, self._to_client):
                    threading.Thread(target=pump, args=(client, server), daemon=True).start()

    def _to_server(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                if self._pattern and self._pattern in data:
                    self._pattern = b""
                    self.cuts += 1
                    # The client hears nothing more, whatever the server still says.
                    client.shutdown(socket.SHUT_RDWR)
                    if self._deliver:
                        server.sendall(data)
                        server.shutdown(socket.SHUT_WR)
                        while server.recv(65536):
                            pass
                    break
                server.sendall(data)
        _close(client, server)

    def _to_client(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(65536):
                client.sendall(data)
        if not self._deliver:
            _close(client, server)


def _close(*sockets: socket.socket) -> None:
    for one in sockets:
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()
