"""Files that stand in the words of a mail, not beside them: found, read, and taken out (pure).

Old programs write a file into the text (uuencode, yEnc, BinHex), others as a `data:` address.
Everything is read once and line by line, so that no text takes long.
"""

from __future__ import annotations

import re
from binascii import Error, a2b_base64, a2b_uu
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

LEFT_OUT = "[…]"  # stands where a file was, in any language
BEGINNINGS = ("begin", "=ybegin", "(This file")
MOST_BEGUN = 1_000  # lines of one text that may begin a file
MOST_BLANK = 3  # lines within a file
YENC_ENDS = "=yend"
EMPTY = "data:text/plain,"
RUN = 4  # lines of code that are no words, whatever stands before them
LONGEST_WORD = 500  # of letters that may be code; no address is as long
LONGEST_HEAD = 400  # of a line that says what follows
MOST_READ = 8_000_000  # characters of one text
QUOTED = re.compile(r"(?:> ?)*")

_UU = re.compile(r"begin [0-7]{3,4} (\S.*)")
_UU_BASE64 = re.compile(r"begin-base64 [0-7]{3,4} (\S.*)")
_UU_LINE = re.compile(r"[ -`]{1,64}")
_BASE64_LINE = re.compile(r"[A-Za-z0-9+/]{2,}={0,2}")
_YENC = re.compile(r"=ybegin [a-z]+=\d")
_BINHEX = re.compile(r"\(This file must be converted with BinHex")
_BINHEX_LINE = re.compile(r":?[!-r]{1,80}:?")
_ANY = re.compile(".*")
_CODE = re.compile(r"(?=.*[A-Z])(?=.*[a-z0-9])[A-Za-z0-9+/_-]{40,}={0,2}|M[ -`]{55,61}")
_LONG = re.compile(rf"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_=-]{{{LONGEST_WORD},}}")
_DATA = re.compile(
    r"""\bdata:(?P<kind>[a-z]{1,40}/[\w.+-]{1,100})?(?P<more>(?:;[\w.+=%-]{1,200}){0,9}),"""
    r"""(?P<code>[^\s"'<>)]*(?:\s{1,9}(?:[A-Za-z0-9+/]{30,}={0,2}|"""
    r"""[A-Za-z0-9+/]{2,29}={1,2})(?![^\s"'<>)]))*)""",
    re.IGNORECASE,
)
_MAY_HOLD = re.compile(
    r"^[> ]*(?:begin(?:-base64)? [0-7]|=ybegin |\(This file must)|\bdata:", re.M | re.I
)


@dataclass(frozen=True, slots=True)
class Embedded:
    """One file in the words of a mail; `octets` are empty where they cannot be read back."""

    name: str
    size: int
    octets: bytes


def parted(text: str) -> tuple[str, list[Embedded]]:
    """(the words of a text, the files that stood in them)."""
    text = text[:MOST_READ]
    if not _MAY_HOLD.search(text):
        return text, []
    lines, found, kept = text.split("\n"), list[Embedded](), list[str]()
    number = begun = 0
    while number < len(lines):
        line = lines[number]
        prefix, block = _prefix(line), None
        if begun < MOST_BEGUN and line.startswith(BEGINNINGS, len(prefix)):
            begun, block = begun + 1, _block(lines, number, prefix)
        if block is None:
            kept.append(line)
            number += 1
            continue
        number, file = block
        kept.append(prefix + LEFT_OUT)
        found.append(file)
    words = "\n".join(kept)
    found += in_addresses(words)
    return _DATA.sub(_in_place, words), found


def words_alone(text: str) -> str:
    """The words of a text without any run of letters that is code, whoever wrote it into them."""
    lines, kept, code = parted(text)[0].split("\n"), list[str](), list[str]()
    for line in [*lines, ""]:
        bare = line[len(_prefix(line)) :].strip()
        if _CODE.fullmatch(bare):
            code.append(line)
            continue
        if len(code) >= RUN:
            kept.append(LEFT_OUT)
            code = []
            if _is_rest(bare):
                continue
        kept += [*code, line]
        code = []
    return _LONG.sub(LEFT_OUT, "\n".join(kept[:-1]))


