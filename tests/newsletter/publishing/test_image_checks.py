"""Pictures: words for who does not see them, and whether they are there at all."""

import pytest
from django.core.files.storage import default_storage

from newsletter.articles.picture_models import crop_url
from newsletter.issues.blocks import CardBlock, ExpertBlock, ImageBlock, OpeningBlock
from newsletter.publishing.findings import Severity
from newsletter.publishing.image_checks import (
    PICTURE_FILES,
    check_alt_texts,
)
from newsletter.publishing.readiness import preflight, stops
from tests.factories import PictureFactory
from tests.newsletter.publishing.issues import a_kept_picture, add_card
from tests.newsletter.publishing.lines import in_issue
from tests.newsletter.rendering.content import Expert, a_picture

STORY = "https://www.rockjouwmagazine.example/stilte"


def of_alt(alt, title="Stilte op zondag"):
    card = CardBlock(title=title, url=STORY, picture=a_picture(alt=alt))
    return list(check_alt_texts(in_issue(card)[1], is_typed=True))


@pytest.mark.parametrize(
    ("alt", "severity"),
    [
        ("", Severity.STOP),
        ("TK beschrijving", Severity.STOP),
        ("IMG_20261128", Severity.WARN),
        ("dsc 0042", Severity.WARN),
        ("handen-in-deeg.jpg", Severity.WARN),
        ("stock-1234567890", Severity.WARN),
        ("Foto van twee handen", Severity.HINT),
        ("Een afbeelding van de zee", Severity.HINT),
        ("stilte op zondag", Severity.HINT),
    ],
)
def test_words_that_tell_nothing_of_a_picture_are_told(alt, severity):
    [finding] = of_alt(alt)

    assert (finding.severity, finding.field) == (severity, "id_alt")


@pytest.mark.parametrize(
    "alt",
    [
        "Een lege stoel bij een raam",
        "Portret van Els",
        "Fotograaf Noor bij het water",
        "Het jaar 1968 op een muur",
        "Stilte",
    ],
)
def test_words_that_tell_are_left_alone(alt):
    assert of_alt(alt) == []


def test_a_picture_that_only_decorates_is_a_warning_not_a_stop(db):
    block = ImageBlock(picture=PictureFactory.create(alt=""))

    [finding] = check_alt_texts(in_issue(block)[1], is_typed=True)

    assert finding.severity == Severity.WARN


def test_a_portrait_beside_its_name_needs_no_words():
    blocks = [
        OpeningBlock(signed_by="Els", portrait=a_picture(alt="")),
        ExpertBlock(expert=Expert(pk=5, name="Hidde", portrait=a_picture(alt=""))),
    ]

    assert list(check_alt_texts(in_issue(*blocks)[1], is_typed=True)) == []


def test_a_picture_that_is_gone_from_the_server_stops(issue, now):
    picture = a_kept_picture("Een stoel")
    add_card(issue, picture=picture)
    assert stops(preflight(issue, now=now)) == []

    default_storage.delete(crop_url(picture, "hero").removeprefix("/media/"))

    [stop] = stops(preflight(issue, now=now))
    assert stop.code == PICTURE_FILES.code
