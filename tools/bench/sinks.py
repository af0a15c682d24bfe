"""A provider and a mail server on loopback that take everything at once."""

import asyncio
import multiprocessing as mp
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from multiprocessing.queues import Queue
from typing import Any, Protocol

QUEUED = b'{"id": "<1@sink.example>", "message": "Queued. Thank you."}'
ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(QUEUED), QUEUED)
)
LARGEST = 2**26
LATENCY = 0.02

Handler = Callable[
    [asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]
]


class Writer(Protocol):
    """What is written to."""

    def write(self, words: bytes) -> None:
        """Send words, some time."""

    async def drain(self) -> None:
        """Wait until there is room."""

    def close(self) -> None:
        """Hang up."""


@contextmanager
def sink(handler: Handler) -> Iterator[int]:
    """Run a server in a process of its own; yield its port."""
    ports: Queue[int] = mp.Queue()
    process = mp.Process(target=_serve, args=(handler, ports), daemon=True)
    process.start()
    try:
        yield ports.get(timeout=20)
    finally:
        process.terminate()
        process.join(10)


def _serve(handler: Handler, ports: "Queue[int]") -> None:
    async def run() -> None:
        server = await asyncio.start_server(handler, "127.0.0.1", 0, limit=LARGEST)
        ports.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


async def take_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read requests of a known length and say yes to each."""
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(length))
            writer.write(ANSWER)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def take_resend(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Read a list of mails and give each an id."""
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
            body = await reader.readexactly(int(length))
            ids = b",".join([b'{"id":"1"}'] * body.count(b"X-Metadata"))
            answer = b'{"data":[%s]}' % ids
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n%s" % (len(answer), answer)
            )
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def take_smtp_late(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Speak SMTP from 20 ms away: every answer is on its way for so long."""
    await take_smtp(reader, _Late(writer))


class _Late:
    """Writes what it is given later, and lets the reading go on meanwhile."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.writer = writer

    def write(self, words: bytes) -> None:
        asyncio.get_running_loop().call_later(LATENCY, self._write, words)

    def _write(self, words: bytes) -> None:
        if not self.writer.is_closing():
            self.writer.write(words)

    async def drain(self) -> None:
        """Nothing to wait for."""

    def close(self) -> None:
        asyncio.get_running_loop().call_later(LATENCY, self.writer.close)


async def take_smtp(reader: asyncio.StreamReader, writer: "Writer") -> None:
    """Speak as much SMTP as a client needs (RFC 5321), and keep nothing."""
    try:
        await _say(writer, b"220 sink.example ESMTP\r\n")
        while line := (await reader.readuntil(b"\r\n")).upper():
            if line.startswith(b"EHLO"):
                await _say(
                    writer, b"250-sink.example\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
                )
            elif line.startswith(b"DATA"):
                await _say(writer, b"354 go on\r\n")
                await reader.readuntil(b"\r\n.\r\n")
                await _say(writer, b"250 taken\r\n")
            elif line.startswith(b"QUIT"):
                await _say(writer, b"221 bye\r\n")
                return
            else:
                await _say(writer, b"250 fine\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def _say(writer: "Writer", words: bytes) -> None:
    writer.write(words)
    await writer.drain()
