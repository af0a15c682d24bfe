"""How long it still is, in words."""

from datetime import timedelta

import pytest

from newsletter.admin.countdown import countdown


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        (timedelta(days=2, hours=11, minutes=59), "nog 2 dagen en 11 uur"),
        (timedelta(days=1), "nog 1 dag"),
        (timedelta(days=1, minutes=30), "nog 1 dag"),
        (timedelta(hours=1, minutes=1), "nog 1 uur en 1 minuut"),
        (timedelta(minutes=4, seconds=9), "nog 4 minuten en 9 seconden"),
        (timedelta(seconds=1), "nog 1 seconde"),
        (timedelta(0), ""),
        (timedelta(days=-1), ""),
    ],
)
def test_the_two_largest_units_are_said(wait, words):
    assert countdown(wait) == words
