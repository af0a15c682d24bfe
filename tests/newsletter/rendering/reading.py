"""Ways of looking at a mail that tests share."""

import re
from html.parser import HTMLParser

from bs4 import BeautifulSoup
from bs4.element import NavigableString

VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta"})


class _Strict(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open = []
        self.wrong = []

    def handle_starttag(self, tag, attrs):
        names = [name for name, _value in attrs]
        if len(set(names)) != len(names):
            self.wrong.append(f"an attribute twice in <{tag}>: {names}")
        if any(not re.fullmatch(r"[a-z][a-z:-]*", name) for name in names):
            self.wrong.append(f"odd attribute in <{tag}>: {names}")
        if any(name.startswith("on") for name in names):
            self.wrong.append(f"a handler in <{tag}>: {names}")
        if tag == "script":
            self.wrong.append("a script")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.wrong.append(f"</{tag}> while {self.open[-3:]} are open")
        else:
            self.open.pop()


def faults_of(html):
    """What is not well-formed: tags crossing, doubled attributes, scripts."""
    reader = _Strict()
    reader.feed(html)
    reader.close()
    return reader.wrong + [f"<{tag}> never closed" for tag in reader.open]


def as_old_outlook_reads(html):
    """The mail with the parts that only Outlook for Windows sees."""
    html = re.sub(
        r"<!--\[if !mso[^\]]*\]><!-->.*?<!--<!\[endif\]-->", "", html, flags=re.DOTALL
    )
    return re.sub(r"<!--\[if [^\]]*\]>|<!\[endif\]-->", "", html)


def words(text):
    """The text with every run of white space as one space."""
    return " ".join(text.split())


def strings_of(tag):
    """Every piece of text that somebody reads, without comments."""
    return [
        text
        for text in tag.find_all(string=True)
        if type(text) is NavigableString and text.strip()
    ]


def addresses_in(html):
    """Where the links of a mail lead, as its reader would copy them."""
    return {
        str(link["href"]).removeprefix("mailto:")
        for link in BeautifulSoup(html, "html.parser").select("a[href]")
    }
