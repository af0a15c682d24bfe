"""Dates that cannot be are noticed; those that can are left alone."""

from datetime import date

import pytest

from newsletter.publishing.dates_in_text import trouble_with_dates

SUNDAY = date(2026, 11, 29)


def troubles(text):
    return list(trouble_with_dates(text, SUNDAY))


@pytest.mark.parametrize(
    "text",
    [
        "Kom op zondag 6 december naar het strand.",
        "Vanaf 1 dec is de winkel open.",
        "Op 29 februari 2028 is het schrikkeldag.",
        "Zaterdag 1 mei 1999 trouwden zij.",
        "Neem 2 minuten, 3 keer per dag.",
        "Zondag 3 januari zien we je weer.",
    ],
)
def test_dates_that_can_be_are_left_alone(text):
    assert troubles(text) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Tot 31 november kun je meedoen.", "“31 november” bestaat niet."),
        (
            "Kom op zaterdag 6 december.",
            "“zaterdag 6 december” bestaat niet: die dag is een zondag.",
        ),
        (
            "Zien we je Maandag 30 feb. 2027?",
            "“Maandag 30 feb. 2027” bestaat niet.",
        ),
        (
            "Meld je aan voor vrijdag 27 november.",
            "“vrijdag 27 november” is al voorbij als lezers dit krijgen.",
        ),
    ],
)
def test_dates_that_cannot_be_are_named(text, told):
    assert troubles(text) == [told]


def test_a_date_without_a_year_is_the_one_nearest_to_the_issue():
    # 4 January 2027 is a Monday; that of 2026 was a Sunday.
    assert troubles("Op maandag 4 januari beginnen we.") == []
