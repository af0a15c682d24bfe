"""Issues that were never saved, so that they render the same on every database."""

from datetime import date
from typing import Any

from newsletter.articles.models import Article, Category, Expert, Picture
from newsletter.issues.block import Block
from newsletter.issues.blocks import (
    AdvertorialBlock,
    ButtonBlock,
    CardBlock,
    CorrectionsBlock,
    DividerBlock,
    ExpertBlock,
    HelpLineBlock,
    HeroBlock,
    ImageBlock,
    MustReadBlock,
    OpeningBlock,
    PauseMomentBlock,
    QuestionBlock,
    QuoteBlock,
    TextBlock,
    TipsBlock,
)
from newsletter.issues.models import Issue
from newsletter.rendering.personal import Personal
from tests.factories import MailingListFactory

SANNE = Personal(
    "Sanne",
    "http://localhost:8000/afmelden/token-of-sanne/",
    "http://localhost:8000/voorkeuren/token-of-sanne/",
)


def an_issue(*, of_list: dict[str, Any] | None = None, **values: Any) -> Issue:
    """Issue 48 of Sunday 29 November 2026, never saved."""
    values = {
        "pk": 1,
        "number": 48,
        "publication_date": date(2026, 11, 29),
        "subject": "Het uur voordat iemand iets van je wil",
        "preheader": "Over vroege ochtenden en een stoel die leeg mag blijven",
        **values,
    }
    return Issue(
        mailing_list=MailingListFactory.build(pk=1, **(of_list or {})), **values
    )


def a_picture(name="raam.jpg", alt="Een lege stoel bij een raam", credit="Noor Bos"):
    """A picture that is on no disk."""
    return Picture(
        image=f"pictures/{name}", width=1600, height=1067, alt=alt, credit=credit
    )


def an_article(title="Brood dat een nacht mag slapen", slug="brood"):
    """A piece in the magazine, four minutes long."""
    article = Article(
        pk=7,
        title=title,
        slug=slug,
        lead="Bloem, water, zout en geduld. Bakker Hidde laat de nacht het werk doen.",
        category=Category(name="Eten & drinken"),
        picture=a_picture(f"{slug}.jpg"),
        source_url=f"https://www.rockjouwmagazine.example/{slug}?a=1&b=2",
        body="<h2>De kom</h2><p>Meng alles in een <strong>ruime</strong> kom.</p>"
        '<h3>De doek</h3><p>Een <a href="https://www.rockjouwmagazine.example/doek">'
        "vochtige doek</a> erover, en naar bed.</p>",
        stated_reading_minutes=4,
    )
    article.author_names = ["Fenna Roodhuizen", "Sam Wolters"]
    return article


def ten_blocks() -> list[Block]:
    """A quiet Sunday of ten blocks and one more."""
    return [
        OpeningBlock(
            greeting="Goedemorgen",
            body="<p>Gisteren zag ik mijn buurman in de tuin staan, in zijn badjas, "
            "met een kop koffie. Hij deed niets. Hij keek naar de heg, de heg keek "
            "terug, en zo stonden ze daar een hele tijd.</p><p>Wanneer heb jij voor "
            'het laatst <a href="https://www.rockjouwmagazine.example/heg">zomaar '
            "naar een heg</a> gekeken?</p>",
            signed_by="Els, hoofdredacteur",
            portrait=a_picture("els.jpg", alt="Portret van Els"),
        ),
        HeroBlock(
            article=an_article("Het uur dat van jou is", "vroege-ochtend"),
            teaser="Marente gaat op de drempel zitten voordat haar huis wakker wordt.",
            button_label="Lees waarom dat uur zo goeddoet",
        ),
        QuoteBlock(
            text="Een huis wordt rustig van plekken die je leeg laat.",
            speaker="Fenne Tollenaar, interieurontwerper",
        ),
        CardBlock(article=an_article()),
        CardBlock(article=an_article("De stoel die leeg mag blijven", "lege-stoel")),
        AdvertorialBlock(
            advertiser="Theehuis De Linde",
            title="Een pot thee die de tijd neemt",
            body="<p>Losse kruidenthee uit eigen tuin, met de hand geplukt.</p>",
            url="https://www.theehuisdelinde.example/proeven",
            picture=a_picture("thee.jpg", alt="Een pot thee", credit=""),
        ),
        CardBlock(
            title="Kijk eens naar een kale boom",
            teaser="Nu pas zie je de boom, zegt boswachter Geesje.",
            url="https://www.rockjouwmagazine.example/kale-bomen",
        ),
        TipsBlock(
            heading="Drie manieren om een minuut te winnen",
            tips="Laat de waterkoker uitruisen voordat je iets anders pakt, ook als je "
            "haast hebt.\nLees de laatste zin twee keer.\nZwaai.",
        ),
        PauseMomentBlock(text="Zet je voeten naast elkaar.\nAdem in.\nAdem uit."),
        MustReadBlock(
            article=an_article("Warme voeten, koud water", "warme-voeten"),
            note="eerder verschenen: oktober 2026",
        ),
        QuestionBlock(
            heading="Lezersvraag",
            question="Waar zit jij als je even niets doet?",
            answer="Op de onderste tree van de trap.",
            answered_by="Hanneke",
        ),
    ]


def every_kind() -> list[Block]:
    """One issue in which no kind of block is missing."""
    return [
        *ten_blocks(),
        TextBlock(
            body="<h3>Een kop</h3><p>Met <strong>nadruk</strong> en "
            '<a href="mailto:els@example.nl">een adres</a>.</p><ul><li>een</li>'
            "<li>twee</li></ul><blockquote><p>Stil maar.</p></blockquote>",
        ),
        ImageBlock(
            picture=a_picture("zee.jpg", alt="De zee bij avond"),
            caption="De zee bij Zoutelande",
            url="https://www.rockjouwmagazine.example/zee",
        ),
        ButtonBlock(
            label="Word vriend", url="https://www.rockjouwmagazine.example/vriend"
        ),
        ExpertBlock(
            expert=Expert(
                name="Hidde Zomer",
                bio="Bakker in Deventer.",
                portrait=a_picture("hidde.jpg"),
            )
        ),
        DividerBlock(),
        HelpLineBlock(help_line="113", text="Komt dit dichtbij? Praat erover."),
        HeroBlock(article=an_article("Waar de zon opkomt", "zon"), extent="whole"),
        HeroBlock(article=an_article("Het grote nieuws", "groot"), extent="compact"),
        CardBlock(article=an_article("De hele nacht lezen", "nacht"), extent="whole"),
        CardBlock(article=an_article("Het korte nieuws", "nieuws"), extent="compact"),
        CorrectionsBlock(body="<p>De bakker heet Hidde, niet Henk.</p>"),
    ]
