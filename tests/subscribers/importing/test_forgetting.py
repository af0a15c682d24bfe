"""What is let go of: undecided files, old rows, and whoever is erased."""

from datetime import timedelta

from subscribers.importing.forgetting import KEPT, UNDECIDED, forget_old_imports
from subscribers.importing.trouble import CannotImport
from subscribers.models import Import, ImportRow, ImportState, Subscriber
from subscribers.privacy import erase
from tests.subscribers.importing.lists import (
    MAILCHIMP,
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


def test_who_is_erased_is_in_no_row_of_a_list_either(mailing_list, now):
    taken_in(MAILCHIMP, mailing_list, now)

    erase(Subscriber.objects.get(), channel="page", now=now)

    row = ImportRow.objects.get()
    assert (row.address, row.address_key, row.first_name) == ("", "", "")
