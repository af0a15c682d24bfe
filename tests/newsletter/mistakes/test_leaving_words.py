"""How people say that they want to leave, and that they do not."""

import pytest

from newsletter.mistakes.leaving_words import wish_to_leave


@pytest.mark.parametrize(
    "words",
    [
        "Graag uitschrijven.",
        "Zou je mij van de lijst willen verwijderen?",
        "Schrijf mij maar uit hoor",
        "Ik kan me niet afmelden, de knop doet niets.",
        "Het lukt niet om me uit te schrijven",
        "Ik hoef geen mails te krijgen",
        "STOP!",
        "Kunnen jullie stoppen met deze mails?",
        "please take me off this list",
        "Kan dit stoppen?",
        "Ik wil niet langer op de lijst staan",
        "Ik lees het niet meer, meld me maar af",
        "Wil je me eraf halen?",
        "Haal me er alsjeblieft af",
        "Ik wil niets meer van jullie horen",
        "Ik hoef jullie nieuwsbrief niet meer.",
        "Ik wens deze mails niet langer te ontvangen",
        "Liever niet meer die mails",
        "Ik wil niet meer gemaild worden",
        "Gaarne verwijderen",
        "abonnement stopzetten",
        "Ik heb genoeg van jullie mails",
        "Hoe kom ik van deze mail af?",
        "Hou op met mailen",
        "Wilt u mijn inschrijving beëindigen",
        "Stuur mij deze mails niet langer",
        "Unsuscribe",
        "Please delete me from your mailing list",
    ],
)
def test_who_wants_to_leave_is_heard(words):
    assert wish_to_leave(words)


@pytest.mark.parametrize(
    "words",
    [
        "Niet uitschrijven hoor!",
        "Ik ben niet van plan me af te melden.",
        "Afmelden hoeft niet, ik blijf lezen.",
        "Mijn buurvrouw wil zich afmelden.",
        "Ik krijg de nieuwsbrief niet meer.",
        "Waarom krijg ik niets meer van jullie?",
        "Ik wil niet meer leven. Jullie mail is alles waar ik naar uitkijk.",
        "Ik wil niet meer zonder jullie nieuwsbrief.",
        "Ik wil jullie mails niet meer missen!",
        "Ik wil na jullie nieuwsbrief niet meer zo haasten",
        "Ik wil graag weten waarom ik de mail niet meer ontvang",
        "Ik hoef jullie mail niet meer te printen, mijn telefoon is zo mooi.",
        "Ik ontvang jullie mail al weken niet meer, hoe kan dat?",
        "Kunnen jullie de nieuwsbrief een maand stopzetten?",
        "Ik ben gestopt met mijn baan na jullie stuk over rust.",
        "Waarom ben ik uitgeschreven?",
        "Ik wil geen artikel meer missen!",
        "Kan ik me nog afmelden voor de workshop van zaterdag?",
        "In het stuk staat 'afmelden' met dt.",
        "Ik zeg het maar eerlijk: dit was prachtig.",
        "Stop met piekeren, wat een mooie titel!",
        "Geen mail bracht me ooit zo tot rust als deze.",
        "Wat schrijven jullie mooi uit de losse pols.",
        "Mijn verhaal is lang. " * 40 + "Afmelden.",
    ],
)
def test_who_stays_is_left_alone(words):
    assert not wish_to_leave(words)
