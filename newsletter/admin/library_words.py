"""Words of libraries that their Dutch catalogues lack; ours has them, and wins."""

from django.utils.translation import gettext_noop

WORDS_OF_DJANGO = (
    gettext_noop("Forgotten your login credentials?"),
    gettext_noop("Error:"),
)
WORDS_OF_CONTENT_EDITOR = (
    gettext_noop("Add new item"),
    gettext_noop("No items."),
    gettext_noop("No items. Region may inherit content."),
    gettext_noop("No regions available."),
    gettext_noop("No plugins allowed in this region."),
    gettext_noop("New item"),
    gettext_noop("Unknown region"),
    gettext_noop("Collapse all items"),
    gettext_noop("Uncollapse all items"),
    gettext_noop("marked for deletion"),
    gettext_noop("Use Ctrl-Click to select and move multiple items."),
    gettext_noop("Clone from region"),
    gettext_noop("Didn't find anything to clone"),
    gettext_noop("Select all"),
)
