"""What a running process id does not tell: does the web answer, does the clock tick."""

import http.client
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from newsletter.management.supervisor.processes import Supervisor
from newsletter.management.supervisor.programs import BEAT, CLOCK

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
    now: datetime,
) -> bool:
    """Restart beat and its worker when nothing has been swept for too long.

    Args:
        started: when they were last started by this function or at all.

    Returns:
        Whether they were restarted.
    """
    if now - max(started, last_sweep or started) < STALLED_AFTER:
        return False
    for name in (CLOCK, BEAT):
        supervisor.restart(name)
    return True
