"""What stands below the title: headings, quotes, lists, pointers, paragraphs."""

import re
import unicodedata
from dataclasses import dataclass

from newsletter.articles.page_text.lines import Lines, Wrapping, join_lines
from newsletter.articles.page_text.parsed import (
    Block,
    Heading,
    ListOfItems,
    MustRead,
    Paragraph,
)
from newsletter.articles.page_text.quotations import read_quote
from newsletter.articles.page_text.wording import (
    DASHES,
    MUST_READ,
    QUOTE_MARKS,
    ends_a_sentence,
)

_LONGEST_HEADING = 80
# The categories of emoji, of what joins and colours them, and of spaces.
_SYMBOLS = {"So", "Sk", "Mn", "Me", "Cf", "Zs"}
# A marker on a line of its own has its text below.
_MARKER = re.compile(
    r"^\s*(?:(?P<bullet>[•◦▪▫●○‣⁃])\s*|(?P<sign>[*–-]|\d{1,2}[.)])(?:\s+|$))"
    r"(?P<text>.*)$"
)
_NO_HEADING_ENDS = f".,:;…{DASHES}"
_ONLY_ADDRESS = re.compile(r"^(?:https?://\S+|www\.\S+|\S+@\S+\.\w+)$", re.IGNORECASE)

_MARKED_LINK = re.compile(r"^\[(?P<title>[^\]]+)\]\((?P<url>[^\s()]+)\)\W?$")
# An address with a scheme or www, or a bare domain with a path.
_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|(?:(?<=^)|(?<=^[(\[<]))(?:[\w-]+\.)+[a-z]{2,24}/\S*",
    re.IGNORECASE,
)
_BRACKETS = {"(": ")", "[": "]", "<": ">"}
_BEFORE_ADDRESS = f" ([<>→|:{DASHES}"


def read_blocks(lines: Lines, wrapping: Wrapping) -> list[Block]:
    """Return the blocks that these lines, without a blank between, make."""
    blocks: list[Block] = []
    text: Lines = []
    rest = list(lines)
    while rest:
        if not MUST_READ.match(rest[0]):
            text.append(rest.pop(0))
            continue
        blocks += _read_text(text, wrapping)
        text = []
        count = _length_of_pointer(rest, wrapping)
        blocks.append(read_must_read(join_lines(rest[:count])))
        del rest[:count]
    return blocks + _read_text(text, wrapping)


def merge_lists(blocks: list[Block]) -> list[Block]:
    """Join lists that only blank lines kept apart."""
    merged: list[Block] = []
    for block in blocks:
        before = merged[-1] if merged else None
        if isinstance(block, ListOfItems) and isinstance(before, ListOfItems):
            merged[-1] = ListOfItems(before.items + block.items)
        else:
            merged.append(block)
    return merged


def _length_of_pointer(lines: Lines, wrapping: Wrapping) -> int:
    count = 1
    if not _rest_of(lines[0]) and len(lines) > 1 and not MUST_READ.match(lines[1]):
        count = 2
    while count < len(lines) and not MUST_READ.match(lines[count]):
        following = lines[count]
        if not _is_address(following) and not wrapping.goes_on(
            lines[count - 1], following
        ):
            break
        count += 1
    return count


def _is_address(line: str) -> bool:
    """Tell whether a line holds an address and nothing else."""
    words = line.strip(_BEFORE_ADDRESS).split()
    return len(words) == 1 and bool(_ADDRESS.match(words[0]))


def _rest_of(line: str) -> str:
    found = MUST_READ.match(line)
    return found["rest"].strip() if found else ""


def read_must_read(line: str) -> Block:
    """Return the article that a line points to, and its address if it has one."""
    text = _rest_of(line)
    found = _MARKED_LINK.match(text)
    if found:
        return MustRead(found["title"].strip(), found["url"])
    title, url = _without_address(text)
    if title:
        return MustRead(title, url)
    return MustRead(text) if text else Paragraph(line)


def _without_address(text: str) -> tuple[str, str | None]:
    """Part a title from the address that ends it: bare, in brackets, after a dash."""
    before, _, last = text.rpartition(" ")
    found = _ADDRESS.search(last)
    if not found:
        return text, None
    before = f"{before} {last[: found.start()]}".strip()
    url = found[0].rstrip(".,;")
    closing = _BRACKETS.get(before[-1:])
    if closing and url.endswith(closing):
        url = url[:-1]
    return before.rstrip(_BEFORE_ADDRESS), url


def _read_text(lines: Lines, wrapping: Wrapping) -> list[Block]:
    """Read lines that hold no pointers."""
    if not lines:
        return []
    quote = read_quote(lines)
    if quote:
        return [quote]
    blocks: list[Block] = []
    for run in _split_lists(lines, wrapping):
        if run.is_list:
            blocks.append(_list_of(run.entries))
        else:
            blocks.append(_heading_or_paragraph(run.entries[0], wrapping))
    return blocks


def _heading_or_paragraph(lines: Lines, wrapping: Wrapping) -> Block:
    quote = read_quote(lines)
    if quote:
        return quote
    text = join_lines(lines)
    return Heading(text) if is_heading(lines, wrapping) else Paragraph(text)


def is_heading(lines: Lines, wrapping: Wrapping) -> bool:
    """Tell whether the lines are a short line of their own without a full stop."""
    text = join_lines(lines)
    if len(text) > _LONGEST_HEADING:
        return False
    bare = _without_emoji(text)
    core = bare.rstrip(f"{QUOTE_MARKS})]")
    if not re.search(r"[^\W_]", core):
        return False
    if _ONLY_ADDRESS.match(bare) or core[-1] in _NO_HEADING_ENDS or bare[-1] in ".,:;":
        return False
    if len(lines) == 1:
        return True
    # Only a narrow page breaks a heading; a broken question is rather a sentence.
    full = all(wrapping.goes_on(a, b) for a, b in zip(lines, lines[1:], strict=False))
    return full and core[-1] not in "?!"


def _without_emoji(text: str) -> str:
    while text and unicodedata.category(text[-1]) in _SYMBOLS:
        text = text[:-1]
    return text


@dataclass
class _Run:
    """Lines of one kind: running text (one entry) or the items of a list."""

    is_list: bool
    entries: list[Lines]

    @property
    def last_line(self) -> str:
        return self.entries[-1][-1]


def _split_lists(lines: Lines, wrapping: Wrapping) -> list[_Run]:
    """Part lines into running text and lists."""
    runs: list[_Run] = []
    for line in lines:
        run = runs[-1] if runs else None
        if _starts_item(run, line, wrapping):
            if run and run.is_list:
                run.entries.append([line])
            else:
                runs.append(_Run(True, [[line]]))
        elif not run or _leaves_list(run, line, wrapping):
            runs.append(_Run(False, [[line]]))
        else:
            run.entries[-1].append(line)
    return runs


def _starts_item(run: _Run | None, line: str, wrapping: Wrapping) -> bool:
    """Tell an item from a wrapped line that happens to begin with a dash or number."""
    marker = _MARKER.match(line)
    if not marker or not run:
        return bool(marker)
    if marker["bullet"] or ends_a_sentence(run.last_line):
        return True
    if run.is_list and _same_marker(run.entries[0][0], marker):
        return True
    return not wrapping.goes_on(run.last_line, line)


def _same_marker(first: str, marker: re.Match[str]) -> bool:
    other = _MARKER.match(first)
    if not other or not other["sign"]:
        return False
    numbered = other["sign"][0].isdigit() and marker["sign"][0].isdigit()
    return numbered or other["sign"] == marker["sign"]


def _leaves_list(run: _Run, line: str, wrapping: Wrapping) -> bool:
    """Tell a new paragraph right below a list from the rest of a wrapped item."""
    last = run.last_line
    if not run.is_list or line[:1].isspace() or wrapping.goes_on(last, line):
        return False
    return ends_a_sentence(last) and line[:1].isupper()


def _list_of(entries: list[Lines]) -> Block:
    items = tuple(join_lines([_MARKER.sub(r"\g<text>", first), *others])
                  for first, *others in entries)  # fmt: skip
    texts = tuple(item for item in items if item)
    whole = join_lines([line for entry in entries for line in entry])
    return ListOfItems(texts) if texts else Paragraph(whole)
