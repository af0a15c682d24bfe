"""More than two hundred mails that were there before the sorter."""

import pytest

from newsletter.mistakes.inbound import receive
from newsletter.mistakes.models import (
    KINDS_OF_MACHINES,
    MistakeReport,
    ReaderMail,
    ReaderMailAct,
    ReaderMailState,
    ReaderMailWay,
)
from newsletter.mistakes.reading import read
from newsletter.mistakes.sorting import sort
from newsletter.mistakes.trimming import part
from newsletter.outbox.models import OutgoingMail
from newsletter.rendering.models import Link, Rendition
from newsletter.rendering.reply_to import mistake_address, reply_address
from tests.factories import ArticleFactory, IssueFactory, SubscriptionFactory
from tests.newsletter.mistakes.samples import TOKEN, samples


def share_that_is_right(of, wrong):
    """Print the score and what is wrong; pytest shows it when it is too low."""
    share = 1 - len(wrong) / len(of)
    print(f"{share:.1%} of {len(of)} right; wrong: {wrong}")
    return share


def kind_of(sample):
    letter = read(sample.raw())
    way, to_leave = ReaderMailWay.OTHER, False
    for address in letter.recipients:
        if address.lower().startswith("fout+1."):
            way = ReaderMailWay.MISTAKE_ADDRESS
        elif address.startswith("reactie+"):
            way = ReaderMailWay.REPLY
        to_leave = to_leave or address.startswith("afmelden+")
    return sort(letter, part(letter.words), way=way, to_leave=to_leave).kind


def test_nearly_all_are_sorted_right():
    wrong = [one.name for one in samples() if kind_of(one) != one.kind]

    assert len(samples()) >= 120
    assert share_that_is_right(samples(), wrong) >= 0.95


def test_of_nearly_all_the_quoted_part_is_left_out():
    told = [
        one
        for one in samples()
        if one.said is not None and one.kind not in KINDS_OF_MACHINES
    ]
    wrong = [one.name for one in told if part(read(one.raw()).words).said != one.said]

    assert share_that_is_right(told, wrong) >= 0.95


def test_of_each_the_sender_is_read():
    wrong = [
        one.name
        for one in samples()
        if read(one.raw()).from_address != one.from_address
    ]

    assert not wrong


@pytest.fixture
def received(db, now):
    """Take every sample in, as if all were about one issue."""
    issue = IssueFactory.create(number=48)
    article = ArticleFactory.create(
        title="Waarom stilte helpt", slug="waarom-stilte-helpt"
    )
    ArticleFactory.create(title="Een heel ander stuk")
    rendition = Rendition.objects.create(
        issue=issue, number=1, issue_version=1, subject=issue.subject, created_at=now
    )
    token = "0123456789ab"
    Link.objects.create(rendition=rendition, position=0, token=token, article=article)
    SubscriptionFactory.create(token=TOKEN, subscriber__address="s@example.nl")
    places = {
        "REPLY": reply_address(issue),
        "MISTAKE": mistake_address(issue, article.pk),
    }
    return {one.name: receive(one.raw(**places), now=now) for one in samples()}


def test_nothing_is_lost_and_no_machine_is_answered(received):
    """One test for all of them: taking them in is what costs."""
    reported = set(MistakeReport.objects.values_list("reader_mail", flat=True))

    assert ReaderMail.objects.count() == len(samples())
    for one in samples():
        mail = received[one.name]
        is_of_a_machine = one.kind in KINDS_OF_MACHINES
        assert mail.pk in reported or not one.reports, one.name
        assert mail.pk not in reported or not is_of_a_machine, one.name
        assert (mail.state == ReaderMailState.FILED) is is_of_a_machine, one.name
        if not is_of_a_machine:
            assert names_of_files(mail) == (one.attachments, one.refused), one.name
    assert share_whose_subject_is_known(received) >= 0.95
    # Only who asked has left, and was told so once.
    assert {one for one in samples() if left(received[one.name])} <= {
        one for one in samples() if one.kind == "unsubscribe"
    }
    assert left(received["unsubscribe-safelinks"])
    assert OutgoingMail.objects.get().purpose == "unsubscribed"


def names_of_files(mail):
    files = list(mail.attachments.all())
    return (
        tuple(one.name for one in files if not one.refused),
        tuple(one.name for one in files if one.refused),
    )


def left(mail):
    return mail.acted == ReaderMailAct.UNSUBSCRIBED


def share_whose_subject_is_known(received):
    told = [one for one in samples() if one.about_issue or one.about_article]
    unknown = [
        one.name
        for one in told
        if (one.about_issue and not received[one.name].issue)
        or (one.about_article and not received[one.name].article)
    ]
    return share_that_is_right(told, unknown)
