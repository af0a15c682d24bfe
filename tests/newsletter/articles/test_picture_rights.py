"""Facts about rights that the database itself keeps."""

import pytest
from django.db import IntegrityError, transaction

from newsletter.articles.models import Article
from tests.factories import PictureFactory


@pytest.mark.parametrize(
    "facts",
    [
        {"licence": "stock", "licence_number": ""},
        {"licence": "cc", "creative_commons": ""},
        {"licence": "own", "creative_commons": "by"},
        {"licence": "cc", "creative_commons": "by", "credit": ""},
        {"licence": "ai", "ai_use": "none"},
    ],
)
def test_rights_that_contradict_themselves_are_not_kept(db, facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        PictureFactory.create(**facts)


def test_a_picture_without_a_maker_may_be_given_away(db):
    assert PictureFactory.create(licence="cc", creative_commons="cc0", credit="").pk


@pytest.mark.parametrize(
    ("ai_use", "credit", "told"),
    [
        ("none", "Noor Bos", "Noor Bos"),
        ("changed", "Noor Bos", "Noor Bos, bewerkt met AI"),
        ("made", "", "gemaakt met AI"),
    ],
)
def test_the_credit_tells_what_ai_did(ai_use, credit, told):
    picture = PictureFactory.build(ai_use=ai_use, credit=credit)

    assert picture.credited() == told


def test_the_name_that_an_article_gives_does_not_hide_what_ai_did():
    article = Article(
        picture=PictureFactory.build(ai_use="made"), image_credit="Fenna Roodhuizen"
    )

    assert article.shown_credit == "Fenna Roodhuizen, gemaakt met AI"
