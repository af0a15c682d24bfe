"""Somebody who may be in need is recognised; who writes of bread is not."""

import pytest

from newsletter.mistakes.crisis import sounds_of_need


@pytest.mark.parametrize(
    "words",
    [
        "Ik denk veel aan zelfmoord.",
        "suïcidale gedachten",
        "SUÏCIDE",
        "ik wil gewoon dood",
        "Soms wil ik niet meer leven",
        "liever zou ik niet meer wakker\nworden",
        "een einde aan mijn leven maken",
        "ik ben bang mezelf iets aan te doen",
        "ik zie geen uitweg meer",
        "Ik kan echt niet meer verder",
    ],
)
def test_words_of_need_are_heard(words):
    assert sounds_of_need("Re: Stilte", words)


@pytest.mark.parametrize(
    "words",
    [
        "Aan het eind van het artikel staat een fout.",
        "De bijen in mijn tuin zijn dood.",
        "Ik wil niet meer betalen voor het leven.",
        "Wat een fijn stuk over doodgewone dingen!",
        "Ik kan de recepten niet meer vinden.",
        "",
    ],
)
def test_other_words_are_not(words):
    assert not sounds_of_need(words)
