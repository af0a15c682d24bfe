"""The clock's door: every Celery task, each one call of an activity."""

import logging
from datetime import timedelta

from celery.schedules import crontab
from django.conf import settings
from django.utils import timezone

from newsletter.archive.keeping import keep_up
from newsletter.articles.arrivals import Feed
from newsletter.articles.polling import poll
from newsletter.celery import app
from newsletter.clients.answers import forget_old_answers
from newsletter.delivery.clocks import refuse_a_wrong_clock
from newsletter.delivery.draining import drain
from newsletter.delivery.reconciling import reconcile
from newsletter.delivery.sweeping import sweep as sweep_ledger
from newsletter.discretion import without_readers
from newsletter.events.calls import work_out
from newsletter.events.forgetting import forget_old_calls
from newsletter.events.models import ProviderCall
from newsletter.hooks.models import Notice
from newsletter.hooks.sending import forget_old_notices, send_notices
from newsletter.issues.drafts import forget_old_drafts
from newsletter.issues.presence import forget_who_left
from newsletter.mistakes.mailbox import MAILBOX_AWAY, mailbox_at, take_in_mail
from newsletter.outbox.models import OutgoingMail
from newsletter.outbox.sending import send_due
from newsletter.publishing.asking_links import JUST_CHANGED, ask_for_coming
from newsletter.publishing.domain_checks import ask_for_domains, look_up_due
from newsletter.publishing.filling import fill_empty_sundays
from newsletter.publishing.reminders import remind
from newsletter.publishing.trying_links import try_due
from newsletter.reports.alerting import watch
from newsletter.reports.counting import count_what_is_due
from newsletter.reports.counting_issues import count_issues
from newsletter.reports.weekly import send_weekly
from subscribers import staying
from subscribers.chores import do_due, forget_undecided
from subscribers.importing.forgetting import forget_old_imports
from subscribers.importing.working import work_on_next
from subscribers.keeping import let_go_of_everything
from subscribers.limits import forget_used
from subscribers.models import Chore, Import
from subscribers.moving import forget_old_wishes

logger = logging.getLogger(__name__)

FORGET_SECONDS = 3600
COUNT_SECONDS, COUNT_ISSUES_SECONDS = 300, 60
WATCH_SECONDS = 30
# Reminders are said for an hour, not for a second.
REMIND_SECONDS = 60
# Who just published looks for it.
ARCHIVE_SECONDS = 30
# An editor who saved or asked waits for it; what changed elsewhere may wait longer.
ASK_TO_STAY_SECONDS = 60
TRY_LINKS_SECONDS, ASK_LINKS_SECONDS = 15, 600
LOOK_FOR_FEEDS_SECONDS = 15
FETCH_MAIL_SECONDS = 60
# A stretch takes a second or so; half of what a task may last is room for a slow one.
TAKE_IN_FOR = timedelta(seconds=settings.TASK_SECONDS / 2)


@app.task
def sweep() -> None:
    """Find what is due and hand it out; the next sweep finds whatever gets lost."""
    now = timezone.now()
    refuse_a_wrong_clock(now)
    work = sweep_ledger(now)
    for batch_id in work.to_submit:
        submit.delay(batch_id)
    for batch_id in work.to_reconcile:
        settle.delay(batch_id)
    if OutgoingMail.objects.due(now).exists():
        send_outgoing_mail.delay()
    if Notice.objects.due(now).exists():
        tell_other_systems.apply_async(expires=30)
    if ProviderCall.objects.waiting(now).exists():
        # What waits longer than that is found by another sweep.
        work_out_calls.apply_async(expires=30)
    if Import.objects.waiting(now).exists():
        take_in_lists.apply_async(expires=30)
    if Chore.objects.due(now).exists():
        do_chores.apply_async(expires=30)


@app.task
def submit(batch_id: int) -> None:
    """Hand over a batch, and others as long as there is time."""
    drain(batch_id, clock=timezone.now)


@app.task
def settle(batch_id: int) -> None:
    """Look for evidence of one uncertain batch."""
    reconcile(batch_id, now=timezone.now())


@app.task
def send_outgoing_mail() -> None:
    """Send the transactional mail that waits; it never stands behind an issue."""
    send_due(timezone.now())


@app.task
def tell_other_systems() -> None:
    """Send the notices that wait; a system that does not answer delays no reader."""
    send_notices(timezone.now())


@app.task
def work_out_calls() -> None:
    """Read what providers told; a confirmation mail waits a few seconds at most."""
    work_out(clock=timezone.now, within=timedelta(seconds=4))


@app.task
def do_chores() -> None:
    """Go on with what was asked for many readers; a later sweep does the rest."""
    do_due(clock=timezone.now, within=timedelta(seconds=20))


@app.task
def take_in_lists() -> None:
    """Read or take in lists of readers, as long as a task may last."""
    work_on_next(clock=timezone.now, within=TAKE_IN_FOR)


@app.task
def remind_colleagues() -> None:
    """Fill a Sunday without an issue from the reserve, or remind colleagues of it."""
    now = timezone.now()
    fill_empty_sundays(now)
    remind(now)


@app.task
def go_on_asking_to_stay() -> None:
    """Ask the next few quiet readers, and let the next few go who did not answer."""
    staying.go_on(timezone.now())


@app.task
def count_readers() -> None:
    """Count who came and went, at night."""
    count_what_is_due(timezone.now())


