"""The sentences that the composer's script says."""

from django.utils.translation import gettext as _


def composer_words() -> dict[str, str]:
    """Return them in the language of the page; ``%s`` is filled in by the script."""
    return {
        "logInAgain": _("Log in again in another window; your text stays here."),
        "noAnswer": _("No answer from the server. Your text is still here."),
        "blocks": _("%s blocks"),
        "errors": _("%s fields not right yet"),
        "moved": _("Moved to place %s of %s."),
        "up": _("Move up"),
        "down": _("Move down"),
        "add": _("Add a block here"),
        "open": _("Open the block"),
        "close": _("Close the block"),
        "block": _("Block"),
        "nothingFound": _("No article found."),
        "minutes": _("%s min"),
        "used": _("used before"),
        "inserted": _("“%s” is in the issue."),
    }
