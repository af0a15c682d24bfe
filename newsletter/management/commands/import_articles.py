"""``manage.py import_articles``: articles from the text of the magazine's pages."""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsletter.articles.importing import Act, Outcome, import_pages, read_pages
from newsletter.articles.page_text import PageResult, UnreadablePage, pages_as_json


class Command(BaseCommand):
    """One clear line per file; 1 if any of them failed while the others came in."""

    help = "Take in articles from text files of the magazine's pages."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say which files, and what to do with them."""
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="only tell what would happen; nothing is written to the database",
        )
        parser.add_argument(
            "--json",
            metavar="DIR",
            type=Path,
            help="also write what was understood to DIR/<stem>.json",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Take in one file after the other."""
        folder: Path | None = options["json"]
        files: list[Path] = options["files"]
        _make_folder(folder)
        failed = 0
        written: set[str] = set()
        for file in files:
            pages = _read(file)
            if folder:
                target = folder / _free_name(file, written)
                _write_json(target, pages)
                self._tell_of_another_name(file, target)
            outcomes = import_pages(
                pages, file_name=file.name, dry_run=options["dry_run"]
            )
            failed += any(outcome.act == Act.FAILED for outcome in outcomes)
            self.stdout.write(
                f"{file}: {summary(outcomes, dry_run=options['dry_run'])}"
            )
        if failed:
            raise CommandError(
                ngettext(
                    "%(failed)d of %(all)d files was not taken in as a whole.",
                    "%(failed)d of %(all)d files were not taken in as a whole.",
                    failed,
                )
                % {"failed": failed, "all": len(files)}
            )

    def _tell_of_another_name(self, file: Path, target: Path) -> None:
        if target.stem != file.stem:
            self.stdout.write(
                _("%(file)s: another file has the same name, so see %(target)s.")
                % {"file": file, "target": target.name}
            )


def _free_name(file: Path, written: set[str]) -> str:
    """Return a name that no file of this run has; capitals alone are no difference."""
    stem, number = file.stem, 1
    while stem.casefold() in written:
        number += 1
        stem = f"{file.stem}-{number}"
    written.add(stem.casefold())
    return f"{stem}.json"


def _make_folder(folder: Path | None) -> None:
    try:
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as trouble:
        raise CommandError(
            _("%(folder)s cannot be written to (%(why)s).")
            % {"folder": folder, "why": trouble.strerror}
        ) from trouble


def _read(file: Path) -> list[PageResult]:
    try:
        return read_pages(file.read_bytes())
    except OSError as trouble:
        reason = _("The file cannot be read (%(why)s).") % {"why": trouble.strerror}
        return [UnreadablePage(reason)]


def _write_json(file: Path, pages: Sequence[PageResult]) -> None:
    text = json.dumps(pages_as_json(pages), ensure_ascii=False, indent=2)
    try:
        file.write_text(f"{text}\n", encoding="utf-8")
    except OSError as trouble:
        raise CommandError(
            _("%(folder)s cannot be written to (%(why)s).")
            % {"folder": file, "why": trouble.strerror}
        ) from trouble


def summary(outcomes: Sequence[Outcome], *, dry_run: bool = False) -> str:
    """Return in one line what became of the articles of one file."""
    return "; ".join(_in_words(outcome, dry_run=dry_run) for outcome in outcomes)


def _in_words(outcome: Outcome, *, dry_run: bool) -> str:
    if outcome.act == Act.FAILED:
        return _("not taken in: %(reason)s") % {"reason": outcome.reason}
    words = {
        (Act.ADDED, False): _("added: “%(title)s”"),
        (Act.UPDATED, False): _("updated: “%(title)s”"),
        (Act.ADDED, True): _("would be added: “%(title)s”"),
        (Act.UPDATED, True): _("would be updated: “%(title)s”"),
    }
    return words[outcome.act, dry_run] % {"title": outcome.title}
