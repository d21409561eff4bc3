"""Files that stand in the words of a mail, not beside them: found, read, and taken out (pure).

Old programs write a file into the text (uuencode, yEnc, BinHex), others as a `data:` address.
Everything is read once and line by line, so that no text takes long.
"""

from __future__ import annotations

import re
from binascii import Error, a2b_base64, a2b_uu
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import takewhile
from urllib.parse import unquote_to_bytes

LEFT_OUT = "[…]"  # stands where a file was, in any language
BEGINNINGS = ("begin", "=ybegin", "(This file")
MOST_BEGUN = 1_000  # lines of one text that may begin a file
MOST_LINES = 300_000  # that are looked through one by one; no file has more of so many letters
MOST_BLANK = 3  # lines within a file
EMPTY = "data:;base64,"
LONGEST_HEAD = 400  # of a line that says what follows
MOST_READ = 8_000_000  # characters of one mail
MOST_NAMED = 200  # files in addresses that are read, of one text; the others are counted
MOST_LOOKED = 2_000  # addresses of one text that may hold a file
REAL_LINE = 40  # signs of a line of code that is no word
QUOTED = re.compile(r"(?:> ?)*")

_UU = re.compile(r"begin [0-7]{3,4} (\S.*)")
_FILE_NAME = re.compile(r"\S+\.[A-Za-z0-9]{2,5}")
_UU_BASE64 = re.compile(r"begin-base64 [0-7]{3,4} (\S.*)")
_UU_LINE = re.compile(r"[ -`]{1,64}")
_BASE64_LINE = re.compile(r"[A-Za-z0-9+/]{2,}={0,2}")
_YENC = re.compile(r"=ybegin [a-z]+=\d")
_BINHEX = re.compile(r"\(This file must be converted with BinHex")
_BINHEX_LINE = re.compile(r":?[!-r]{60,80}|:?[!-r]{1,80}:")
_DATA = re.compile(
    r"""\bdata:(?P<kind>[a-z]{1,40}/[\w.+-]{1,100})?(?P<more>(?:;[\w.+=%-]{1,200}){0,9}),"""
    r"""(?P<code>[^\s"'<>)]*(?:\s{1,9}(?:[A-Za-z0-9+/]{30,}={0,2}|"""
    r"""[A-Za-z0-9+/]{2,29}={1,2})(?![^\s"'<>)]))*)""",
    re.IGNORECASE,
)
_KINDS = re.compile(
    "(?:application|audio|font|image|message|model|multipart|text|video)/", re.IGNORECASE
)
_NO_PROSE = re.compile(r"%[0-9A-Fa-f]{2}|(?<![\w+=-])[A-Za-z0-9_+=-]{40}")


@dataclass(frozen=True, slots=True)
class Embedded:
    """One file in the words of a mail; `octets` are empty where they cannot be read back.

    Or what is left of very many: how many `further` ones there are, and their size.
    """

    name: str
    size: int
    octets: bytes
    further: int = 0


def parted(text: str) -> tuple[str, list[Embedded]]:
    """(the words of a text, the files that stood in them)."""
    words, found = _without_blocks(text[:MOST_READ])
    words, further = without_addresses(words, LEFT_OUT)
    return words, found + further


def _without_blocks(text: str) -> tuple[str, list[Embedded]]:
    """The same of files that fill lines of their own."""
    if not any(one in text for one in BEGINNINGS):
        return text, []
    lines, found, kept = text.split("\n", MOST_LINES), list[Embedded](), list[str]()
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
    return "\n".join(kept), found


def without_addresses(text: str, instead: str = EMPTY) -> tuple[str, list[Embedded]]:
    """(a text or the tags of HTML without the files that are written as addresses, these files).

    Of very many the last stands for all that are not read; what follows the last one that is
    looked at is one file more, whatever it is.
    """
    if "data:" not in text.lower():
        return text, []
    kept, found, seen, further, size = list[str](), list[Embedded](), 0, 0, 0
    for number, one in enumerate(_DATA.finditer(text)):
        is_rest = number == MOST_LOOKED
        if not (is_rest or _is_file(one)):
            continue
        kept += [text[seen : one.start()], LEFT_OUT if is_rest else instead]
        seen = len(text) if is_rest else one.end()
        if is_rest or len(found) == MOST_NAMED:
            further, size = further + 1, size + seen - one.start()
        elif one["code"]:  # not one that was emptied before
            found.append(_of_address(one))
        if is_rest:
            break
    words = "".join([*kept, text[seen:]])
    return words, [*found, Embedded("", size, b"", further)] if further else found


