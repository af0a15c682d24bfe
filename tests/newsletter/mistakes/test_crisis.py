"""Somebody who may be in need is recognised; who writes of bread is not."""

import pytest

from newsletter.mistakes.crisis import sounds_of_need
from newsletter.mistakes.models import ReaderMailWay
from newsletter.mistakes.reporting import Remark, take_in
from newsletter.outbox.models import OutgoingMail
from tests.factories import UserFactory
from tests.newsletter.admin.colleagues import role_of


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


@pytest.mark.parametrize(
    "words, begins",
    [("Ik wil niet meer leven.", "Misschien in nood:"), ("Mooi stuk!", "Lezerspost:")],
)
def test_colleagues_see_by_the_subject_that_somebody_may_be_in_need(
    mailing_list, now, words, begins
):
    role_of("Redactie").user_set.add(UserFactory.create())

    take_in(Remark(key="een", way=ReaderMailWay.REPLY, text=words), now=now)

    assert OutgoingMail.objects.get().subject.startswith(begins)
