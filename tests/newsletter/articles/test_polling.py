"""The feed of the site: new pieces wait as drafts, once, whatever goes wrong."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from newsletter import tasks
from newsletter.articles.arrivals import Arrival, Feed
from newsletter.articles.authorship import authors_of
from newsletter.articles.feed_reading import UnreadableFeed, read_feed
from newsletter.articles.models import Article, ArticleState
from newsletter.articles.polling import EVERY, LONGEST_WAIT, MOST_AT_ONCE, poll
from newsletter.articles.taking_in import look_at, take_in_address
from tests.fake_site import FakeSite
from tests.newsletter.articles.images import a_jpeg

PAYLOADS = Path(__file__).parents[2] / "payloads"
RSS = (PAYLOADS / "feeds" / "tijdschrift.xml").read_text()
PAGE = (PAYLOADS / "sites" / "wandelen.html").read_text()


@pytest.fixture
def site(settings):
    """The magazine's site with its feed."""
    with FakeSite() as site:
        settings.FETCH_PRIVATE_HOSTS = [site.host]
        page = PAGE.replace("https://tijdschrift.example.nl", site.url(""))
        site.put("/wandelen-zonder-doel/?utm_source=rss", page)
        site.put("/wandelen-zonder-doel/", page)
        for photo in ("/uploads/bos.jpg", "/uploads/thee.jpg"):
            site.put(photo, a_jpeg((90, 60)).read())
        tell(site)
        yield site


def tell(site, old="", new="", **page):
    text = RSS.replace("SITE", site.url("")).replace(old, new)
    headers = {"Content-Type": "application/rss+xml", **page.pop("headers", {})}
    return site.put("/feed/", text, headers=headers, **page)


@pytest.fixture
def feed(site, db):
    return Feed.objects.create(name="Het Tijdschrift", address=site.url("/feed/"))


def asked(feed, now):
    poll(feed.pk, now=now)
    feed.refresh_from_db()
    return feed


# --- Reading ---


def test_an_entry_says_what_the_feed_says_of_it():
    text = RSS.replace("SITE", "https://x.nl")
    short, whole = read_feed(text.encode(), address="https://x.nl/feed/")

    assert (short.title, short.content) == ("Wandelen zonder doel", "")
    assert short.address == "https://x.nl/wandelen-zonder-doel/"
    assert short.published_on == date(2026, 11, 21)
    assert whole.title == "Thee & tijd"
    assert whole.authors == ("Joep van Es", "Sanne de Wit")
    assert (whole.category, whole.credit) == ("Eten", "Sanne de Wit")
    assert whole.image == "https://x.nl/uploads/thee.jpg"
    assert whole.content.startswith("<p>Een pot thee")


def test_atom_is_read_as_well():
    atom = """<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry>
    <id>tag:x.nl,2026:1</id><title type="html">Rust &amp;amp; ruimte</title>
    <link href="/rust/"/><author><name>Els Vos</name></author>
    <published>2026-11-20T10:00:00+01:00</published><summary>Kort.</summary>
    </entry></feed>"""

    [entry] = read_feed(atom.encode(), address="https://x.nl/atom/")

    assert (entry.title, entry.address) == ("Rust & ruimte", "https://x.nl/rust/")
    assert (entry.authors, entry.summary) == (("Els Vos",), "Kort.")


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]><rss version='2.0'><channel><item><title>&j;</title></item></channel></rss>"
)


@pytest.mark.parametrize("body", ["", "<html><p>een pagina</p></html>", "{}", BOMB])
def test_what_is_no_feed_is_refused(body):
    with pytest.raises(UnreadableFeed):
        assert read_feed(body.encode(), address="https://x.nl/") == []
        raise UnreadableFeed


