"""Which sentence a reader means."""

import pytest

from newsletter.mistakes.quoting import meant_by

TEXT = (
    "Hidde mengt zijn deeg om negen uur. Het rijst een kwartier in de kom.\n"
    "Daarna bakt hij het brood op 230 graden. Zijn oma deed dat ook."
)


def words_meant(letter):
    meant = meant_by(letter, TEXT)
    return meant and TEXT[slice(*meant.span)]


@pytest.mark.parametrize(
    "letter, words",
    [
        ("Er staat “een kwartier”, dat is te kort.", "een kwartier"),
        ("'Zijn oma' leeft toch nog?", "Zijn oma"),
        ("Bij „een kwartier” stokte ik.", "een kwartier"),
        ("Klopt die 230 wel?", "Daarna bakt hij het brood op 230 graden."),
        (
            "Het deeg rijst toch langer dan een kwartier?",
            "Het rijst een kwartier in de kom.",
        ),
    ],
)
def test_the_words_or_the_sentence_meant_are_found(letter, words):
    assert words_meant(letter) == words


@pytest.mark.parametrize("letter", ["Wat een fijn stuk!", "", "“”", "“xx”"])
def test_of_a_letter_about_nothing_in_particular_nothing_is_said(letter):
    assert meant_by(letter, TEXT) is None


@pytest.mark.parametrize("instead", ["een half uur", "kwartier"])
def test_what_it_should_be_is_what_they_quote_next(instead):
    meant = meant_by(f"Niet “een kwartier” maar “{instead}”.", TEXT)
    assert meant.instead == instead


def test_a_second_quote_from_the_article_is_nothing_to_change_it_into():
    assert meant_by("Eerst “een kwartier”, dan “Zijn oma”.", TEXT).instead == ""


def test_a_letter_of_nothing_but_quotes_is_looked_at_for_a_while_only():
    assert words_meant("“xx yy” " * 50 + "“Zijn oma”") is None
    assert words_meant("x" * 10_000 + " “Zijn oma”") is None
