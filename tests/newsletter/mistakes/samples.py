"""The mails of ``tests/inbound``, with what is true of each."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

FOLDER = Path(__file__).parents[2] / "inbound"
# One letter off in each of these: a sample on its own is nobody's.
TOKEN = "Zo-maar_een-token-22ab"
PLACES = {
    "REPLY": "reactie+1.aaaaaaaaaaaaaaaa@nieuws.example.nl",
    "MISTAKE": "fout+1.1.aaaaaaaaaaaaaaaa@nieuws.example.nl",
    "LINK": "https://nieuws.example.nl/l/0123456789ab/",
    "TOKEN": TOKEN,
}


@dataclass(frozen=True)
class Sample:
    """One mail, and what is true of it.

    Attributes:
        said: what its writer wrote now; None where nobody can say.
        about_issue, about_article: whether that can be told from the mail.
        leaves: it shows the link to unsubscribe of its writer.
        reports: it points at a mistake besides.
    """

    name: str
    kind: str
    from_address: str
    said: str | None
    about_issue: bool = False
    about_article: bool = False
    leaves: bool = False
    reports: bool = False
    attachments: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    def raw(self, **places: str) -> bytes:
        """Return the mail with the addresses of a certain issue in it."""
        told = PLACES | places
        leave = f"https://nieuws.example.nl/afmelden/{told['TOKEN']}/"
        told |= {
            "MISTAKE-UPPER": told["MISTAKE"].upper(),
            "LEAVE": leave,
            "LEAVE-QUOTED": quote(leave, safe=""),
            "LEAVE-ADDRESS": f"afmelden+{told['TOKEN']}@nieuws.example.nl",
        }
        raw = (FOLDER / f"{self.name}.eml").read_bytes()
        for name, value in told.items():
            raw = raw.replace(f"@{name}@".encode(), value.encode())
        return raw


@cache
def samples() -> list[Sample]:
    """Return all of them."""
    told = json.loads((FOLDER / "truth.json").read_text("utf-8"))
    return [
        Sample(
            name=name,
            kind=one["kind"],
            from_address=one["from"],
            said=one["said"],
            about_issue=one.get("issue", False),
            about_article=one.get("article", False),
            leaves=one.get("leave", False),
            reports=one["kind"] == "mistake" or one.get("mistake", False),
            attachments=tuple(one.get("attachments", ())),
            refused=tuple(one.get("refused", ())),
        )
        for name, one in told.items()
    ]
