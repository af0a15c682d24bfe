"""The mail of this Sunday as a file, for whoever is measured beside us."""

import os
from pathlib import Path

import django


def main() -> None:
    """``python -m tools.bench.message``: write subject, text and HTML; print where."""
    django.setup()
    from newsletter.rendering.models import Rendition

    rendition = Rendition.objects.get()
    path = Path(os.environ["DATA_DIR"]) / "message"
    for name in ("subject", "text", "html"):
        path.with_suffix(f".{name}").write_text(getattr(rendition, name))
    print(path, flush=True)


if __name__ == "__main__":
    main()
