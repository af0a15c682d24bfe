"""Trying addresses apart from the issue: gently, once a day, and honest about it."""

from datetime import timedelta

import pytest

from newsletter.fetching import CannotFetch, Fetched, NotPublic, TooLong
from newsletter.issues.blocks import ButtonBlock
from newsletter.publishing.asking_links import ask_for_coming, ask_for_links
from newsletter.publishing.finding_models import LinkCheck, LinkState
from newsletter.publishing.findings import Severity
from newsletter.publishing.link_outcomes import LINKS_ANSWER
from newsletter.publishing.readiness import preflight
from newsletter.publishing.trying_links import (
    MOST_AT_ONCE,
    Outcome,
    ask_for,
    try_due,
    try_one,
)
from tests.fake_site import FakeSite
from tests.newsletter.publishing.issues import change

HERE = "https://www.example.nl/stilte"


@pytest.fixture
def site(settings):
    with FakeSite() as site:
        settings.FETCH_PRIVATE_HOSTS = [site.host]
        yield site


def answers(status, *, then=None, asked=None):
    """A world in which every page answers this; ``then`` to a whole GET."""

    def get(address, *, method, **limits):
        if asked is not None:
            asked.append((method, address))
        answer = then if then is not None and method == "GET" else status
        if isinstance(answer, Exception):
            raise answer
        return Fetched(address, answer, "text/html", b"", (), {})

    return get


def tried(now, get, *, online=True):
    try_due(now, get=get, is_online=lambda: online)
    return LinkCheck.objects.get()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "state"),
    [
        (200, LinkState.FINE),
        (404, LinkState.GONE),
        (410, LinkState.GONE),
        (500, LinkState.FAILING),
        (403, LinkState.UNTOLD),
        (429, LinkState.UNTOLD),
        (999, LinkState.UNTOLD),
    ],
)
def test_what_a_page_answers_says_whether_a_reader_gets_it(now, status, state):
    ask_for([HERE], now=now)

    row = tried(now, answers(status))

    assert (row.state, row.tried_at, row.lease_until) == (state, now, None)


def test_a_server_that_knows_no_head_is_asked_for_the_page():
    asked: list[tuple[str, str]] = []

    outcome = try_one(HERE, answers(404, then=200, asked=asked))

    assert outcome.state == LinkState.FINE
    assert [method for method, _address in asked] == ["HEAD", "GET"]


def test_a_page_that_answers_its_head_is_not_taken_whole():
    asked: list[tuple[str, str]] = []

    try_one(HERE, answers(200, asked=asked))

    assert asked == [("HEAD", HERE)]


@pytest.mark.parametrize(
    ("trouble", "state"),
    [
        (TooLong("groot"), LinkState.FINE),
        (NotPublic("van binnen"), LinkState.GONE),
        (CannotFetch("geen antwoord"), LinkState.FAILING),
    ],
)
def test_trouble_on_the_way_is_told_for_what_it_is(monkeypatch, trouble, state):
    monkeypatch.setattr(
        "newsletter.publishing.trying_links._has_no_number", lambda host: False
    )

    assert try_one(HERE, answers(trouble)).state == state


def test_an_address_over_http_is_tried_over_https_too():
    outcome = try_one("http://www.example.nl/", answers(200))

    assert outcome == Outcome(LinkState.FINE, "200", answers_over_https=True)


@pytest.mark.django_db
def test_without_a_network_nothing_is_said_of_any_site(now):
    ask_for([HERE], now=now)

    assert tried(now, answers(500), online=False).state == LinkState.UNTOLD


@pytest.mark.django_db
def test_an_answer_holds_for_a_day_unless_somebody_asks_anew(now):
    asked: list[tuple[str, str]] = []
    get = answers(200, asked=asked)
    hour, day = timedelta(hours=1), timedelta(days=1, seconds=1)

    for later, anew in ((0 * hour, False), (hour, False), (2 * hour, True)):
        ask_for([HERE], now=now + later, anew=anew)
        try_due(now + later, get=get, is_online=lambda: True)
    assert len(asked) == 2

    ask_for([HERE], now=now + 2 * hour + day)
    try_due(now + 2 * hour + day, get=get, is_online=lambda: True)
    assert len(asked) == 3


@pytest.mark.django_db
def test_one_run_at_a_time_and_a_lost_one_ends(now):
    ask_for([HERE], now=now)
    LinkCheck.objects.update(lease_until=now + timedelta(seconds=30))

    assert try_due(now, get=answers(200), is_online=lambda: True) == 0
    later = now + timedelta(minutes=2)
    assert try_due(later, get=answers(200), is_online=lambda: True) == 1


@pytest.mark.django_db
def test_no_run_tries_more_than_it_has_time_for(now):
    ask_for([f"{HERE}-{number}" for number in range(MOST_AT_ONCE + 5)], now=now)

    assert try_due(now, get=answers(200), is_online=lambda: True) == MOST_AT_ONCE
    assert LinkCheck.objects.due(now).count() == 5


@pytest.mark.django_db
def test_what_nobody_asked_for_in_a_month_is_forgotten(now):
    ask_for([HERE], now=now - timedelta(days=31))

    try_due(now, get=answers(200), is_online=lambda: True)

    assert not LinkCheck.objects.exists()


def test_a_dead_link_on_a_real_server_stops_and_its_page_lets_it_go(issue, now, site):
    block = ButtonBlock.objects.create(
        parent=issue, ordering=50, label="Doe mee", url=site.url("/weg")
    )
    ask_for_coming(now)
    try_due(now, is_online=lambda: True)

    [stop] = preflight(issue, now=now)
    assert (stop.code, stop.severity) == (LINKS_ANSWER.code, Severity.STOP)
    assert stop.field == "id_newsletter_buttonblock_set-0-url"
    assert "404" in stop.message

    site.put("/weg", "Toch nog hier")
    ask_for_links(issue, now=now + timedelta(minutes=1))
    try_due(now + timedelta(minutes=1), is_online=lambda: True)
    assert preflight(issue, now=now) == []
    assert block.url == site.url("/weg")


@pytest.mark.parametrize(
    ("state", "reason", "severity"),
    [
        (LinkState.GONE, "Er is geen site “x”.", Severity.STOP),
        (LinkState.FAILING, "500", Severity.WARN),
        (LinkState.FAILING, "Deze site antwoordt niet.", Severity.WARN),
        (LinkState.UNTOLD, "403", Severity.HINT),
    ],
)
def test_what_came_out_is_told_as_gravely_as_it_is(issue, now, state, reason, severity):
    ButtonBlock.objects.create(parent=issue, ordering=50, label="Doe mee", url=HERE)
    ask_for_coming(now)
    LinkCheck.objects.update(state=state, reason=reason, tried_at=now)

    [finding] = preflight(issue, now=now)

    assert finding.severity == severity
    assert "Doe mee" in finding.message


def test_only_issues_that_are_to_leave_are_asked_for(issue, now):
    ButtonBlock.objects.create(parent=issue, ordering=50, label="Doe mee", url=HERE)
    change(issue, publication_date=now.date() - timedelta(days=8))

    ask_for_coming(now)

    assert not LinkCheck.objects.exists()
