"""No picture leaves without its rights; each finding leads to the very field."""

from datetime import date, timedelta

import pytest
from django.core.files.storage import default_storage

from newsletter.articles.models import Expert, Picture
from newsletter.articles.picture_models import crop_url
from newsletter.issues.blocks import (
    AdvertorialBlock,
    ExpertBlock,
    ImageBlock,
    MustReadBlock,
    OpeningBlock,
    blocks_of,
)
from newsletter.publishing.approval import CannotApprove, approve
from newsletter.publishing.picture_checks import check_picture_files
from newsletter.publishing.readiness import Severity, preflight
from newsletter.publishing.scheduling import CannotSchedule, schedule, why_not
from tests.factories import ArticleFactory, PictureFactory
from tests.newsletter.publishing.issues import a_kept_picture, add_card, change

SUNDAY = date(2026, 11, 29)


@pytest.fixture
def show(issue):
    """Put a picture with these facts into the issue."""

    def shown(**facts) -> Picture:
        picture = PictureFactory.create(**facts)
        add_card(issue, picture=picture)
        return picture

    return shown


@pytest.fixture(autouse=True)
def files(monkeypatch):
    """The factory's pictures are on no disk; that is told by another check."""
    monkeypatch.setattr(
        "newsletter.publishing.readiness.check_picture_files", lambda blocks: []
    )


def only(issue, now):
    [finding] = preflight(issue, now=now)
    return finding


def test_a_picture_with_all_its_rights_is_fine(issue, now, show):
    show()

    assert preflight(issue, now=now) == []


@pytest.mark.parametrize(
    ("facts", "field", "words"),
    [
        ({"licence": ""}, "id_licence", "nog geen rechten"),
        ({"for_newsletter": False}, "id_for_newsletter", "niet in de nieuwsbrief"),
        ({"for_website": False}, "id_for_website", "niet op de website"),
        ({"portrait_consent": ""}, "id_portrait_consent", "herkenbare mensen"),
        ({"portrait_consent": "pending"}, "id_portrait_consent", "Vraag het"),
        (
            {"expires_on": SUNDAY - timedelta(days=1)},
            "id_expires_on",
            "28 november 2026",
        ),
    ],
)
def test_what_we_may_not_show_stops_the_issue_at_its_field(
    issue, now, show, facts, field, words
):
    picture = show(**facts)

    finding = only(issue, now)

    assert (finding.severity, finding.about) == (Severity.STOP, picture)
    assert finding.field == field
    assert words in finding.message
    assert finding.message.startswith("Blok 3")


@pytest.mark.parametrize("days", [0, 30])
def test_a_licence_that_soon_ends_is_a_warning_from_its_last_day_on(
    issue, now, show, days
):
    show(expires_on=SUNDAY + timedelta(days=days))

    assert only(issue, now).severity == Severity.WARN


def test_a_licence_that_ends_later_is_fine(issue, now, show):
    show(expires_on=SUNDAY + timedelta(days=31))

    assert preflight(issue, now=now) == []


@pytest.mark.parametrize(
    ("kind", "words"), [("by-nc", "niet commercieel"), ("by-nd", "bijsnijden")]
)
def test_what_a_creative_commons_licence_asks_is_a_warning(
    issue, now, show, kind, words
):
    show(licence="cc", creative_commons=kind)

    finding = only(issue, now)

    assert finding.severity == Severity.WARN
    assert words in finding.message


def test_a_picture_from_before_rights_were_kept_warns_once_and_stops_nothing(
    issue, now, show
):
    show(licence="earlier", portrait_consent="")

    assert only(issue, now).severity == Severity.WARN


def test_a_picture_that_is_shown_twice_is_told_once(issue, now, show):
    picture = show(licence="")
    ImageBlock.objects.create(parent=issue, ordering=90, picture=picture)

    assert only(issue, now).about == picture


