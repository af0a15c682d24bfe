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
        "Zo 29 nov, do. 3 december en vr 4 dec.",
        "Tot 20 december brandt er een kaars.",
        "Op 20 november begon het te vriezen.",
        "Zonder 29 november was er geen winter.",
        "Elke zondag 3 maaltijden, en zaterdag 12 meisjes.",
        "De donderdagse 3 december.",
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
        ("Kom op za 6 dec.", "“za 6 dec” bestaat niet: die dag is een zondag."),
        (
            "Meld je aan tot en met 20 november.",
            "“20 november” is al voorbij als lezers dit krijgen.",
        ),
        (
            "Kom op zondg 29 november.",
            "“zondg 29 november” is verkeerd gespeld: bedoel je “zondag”?",
        ),
        (
            "Kom op zondag 6 decmber.",
            "“zondag 6 decmber” is verkeerd gespeld: bedoel je “december”?",
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
