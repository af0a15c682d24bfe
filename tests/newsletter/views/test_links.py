"""Our own links: they lead where the row says, and count without a person."""

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from newsletter.rendering.models import Canary, Link, LinkDay, Rendition
from tests.factories import IssueFactory

BROWSER = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Safari/604.1"


@pytest.fixture
def client(request):
    """A browser of each test's own: whoever pressed in another is somebody else."""
    return Client(headers={"User-Agent": f"{BROWSER} {request.node.name}"})


@pytest.fixture
def link(db, now):
    rendition = Rendition.objects.create(
        issue=IssueFactory(),
        number=1,
        issue_version=1,
        subject="Stilte op zondag",
        html="",
        text="",
        sha256="0" * 64,
        engine="none",
        created_at=now,
    )
    return Link.objects.create(
        rendition=rendition,
        position=0,
        target="https://example.nl/stilte?a=1&b=%5B2%5D",
    )


def test_a_link_leads_to_its_stored_target(client, link):
    answer = client.get(reverse("link", args=[link.token]))
    assert (answer.status_code, answer["Location"]) == (302, link.target)


def test_a_mended_target_is_followed_at_once(client, link):
    Link.objects.filter(pk=link.pk).update(target="https://example.nl/goed")
    answer = client.get(reverse("link", args=[link.token]))
    assert answer["Location"] == "https://example.nl/goed"


def test_presses_are_counted_per_day(client, link):
    for _press in range(3):
        client.get(reverse("link", args=[link.token]))
    assert [day.presses for day in LinkDay.objects.all()] == [3]


def counted():
    return [(day.presses, day.machines) for day in LinkDay.objects.order_by("link")]


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": ""},
        {"User-Agent": "Mozilla/5.0 (compatible; Barracuda Sentinel)"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "empty"},
    ],
)
def test_what_says_it_is_a_machine_is_counted_apart(client, link, headers):
    client.get(reverse("link", args=[link.token]), headers=headers)
    assert counted() == [(0, 1)]


def test_who_asks_for_what_nobody_sees_is_a_machine_from_the_first_press_on(
    client, link
):
    canary = Canary.objects.create(rendition=link.rendition)
    address = reverse("link", args=[link.token])
    client.get(address)
    assert counted() == [(1, 0)]

    answer = client.get(reverse("link", args=[canary.token]))
    assert (answer.status_code, answer["Location"]) == (302, "/")
    client.get(address)

    assert counted() == [(0, 2)]


def test_three_links_within_seconds_are_no_person(client, link):
    others = [
        Link.objects.create(rendition=link.rendition, position=n, target=link.target)
        for n in (1, 2)
    ]
    for one in (link, *others):
        client.get(reverse("link", args=[one.token]))
    assert counted() == [(0, 1)] * 3


def test_who_only_looks_at_the_head_is_a_machine_also_when_it_comes_back(client, link):
    address = reverse("link", args=[link.token])
    client.head(address)
    client.get(address)
    assert counted() == [(0, 2)]


def test_who_cannot_be_counted_gets_there_all_the_same(client, link):
    def full(execute, sql, *args):
        if LinkDay._meta.db_table in sql:
            raise OperationalError("database is locked")
        return execute(sql, *args)

    with connection.execute_wrapper(full):
        answer = client.get(reverse("link", args=[link.token]))
    assert answer["Location"] == link.target


def test_another_target_in_the_address_changes_nothing(client, link):
    address = reverse("link", args=[link.token])
    answer = client.get(f"{address}?u=https://evil.example&next=//evil.example")
    assert answer["Location"] == link.target


def test_an_unknown_link_is_not_found(client, db):
    assert client.get(reverse("link", args=["nope"])).status_code == 404
