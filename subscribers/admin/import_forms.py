"""The forms of an import: the file, what its columns mean, where consent comes from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subscribers.admin.form_pages import CHOOSE_LIST, DAY, DeskForm, line, text
from subscribers.importing.columns import Layout, Meaning, Standing
from subscribers.importing.files import Preview
from subscribers.models import Import, MailingList
from subscribers.proof import Given

# So many values of a column tell what stands in it.
_EXAMPLES = 3


class ChooseForm(DeskForm):
    """Which file, for which newsletter."""

    mailing_list = forms.ModelChoiceField(
        MailingList.objects.all(),
        label=gettext_lazy("newsletter"),
        empty_label=CHOOSE_LIST,
    )
    file = forms.FileField(
        label=gettext_lazy("file"),
        max_length=200,
        allow_empty_file=True,
        help_text=gettext_lazy(
            "A list as CSV or Excel, or the whole zip of Mailchimp. First you see what "
            "is in it; nobody is taken in before you agree."
        ),
        widget=forms.FileInput({"accept": ".csv,.txt,.xlsx,.zip"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask for the newsletter only where there are several."""
        super().__init__(*args, **kwargs)
        lists = list(MailingList.objects.all()[:2])
        if len(lists) == 1:
            field = self.fields["mailing_list"]
            field.widget, field.initial = forms.HiddenInput(), lists[0].pk


@dataclass(frozen=True)
class ColumnRow:
    """One column on the page: its name, some values, and the choice."""

    name: str
    examples: str
    field: forms.BoundField


@dataclass(frozen=True)
class PartRows:
    """One part of a file on the page."""

    name: str
    standing: forms.BoundField
    has_header: forms.BoundField
    columns: list[ColumnRow]


class ColumnsForm(DeskForm):
    """What each column of each part means."""

    def __init__(self, previews: Sequence[Preview], *args: Any, **kwargs: Any) -> None:
        """Begin with what was recognised."""
        super().__init__(*args, **kwargs)
        self._previews = previews
        for part, preview in enumerate(previews):
            layout = preview.layout
            self.fields[f"standing-{part}"] = forms.ChoiceField(
                label=_("everybody in it is, unless a column says otherwise"),
                choices=Standing.choices,
                initial=layout.standing,
            )
            self.fields[f"header-{part}"] = forms.BooleanField(
                label=_("the first row has the names of the columns"),
                initial=layout.has_header,
                required=False,
            )
            for column, meaning in enumerate(layout.meanings):
                self.fields[f"column-{part}-{column}"] = forms.ChoiceField(
                    label=_("column %(n)d") % {"n": column + 1},
                    choices=Meaning.choices,
                    initial=meaning,
                    required=False,
                )

    def parts(self) -> Iterator[PartRows]:
        """Return what the page shows of each part."""
        for part, preview in enumerate(self._previews):
            yield PartRows(
                preview.layout.name,
                self[f"standing-{part}"],
                self[f"header-{part}"],
                [
                    _column_row(preview, column, self[f"column-{part}-{column}"])
                    for column in range(len(preview.layout.meanings))
                ],
            )

    def layouts(self) -> list[Layout]:
        """Return how each part is to be read, as it was chosen."""
        given = self.cleaned_data
        return [
            replace(
                preview.layout,
                standing=given[f"standing-{part}"],
                has_header=given[f"header-{part}"],
                meanings=tuple(
                    given[f"column-{part}-{column}"]
                    for column in range(len(preview.layout.meanings))
                ),
            )
            for part, preview in enumerate(self._previews)
        ]


def _column_row(preview: Preview, column: int, field: forms.BoundField) -> ColumnRow:
    has_header = preview.layout.has_header
    cells = [row[column].strip() if column < len(row) else "" for row in preview.rows]
    name = cells[0] if has_header else ""
    values = [cell for cell in cells[has_header:] if cell][:_EXAMPLES]
    return ColumnRow(name, ", ".join(value[:40] for value in values), field)


class AgreeForm(DeskForm):
    """Where the consent of all of them comes from, and when they get their first."""

    origin = line(
        gettext_lazy("where their consent comes from"),
        min_length=5,
        help_text=gettext_lazy(
            "It stays with each of them: where they signed up, such as the form on our "
            "site, kept in Mailchimp. No names, no addresses."
        ),
    )
    wording = text(
        gettext_lazy("to which words they agreed"),
        rows=2,
        min_length=5,
        max_length=600,
        help_text=gettext_lazy(
            "The sentence beside the button or the box they ticked."
        ),
    )
    agreed_on = forms.DateField(
        label=gettext_lazy("day they agreed"),
        widget=DAY,
        help_text=gettext_lazy("For rows that do not say when themselves."),
    )
    spread = forms.BooleanField(
        label=gettext_lazy("let new readers in over four weeks"), required=False
    )

    def __init__(
        self, source: Import, *args: Any, now: datetime, **kwargs: Any
    ) -> None:
        """Say from which day the four weeks would count."""
        super().__init__(*args, **kwargs)
        self._today = now.astimezone(source.mailing_list.zone).date()
        self._first = coming_day(source.mailing_list, self._today)
        self.fields["spread"].help_text = _(
            "From %(day)s: a tenth of them gets that issue, then more every week. Mail "
            "providers trust a sender who grows slowly."
        ) % {"day": date_format(self._first, "l j F")}

    def clean_agreed_on(self) -> date:
        """Nobody agreed tomorrow."""
        day: date = self.cleaned_data["agreed_on"]
        if day > self._today:
            raise ValidationError(
                _("That day is still to come. When did they say so?"), code="future"
            )
        return day

    def consent(self) -> Given:
        """Return what was said of their consent."""
        given = self.cleaned_data
        return Given(given["wording"], given["origin"], given["agreed_on"])

    def first_issue_on(self) -> date | None:
        """Return the first of the four days; None for all at once."""
        return self._first if self.cleaned_data["spread"] else None


def coming_day(mailing_list: MailingList, today: date) -> date:
    """Return the first day after today on which the list has an issue.

    >>> from datetime import date
    >>> coming_day(MailingList(weekday=6), date(2026, 11, 29))
    datetime.date(2026, 12, 6)
    """
    return today + timedelta(days=(mailing_list.weekday - today.weekday() - 1) % 7 + 1)
