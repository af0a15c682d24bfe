"""``manage.py import_articles``: articles from files and addresses of the magazine."""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsletter.articles.files import import_pieces, read_file
from newsletter.articles.importing import Act, Outcome
from newsletter.articles.page_text import UnreadablePage, pages_as_json
from newsletter.articles.pieces import PieceResult
from newsletter.articles.web_pages import read_address
from newsletter.fetching import CannotFetch


class Command(BaseCommand):
    """One clear line per source; 1 if any of them failed while the others came in."""

    help = "Take in articles from files (text or HTML) and addresses of pages."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say which files and addresses, and what to do with them."""
        parser.add_argument("sources", nargs="+", metavar="FILE_OR_ADDRESS")
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
        """Take in one after the other."""
        folder: Path | None = options["json"]
        sources: list[str] = options["sources"]
        _make_folder(folder)
        failed = 0
        written: set[str] = set()
        for source in sources:
            pieces = _read(source)
            if folder:
                target = folder / _free_name(_stem(source), written)
                _write_json(target, pieces)
                self._tell_of_another_name(source, target)
            outcomes = import_pieces(
                pieces,
                file_name=Path(source).name,
                now=timezone.now(),
                dry_run=options["dry_run"],
            )
            failed += any(outcome.act == Act.FAILED for outcome in outcomes)
            self._tell(source, outcomes, dry_run=options["dry_run"])
        if failed:
            raise CommandError(
                ngettext(
                    "%(failed)d of %(all)d files was not taken in as a whole.",
                    "%(failed)d of %(all)d files were not taken in as a whole.",
                    failed,
                )
                % {"failed": failed, "all": len(sources)}
            )

    def _tell(self, source: str, outcomes: Sequence[Outcome], *, dry_run: bool) -> None:
        self.stdout.write(f"{source}: {summary(outcomes, dry_run=dry_run)}")
        for outcome in outcomes:
            for sentence in outcome.left_out:
                self.stdout.write(f"  {sentence}")

    def _tell_of_another_name(self, source: str, target: Path) -> None:
        if target.stem != _stem(source):
            self.stdout.write(
                _("%(file)s: another file has the same name, so see %(target)s.")
                % {"file": source, "target": target.name}
            )


def _is_address(source: str) -> bool:
    return source.lower().startswith(("http://", "https://"))


def _stem(source: str) -> str:
    """Return the name of what is written about a source, without its ending."""
    if not _is_address(source):
        return Path(source).stem
    return slugify(source.split("?")[0].rstrip("/").rpartition("/")[2])[:80] or "pagina"


def _free_name(stem: str, written: set[str]) -> str:
    """Return a name that nothing of this run has; capitals alone are no difference."""
    first, number = stem, 1
    while stem.casefold() in written:
        number += 1
        stem = f"{first}-{number}"
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


def _read(source: str) -> list[PieceResult]:
    try:
        if _is_address(source):
            return [read_address(source)]
        return read_file(Path(source).read_bytes(), name=source)
    except UnreadablePage as unreadable:
        return [unreadable]
    except CannotFetch as trouble:
        return [UnreadablePage(str(trouble))]
    except OSError as trouble:
        reason = _("The file cannot be read (%(why)s).") % {"why": trouble.strerror}
        return [UnreadablePage(reason)]


def _write_json(file: Path, pieces: Sequence[PieceResult]) -> None:
    pages = [
        piece if isinstance(piece, UnreadablePage) else piece.page for piece in pieces
    ]
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
    if outcome.act == Act.KEPT:
        return _("“%(title)s” %(why)s: left as it is; open it to compare") % {
            "title": outcome.title,
            "why": outcome.reason,
        }
    words = {
        (Act.ADDED, False): _("added: “%(title)s”"),
        (Act.UPDATED, False): _("updated: “%(title)s”"),
        (Act.ADDED, True): _("would be added: “%(title)s”"),
        (Act.UPDATED, True): _("would be updated: “%(title)s”"),
        (Act.OFFERED, False): _("here already; the newer text is offered: “%(title)s”"),
        (Act.OFFERED, True): _("here already; the newer text is offered: “%(title)s”"),
        (Act.KNOWN, False): _("here already: “%(title)s”"),
        (Act.KNOWN, True): _("here already: “%(title)s”"),
    }
    return words[outcome.act, dry_run] % {"title": outcome.title}
