"""What the numbers of an issue come to, and how they are read and drawn."""

from collections import Counter
from datetime import timedelta

import pytest

from newsletter.delivery.models import Dispatch
from newsletter.rendering.models import Link, LinkDay, Rendition
from newsletter.reports.counting_issues import count_issue
from newsletter.reports.issue_models import Outcome
from newsletter.reports.issue_numbers import (
    Numbers,
    domains_of,
    mean,
    numbers_with_those_before,
)
from newsletter.reports.leaving_curve import curve_of, span_of
from newsletter.reports.plots import rising
from newsletter.reports.pressed import articles_among, days_of_article, links_of
from newsletter.reports.saying import in_a_hundred, rounded
from tests.factories import ArticleFactory
from tests.newsletter.reports.left import an_issue_that_left

HOUR = timedelta(hours=1)


def numbers(provider="mailgun", audience=10, **outcomes):
    dispatch = Dispatch(provider=provider, audience_count=audience)
    return Numbers(dispatch, outcomes=Counter(outcomes))


# --- What they come to ---


def test_who_reported_it_as_spam_was_reached_and_who_is_delayed_was_not():
    these = numbers(delivered=5, complained=1, deferred=2, bounced=1, skipped=1)
    assert (these.taken, these.reached) == (9, 6)
    assert these.balances


def test_parts_that_do_not_add_up_are_seen():
    assert not numbers(delivered=9).balances


def test_of_a_provider_that_tells_nothing_no_share_is_known():
    these = numbers("smtp", accepted=9, rejected=1)
    assert (these.reached, these.share_of(Outcome.BOUNCED)) == (9, None)


def test_a_provider_that_was_not_known_to_tell_and_does_is_believed():
    these = numbers("smtp", accepted=4, bounced=6)
    assert these.share_of(Outcome.BOUNCED) == 60


def test_bounces_that_came_by_mail_do_not_say_that_nobody_else_has_it():
    these = numbers("smtp", accepted=9, bounced=1)
    assert (these.reached, these.is_told) == (9, False)
    assert these.share_of(Outcome.BOUNCED) == 10


def test_who_told_of_no_delivery_is_not_said_to_have_delivered_to_nobody():
    nothing = numbers("mailgun", accepted=10)
    assert (nothing.reached, nothing.is_told) == (10, False)
    assert nothing.share_of(Outcome.BOUNCED) is None
    bounces_alone = numbers("mailgun", accepted=9, bounced=1)
    assert (bounces_alone.reached, bounces_alone.is_told) == (9, False)


def test_before_anybody_has_it_there_is_no_share():
    assert numbers(waiting=10).share(3) is None


@pytest.mark.parametrize(
    ("values", "usual"),
    [([1.0, 3.0], 2.0), ([None, 4.0], 4.0), ([None], None), ([], None)],
)
def test_the_mean_is_of_what_is_known(values, usual):
    assert mean(values) == usual


@pytest.mark.parametrize(
    ("share", "decimals", "words"),
    [
        (None, 1, "–"),
        (0, 1, "0,0 %"),
        (98.26, 1, "98,3 %"),
        (0.04, 1, "0,04 %"),
        (0.004, 2, "0,004 %"),
        (37.5, 0, "38 %"),
    ],
)
def test_a_share_as_it_is_read(share, decimals, words):
    assert in_a_hundred(share, decimals) == words


def test_what_is_not_shown_is_rounded_and_not_cut_off():
    assert rounded(114.2857, 1) == "114,3"


# --- Beside others ---


def test_an_issue_stands_beside_the_ten_before_it_and_none_after(mailing_list, now):
    left = [
        an_issue_that_left(mailing_list, at=now - timedelta(weeks=weeks))
        for weeks in range(13)
    ]
    these, before = numbers_with_those_before(left[1], now=now)
    assert these.dispatch == left[1]
    assert [one.dispatch for one in before] == left[2:12]


