"""How people point at a mistake, and how they praise."""

import pytest

from newsletter.mistakes.mistake_words import words_of_a_mistake


@pytest.mark.parametrize(
    "words",
    [
        "In het artikel over slapen staat slaapen met twee a's",
        "Klein puntje: het is 'een aantal mensen is', niet 'zijn'",
        "De knop naar de agenda doet niks",
        "Het linkje verwijst naar een lege pagina",
        "Ik krijg een 404",
        "Volgens mij bedoelen jullie Groningen in plaats van Drenthe",
        "De auteur heet niet Jansen maar Janssen",
        "Op de foto staat een merel en geen spreeuw",
        "In de tweede alinea is een zin weggevallen",
        "Is 1987 niet 1978?",
        "er staat nu 'hij vind', moet 'vindt' zijn",
        "De prijs van het boek is 22,50 en niet 25",
        "I believe you meant 'its'",
        "there is a word missing in line two",
    ],
)
def test_who_points_at_a_mistake_is_understood(words):
    assert words_of_a_mistake(words)


@pytest.mark.parametrize(
    "words",
    [
        "Foutloos, zoals altijd",
        "Niet alleen mooi maar ook leerzaam",
        "Het stuk laat me niet los",
        "Wat doe ik verkeerd?",
        "Het gaat al weken niet goed met mij",
        "De thee is heerlijk met een beetje honing",
        "Zulke stukken mis ik in andere bladen",
        "Jullie schrijven zo mooi over afscheid",
    ],
)
def test_praise_is_no_report(words):
    assert not words_of_a_mistake(words)
