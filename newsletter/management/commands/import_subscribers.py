"""``manage.py import_subscribers``: a list of readers from elsewhere, at once."""

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from subscribers.importing.account import lines_of
from subscribers.importing.acts import agree, choose, drop, look_through
from subscribers.importing.columns import Layout
from subscribers.importing.trouble import CannotImport, UnreadableFile
from subscribers.importing.working import LEASE, work_on
from subscribers.models import Import, ImportState, MailingList
from subscribers.proof import Given

_CHUNK = 1 << 20


class Command(BaseCommand):
    """The report on a line each; what was taken in is undone at the desk."""

    help = "Take in a list of readers: CSV, Excel, or the whole zip of Mailchimp."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say which file, for which list, and where consent comes from."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--list", metavar="SLUG", help="needed with several lists")
        parser.add_argument(
            "--consent", default="", help="where their consent comes from"
        )
        parser.add_argument("--wording", default="", help="to which words they agreed")
        parser.add_argument(
            "--agreed-on",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="when, for rows that do not say so themselves",
        )
        parser.add_argument(
            "--first-issue-on",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="let new readers in over four weeks, from this day on",
        )
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="only tell what would become of the rows",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Look through, and take in unless that was all."""
        is_trial: bool = options["dry_run"]
        consent = None if is_trial else _consent(options)
        mailing_list = _list(options["list"])
        try:
            source = self._looked_through(options["file"], mailing_list)
            if consent is None:
                drop(source)
                return
            agree(
                source,
                consent=consent,
                first_issue_on=options["first_issue_on"],
                by=None,
                now=timezone.now(),
            )
        except (CannotImport, UnreadableFile) as trouble:
            raise CommandError(str(trouble)) from trouble
        self._finish(source, ImportState.DONE)
        self._tell(source)

    def _looked_through(self, path: Path, mailing_list: MailingList) -> Import:
        source = choose(
            _chunks(path),
            mailing_list=mailing_list,
            file_name=path.name,
            by=None,
            now=timezone.now(),
        )
        look_through(source, [Layout.from_json(one) for one in source.layouts])
        self._finish(source, ImportState.READ)
        self._tell(source)
        return source

    def _finish(self, source: Import, wanted: ImportState) -> None:
        """Work until the import stands there; a worker may have begun already."""
        now = timezone.now()
        if not Import.objects.claim(source.pk, now=now, until=now + LEASE):
            raise CommandError(
                _("A worker has this import already. See how far it is at the desk.")
            )
        work_on(source.pk, clock=timezone.now, until=now + timedelta(days=1))
        source.refresh_from_db()
        if source.state != wanted:
            raise CommandError(source.trouble or str(source.get_state_display()))

    def _tell(self, source: Import) -> None:
        self.stdout.write(f"{source.get_state_display()}: {source.file_name}")
        for line in lines_of(source):
            self.stdout.write(f"  {line.count:>9} {line.words}")


def _consent(options: dict[str, Any]) -> Given:
    origin, wording, day = (
        options["consent"].strip(),
        options["wording"].strip(),
        options["agreed_on"],
    )
    if len(origin) < 5 or len(wording) < 5 or day is None:
        raise CommandError(
            _(
                "Nobody is taken in without their consent: give --consent, --wording "
                "and --agreed-on, or --dry-run."
            )
        )
    return Given(wording[:600], origin[:200], day)


def _list(slug: str | None) -> MailingList:
    lists = MailingList.objects.filter(slug=slug) if slug else MailingList.objects.all()
    found = list(lists[:2])
    if len(found) == 1:
        return found[0]
    raise CommandError(
        _("There are several newsletters: name one with --list.")
        if found
        else _("There is no such newsletter.")
    )


def _chunks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            yield from iter(lambda: file.read(_CHUNK), b"")
    except OSError as trouble:
        raise CommandError(
            _("The file cannot be read (%(why)s).") % {"why": trouble.strerror}
        ) from trouble
