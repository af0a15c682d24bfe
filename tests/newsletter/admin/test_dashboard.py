"""The front page: to everybody the tiles of their own work."""

import pytest
from django.urls import reverse

from newsletter.mistakes.models import ReaderMailWay
from newsletter.mistakes.reporting import Remark, take_in
from tests.factories import SubscriptionFactory
from tests.newsletter.admin.colleagues import log_in

TILES = {
    "coming-title": {"Redactie", "Uitgever"},
    "recent-title": {"Redactie", "Uitgever"},
    "mail-title": {"Redactie", "Uitgever", "Lezersservice"},
    "readers-title": {"Redactie", "Uitgever", "Lezersservice"},
    "newest-title": {"Uitgever", "Lezersservice"},
    "requests-title": {"Uitgever", "Lezersservice"},
}


def front_page(client, role):
    log_in(client, role, role.lower())
    return client.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize("role", ["Redactie", "Uitgever", "Lezersservice", "Beheer"])
def test_a_role_sees_the_tiles_of_its_own_work(client, mailing_list, role):
    html = front_page(client, role)

    assert {tile for tile in TILES if f'id="{tile}"' in html} == {
        tile for tile, roles in TILES.items() if role in roles
    }


def test_the_reader_service_sees_who_wrote_who_came_and_who_asked(
    client, mailing_list, now
):
    take_in(
        Remark(key="een", way=ReaderMailWay.REPLY, text=".", subject="Mijn adres"),
        now=now,
    )
    SubscriptionFactory(
        mailing_list=mailing_list, subscriber__address="nieuw@example.nl"
    )
    SubscriptionFactory(
        mailing_list=mailing_list, subscriber__address="vraagt@example.nl", pending=True
    )

    html = front_page(client, "Lezersservice")

    assert "Mijn adres" in html
    newest, requests = html.split('id="requests-title"')
    assert "nieuw@example.nl" in newest
    assert "vraagt@example.nl" in requests


def test_who_has_no_tile_is_led_to_the_menu(client, mailing_list):
    assert "Kies in het menu" in front_page(client, "Beheer")