def _is_file(found: re.Match[str]) -> bool:
    """Whether an address holds a file: "Big Data:ci/cd,docker" is a list of what somebody knows."""
    if _is_base64(found):
        return True
    kind = found["kind"] or ("text/plain" if found["more"] else "")
    return bool(_KINDS.match(kind) and _NO_PROSE.search(found["code"]))


def _is_base64(found: re.Match[str]) -> bool:
    return found["more"].lower().endswith(";base64")


def _of_address(found: re.Match[str]) -> Embedded:
    octets = unquote_to_bytes("".join(found["code"].split()))
    if _is_base64(found):
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
        code, size = _until(below, _is_uuencode, "end")
        if not code and _FILE_NAME.fullmatch(found[1]):
            code, size = _any_uuencode(_below(lines, begin + 1, prefix))
        octets, name = _uudecoded(code), found[1]
    elif found := _UU_BASE64.fullmatch(head):
        code, size = _until(below, _is_base64_line, "====")
        octets, name = _base64("".join(code).encode()), found[1]
    elif _YENC.match(head):
        code, size = _until_yend(below)
        octets, name = b"", head.rpartition("name=")[2]
    elif _BINHEX.match(head):
        code, size = _binhex(below)
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


def _until(below: Iterator[str], is_code: Callable[[str], bool], end: str) -> tuple[list[str], int]:
    """(lines of code, how many lines that are with the one that ends them).

    What has no end, since the mail was cut, ends where words begin again; it is no file if none of
    its lines is too long for a word.
    """
    code, size = list[str](), 0
    for number, one in enumerate(below, start=1):
        bare = one.rstrip()
        if bare == end:
            return code, number
        if not bare and number - size <= MOST_BLANK:
            continue
        if not is_code(bare):
            break
        code.append(one)
        size = number
    return (code, size) if any(len(one) >= REAL_LINE for one in code) else ([], 0)


def _any_uuencode(below: Iterator[str]) -> tuple[list[str], int]:
    """What stands right below the name of a file and may be a broken one."""
    code = [*takewhile(lambda one: _UU_LINE.fullmatch(one.rstrip()), below)]
    return code, len(code)


def _is_uuencode(line: str) -> bool:
    """Whether a line is one of uuencode; a full one may have lost the blanks at its end."""
    is_full = line.startswith("M") and len(line) <= 62
    return _UU_LINE.fullmatch(line) is not None and (is_full or _fits(line))


def _fits(line: str) -> bool:
    """Whether a line of uuencode is as long as its first sign says."""
    length = -(-((ord(line[0]) - 32) & 63) // 3) * 4
    return length - 4 < len(line) - 1 <= length + 1


def _is_base64_line(line: str) -> bool:
    return _BASE64_LINE.fullmatch(line) is not None


def _until_yend(below: Iterator[str]) -> tuple[list[str], int]:
    """The same of yEnc, whose lines look like anything: without its end it is none."""
    code = list[str]()
    for number, one in enumerate(below, start=1):
        if one.startswith("=yend"):
            return code, number
        if one.startswith("=ybegin", len(_prefix(one))):  # also lets no line be read twice
            break
        code.append(one)
    return [], 0


def _binhex(below: Iterator[str]) -> tuple[list[str], int]:
    """The same of BinHex, which stands between two colons."""
    code, size = list[str](), 0
    for number, one in enumerate(below, start=1):
        bare = one.rstrip()
        if not bare and number - size <= MOST_BLANK:
            continue
        if not _BINHEX_LINE.fullmatch(bare) or not (code or bare.startswith(":")):
            break
        code.append(one)
        size = number
        if bare.endswith(":"):
            break
    return code, size


def _uudecoded(code: Sequence[str]) -> bytes:
    octets = bytearray()
    for line in code:
        with suppress(Error, ValueError):
            octets += a2b_uu(line)
    return bytes(octets)
