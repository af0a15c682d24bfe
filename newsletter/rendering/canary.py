"""The link in a mail that nobody can see: whoever asks for it is a machine.

Not shown, not read aloud, not reached by the keyboard and not in the text; only a
program that takes addresses out of the HTML finds it (``reports.machines``).
"""

import re

_HIDDEN = (
    '<div aria-hidden="true" style="display:none;font-size:0;line-height:0;'
    'max-height:0;mso-hide:all;overflow:hidden"><a href="{}" tabindex="-1"></a></div>'
)
_WRITTEN = re.compile(re.escape(_HIDDEN).replace(r"\{\}", r'[^"]*'))


def with_canary(html: str, address: str) -> str:
    """Return a mail with this address hidden at its end."""
    return f"{_HIDDEN.format(address)}</body>".join(html.rsplit("</body>", 1))


def without_canary(html: str) -> str:
    """Return a mail as its readers see it, without the hidden address."""
    return _WRITTEN.sub("", html)
