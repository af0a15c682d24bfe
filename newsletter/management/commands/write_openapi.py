"""Write the OpenAPI file, for whoever reads the repository instead of a site."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from newsletter.api.site import openapi

FILE = Path(settings.BASE_DIR) / "docs" / "openapi.json"


def as_text() -> str:
    """Return the file as it should be."""
    return json.dumps(openapi(), indent=2, ensure_ascii=False) + "\n"


class Command(BaseCommand):
    """What the API takes and answers, kept beside the code."""

    help = "Write docs/openapi.json anew, after a change of the API."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it."""
        FILE.write_text(as_text())
        self.stdout.write(f"{FILE.name} is current.")
