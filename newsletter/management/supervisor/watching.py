"""What a running process id does not tell: does the web answer, does the clock tick."""

import http.client
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from newsletter.management.supervisor.processes import Supervisor
from newsletter.management.supervisor.programs import BEAT, CLOCK, WORKER

# A stalled worker keeps its process and its connection; only its work stops.
STALLED_AFTER = timedelta(seconds=90)


def web_answers(
    port: int, site_url: str, *, host: str = "127.0.0.1", page: str = "/healthz"
) -> bool:
    """Tell whether the web serves its health page."""
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        # Asked for by the name it knows; any other is refused.
        connection.request("GET", page, headers={"Host": urlsplit(site_url).netloc})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def restart_the_stalled(
    supervisor: Supervisor,
    *,
    started: datetime,
    last_sweep: datetime | None,
    waiting_since: datetime | None,
    now: datetime,
) -> bool:
    """Restart beat and its worker when nothing has been swept for too long.

    And the worker that hands over, when groups that were given to it stay lying.

    Args:
        started: when they were last started by this function or at all.
        waiting_since: since when nothing is handed over that should be.

    Returns:
        Whether any was restarted.
    """
    stalled: list[str] = []
    if now - max(started, last_sweep or started) >= STALLED_AFTER:
        stalled += (CLOCK, BEAT)
    if waiting_since and now - max(started, waiting_since) >= STALLED_AFTER:
        stalled.append(WORKER)
    for name in stalled:
        supervisor.restart(name)
    return bool(stalled)