def test_a_file_on_this_machine_is_never_read_through_a_feed(tmp_path):
    (tmp_path / "geheim").write_text("geheim")
    xxe = (
        f'<!DOCTYPE x [<!ENTITY f SYSTEM "file://{tmp_path}/geheim">]>'
        "<rss version='2.0'><channel><item><title>a &f;</title><link>https://x.nl/"
        "</link></item></channel></rss>"
    )

    told = read_feed(xxe.encode(), address="https://x.nl/feed/")

    assert all("geheim" not in entry.title for entry in told)


# --- What comes in ---


def test_new_pieces_wait_as_drafts_from_the_feed_or_from_their_page(feed, now):
    feed = asked(feed, now)

    assert feed.told == "2 nieuwe stukken."
    assert {a.state for a in Article.objects.all()} == {ArticleState.DRAFT}
    thee = Article.objects.get(title="Thee & tijd")
    assert "<h2>De ketel</h2>" in thee.body
    assert [a.name for a in authors_of(thee)] == ["Joep van Es", "Sanne de Wit"]
    assert (thee.picture.credit, thee.category.name) == ("Sanne de Wit", "Eten")
    walk = Article.objects.get(title="Wandelen zonder doel")
    assert "Begin bij de voordeur" in walk.body
    assert walk.lead.startswith("Wie nergens heen hoeft")


def test_nothing_comes_twice(feed, site, now):
    asked(feed, now)
    pages = len(site.asked)

    feed = asked(feed, now + EVERY)

    assert feed.told == "Niets nieuws."
    assert Article.objects.count() == 2
    assert len(site.asked) == pages + 1


def test_a_piece_with_another_guid_at_the_same_address_is_the_same(feed, site, now):
    asked(feed, now)
    tell(site, "?p=11", "?p=99")

    asked(feed, now + EVERY)
    site_asked = len(site.asked)
    asked(feed, now + 2 * EVERY)

    assert Article.objects.count() == 2
    assert len(site.asked) == site_asked + 1


def test_a_piece_that_was_taken_in_by_hand_does_not_come_again(feed, site, now):
    take_in_address(site.url("/wandelen-zonder-doel/"), now=now)

    asked(feed, now)

    assert Article.objects.filter(title="Wandelen zonder doel").count() == 1
    assert Arrival.objects.new().get().article.title == "Thee & tijd"


def test_a_draft_that_was_thrown_away_stays_away(feed, site, now):
    asked(feed, now)
    Article.objects.all().delete()
    tell(site, "De ketel", "De grote ketel")

    asked(feed, now + EVERY)

    assert not Article.objects.exists()


def test_a_changed_piece_is_offered_and_writes_over_nothing(feed, site, now):
    asked(feed, now)
    tell(site, "De ketel", "De grote ketel")

    feed = asked(feed, now + EVERY)

    assert feed.told == "1 gewijzigd stuk."
    offered = Arrival.objects.offering().get()
    assert offered.article.title == "Thee & tijd"
    assert "De grote ketel" in offered.offer["body"]
    assert "De ketel" in offered.article.body


def test_of_a_piece_whose_page_is_away_the_summary_comes_and_that_is_said(
    feed, site, now
):
    del site.pages["/wandelen-zonder-doel/"]

    asked(feed, now)

    article = Article.objects.get(title="Wandelen zonder doel")
    assert article.lead == "Wie nergens heen hoeft, komt verder dan je denkt."
    remarks = article.arrivals.get().remarks
    assert remarks[0][0] == "only summary"


def test_a_long_feed_comes_a_few_at_a_time_the_oldest_first(feed, site, now):
    item = RSS[RSS.index("<item>") : RSS.index("</item>") + 7]
    many = "".join(
        item.replace("?p=12", f"?q={n}").replace("Wandelen zonder", f"Lopen {n} zonder")
        .replace("/wandelen-zonder-doel/", f"/lopen-{n}/")
        for n in range(MOST_AT_ONCE)
    )  # fmt: skip
    tell(site, "<item>\n<title>Wand", f"{many}<item>\n<title>Wand")

    feed = asked(feed, now)
    assert Article.objects.count() == MOST_AT_ONCE
    assert "Nog 2 komen over een minuut." in feed.told
    assert feed.due_at == now + timedelta(minutes=1)

    asked(feed, now + timedelta(minutes=1))
    assert Article.objects.count() == MOST_AT_ONCE + 2


