"""Pages of the magazine become articles; the same page again updates its article."""

import json
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse

from newsletter.articles.arrivals import Arrival
from newsletter.articles.authorship import authors_of
from newsletter.articles.importing import Act, free_slug, import_pages, read_pages
from newsletter.articles.models import (
    Article,
    ArticleState,
    Author,
    Category,
    Expert,
    MustRead,
)
from newsletter.articles.taking_in import decline_offer
from tests.factories import ArticleFactory

SAMPLES = Path(__file__).parents[4] / "shared" / "articles"
PAGE = """Fenna Roodhuizen en Joep van Es

Fenna Roodhuizen | Welzijn | 12 januari 2026

Leestijd: 4 minuten

Waarom stilte helpt

Een kwartier zonder telefoon is langer dan je denkt.

Begin klein

Ga zitten bij het raam & luister.

"Stilte is een kamer," – Noor Bakker

• een stoel
• een raam

Must read: Slapen als een roos
Lees ook: Wandelen in de regen https://example.nl/regen

Meer lezen over stilte

Dr. Noor Bakker is psycholoog in Deventer.
"""


def take_in(text=PAGE, file_name="stilte.txt", **options):
    return import_pages(read_pages(text.encode()), file_name=file_name, **options)


@pytest.mark.django_db
def test_a_page_becomes_an_article_with_everything_it_says():
    [outcome] = take_in()

    article = outcome.article
    assert outcome.act == Act.ADDED
    assert article.title == "Waarom stilte helpt"
    assert article.slug == "waarom-stilte-helpt"
    assert article.published_on == date(2026, 1, 12)
    assert article.category.name == "Welzijn"
    assert article.lead.startswith("Een kwartier")
    assert article.stated_reading_minutes == 4
    assert {author.name for author in article.authors.all()} == {
        "Fenna Roodhuizen",
        "Joep van Es",
    }
    assert article.expert.name == "Noor Bakker"
    assert "psycholoog in Deventer" in article.expert.bio


@pytest.mark.django_db
def test_authors_keep_the_order_of_the_page_also_when_it_changes(client):
    [outcome] = take_in(PAGE.replace("en Joep van Es", "en Anna Bos"))
    assert names_of(outcome.article) == ["Fenna Roodhuizen", "Anna Bos"]
    published = Article.objects.filter(pk=outcome.article.pk)
    published.update(state=ArticleState.PUBLISHED)
    html = client.get(reverse("article", args=[outcome.article.slug])).content.decode()
    assert html.index("Fenna Roodhuizen") < html.index("Anna Bos")

    [outcome] = take_in(
        PAGE.replace("Fenna Roodhuizen en Joep van Es", "Anna Bos en Fenna Roodhuizen")
    )
    assert names_of(outcome.article) == ["Anna Bos", "Fenna Roodhuizen"]


def names_of(article):
    return [author.name for author in authors_of(article)]


@pytest.mark.django_db
def test_the_text_keeps_headings_quotes_and_lists_and_escapes_the_rest():
    [outcome] = take_in()

    body = outcome.article.body
    assert "<h2>Begin klein</h2>" in body
    assert "<p>Ga zitten bij het raam &amp; luister.</p>" in body
    assert "<blockquote><p>Stilte is een kamer" in body
    assert "<p>— Noor Bakker</p></blockquote>" in body
    assert "<ul><li><p>een stoel</p></li><li><p>een raam</p></li></ul>" in body
    assert "Must read" not in body


@pytest.mark.django_db
def test_markup_in_a_page_is_text_and_never_markup():
    [outcome] = take_in(PAGE.replace("Ga zitten", "<script>alert(1)</script> Ga"))

    assert "<script>" not in outcome.article.body
    assert "&lt;script&gt;" in outcome.article.body


@pytest.mark.django_db
def test_must_reads_keep_their_order_and_find_their_article():
    roos = ArticleFactory(title="Slapen als een roos")

    [outcome] = take_in()

    first, second = outcome.article.must_reads.all()
    assert (first.title, first.target, first.position) == (roos.title, roos, 1)
    assert (second.url, second.target) == ("https://example.nl/regen", None)


@pytest.mark.django_db
def test_a_must_read_finds_an_article_that_comes_in_later():
    [outcome] = take_in()

    take_in(PAGE.replace("Waarom stilte helpt", "Slapen als een roos"), "roos.txt")

    assert outcome.article.must_reads.first().target.title == "Slapen als een roos"


