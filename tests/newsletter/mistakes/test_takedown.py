"""Taking an article down: evidence first, then everything goes that we can reach."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.forms import modelform_factory
from django.urls import reverse
from PIL import Image

from newsletter.admin.article_form import ArticleForm
from newsletter.articles.models import Article, ArticleState, Picture
from newsletter.articles.pictures import safe_picture
from newsletter.audit.models import AuditEntry
from newsletter.delivery.models import Dispatch, DispatchState
from newsletter.mistakes.takedown import (
    CannotPutBack,
    CannotTakeDown,
    issues_with,
    put_back,
    take_down,
)
from newsletter.mistakes.takedown_models import Takedown
from tests.factories import IssueFactory
from tests.newsletter.admin.colleagues import log_in
from tests.newsletter.mistakes.left import issue_that_left

RED = (200, 30, 30)


@pytest.fixture
def picture(db, settings, tmp_path):
    """A small red one with its crops on disk."""
    settings.MEDIA_ROOT = tmp_path / "media"
    out = io.BytesIO()
    Image.new("RGB", (60, 40), RED).save(out, "JPEG")
    image = safe_picture(ContentFile(out.getvalue()))
    return Picture.objects.create(image=image, licence="own", portrait_consent="given")


def down(article, els, now, dispatches=(), **more):
    columns = {"reason": "Op verzoek.", "with_picture": False, **more}
    return take_down(article, dispatches=dispatches, by=els, now=now, **columns)


def colour_of(path):
    with Image.open(path) as image:
        return image.getpixel((0, 0)), image.size


def test_the_article_is_gone_and_says_so(client, mailing_list, article, els, now):
    down(article, els, now)

    assert client.get(f"/artikelen/{article.slug}/").status_code == 410
    assert AuditEntry.objects.filter(act="taken down").exists()


def test_issues_that_left_lose_their_page_and_scheduled_ones_do_not_leave(
    article, els, now
):
    left = issue_that_left(now, article)
    waits = issue_that_left(
        now, article, issue=IssueFactory.create(publication_date=None)
    )
    Dispatch.objects.filter(pk=waits.pk).update(
        state=DispatchState.SCHEDULED, started_at=None
    )
    assert list(issues_with(article)) == [left, waits]

    down(article, els, now, dispatches=[left.pk, waits.pk])

    left.refresh_from_db()
    waits.refresh_from_db()
    assert left.withdrawn_at == now
    assert waits.state == DispatchState.CANCELLED
    assert not issues_with(article).exists()


def test_what_waits_with_only_a_correction_of_it_goes_too(article, now):
    told = [f"http://localhost:8000/artikelen/{article.slug}/#rechtzetting-9"]
    waits = issue_that_left(now, told=told)
    assert not issues_with(article).exists()
    Dispatch.objects.update(state=DispatchState.SCHEDULED, started_at=None)
    assert list(issues_with(article)) == [waits]


def test_what_is_on_its_way_with_only_a_correction_of_it_is_stopped(article, els, now):
    told = [f"http://localhost:8000/artikelen/{article.slug}/#rechtzetting-9"]
    leaving = issue_that_left(now, told=told)
    Dispatch.objects.update(state=DispatchState.SENDING)

    down(article, els, now, dispatches=[leaving.pk])

    leaving.refresh_from_db()
    assert leaving.state == DispatchState.CANCELLED
    assert leaving.withdrawn_at == now


def test_an_issue_that_was_not_chosen_stays(article, els, now):
    left = issue_that_left(now, article)

    down(article, els, now)

    assert Dispatch.objects.get(pk=left.pk).withdrawn_at is None


def test_the_evidence_holds_what_was_there_and_no_reader(article, els, now, picture):
    Article.objects.filter(pk=article.pk).update(picture=picture)
    article.refresh_from_db()
    left = issue_that_left(now, article)

    takedown = down(article, els, now, dispatches=[left.pk], with_picture=True)

    archive = zipfile.ZipFile(io.BytesIO(takedown.evidence))
    names = archive.namelist()
    [original] = [name for name in names if name.startswith("picture/")]
    assert colour_of(io.BytesIO(archive.read(original)))[0][0] > 150
    assert json.loads(archive.read("article.json"))["body"] == article.body
    assert json.loads(archive.read("picture.json"))["licence"] == "own"
    assert f"issue-{left.issue.number}-{left.rendition_id}/mail.html" in names
    assert len(archive.read("sha256.txt").splitlines()) == len(names) - 1


def test_a_calm_picture_of_the_same_size_stands_in_its_place(
    article, els, now, picture, settings
):
    Article.objects.filter(pk=article.pk).update(picture=picture)
    article.refresh_from_db()
    files = [path for path in settings.MEDIA_ROOT.rglob("*.jp*g") if path.is_file()]
    sizes = [colour_of(path)[1] for path in files]

    takedown = down(article, els, now, with_picture=True)

    assert len(files) > 1
    assert [colour_of(path)[1] for path in files] == sizes
    assert all(colour_of(path)[0][1] > 200 for path in files)
    assert takedown.picture_calmed_at == now
    picture.refresh_from_db()
    assert not picture.for_newsletter


def test_it_is_taken_down_once_and_never_without_a_reason(article, els, now):
    with pytest.raises(CannotTakeDown):
        down(article, els, now, reason=" ")
    down(article, els, now)

    with pytest.raises(CannotTakeDown):
        down(article, els, now)
    assert Takedown.objects.count() == 1


def test_an_issue_that_begins_in_that_moment_is_no_reason_to_do_half(article, els, now):
    waits = issue_that_left(now, article)
    Dispatch.objects.filter(pk=waits.pk).update(started_at=None)

    with pytest.raises(CannotTakeDown, match="nog een keer"):
        down(article, els, now, dispatches=[waits.pk])

    article.refresh_from_db()
    assert article.state == ArticleState.PUBLISHED
    assert not Takedown.objects.exists()


def test_a_file_that_nobody_can_read_is_replaced_like_the_others(
    article, els, now, picture
):
    Article.objects.filter(pk=article.pk).update(picture=picture)
    article.refresh_from_db()
    Path(picture.image.path).write_bytes(b"no picture")

    down(article, els, now, with_picture=True)

    assert colour_of(picture.image.path)[1] == (1200, 800)


def test_where_a_file_cannot_be_written_all_are_as_they_were(
    article, els, now, picture, monkeypatch
):
    Article.objects.filter(pk=article.pk).update(picture=picture)
    article.refresh_from_db()
    was = Path(picture.image.path).read_bytes()

    def full(*paths):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("newsletter.articles.calm_pictures.os.chmod", full)
    takedown = down(article, els, now, with_picture=True)

    assert article.state == ArticleState.WITHDRAWN
    assert takedown.picture_calmed_at is None
    assert Path(picture.image.path).read_bytes() == was
    assert not list(Path(picture.image.path).parent.glob(".calm-*"))


def test_a_file_that_may_not_be_read_stops_it_before_anything_is_done(
    article, els, now, picture, monkeypatch
):
    def refused(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("newsletter.mistakes.takedown.evidence_of", refused)
    with pytest.raises(CannotTakeDown, match="niets gedaan"):
        down(article, els, now, with_picture=True)
    assert Article.objects.get().state == ArticleState.PUBLISHED


def test_it_comes_back_with_a_reason_on_record(article, els, now):
    down(article, els, now)
    with pytest.raises(CannotPutBack):
        put_back(article, " ", by=els, now=now)

    put_back(article, "Toch van ons.", by=els, now=now)

    assert article.state == ArticleState.PUBLISHED
    assert AuditEntry.objects.get(act="put back").details["reason"] == "Toch van ons."
    with pytest.raises(CannotPutBack):
        put_back(article, "Nog eens.", by=els, now=now)


def test_a_draft_comes_back_as_a_draft(article, els, now):
    Article.objects.update(state=ArticleState.DRAFT)
    down(article, els, now)

    put_back(article, "Toch van ons.", by=els, now=now)

    assert article.state == ArticleState.DRAFT


# --- At the desk ---


def page(article, name="takedown", *more):
    return reverse(f"admin:newsletter_article_{name}", args=[article.pk, *more])


def test_a_publisher_takes_it_down_and_takes_the_evidence_along(client, article, now):
    log_in(client, "Uitgever", "uit")
    left = issue_that_left(now, article)
    html = client.get(page(article)).content.decode()
    assert f'value="{left.pk}" checked' in html

    client.post(page(article), {"reason": "Op verzoek.", "dispatches": [left.pk]})

    article.refresh_from_db()
    assert article.state == ArticleState.WITHDRAWN
    answer = client.post(page(article, "evidence", Takedown.objects.get().pk))
    assert answer["Content-Type"] == "application/zip"
    assert zipfile.is_zipfile(io.BytesIO(answer.content))


@pytest.mark.parametrize("dispatches", [["999"], ["x"]])
def test_what_is_not_offered_is_refused_and_the_reason_kept(
    client, article, dispatches
):
    log_in(client, "Uitgever", "uit")

    answer = client.post(page(article), {"reason": "Omdat", "dispatches": dispatches})

    article.refresh_from_db()
    assert answer.status_code == 400
    assert "Omdat</textarea>" in answer.content.decode()
    assert article.state == ArticleState.PUBLISHED


def test_an_editor_does_not_take_articles_down(client, article):
    log_in(client, "Redactie")
    assert client.get(page(article)).status_code == 403


def test_only_a_publisher_shows_it_again(client, article, els, now):
    down(article, els, now)
    log_in(client, "Redactie")
    answer = client.post(page(article, "put_back"), {"why_back": "Toch"})
    assert answer.status_code == 403

    log_in(client, "Uitgever", "uit")
    answer = client.post(page(article, "put_back"), {"why_back": ""})
    assert answer.status_code == 400
    client.post(page(article, "put_back"), {"why_back": "Toch van ons."})

    article.refresh_from_db()
    assert article.state == ArticleState.PUBLISHED
    assert "Toch van ons." in client.get(page(article)).content.decode()


@pytest.mark.parametrize("state", ["published", "draft"])
def test_the_form_of_an_article_does_not_bring_it_back(article, els, now, state):
    down(article, els, now)
    made = modelform_factory(Article, form=ArticleForm, fields=["state"])
    form = made({"state": state}, instance=article)
    assert "Alleen een uitgever" in form.errors["state"][0]


def test_what_an_editor_withdrew_an_editor_brings_back(article):
    article.state = ArticleState.WITHDRAWN
    article.save()
    made = modelform_factory(Article, form=ArticleForm, fields=["state"])
    assert made({"state": "published"}, instance=article).is_valid()


def test_a_publisher_hears_that_the_picture_is_still_seen(
    client, article, picture, monkeypatch
):
    Article.objects.filter(pk=article.pk).update(picture=picture)
    log_in(client, "Uitgever", "uit")

    def full(*paths):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("newsletter.articles.calm_pictures.os.chmod", full)
    asked = {"reason": "Op verzoek.", "with_picture": "on"}
    html = client.post(page(article), asked, follow=True).content.decode()
    assert "is nog te zien" in html
    assert "Foto alsnog vervangen" in html

    pk = Takedown.objects.get().pk
    again = client.post(page(article, "calm_picture", pk), follow=True)
    assert "No space left on device" in again.content.decode()
