"""Words of pictures, for who does not see them."""

import pytest

from newsletter.issues.blocks import CardBlock, ExpertBlock, ImageBlock, OpeningBlock
from newsletter.publishing.alt_checks import check_alt_texts
from newsletter.publishing.findings import Severity
from tests.factories import PictureFactory
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
