"""Which issue and which article a mail is about, by what a person would go by."""

import pytest

from newsletter.mistakes.reading import read
from newsletter.mistakes.recognising import recognise
from newsletter.mistakes.trimming import part
from newsletter.rendering.models import Link, Rendition
from tests.factories import ArticleFactory, IssueFactory


@pytest.fixture
def issue(db, now):
    issue = IssueFactory(number=48)
    rendition = Rendition.objects.create(
        issue=issue, number=1, issue_version=1, subject=issue.subject, created_at=now
    )
    pieces = {
        "Waarom stilte helpt": "<p>De wind ging <b>liggen</b> boven het wad.</p>",
        "Brood van rogge": "<p>Kneed het deeg tien minuten.</p>",
    }
    for position, (title, body) in enumerate(pieces.items()):
        article = ArticleFactory(title=title, slug=f"stuk-{position}", body=body)
        Link.objects.create(
            rendition=rendition,
            position=position,
            token=f"00000000000{position}",
            article=article,
        )
    return issue


QUOTED = "> https://nieuws.example.nl/l/000000000000/\n> /l/000000000001/\n"


def about(words, subject="Re: Stilte op zondag", **headers):
    head = "".join(f"{name}: {value}\n" for name, value in headers.items())
    letter = read(f"{head}Subject: {subject}\n\n{words}\n".encode())
    return recognise(letter, part(letter.words), recipients=letter.recipients)


def title_of(words, **more):
    article = about(words, **more).article
    return article.title if article else None


def test_of_a_whole_issue_quoted_no_article_is_the_one(issue):
    found = about(f"Mooi!\n{QUOTED}")

    assert (found.issue, found.article) == (issue, None)


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ('Er staat "De wind ging liggen", dat is fout.', "Waarom stilte helpt"),
        ("In ‘kneed het deeg’ mist iets.", "Brood van rogge"),
        ("Het stuk brood van rogge: hoeveel water?", "Brood van rogge"),
        ("Zie /l/000000000001/ graag", "Brood van rogge"),
        ("https://x.nl/artikelen/stuk-0/ klopt niet", "Waarom stilte helpt"),
        ('"Zoiets" staat er niet.', None),
    ],
)
def test_an_article_is_known_by_its_words_its_title_or_its_link(issue, words, title):
    assert title_of(f"{words}\n{QUOTED}") == title


def test_a_title_in_the_subject_counts_and_one_in_the_quote_does_not(issue):
    assert title_of(".", subject="Fwd: Brood van rogge") == "Brood van rogge"
    assert title_of(f"Mooi!\n{QUOTED}> Brood van rogge") is None


def test_an_issue_is_known_by_the_mail_that_is_answered(issue):
    ours = f"<{'a' * 26}.{issue.uuid.hex[:8]}@nieuws.example.nl>"

    assert about(".", subject="hoi", References=ours).issue == issue
    assert about(".", subject="hoi", References="<x@y.nl>").issue is None


@pytest.mark.parametrize(
    ("subject", "is_known"),
    [("Editie 48", True), ("nieuwsbrief nr. 48", True), ("Editie 49", False)],
)
def test_an_issue_is_known_by_its_number(issue, subject, is_known):
    assert (about(".", subject=subject).issue == issue) is is_known
