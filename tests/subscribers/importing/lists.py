"""Lists of readers as other programs write them, and taking one in."""

import io
import zipfile
from datetime import date, timedelta

from subscribers.importing.acts import agree, begin_to_undo, choose, look_through
from subscribers.importing.columns import Layout
from subscribers.importing.working import work_on_next
from subscribers.proof import Given

CONSENT = Given("Stuur mij de zondagmail.", "formulier op de site", date(2024, 1, 1))

MAILCHIMP = (
    "Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,NOTES\n"
    'sanne@example.nl,Sanne,Bos,2,"2024-04-30 08:00:00","2024-05-01 10:00:00",""\n'
)
LISTMONK = (
    "uuid,email,name,attributes,status,created_at,updated_at\n"
    'a-1,sanne@example.nl,Sanne Bos,"{""a"": 1}",enabled,2024-05-01T10:00:00Z,x\n'
    "a-2,joep@example.nl,Joep,{},blocklisted,2024-05-01T10:00:00Z,x\n"
)
MAILERLITE = (
    "Subscriber,First name,Status,Subscribed\n"
    "sanne@example.nl,Sanne,Active,2024-05-01 10:00:00\n"
    "joep@example.nl,Joep,Junk,2024-05-01 10:00:00\n"
)
BREVO = (
    "CONTACT ID;EMAIL;VOORNAAM;ACHTERNAAM;EMAIL_BLACKLISTED;ADDED_TIME\n"
    "1;sanne@example.nl;Sanne;Bos;No;01-05-2024 10:00\n"
    "2;joep@example.nl;Joep;Vos;Yes;01-05-2024 10:00\n"
)
SENDY = (
    '"Name","Email","Status","Joined"\n'
    '"Sanne Bos","sanne@example.nl","Subscribed","2024-05-01 10:00:00"\n'
    '"Joep","joep@example.nl","Marked as spam","2024-05-01 10:00:00"\n'
)


def chosen(content, mailing_list, now, *, name="lezers.csv", by=None):
    content = content.encode() if isinstance(content, str) else content
    return choose([content], mailing_list=mailing_list, file_name=name, by=by, now=now)


def looked_through(content, mailing_list, now, **options):
    source = chosen(content, mailing_list, now, **options)
    look_through(source, [Layout.from_json(one) for one in source.layouts])
    return worked_on(source, now)


def agreed(source, now, *, first_issue_on=None, by=None):
    agree(
        source,
        consent=CONSENT,
        first_issue_on=first_issue_on,
        by=by,
        now=now,
    )
    return source


def taken_in(content, mailing_list, now, *, first_issue_on=None, **options):
    source = looked_through(content, mailing_list, now, **options)
    return worked_on(agreed(source, now, first_issue_on=first_issue_on), now)


def undone(source, now):
    begin_to_undo(source, by=None, now=now)
    return worked_on(source, now)


def worked_on(source, now):
    work_on_next(clock=lambda: now, within=timedelta(minutes=1))
    source.refresh_from_db()
    return source


def packed(**files):
    """A zip of lists, as Mailchimp's export is."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"{name}_members_export_a1b2.csv", content)
    return whole.getvalue()
