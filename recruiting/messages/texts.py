"""The words of a mail: its text, what of it is new, what is quoted or signed (pure).

Everything is read line by line, so that no text takes long. The full text is always kept beside
what is shown.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from email.message import Message
from html import unescape

from recruiting.messages import embedded
from recruiting.messages.embedded import Embedded
from recruiting.messages.envelope import plain, within

SLOW = frozenset({"punycode", "idna"})  # charsets of names: they take the square of a text's length
LONGEST_TEXT = 200_000  # characters of a mail that are read; its raw bytes are kept whole
LONGEST_HTML = 500_000
MOST_PARTS = 200
# How files begin that some programs call a text: PDF, ZIP (and what is packed so), Word, pictures.
OF_FILES = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf")
SILENT = {"style", "script", "head", "title"}
VOID = {
    "br",
    "hr",
    "img",
    "meta",
    "link",
    "input",
    "col",
    "p",
    "li",
    "tr",
    "td",
}  # often not closed
DEEPEST = 400
BREAKS = {
    "p",
    "div",
    "tr",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "table",
    "ul",
    "ol",
    "blockquote",
    "hr",
    "pre",
}

# What a mail program writes above the mail that it quotes; it may run over three lines.
_QUOTES = re.compile(
    r"^(On|Am|Le|El|Il|Op|W dniu|Em|Den) .{4,250}(wrote|schrieb|Folgendes geschrieben|a écrit"
    r"|escribió|ha scritto|schreef|napisał|napisała|escreveu|skrev)\b.{0,120}:$",
    re.IGNORECASE,
)
_RULE = re.compile(r"^[-_*\s]{0,40}(original[- ]?message|original appointment|forwarded message"
                   r"|ursprüngliche nachricht|original-nachricht|weitergeleitete nachricht)"
                   r"[-_*\s]{0,40}$", re.IGNORECASE)  # fmt: skip
_FROM = re.compile(r"^\W{0,3}(from|von|de|da|van)\W{0,2}:", re.IGNORECASE)
_SENT = re.compile(
    r"^\W{0,3}(sent|gesendet|date|datum|envoyé|enviado|verzonden|to|an|subject|betreff)\W{0,2}:",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"^(-- ?|(sent|get outlook) (from|for) (my )?\S.{0,60}|von mein\w* .{1,40} gesendet"
    r"|diese nachricht wurde von mein\w* .{1,60} gesendet\.?)$",
    re.IGNORECASE,
)


# One tag with its attributes, or one that is none; every step ends at the next "<".
_TAG = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^<>"']|"[^"<]*"|'[^'<]*')*)>""")


class _Plain:
    """Turns HTML into text; what it quotes begins with `>`."""

    def __init__(self) -> None:
        self.lines: list[str] = [""]
        self.silent = self.quoted = self.set = 0

    def tag(self, name: str, *, ends: bool) -> None:
        """One tag, of which some begin a line, a quotation or something unseen."""
        step = -1 if ends else 1
        self.silent = max(0, self.silent + step * (name in SILENT))
        self.quoted = max(0, self.quoted + step * (name == "blockquote"))
        self.set = max(0, self.set + step * (name == "pre"))
        if name in BREAKS or name == "br":
            self.lines.append("")

    def words(self, text: str) -> None:
        """What stands between two tags."""
        if self.silent:
            return
        if not self.set:
            self._add(re.sub(r"\s+", " ", unescape(text)))
            return
        first, *further = unescape(text).split("\n")
        self._add(first)
        for line in further:
            self.lines.append("")
            self._add(line)

    def _add(self, words: str) -> None:
        if not (words.strip() or self.lines[-1]):
            return
        if not self.lines[-1] and self.quoted:
            self.lines[-1] = "> "
        self.lines[-1] += words


def from_html(html: str) -> str:
    """The words of an HTML text.

    Read tag by tag and never twice: parsers that build a tree, or look for the end of what has
    none, take a time that grows with the square of what a stranger can send.
    """
    reader, seen = _Plain(), 0
    text = _without_comments(html[:LONGEST_HTML])
    for found in _TAG.finditer(text):
        reader.words(text[seen : found.start()])
        reader.tag(found[2].lower(), ends=bool(found[1]))
        seen = found.end()
    reader.words(text[seen:])
    shown = "\n".join(line.strip() for line in reader.lines)
    return re.sub(r"\n{3,}", "\n\n", shown).strip()


def is_deep(html: str) -> bool:
    """Whether tags stand in each other so deeply that building their tree takes long."""
    depth = 0
    for found in _TAG.finditer(html):
        depth += -1 if found[1] else found[2].lower() not in VOID
        if depth > DEEPEST:
            return True
    return False


def _without_comments(html: str) -> str:
    kept, seen = [], 0
    while (begin := html.find("<!", seen)) >= 0:
        kept.append(html[seen:begin])
        ends = "-->" if html.startswith("<!--", begin) else ">"
        end = html.find(ends, begin)
        if end < 0:
            return "".join(kept)
        seen = end + len(ends)
    return "".join([*kept, html[seen:]])


def leaves(message: Message, most: int | None = MOST_PARTS) -> Iterator[Message]:
    """The parts of a mail that hold something, outermost mail only; no more than `most` are
    looked at."""
    waiting, number = [message], 0
    while waiting and (most is None or number < most):
        part = waiting.pop()
        number += 1
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting += reversed(within(part))
        else:
            yield part


