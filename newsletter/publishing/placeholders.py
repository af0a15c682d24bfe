"""Words that somebody left to be filled in, and that no reader should ever get."""

import re

from django.utils.translation import gettext_lazy

from newsletter.publishing.findings import Check

FILLED_IN = Check(
    "filled in", gettext_lazy("Nothing is left that was still to be filled in.")
)

# TK is what journalists write for "to come"; a capitalised TK-debat is parliament's.
# Small crosses at the end of a line are kisses.
PLACEHOLDER = re.compile(
    r"\blorem ipsum\b"
    r"|(?-i:\b(?:TK)+K*\b(?!-))"
    r"|(?-i:\bX{3,}\b|\bx{3,}\b(?!\s*$))"
    r"|(?-i:\bTODO\b)|\btodo:"
    r"|\[[^\]]*(?:invullen|volgt|hier komt)[^\]]*\]"
    r"|\bhier komt nog (?:een |de |het )?(?:tekst|titel|kop|link|foto)\b"
    r"|\{\{[^}]*\}\}|\*\|[A-Z_:]+\|\*|%recipient\.\w+%",
    re.IGNORECASE | re.MULTILINE,
)
