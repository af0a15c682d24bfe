"""The same mail and the same server, through other Django ways of sending it.

They are installed in a folder of their own and are no part of the product.
"""

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".venv" / "peers"
WANTED = (
    "Django==5.2.19",
    "django-newsletter==1.2.1",
    "django-post_office==3.12.0",
    "sorl-thumbnail==13.4.0",
)
NAMES = ("plain Django, one connection", "django-post_office", "django-newsletter")


def rate_of(name: str, count: int, port: int, message: str) -> float:
    """Return messages a second of one peer.

    Args:
        count: how many messages it sends.
        port: of the mail server on loopback.
        message: the path of the mail's parts, without their endings.
    """
    ended = subprocess.run(  # noqa: S603 (our own script)
        [str(_python()), "-W", "ignore", str(Path(__file__).with_name("peer.py")), name]
        + [str(count), str(port), message],
        stdout=subprocess.PIPE,
        # They tell at length what they do.
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    )
    return float(ended.stdout.splitlines()[-1])


def _python() -> Path:
    python = FOLDER / "bin" / "python"
    ready = FOLDER / "ready"
    if not ready.exists():
        print("installing the peers to measure beside us …", file=sys.stderr)
        venv.create(FOLDER, with_pip=True, clear=True)
        command = [str(python), "-m", "pip", "install", "--quiet", *WANTED]
        subprocess.run(command, stdout=sys.stderr, check=True)  # noqa: S603 (pinned)
        ready.touch()
    return python
