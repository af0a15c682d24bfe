"""The sentences that the scripts of the desk say."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def composer_words() -> dict[str, str | list[str]]:
    """Return them in the language of the page; ``%s`` is filled in by the script."""
    return {
        "logInAgain": _("Log in again in another window; your text stays here."),
        "noAnswer": _("No answer from the server. Your text is still here."),
        "blocks": _("%s blocks"),
        "errors": _("%s fields not right yet"),
        "weight": _("%s of 102 kB"),
        "stop": [_("%s thing to put right"), _("%s things to put right")],
        "warn": [_("%s to look at"), _("%s to look at")],
        "hint": [_("%s piece of advice"), _("%s pieces of advice")],
        "inOrder": _("Nothing to put right here"),
        "moreAdvice": _("and %s more, under “Check and send”"),
        "mended": _("Filled in: %s. Nothing is saved yet."),
        "point": pgettext("decimal point", "."),
        "moved": _("Moved to place %s of %s."),
        "up": _("Move up"),
        "down": _("Move down"),
        "add": _("Add a block here"),
        "open": _("Open the block"),
        "close": _("Close the block"),
        "block": _("Block"),
        "talk": _("Remarks about this block"),
        "talkOpen": [
            _("%s open remark about this block"),
            _("%s open remarks about this block"),
        ],
        "talkAfterSaving": _(
            "Save the issue first; then you can talk about this block."
        ),
        **_library_words(),
    }


def _library_words() -> dict[str, str]:
    return {
        "nothingFound": _("No article found. Try another word, or fewer choices."),
        "found": _("Found: %s."),
        "foundMore": _("Found: %s, and there are more."),
        "minutes": _("%s min"),
        "more": _("More articles"),
        "as": _("As …"),
        "asWhat": _("Put “%s” in as …"),
        "as_hero": _("main story"),
        "as_card": _("story"),
        "as_mustread": _("must read"),
        "placeAfter": _("It comes after %s."),
        "placeLast": _("It comes at the end."),
        "insertedAfter": _("“%s” is in the issue, after %s."),
        "insertedFirst": _("“%s” is in the issue, at the beginning."),
        "takenBack": _("“%s” is out of the issue again."),
        "usedBefore": _("Mind: it stands already %s."),
        "asArticle": _("Back to the article"),
        "asArticleOf": _("%s: back to the article"),
        "isAsArticle": _("%s is again as in the article."),
    }


def prose_words() -> dict[str, str]:
    """Return the names of the buttons of the text editor, which speaks English only."""
    return {
        "paragraph": _("Kind of paragraph"),
        "unordered list": _("List"),
        "ordered list": _("Numbered list"),
        "List properties": _("Properties of the list"),
        "blockquote": pgettext("in running text", "Quotation"),
        "bold": _("Bold"),
        "italic": _("Italic"),
        "insert link": _("Make a link"),
        "remove link": _("Remove the link"),
        "undo": _("Undo"),
        "redo": _("Redo"),
    }


def work_words() -> dict[str, str]:
    """Return what is said of work itself: kept, undone, done by others meanwhile."""
    return {
        "kept": _("Kept as a draft at %s"),
        "keptHere": _("Kept on this device only: no answer from the server"),
        "theirsIsNewer": _(
            "Your text stays here. When you save, you see what differs."
        ),
        "showTheirs": _("Show the new text"),
        "removed": _("“%s” was removed."),
        "removedMany": _("%s blocks were removed."),
        "cameIn": _("“%s” was put in."),
        "cameInMany": _("%s blocks were put in."),
        "wasMoved": _("“%s” was moved."),
        "movedMany": _("Blocks were moved."),
        "undone": _("Undone."),
        "redone": _("Done again."),
        "undo": _("Undo"),
        "redo": _("Redo"),
        "remove": _("Remove this block"),
    }