@pytest.mark.django_db
def test_the_same_file_twice_updates_and_never_doubles():
    [first] = take_in()
    [second] = take_in(PAGE.replace("Begin klein", "Begin groot"))

    assert second.act == Act.UPDATED
    assert second.article.pk == first.article.pk
    assert "Begin groot" in Article.objects.get().body
    assert MustRead.objects.count() == 2
    assert (Author.objects.count(), Category.objects.count()) == (2, 1)
    assert Expert.objects.count() == 1


@pytest.mark.django_db
def test_a_new_title_in_the_same_file_is_the_same_article_under_the_same_link():
    take_in()
    [outcome] = take_in(PAGE.replace("Waarom stilte helpt", "Stilte helpt"))

    article = Article.objects.get()
    assert outcome.act == Act.UPDATED
    assert (article.title, article.slug) == ("Stilte helpt", "waarom-stilte-helpt")


@pytest.mark.django_db
def test_the_same_article_in_another_file_is_the_same_article():
    take_in()
    take_in(file_name="stilte-nieuw.txt")

    assert Article.objects.count() == 1


@pytest.mark.django_db
def test_the_same_title_on_another_day_is_another_article():
    take_in()
    take_in(PAGE.replace("12 januari 2026", "11 januari 2025"), "oud.txt")

    assert Article.objects.count() == 2
    assert set(Article.objects.values_list("slug", flat=True)) == {
        "waarom-stilte-helpt",
        "waarom-stilte-helpt-2",
    }


@pytest.mark.django_db
def test_two_articles_of_one_day_in_one_file_stay_two():
    both = PAGE + "\n-----\n\n" + PAGE.replace("Waarom stilte", "Waarom rust")
    take_in(both, "twee.txt")

    outcomes = take_in(both, "twee.txt")

    assert [outcome.act for outcome in outcomes] == [Act.UPDATED] * 2
    assert Article.objects.count() == 2


@pytest.mark.django_db
def test_what_the_editors_decided_stays():
    [outcome] = take_in()
    Article.objects.update(
        slug="eigen-naam",
        state=ArticleState.WITHDRAWN,
        source_url="https://example.nl/stuk",
    )

    take_in()

    article = Article.objects.get(pk=outcome.article.pk)
    assert (article.slug, article.state) == ("eigen-naam", ArticleState.WITHDRAWN)
    assert article.source_url == "https://example.nl/stuk"


@pytest.mark.django_db
def test_an_older_article_does_not_rewrite_its_expert():
    take_in()
    old = PAGE.replace("12 januari 2026", "11 januari 2020")

    take_in(old.replace("psycholoog", "student").replace("Waarom", "Hoe"), "oud.txt")

    assert "psycholoog" in Expert.objects.get().bio


@pytest.mark.django_db
def test_trying_it_first_tells_what_would_happen_and_writes_nothing():
    [outcome] = take_in(dry_run=True)

    assert (outcome.act, outcome.article) == (Act.ADDED, None)
    assert not Article.objects.exists()
    assert not Author.objects.exists()


@pytest.mark.django_db
def test_a_title_that_is_too_long_is_cut_but_no_word_is_lost():
    long = "Stilte " * 60
    [outcome] = take_in(PAGE.replace("Waarom stilte helpt", long))

    assert len(outcome.article.title) <= 200
    assert long.strip() in outcome.article.body


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "leeg"),
        (b"\x89PNG\r\n\0\0\0", "geen tekstbestand"),
        (b"Alleen een titel", "geen tekst"),
        (b"x" * 2_000_001, "2 MB"),
    ],
)
@pytest.mark.django_db
def test_what_cannot_be_read_is_refused_with_a_reason(content, reason):
    [outcome] = import_pages(read_pages(content), file_name="kapot.txt")

    assert outcome.act == Act.FAILED
    assert reason in outcome.reason


@pytest.mark.django_db
def test_a_title_without_letters_of_ours_still_gets_a_link():
    assert free_slug("日本") == "artikel"


# --- The command ---


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "stilte.txt").write_text(PAGE)
    (tmp_path / "leeg.txt").write_text("\n \n")
    return tmp_path