@app.task
def count_what_came_of_issues() -> None:
    """Count the issues of which something was told; a later run does the rest."""
    count_issues(clock=timezone.now, within=timedelta(seconds=20))


@app.task
def look_for_trouble() -> None:
    """Tell people, once, of what asks for them, and that it is over."""
    watch(timezone.now())


@app.task
def tell_of_the_week() -> None:
    """Mail colleagues the week in five sentences, on Monday morning."""
    send_weekly(timezone.now())


@app.task
def forget_old_work() -> None:
    """Let go of drafts that nobody came back for, and of what nobody needs any more."""
    now = timezone.now()
    forget_old_answers(now)
    forget_old_calls(now)
    forget_old_drafts(now)
    forget_old_notices(now)
    forget_who_left(now)
    forget_old_wishes(now)
    forget_used(now)
    forget_old_imports(now)
    forget_undecided(now)


@app.task
def keep_up_the_archive() -> None:
    """Let search find what was published, and nothing that was taken back."""
    keep_up(timezone.now())


@app.task
def keep_no_longer_than_needed() -> None:
    """Let go of what was kept long enough; a night that is missed is made up next."""
    let_go_of_everything(timezone.now())


@app.task
def try_links() -> None:
    """Try the links and look up the domains that somebody wants to know of."""
    now = timezone.now()
    ask_for_coming(now, changed_since=now - JUST_CHANGED)
    try_due(now)
    look_up_due(now)


@app.task
def ask_for_all_links() -> None:
    """Ask anew, once a day, for the links of what is to come and for the senders."""
    now = timezone.now()
    ask_for_coming(now)
    ask_for_domains(now=now)


@app.task
def ask_feeds() -> None:
    """Ask the feed that waits longest; one at a time, so that links get their turn."""
    due = Feed.objects.due(timezone.now()).order_by("due_at", "pk")
    if feed := due.first():
        poll(feed.pk, now=timezone.now())
    if Feed.objects.due(timezone.now()).exists():
        ask_feeds.delay()


@app.task
def fetch_mail() -> None:
    """Take in what readers mailed to the mailbox; the next minute does the rest."""
    if settings.INBOUND_IMAP_URL:
        mailbox = mailbox_at(settings.INBOUND_IMAP_URL)
        half = timedelta(seconds=settings.TASK_SECONDS / 2)
        try:
            take_in_mail(mailbox, clock=timezone.now, within=half)
        except MAILBOX_AWAY as trouble:
            words = without_readers(f"{type(trouble).__name__}: {trouble}")[:300]
            logger.warning(
                "The mailbox of INBOUND_IMAP_URL does not let us in: %s", words
            )


app.conf.beat_schedule = {
    "sweep": {
        "task": sweep.name,
        "schedule": settings.SWEEP_EVERY.total_seconds(),
        # A sweep that waited this long says nothing that a newer one does not.
        "options": {"expires": 30},
    },
    "remind": {
        "task": remind_colleagues.name,
        "schedule": REMIND_SECONDS,
        "options": {"expires": REMIND_SECONDS},
    },
    "ask to stay": {
        "task": go_on_asking_to_stay.name,
        "schedule": ASK_TO_STAY_SECONDS,
        "options": {"expires": ASK_TO_STAY_SECONDS},
    },
    "count readers": {
        "task": count_readers.name,
        "schedule": COUNT_SECONDS,
        "options": {"expires": COUNT_SECONDS},
    },
    "count issues": {
        "task": count_what_came_of_issues.name,
        "schedule": COUNT_ISSUES_SECONDS,
        "options": {"expires": COUNT_ISSUES_SECONDS},
    },
    "look for trouble": {
        "task": look_for_trouble.name,
        "schedule": WATCH_SECONDS,
        "options": {"expires": WATCH_SECONDS},
    },
    "tell of the week": {
        "task": tell_of_the_week.name,
        "schedule": COUNT_SECONDS,
        "options": {"expires": COUNT_SECONDS},
    },
    "forget old work": {
        "task": forget_old_work.name,
        "schedule": FORGET_SECONDS,
        "options": {"expires": FORGET_SECONDS},
    },
    "keep up the archive": {
        "task": keep_up_the_archive.name,
        "schedule": ARCHIVE_SECONDS,
        "options": {"expires": ARCHIVE_SECONDS},
    },
    "keep no longer than needed": {
        "task": keep_no_longer_than_needed.name,
        "schedule": crontab(hour="3", minute="40"),
        "options": {"expires": FORGET_SECONDS},
    },
    "try links": {
        "task": try_links.name,
        "schedule": TRY_LINKS_SECONDS,
        "options": {"expires": TRY_LINKS_SECONDS},
    },
    "ask for links": {
        "task": ask_for_all_links.name,
        "schedule": ASK_LINKS_SECONDS,
        "options": {"expires": ASK_LINKS_SECONDS},
    },
    "ask feeds": {
        "task": ask_feeds.name,
        "schedule": LOOK_FOR_FEEDS_SECONDS,
        "options": {"expires": LOOK_FOR_FEEDS_SECONDS},
    },
}
if settings.INBOUND_IMAP_URL:
    app.conf.beat_schedule["fetch mail"] = {
        "task": fetch_mail.name,
        "schedule": FETCH_MAIL_SECONDS,
        "options": {"expires": FETCH_MAIL_SECONDS},
    }
