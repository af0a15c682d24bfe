"""The form of an article: what was changed meanwhile is not written over unseen.

A correction or a takedown does not ask who has the page of the article open. The page
names what it showed; what its editor left alone stays as it is by now.
"""

import hashlib
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from newsletter.articles.models import ArticleState
from newsletter.mistakes.takedown import was_taken_down

# What is put right at the desk of a mistake, and what a takedown changes.
_WATCHED = ("state", "title", "lead", "body")


class ArticleForm(forms.ModelForm):
    """An article as an editor fills it in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Remember how the article stands before anything is filled in."""
        super().__init__(*args, **kwargs)
        self._stands = {name: getattr(self.instance, name) for name in _WATCHED}

    @property
    def shown(self) -> str:
        """What the page shows of the fields watched, for the page to send along."""
        return " ".join(map(_digest, self._stands.values()))

    def clean(self) -> dict[str, Any]:
        """Keep what others changed; ask where both changed the same."""
        given: dict[str, Any] = super().clean() or {}
        shown = str(self.data.get("shown", "")).split()
        for name, was in zip(_WATCHED, shown, strict=False):
            stands = self._stands[name]
            if name not in given or _digest(stands) in (was, _digest(given[name])):
                continue
            if _digest(given[name]) == was:
                given[name] = stands
            else:
                self.add_error(name, _changed_meanwhile())
        self._refuse_to_put_back(given)
        return given

    def _refuse_to_put_back(self, given: dict[str, Any]) -> None:
        """Leave an article offline that was taken there: it takes a word on record."""
        asked = given.get("state", ArticleState.WITHDRAWN)
        if asked == ArticleState.WITHDRAWN or not self.instance.pk:
            return
        if was_taken_down(self.instance):
            self.add_error("state", _only_a_publisher())


def _only_a_publisher() -> str:
    return _(
        "This article was taken offline. Only a publisher shows it again, and says "
        "why: on the page “Take offline” of the article."
    )


def _changed_meanwhile() -> str:
    return _(
        "This was changed meanwhile, and your words are still here. Open the article "
        "once more beside this page to compare; save again to keep yours."
    )


def _digest(text: str) -> str:
    """Return a short hash of a text, however its lines end."""
    lines = "\n".join(text.split("\r\n")).strip()
    return hashlib.sha256(lines.encode()).hexdigest()[:16]