@pytest.mark.django_db
def test_the_command_takes_in_the_good_files_and_fails_for_the_bad(folder, capsys):
    missing = folder / "weg.txt"

    with pytest.raises(CommandError, match="2 van de 3 bestanden") as failure:
        call_command(
            "import_articles",
            str(folder / "leeg.txt"),
            str(missing),
            str(folder / "stilte.txt"),
        )

    assert failure.value.returncode == 1
    assert Article.objects.get().imported_from == "stilte.txt"
    empty, gone, good = capsys.readouterr().out.splitlines()
    assert "leeg.txt: niet ingelezen: De tekst is leeg." in empty
    assert "weg.txt: niet ingelezen" in gone
    assert good.endswith("stilte.txt: toegevoegd: “Waarom stilte helpt”")


@pytest.mark.django_db
def test_the_command_writes_what_it_understood_also_of_a_bad_file(folder, capsys):
    with pytest.raises(CommandError):
        call_command(
            "import_articles",
            "--dry-run",
            "--json",
            str(folder / "uit"),
            str(folder / "stilte.txt"),
            str(folder / "leeg.txt"),
        )

    assert not Article.objects.exists()
    understood = json.loads((folder / "uit" / "stilte.json").read_text())
    assert understood["title"] == "Waarom stilte helpt"
    assert "error" in json.loads((folder / "uit" / "leeg.json").read_text())
    assert "zou worden toegevoegd" in capsys.readouterr().out


@pytest.mark.django_db
def test_two_files_of_one_name_are_both_written_and_that_is_said(folder, capsys):
    for name, title in (
        ("een", "Waarom stilte helpt"),
        ("twee", "Waarom lawaai helpt"),
    ):
        (folder / name).mkdir()
        page = (folder / "stilte.txt").read_text().replace("Waarom stilte helpt", title)
        (folder / name / "stilte.txt").write_text(page)

    call_command(
        "import_articles",
        "--json",
        str(folder / "uit"),
        str(folder / "een" / "stilte.txt"),
        str(folder / "twee" / "stilte.txt"),
    )

    first, second = (
        json.loads((folder / "uit" / name).read_text())["title"]
        for name in ("stilte.json", "stilte-2.json")
    )
    assert (first, second) == ("Waarom stilte helpt", "Waarom lawaai helpt")
    assert "stilte-2.json" in capsys.readouterr().out


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the magazine's samples are not here")
@pytest.mark.django_db
def test_the_magazines_own_samples_come_in_and_come_in_again():
    files = [
        str(path)
        for path in sorted(SAMPLES.glob("*.txt"))
        if "error" not in json.loads(path.with_suffix(".json").read_text())
    ]

    call_command("import_articles", *files)
    call_command("import_articles", *files)

    assert Article.objects.count() == len(files) > 0


# --- What a file may not write over ---


def corrected(article, now):
    Article.objects.filter(pk=article.pk).update(body="<p>Een half uur.</p>")
    article.corrections.create(sentence="Het is een half uur.", made_at=now)


@pytest.mark.django_db
def test_a_file_of_before_a_correction_does_not_take_the_mistake_back_in(
    now, tmp_path, capsys
):
    [first] = take_in()
    corrected(first.article, now)
    file = tmp_path / "stilte.txt"
    file.write_text(PAGE)

    call_command("import_articles", str(file))

    assert Article.objects.get().body == "<p>Een half uur.</p>"
    said = capsys.readouterr().out
    assert "heeft een rechtzetting van 27 november 2026: gelaten zoals het was" in said
    assert Arrival.objects.get().offer["title"] == "Waarom stilte helpt"


@pytest.mark.django_db
def test_a_text_that_was_declined_is_not_to_be_compared_again(now, tmp_path, capsys):
    [first] = take_in()
    corrected(first.article, now)
    file = tmp_path / "stilte.txt"
    file.write_text(PAGE)
    call_command("import_articles", str(file))
    decline_offer(Arrival.objects.get())
    capsys.readouterr()

    call_command("import_articles", str(file))

    assert "staat er al: “Waarom stilte helpt”" in capsys.readouterr().out
    assert Arrival.objects.get().offer is None


@pytest.mark.django_db
def test_the_same_text_again_is_no_trouble_after_a_correction(now):
    [first] = take_in()
    first.article.corrections.create(sentence="Alleen verteld.", made_at=now)
    assert take_in()[0].act == Act.KNOWN


@pytest.mark.django_db
def test_a_file_leaves_what_was_taken_offline_as_it_is(now):
    [first] = take_in()
    first.article.takedowns.create(reason="Op verzoek", evidence=b"", made_at=now)
    Article.objects.update(state=ArticleState.WITHDRAWN, lead="")
    assert take_in()[0].act == Act.KEPT
    assert Article.objects.get().lead == ""
