"""Log lines that name nobody: no address, no token of a reader's link.

Only a formatter sees the whole line, traceback included; a filter does not.
"""

import logging
import re

# Both ends bounded: a line of a million letters stays linear work.
_ADDRESS = re.compile(r"[^\s<>\"'(),:;=@\[\]{}]{1,64}@[A-Za-z0-9.-]{1,255}")
_TOKEN = re.compile(
    r"(/(?:bevestigen|voorkeuren|afmelden|mijn-gegevens|verhuizen|blijven)/)[^\s/?\"']+"
)


def without_readers(line: str) -> str:
    """Return the line without addresses and without the tokens of readers' links."""
    return _TOKEN.sub(r"\1…", _ADDRESS.sub("…@…", line))


class DiscreetFormatter(logging.Formatter):
    """Formats as usual and leaves out who it was about."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the whole line, traceback included, without readers."""
        return without_readers(super().format(record))
