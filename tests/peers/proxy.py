"""A TCP proxy on loopback that treats connections badly: cuts them, stalls them, chops them, changes words in them."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable


class ToxicProxy:
    """Stands before the port `upstream`. Use as an async context manager; `port` is where to connect.

    `chunk` is the largest piece passed on from the server at once; `cut_after` cuts each connection once it brought so many
    bytes from the server; `refuse` cuts new connections at once; `rewrite` changes what the server says, `watch` sees what
    the client says. `stall` stops passing anything, without closing.
    """

    def __init__(self, upstream: int) -> None:
        self.upstream = upstream
        self.port = 0
        self.chunk = 65536
        self.cut_after: int | None = None
        self.refuse = False
        self.rewrite: Callable[[bytes], bytes] = bytes
        self.watch: Callable[[bytes], None] = lambda _: None
        self.connections = 0
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> ToxicProxy:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.flow()
        self.cut()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=10)

    def stall(self) -> None:
        """Pass nothing on from now: a black hole."""
        self._flowing.clear()

    def flow(self) -> None:
        """Pass everything on again."""
        self._flowing.set()

    def cut(self) -> None:
        """Reset every connection (RST), in both directions."""
        for writer in list(self._writers):
            _reset(writer)
        self._writers.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self.connections += 1
        if self.refuse:
            _reset(writer)
            return
        with contextlib.suppress(OSError):
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.upstream)
            self._writers |= {writer, up_writer}
            down = asyncio.create_task(self._pass_down(up_reader, writer))
            up = asyncio.create_task(self._pass_up(reader, up_writer))
            try:
                await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in (up, down):
                    way.cancel()
                await asyncio.gather(up, down, return_exceptions=True)
                self._writers -= {writer, up_writer}
                up_writer.transport.abort()
                writer.close()

    async def _pass_up(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            self.watch(data)
            await self._flowing.wait()
            writer.write(data)
            await writer.drain()

    async def _pass_down(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        passed = 0
        while data := self.rewrite(await reader.read(65536)):
            await self._flowing.wait()
            for start in range(0, len(data), self.chunk):
                piece = data[start : start + self.chunk]
                if self.cut_after is not None and passed + len(piece) > self.cut_after:
                    writer.write(piece[: self.cut_after - passed])
                    await writer.drain()
                    _reset(writer)
                    return
                passed += len(piece)
                writer.write(piece)
                await writer.drain()
                if self.chunk < len(data):
                    await asyncio.sleep(0)
                await self._flowing.wait()


def _reset(writer: asyncio.StreamWriter) -> None:
    connection = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
