"""What is let go of: undecided files, old rows, and whoever is erased."""

import os
from datetime import timedelta

from subscribers.importing.acts import stop
from subscribers.importing.forgetting import KEPT, UNDECIDED, forget_old_imports
from subscribers.importing.storing import path_of, store
from subscribers.importing.trouble import CannotImport
from subscribers.models import Import, ImportRow, ImportState, Subscriber
from subscribers.privacy import erase
from tests.subscribers.importing.lists import (
    MAILCHIMP,
    agreed,
    looked_through,
    taken_in,
    undone,
)


def test_a_list_that_nobody_agreed_to_goes_after_a_week(mailing_list, now):
    looked_through(MAILCHIMP, mailing_list, now)
    forget_old_imports(now + UNDECIDED - timedelta(hours=1))
    assert ImportRow.objects.exists()

    forget_old_imports(now + UNDECIDED)

    assert not ImportRow.objects.exists()
    assert Import.objects.get().state == ImportState.DROPPED


def test_rows_go_after_thirty_days_and_can_then_not_be_undone(mailing_list, now):
    source = taken_in(MAILCHIMP, mailing_list, now)

    forget_old_imports(now + KEPT)

    assert not source.rows.exists()
    assert Subscriber.objects.count() == 1
    try:
        undone(source, now)
    except CannotImport as trouble:
        assert "niet meer bewaard" in str(trouble)
    else:
        raise AssertionError("it was undone")


def test_the_file_of_an_import_that_stays_stopped_goes_with_its_rows(mailing_list, now):
    source = agreed(looked_through(MAILCHIMP, mailing_list, now), now)
    stop(source, by=None, now=now)

    forget_old_imports(now + KEPT)

    assert not path_of(source.stored_as).exists()
    assert Import.objects.get().stored_as == ""


def test_a_file_that_a_crash_left_behind_goes_after_a_week(mailing_list, now):
    waiting = looked_through(MAILCHIMP, mailing_list, now)
    stray, _sha256 = store([b"email\njoep@example.nl\n"])
    for name in (stray, waiting.stored_as):
        os.utime(path_of(name), (0, 0))

    forget_old_imports(now)

    assert not path_of(stray).exists()
    assert path_of(waiting.stored_as).exists()


def test_who_is_erased_is_in_no_row_of_a_list_either(mailing_list, now):
    taken_in(MAILCHIMP, mailing_list, now)

    erase(Subscriber.objects.get(), channel="page", now=now)

    row = ImportRow.objects.get()
    assert (row.address, row.address_key, row.first_name) == ("", "", "")
