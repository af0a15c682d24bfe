"""Articles, pictures and page texts, as an editor works with them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from newsletter.articles.arrivals import Arrival
from newsletter.articles.models import Article
from newsletter.rendering.freezing import freeze
from tests.factories import ArticleFactory
from tests.newsletter.admin.colleagues import log_in
from tests.newsletter.articles.test_importing import PAGE, take_in
from tests.newsletter.publishing.issues import add_card, issue_in_order

ADD = "admin:newsletter_article_add"
NO_MUST_READS = {"must_reads-TOTAL_FORMS": "0", "must_reads-INITIAL_FORMS": "0"}


@pytest.fixture(autouse=True)
def roos(client, db):
    return log_in(client, "Redactie", "roos")


def filled(**fields):
    return {
        "title": "Slapen met de gordijnen open",
        "slug": "slapen-met-de-gordijnen-open",
        "state": "published",
        "lead": "Licht wekt zachter dan een wekker.",
        "body": "<p>Zet het raam op een kier.</p>",
        **NO_MUST_READS,
        **fields,
    }


def a_file(content, name, kind):
    return SimpleUploadedFile(name, content, kind)


def test_an_editor_writes_an_article(client):
    answer = client.post(reverse(ADD), filled())

    assert answer.status_code == 302
    assert Article.objects.get().body == "<p>Zet het raam op een kier.</p>"


def test_the_name_in_links_is_made_from_the_title_while_typing(client):
    html = client.get(reverse(ADD)).content.decode()

    assert "prepopulated-fields-constants" in html
    assert "#id_slug" in html


def test_the_editor_of_the_text_gets_the_nonce_of_the_page(client):
    answer = client.get(reverse(ADD))

    nonce = answer.headers["Content-Security-Policy"].split("'nonce-")[1].split("'")[0]
    assert f'nonce="{nonce}"' in answer.content.decode()


def test_the_name_in_links_freezes_once_readers_were_sent_to_it(client, mailing_list):
    article = ArticleFactory.create()
    address = reverse("admin:newsletter_article_change", args=[article.pk])
    assert 'name="slug"' in client.get(address).content.decode()

    issue = issue_in_order(mailing_list)
    add_card(issue, article)
    freeze(issue, by=None, now=timezone.now())

    assert 'name="slug"' not in client.get(address).content.decode()


@pytest.fixture
def opened(client):
    """An article whose page is open, with what that page sends along."""
    article = ArticleFactory.create(title="Brood", slug="brood", body="<p>Een uur.</p>")
    html = client.get(address_of(article)).content.decode()
    shown = html.split('name="shown" value="')[1].split('"')[0]
    fields = {"slug": "brood", "title": "Brood", "lead": article.lead}
    return article, filled(**fields, body="<p>Een uur.</p>", shown=shown)


def address_of(article):
    return reverse("admin:newsletter_article_change", args=[article.pk])


def test_a_page_that_was_open_undoes_no_correction_and_no_takedown(client, opened):
    article, form = opened
    meanwhile = {"body": "<p>Een nacht.</p>", "state": "withdrawn"}
    Article.objects.filter(pk=article.pk).update(**meanwhile)

    client.post(address_of(article), form | {"title": "Brood dat slaapt"})

    article.refresh_from_db()
    assert article.title == "Brood dat slaapt"
    assert (article.body, article.state) == tuple(meanwhile.values())


def test_what_two_changed_is_asked_once_and_then_kept_as_its_editor_wants(
    client, opened
):
    article, form = opened
    Article.objects.filter(pk=article.pk).update(body="<p>Een nacht.</p>")
    form["body"] = "<p>Twee uur.</p>"

    html = client.post(address_of(article), form).content.decode()
    assert "Twee uur." in html
    article.refresh_from_db()
    assert article.body == "<p>Een nacht.</p>"

    form["shown"] = html.split('name="shown" value="')[1].split('"')[0]
    client.post(address_of(article), form)
    article.refresh_from_db()
    assert article.body == "<p>Twee uur.</p>"


def test_pages_are_taken_in_several_at_once_and_the_bad_one_says_why(client):
    files = [
        a_file(PAGE.encode(), "stilte.txt", "text/plain"),
        a_file(b"", "leeg.txt", "text/plain"),
    ]

    answer = client.post(reverse("admin:newsletter_article_take_in"), {"texts": files})

    html = answer.content.decode()
    article = Article.objects.get()
    assert reverse("admin:newsletter_article_change", args=[article.pk]) in html
    assert "Niet ingelezen: De tekst is leeg." in html


def test_a_page_of_before_a_correction_is_left_out_and_offered(client):
    take_in(file_name="stilte.txt")
    article = Article.objects.get()
    article.corrections.create(sentence="Een half uur.", made_at=timezone.now())
    Article.objects.update(lead="Een half uur zonder telefoon.")
    files = [a_file(PAGE.encode(), "stilte.txt", "text/plain")]

    page = reverse("admin:newsletter_article_take_in")
    html = client.post(page, {"texts": files}).content.decode()

    assert "Gelaten zoals het was" in html
    assert "open het om te vergelijken" in html
    offer = reverse("admin:newsletter_article_offer", args=[Arrival.objects.get().pk])
    assert "Rechtgezet op" in client.get(offer).content.decode()


def test_taking_in_nothing_asks_for_a_file(client):
    answer = client.post(reverse("admin:newsletter_article_take_in"), {})

    assert answer.status_code == 400
    assert not Article.objects.exists()


def test_articles_are_found_by_a_word_of_their_lead(client):
    ArticleFactory(title="Anders", lead="Over het licht in november")
    ArticleFactory(title="Nog iets", lead="Over soep")

    html = client.get(
        reverse("admin:newsletter_article_changelist"), {"q": "november"}
    ).content.decode()

    assert "Anders" in html
    assert "Nog iets" not in html