def _is_rest(line: str) -> bool:
    """Whether the line below a run of code is its last one, which may be short."""
    if not _UU_LINE.fullmatch(line):
        return line.endswith("=") and _BASE64_LINE.fullmatch(line) is not None
    length = -(-((ord(line[0]) - 32) & 63) // 3) * 4  # of what a line of uuencode says it holds
    return length - 4 < len(line) - 1 <= length + 1 or line == "end"


def in_addresses(text: str) -> list[Embedded]:
    """The files that are written as addresses in a text or in the tags of HTML."""
    return [_of_address(one) for one in _DATA.finditer(text) if _is_file(one)]


def without_addresses(html: str) -> str:
    """HTML in which such addresses are empty; in its words they are left out."""
    return _DATA.sub(lambda one: EMPTY if _is_file(one) else one[0], html[:MOST_READ])


def _is_file(found: re.Match[str]) -> bool:
    return bool(found["kind"] or found["more"])


def _in_place(found: re.Match[str]) -> str:
    return LEFT_OUT if _is_file(found) else found[0]


def _of_address(found: re.Match[str]) -> Embedded:
    octets = unquote_to_bytes("".join(found["code"].split()))
    if found["more"].lower().endswith(";base64"):
        octets = _base64(octets)
    kind = (found["kind"] or "").rpartition("/")[2].lower()
    return Embedded(f"file.{kind}" if kind.isalnum() else "file", len(octets), octets)


def _base64(octets: bytes) -> bytes:
    with suppress(Error, ValueError):
        return a2b_base64(octets + b"==")
    return b""


def _prefix(line: str) -> str:
    """The signs of a quotation that a line begins with."""
    found = QUOTED.match(line) if line.startswith(">") else None
    return found[0] if found else ""


def _block(lines: Sequence[str], begin: int, prefix: str) -> tuple[int, Embedded] | None:
    """(the line behind it, the file) of what is encoded from a line on; none if that is words."""
    head = lines[begin][len(prefix) :].rstrip()
    below = _below(lines, begin + 1, prefix)
    if len(head) > LONGEST_HEAD:
        return None
    if found := _UU.fullmatch(head):
        code, size = _until(below, _UU_LINE, "end")
        octets, name = _uudecoded(code), found[1]
    elif found := _UU_BASE64.fullmatch(head):
        code, size = _until(below, _BASE64_LINE, "====")
        octets, name = _base64("".join(code).encode()), found[1]
    elif found := _YENC.match(head):
        code, size = _until(below, _ANY, YENC_ENDS)
        octets, name = b"", head.rpartition("name=")[2]
    elif _BINHEX.match(head):
        code, size = _until(below, _BINHEX_LINE)
        octets, name = b"", ""
    else:
        return None
    length = len(octets) or sum(map(len, code))
    return (begin + 1 + size, Embedded(name.strip(), length, octets)) if code else None


def _below(lines: Sequence[str], begin: int, prefix: str) -> Iterator[str]:
    bare = prefix.rstrip()
    for number in range(begin, len(lines)):
        line = lines[number]
        yield line.removeprefix(prefix) if line.startswith(prefix) else line.removeprefix(bare)


def _until(
    below: Iterator[str], line: re.Pattern[str], end: str | None = None
) -> tuple[list[str], int]:
    """(lines of code, how many lines that are with the one that ends them).

    What has no end, since the mail was cut, ends where words begin again.
    """
    code, size = list[str](), 0
    for number, one in enumerate(below, start=1):
        if one.rstrip() == end or (end == YENC_ENDS and one.startswith(end)):
            return code, number
        if not one.strip() and number - size <= MOST_BLANK:
            continue
        if not line.fullmatch(one.rstrip()):
            break
        code.append(one)
        size = number
    return code, size


def _uudecoded(code: Sequence[str]) -> bytes:
    octets = bytearray()
    for line in code:
        with suppress(Error, ValueError):
            octets += a2b_uu(line)
    return bytes(octets)