def test_a_draft_is_new_until_an_editor_looked_at_it(feed, now):
    asked(feed, now)
    assert Arrival.objects.new().count() == 2

    look_at(Article.objects.first(), now=now)

    assert Arrival.objects.new().count() == 1


# --- When and how it is asked ---


def test_the_feed_is_asked_whether_it_changed(feed, site, now):
    marks = {"ETag": '"7"', "Last-Modified": "Fri, 20 Nov 2026 08:00:00 GMT"}
    tell(site, headers=marks)
    asked(feed, now)
    tell(site, headers=marks, status=304)

    feed = asked(feed, now + EVERY)

    assert site.asked[-1].headers["if-none-match"] == '"7"'
    assert site.asked[-1].headers["if-modified-since"] == marks["Last-Modified"]
    assert (feed.told, feed.failures) == ("Niets nieuws.", 0)


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ({"status": 500}, "geeft de feed nu niet (500)"),
        ({"status": 404}, "geen feed op dit adres"),
        ({"body": "<html><p>pagina</p></html>"}, "Dit adres is geen feed"),
    ],
)
def test_a_feed_that_fails_says_why_and_waits_twice_as_long_each_time(
    feed, site, now, page, said
):
    page = dict(page)
    site.put("/feed/", page.pop("body", ""), **page)

    first = asked(feed, now)
    assert said in first.told
    assert (first.failures, first.due_at) == (1, now + EVERY)
    then = now + EVERY
    assert asked(feed, then).due_at == then + 2 * EVERY
    then += 2 * EVERY
    Feed.objects.update(failures=30)
    assert asked(feed, then).due_at == then + LONGEST_WAIT


def test_after_a_failure_one_good_answer_makes_all_well(feed, now):
    Feed.objects.update(failures=5)

    feed = asked(feed, now)

    assert (feed.failures, feed.due_at) == (0, now + EVERY)


@pytest.mark.parametrize("told", ["7200", "Fri, 27 Nov 2026 20:00:00 GMT"])
def test_a_site_that_asks_for_patience_gets_it(feed, site, now, told):
    site.put("/feed/", status=429, headers={"Retry-After": told})

    assert asked(feed, now).due_at == now + timedelta(hours=2)


def test_a_feed_that_has_ended_is_not_asked_any_more(feed, site, now):
    site.put("/feed/", status=410)

    assert not asked(feed, now).is_active
    assert "gestopt" in feed.told


def test_a_feed_is_asked_by_one_worker_and_only_when_it_is_due(feed, site, now):
    assert Feed.objects.claim(feed.pk, now)

    poll(feed.pk, now=now)
    assert site.asked == []
    Feed.objects.update(due_at=None, is_active=False)
    poll(feed.pk, now=now)
    assert site.asked == []


def test_an_address_inside_is_never_asked(feed, site, now, settings):
    settings.FETCH_PRIVATE_HOSTS = []

    assert "niet voor iedereen" in asked(feed, now).told
    assert site.asked == []


def test_the_clock_asks_the_feed_that_waits_longest(feed, site, monkeypatch):
    goes_on = []
    monkeypatch.setattr(tasks.ask_feeds, "delay", lambda: goes_on.append("again"))
    other = Feed.objects.create(name="Ander", address=site.url("/ander/"))
    Feed.objects.filter(pk=feed.pk).update(due_at="2020-01-01T00:00Z")
    Feed.objects.filter(pk=other.pk).update(due_at="2021-01-01T00:00Z")

    tasks.ask_feeds()

    assert {asked.path for asked in site.asked} >= {"/feed/"}
    assert "/ander/" not in {asked.path for asked in site.asked}
    assert goes_on == ["again"]
