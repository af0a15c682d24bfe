"""How a web process serves: gunicorn's threads, which stay where more is coming."""

import select

from gunicorn.workers.gthread import TConn, ThreadWorker

# A provider's next call comes sooner than this over a connection that stays open; a
# page may wait as long for a thread, once, when all of them stay with somebody.
_PATIENCE_MS = 10


class StayingWorker(ThreadWorker):  # type: ignore[misc]  # untyped
    """Lets a thread go on with its connection while nobody else waits for a thread.

    gunicorn hands each request to a thread anew: past a queue, a pipe and a list of
    connections to watch. For a provider that tells one event a request that took a
    quarter of all processor time.
    """

    def handle(self, conn: TConn) -> object:
        """Answer what comes over a connection; return what becomes of it, as gunicorn.

        True leaves it open, to be watched with the others.
        """
        becomes: object = super().handle(conn)
        while becomes is True and self._has_time() and _says_more(conn):
            becomes = super().handle(conn)
        return becomes

    def _has_time(self) -> bool:
        return bool(self.alive and self.tpool._work_queue.empty())


def _says_more(conn: TConn) -> bool:
    poll = select.poll()
    poll.register(conn.sock, select.POLLIN)
    return bool(poll.poll(_PATIENCE_MS))