def test_every_place_in_which_a_picture_stands_is_looked_at(issue, now):
    def picture():
        return PictureFactory.create(licence="")

    OpeningBlock.objects.update(portrait=picture())
    add_card(issue, ArticleFactory.create(picture=picture()))
    ImageBlock.objects.create(parent=issue, ordering=91, picture=picture())
    expert = Expert.objects.create(name="Hidde Zomer", portrait=picture())
    ExpertBlock.objects.create(parent=issue, ordering=92, expert=expert)
    AdvertorialBlock.objects.create(
        parent=issue, ordering=93, title="Thee", body="<p>x</p>", picture=picture()
    )
    MustReadBlock.objects.create(
        parent=issue, ordering=94, article=ArticleFactory.create(picture=picture())
    )

    found = [one for one in preflight(issue, now=now) if one.code == "picture rights"]

    assert {one.about for one in found} == set(Picture.objects.all())


def test_the_picture_of_an_article_elsewhere_is_not_ours_once_it_is_replaced(
    issue, now
):
    elsewhere = ArticleFactory.create(
        picture=PictureFactory.create(licence=""), source_url="https://example.nl/stuk"
    )
    add_card(issue, elsewhere, picture=PictureFactory.create())

    found = [one for one in preflight(issue, now=now) if one.code == "picture rights"]
    assert found == []


def test_an_issue_with_a_picture_without_rights_is_not_approved(issue, els, now, show):
    show(licence="")

    with pytest.raises(CannotApprove, match="nog geen rechten"):
        approve(issue, by=els, now=now)


def test_a_licence_that_ends_before_a_later_moment_stops_the_scheduling(
    issue, els, now, show
):
    show(expires_on=SUNDAY)
    approve(issue, by=els, now=now)
    a_week_later = issue.publication_date + timedelta(weeks=1)
    moment = now.replace(tzinfo=None, day=6, month=12, hour=8)
    assert moment.date() == a_week_later

    assert why_not(issue, now=now, due_local=moment)
    with pytest.raises(CannotSchedule, match="29 november 2026"):
        schedule(issue, by=els, now=now, due_local=moment)
    assert schedule(issue, by=els, now=now)


def test_an_issue_without_a_day_is_judged_by_today(issue, now, show):
    show(expires_on=now.date() - timedelta(days=1))
    change(issue, publication_date=None)

    assert any(one.severity == Severity.STOP for one in preflight(issue, now=now))


@pytest.mark.parametrize(
    ("extent", "size", "is_told"),
    [
        ("teaser", (551, 400), True),
        ("teaser", (552, 368), False),
        ("compact", (120, 80), False),
        ("compact", (119, 80), True),
    ],
)
def test_a_picture_that_is_too_small_for_its_place_is_a_warning(
    issue, now, extent, size, is_told
):
    width, height = size
    add_card(
        issue, picture=PictureFactory.create(width=width, height=height), extent=extent
    )

    told = [one.message for one in preflight(issue, now=now)]

    assert len(told) == is_told
    assert all(f"{width} × {height}" in one for one in told)


def test_a_picture_that_is_heavy_for_a_mail_is_a_warning(
    issue, now, show, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    picture = show()
    crop = tmp_path / crop_url(picture, "hero").removeprefix("/media/")
    crop.parent.mkdir(parents=True)
    crop.write_bytes(bytes(400_001))

    finding = only(issue, now)

    assert "400 kB" in finding.message
    assert (finding.severity, finding.field) == (Severity.WARN, "id_image")


def test_a_picture_that_is_gone_from_the_server_stops(issue):
    picture = a_kept_picture("Een stoel")
    add_card(issue, picture=picture)
    assert list(check_picture_files(blocks_of(issue))) == []

    default_storage.delete(crop_url(picture, "hero").removeprefix("/media/"))

    [stop] = check_picture_files(blocks_of(issue))
    assert stop.severity == Severity.STOP
