"""Log lines that name nobody."""

import logging
import sys
import time

import pytest

from newsletter.discretion import DiscreetFormatter, without_readers


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("to sanne@example.nl: refused", "to …@…: refused"),
        ("<sanne+x@example.nl>", "<…@…>"),
        ("{'o''brien@xn--bcher-kva.de': (550, b'no')}", "{'o''…@…': (550, b'no')}"),
        ("Not Found: /afmelden/AbC-12_x/", "Not Found: /afmelden/…/"),
        ("/voorkeuren/12.k3j9?gedaan=naam", "/voorkeuren/…?gedaan=naam"),
        ("/aanmelden/bevestigen/WzEs~1xV~7Q/", "/aanmelden/bevestigen/…/"),
        ("Not Found: /edities/42/", "Not Found: /edities/42/"),
        ("3 @ 4 o'clock", "3 @ 4 o'clock"),
    ],
)
def test_addresses_and_tokens_are_left_out(line, said):
    assert without_readers(line) == said


def test_a_traceback_names_nobody_either():
    try:
        raise ValueError("no mailbox canary@example.nl")
    except ValueError:
        record = logging.LogRecord(
            "x", logging.ERROR, "x.py", 1, "to %s", ("bob@x.nl",), sys.exc_info()
        )
    said = DiscreetFormatter("%(message)s").format(record)
    assert "ValueError: no mailbox …@…" in said
    assert "bob" not in said


def test_a_very_long_line_is_quick_work():
    started = time.process_time()
    without_readers("a" * 1_000_000)
    assert time.process_time() - started < 2