def test_small_domains_stand_last_and_together(mailing_list, now):
    readers = [{"domain": "ziggo.nl"}] * 5 + [{"domain": f"d{n}.nl"} for n in range(9)]
    dispatch = an_issue_that_left(mailing_list, at=now, readers=readers)
    count_issue(dispatch, now=now)
    told = [(one.name, one.readers) for one in domains_of([dispatch])]
    assert told == [("ziggo.nl", 5), ("", 9)]


def test_presses_are_of_everyone_whom_an_issue_reached_in_parts(mailing_list, now):
    readers = [{"event": "delivered"}]
    link = {"label": "Lees verder"}
    first = an_issue_that_left(mailing_list, at=now, readers=readers, links=[link])
    Dispatch.objects.update(state="cancelled")
    rest = an_issue_that_left(
        mailing_list, at=now + HOUR, readers=readers * 3, issue=first.issue
    )
    LinkDay.objects.create(link=first.rendition.links.get(), day=now.date(), presses=2)
    for dispatch in (first, rest):
        count_issue(dispatch, now=now + HOUR)
    for dispatch in (first, rest):
        these, _before = numbers_with_those_before(dispatch, now=now + HOUR)
        assert these.pressed == 50


# --- When it came ---


@pytest.mark.parametrize(
    ("hours", "span"), [((0.5,), 1), ((0.5, 2), 3), ((30,), 72), ((200,), 72)]
)
def test_the_plot_is_as_long_as_it_takes_for_nearly_everyone(hours, span):
    assert span_of([[(hour * HOUR, 50) for hour in hours]]) == span * HOUR


def test_what_a_very_few_got_late_does_not_stretch_it():
    assert span_of([[(HOUR, 995), (50 * HOUR, 5)]]) == HOUR


def test_a_line_climbs_by_steps_and_goes_on_to_the_end():
    points = rising([(0, 1), (5, 1), (20, 8)], width=100, height=50, span=10, most=2)
    assert points == "0.0,25.0 50.0,25.0 50.0,0.0 100.0,0.0"


def test_a_line_without_steps_is_not_drawn():
    assert rising([], width=100, height=50, span=10, most=2) == ""


def test_the_rows_beside_the_plot_hold_everyone_in_it(mailing_list, now):
    dispatch = an_issue_that_left(
        mailing_list,
        at=now,
        readers=[
            {"event": "delivered", "event_at": now + timedelta(minutes=m)}
            for m in (1, 7, 59)
        ],
    )
    count_issue(dispatch, now=now + HOUR)
    curve = curve_of(dispatch)
    assert (curve.span, curve.most) == (HOUR, 3)
    assert [row.delivered for row in curve.rows] == [1, 1, *[0] * 9, 1]
    assert sum(row.accepted for row in curve.rows) == 3


def test_before_anybody_has_it_there_is_no_plot(mailing_list, now):
    assert curve_of(an_issue_that_left(mailing_list, at=now)) is None


# --- What was pressed ---


def test_a_link_of_two_subjects_is_one_link(mailing_list, now):
    article = ArticleFactory(title="Stilte")
    link = {"article": article, "label": "Lees verder"}
    dispatch = an_issue_that_left(mailing_list, at=now, links=[link])
    first = dispatch.rendition
    other = Rendition.objects.create(
        issue=dispatch.issue,
        number=2,
        issue_version=1,
        subject="Een ander onderwerp",
        html="",
        text="",
        sha256="0" * 64,
        engine="none",
        created_at=now,
    )
    Link.objects.create(
        rendition=other, position=0, target=first.links.get().target, **link
    )
    for rendition, people in ((first, 3), (other, 4)):
        for days in (0, 1):
            LinkDay.objects.create(
                link=rendition.links.get(),
                day=now.date() + timedelta(days=days),
                presses=people,
                machines=1,
            )
    [pressed] = links_of(dispatch.issue)
    assert (pressed.words, pressed.people, pressed.machines) == ("Lees verder", 14, 4)
    [told] = articles_among(dispatch.issue, [pressed])
    assert (told.words, told.people) == ("Stilte", 14)
    by_day = days_of_article(dispatch.issue, article.pk)
    assert [presses for _day, presses in by_day] == [7, 7]