def octets_of(part: Message) -> bytes:
    """What one part holds, as it was before it was encoded for its way."""
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def decoded(part: Message) -> str:
    """The text of one part; an unknown or lying charset costs letters, not the mail."""
    octets = octets_of(part)
    charset = part.get_content_charset() or "utf-8"
    for name in (charset, "utf-8"):
        with suppress(LookupError, ValueError):
            if codecs.lookup(name).name not in SLOW:
                return _tidy(octets.decode(name))
    return _tidy(octets.decode("latin-1"))


def _tidy(text: str) -> str:
    return plain(text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " "))


def is_attached(part: Message) -> bool:
    """Whether a part is a file, not the words of the mail."""
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def is_words(part: Message) -> bool:
    """Whether a part holds words of the mail, and not a file, whatever it calls itself."""
    if is_attached(part) or part.get_content_type() not in {"text/plain", "text/html"}:
        return False
    return not octets_of(part)[:1024].lstrip().startswith(OF_FILES)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a mail, read once; of one that holds words these, and the files in them."""

    number: int
    message: Message
    is_words: bool
    words: str = ""
    html: str = ""  # where the words are made from it
    files: tuple[Embedded, ...] = ()
    unread: int = 0  # characters that nobody looked through


def parts(message: Message) -> list[Part]:
    """The parts of a mail in their order; what is too much of all words together stays unread."""
    found, left, left_of_html = list[Part](), embedded.MOST_READ, LONGEST_HTML
    for number, part in enumerate(leaves(message, most=None)):
        if not is_words(part):
            found.append(Part(number, part, is_words=False))
            continue
        said = decoded(part)
        is_html = part.get_content_type() == "text/html"
        read = _html(number, part, said[:left], left_of_html) if is_html else None
        if read is None:
            words, inside = embedded.parted(said[:left])
            read = Part(number, part, is_words=True, words=words, files=(*inside,))
        left_of_html -= len(read.html)
        found.append(replace(read, unread=max(0, len(said) - left)))
        left = max(0, left - len(said))
    return found


def _html(number: int, part: Message, said: str, most: int) -> Part:
    html, inside = embedded.without_addresses(said)
    html = html[:most]
    words, further = embedded.parted(from_html(html))
    inside += further
    return Part(number, part, is_words=True, words=words, html=html, files=(*inside,))


def body(message: Message, read: Sequence[Part] | None = None) -> tuple[str, str]:
    """(text, HTML) of a mail; the text is made from the HTML where there is no other.

    Without the files that some write into them. `read` are its parts, where they are known.
    """
    found = [one for one in read or parts(message) if one.is_words][:MOST_PARTS]
    plain_words = (one.words for one in found if one.message.get_content_type() != "text/html")
    text = ""
    for words in plain_words:
        if len(text) >= LONGEST_TEXT:
            break
        text = f"{text}\n{words}" if text else words
    first = next((one for one in found if one.html), None)
    if first and not text.strip():
        text = first.words
    return text[:LONGEST_TEXT].strip(), first.html if first else ""


def fold(text: str) -> tuple[str, str]:
    """(what is new, what is quoted or signed below it); both together are the whole text.

    Who answers between the quotes keeps everything, since the answers mean nothing without them.
    """
    lines = text.split("\n")
    cut = _cut(lines)
    kept, folded = lines[:cut], lines[cut:]
    answers = [one for one in _after_head(folded) if one.strip() and not _is_quoted(one)]
    if answers and any(map(_is_quoted, folded)) and not _has_block(folded):
        signed = next((n for n, one in enumerate(lines) if _SIGNED.match(one)), len(lines))
        kept, folded = lines[: max(signed, cut)], lines[max(signed, cut) :]
    end = len(kept)
    while end and (not kept[end - 1].strip() or _is_quoted(kept[end - 1])):
        end -= 1
    kept, folded = kept[:end], kept[end:] + folded
    if not any(one.strip() for one in kept):
        return text.strip(), ""
    return "\n".join(kept).strip(), "\n".join(folded).strip("\n")


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith(">")


def _cut(lines: list[str]) -> int:
    """The first line that begins what is quoted or signed."""
    for number, line in enumerate(lines):
        if _SIGNED.match(line.rstrip("\r")) or _begins_block(lines, number):
            return number
        if line[:12].strip() and _QUOTES.match(_run(lines, number)):
            return number
    return len(lines)


def _run(lines: list[str], number: int) -> str:
    """A line with up to two that follow it, until one ends with a colon."""
    said = ""
    for line in lines[number : number + 3]:
        if not line.strip():
            break
        said = f"{said} {line.strip()}".strip()[:400]
        if said.endswith(":"):
            break
    return said


def _begins_block(lines: list[str], number: int) -> bool:
    """Whether the head of a quoted mail stands here, as Outlook writes it."""
    line = lines[number][:200].strip()
    if _RULE.match(line):
        return True
    below = [one[:60].strip() for one in lines[number + 1 : number + 4]]
    return bool(_FROM.match(line)) and sum(bool(_SENT.match(one)) for one in below) > 1


def _has_block(lines: list[str]) -> bool:
    return any(_begins_block(lines, number) for number in range(min(3, len(lines))))


def _after_head(lines: list[str]) -> list[str]:
    """What follows the line that says who wrote what is quoted; nothing behind a signature."""
    if lines and _SIGNED.match(lines[0]):
        return []
    below = iter(lines[3:] if lines and not _run(lines, 0).endswith(":") else lines[1:])
    found = []
    for line in below:
        if _SIGNED.match(line):
            break
        found.append(line)
    while found and found[0].strip() and not _is_quoted(found[0]):
        found.pop(0)  # the rest of a head that runs over several lines
    return found
