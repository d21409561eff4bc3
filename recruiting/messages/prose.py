"""What of a text are words. The rest is a file, however it was written into them (pure).

No list of codings is ever whole, so it is told by what words look like: letters of one case with
blanks between, or signs of a script that has no cases. Code is neither: base64, uuencode, Ascii85,
yEnc and BinHex change between capitals, small letters, digits and signs at almost every place, and
a dump is a table of numbers. A few such lines are a key, a name of a file or a piece of a program;
a run of them, or many between words, are a file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

from recruiting.messages import embedded
from recruiting.messages.embedded import LEFT_OUT

RUN = 4  # pieces full of code, one below the other
LONG_RUN = 8  # pieces of code that are shorter, or of numbers
MOST_STRAY = 16  # pieces full of code, wherever they stand
FULL = 38  # signs of code in one piece
LEAST = 8  # signs of code in a piece that may be code
LEAST_NUMBERS = 8  # in a line of a dump, or groups of one length
DUMP_SHARE = 0.75  # of its words
WIDEST = 160  # signs of one line; what is longer counts as several
LEAST_KINDS = 8  # different signs of a long word that is no ruled line
LONGEST_WORD = 500  # of letters that may be code, but for a link
LONGEST_LINK = 2_000
CODE_SHARE = 0.7  # of the signs in a piece that are words or code
WORD_SHARE = 0.4  # of the signs in a word that read like one
LONGEST_SIGNATURE = 1_600
MOST_SIGNATURES = 3

_LONG = re.compile(
    rf"\bhttps?://\S{{1,{LONGEST_LINK}}}(?!\S)"
    rf"|(?<![A-Za-z0-9+/_=-])(?P<code>[A-Za-z0-9+/_=-]{{{LONGEST_WORD},}})"
)
# A line, or as much where line ends became blanks, as in the words of HTML.
_PIECE = re.compile(r"\S[^\n]{0,79}(?!\S)|\S+")
_LINK = re.compile(
    r"\W{0,9}(?:(?:https?|ftp|mailto|tel|callto|cid|mid|urn|file):|www\.)\S+"
    r"|\W{0,9}(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}/\S*"
    r"|\W{0,9}[\w.+'/=!#$%&*?^{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}\W{0,9}",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[\W_]*\d{1,20}(?:[.,:/'\u2013-]\d{1,20}){0,9}[\W_]*")
_OF_DUMP = re.compile(r"[\W_]*(?:0x|\\x)?[0-9A-Fa-f]{1,8}[hH]?[\W_]*")
_RAW = re.compile(rf"[A-Za-z0-9+/=]{{{FULL},}}")
_TAIL = re.compile(r"end|[`=~>:]{1,4}")
# What signs are: small letters, capitals, letters without case, digits, others.
_WORD = re.compile("[so]*(?:ul{0,2}|l{1,3}|u{1,3}|ul+|l+|u+|[lu]?c+)[so]*")
_READS_WELL = re.compile("u?l{4,}|ul{3}|u{5,}|c{2,}")
_SIGNATURE = re.compile(
    r"^-----BEGIN PGP SIGNATURE-----$"
    rf".{{1,{LONGEST_SIGNATURE}}}?^-----END PGP SIGNATURE-----$",
    re.MULTILINE | re.DOTALL,
)


class _Kinds(dict[int, str]):
    """What each sign is; made for each as it is met."""

    def __missing__(self, number: int) -> str:
        sign = chr(number)
        if sign.isdigit():
            kind = "d"
        elif sign.isalpha():
            kind = "u" if sign.isupper() else "l" if sign.islower() else "c"
        elif number > 0x2FF and not sign.isspace() and sign.isprintable():
            kind = "o"  # marks that letters bear, pictures, dashes
        else:
            kind = "s"
        self[number] = kind
        return kind


@dataclass(frozen=True, slots=True)
class _Piece:
    """A line of a text, or a part of a long one: where it stands and what it is like."""

    begin: int
    end: int
    words: int = 0  # signs
    code: int = 0  # signs
    is_dump: bool = False
    may_be_cut: bool = True  # out of something long; not a link, nor a part of a signature

    @property
    def length(self) -> int:
        """How long it is."""
        return self.end - self.begin

    @property
    def is_code(self) -> bool:
        """Whether hardly anything in it is a word."""
        share = self.code / (self.words + self.code or 1)
        return self.is_dump or (self.code >= LEAST and share >= CODE_SHARE)

    @property
    def is_full(self) -> bool:
        """Whether it is as long as a line of a file."""
        return self.code >= FULL and self.is_code


def words_alone(text: str) -> str:
    """The words of a text without any run of letters that is code, whoever wrote it into them."""
    words = _LONG.sub(_unless_link, embedded.parted(text)[0])
    kept, seen = list[str](), 0
    for begin, end in _files(words, [*_pieces(words)]):
        kept += [words[seen:begin], LEFT_OUT]
        seen = end
    return "".join([*kept, words[seen:]])


def _unless_link(found: re.Match[str]) -> str:
    return LEFT_OUT if found["code"] else found[0]


def _files(text: str, pieces: Sequence[_Piece]) -> Iterator[tuple[int, int]]:
    """Where files begin and end. What says nothing, as a blank or ruled line, ends none."""
    least = 1 if sum(one.is_full for one in pieces) >= MOST_STRAY else RUN
    in_columns = _columns(text, pieces)
    run, tail, full = list[_Piece](), 0, 0
    for one in pieces:
        if one.is_code or one.begin in in_columns:
            run.append(one)
            tail, full = one.end, full + one.is_full * max(1, one.length // WIDEST)
        elif run and tail == run[-1].end and _is_tail(text[one.begin : one.end], one):
            tail = one.end
        elif one.words:
            if full >= least or len(run) >= LONG_RUN:
                yield run[0].begin, tail
            run, tail, full = [], 0, 0
    if full >= least or len(run) >= LONG_RUN:
        yield run[0].begin, tail


def _columns(text: str, pieces: Sequence[_Piece]) -> set[int]:
    """Where the pieces begin that are words of one length, one below the other, as if cut."""
    found = set[int]()
    for length, column in groupby(pieces, lambda one: one.length):
        cut = [one.begin for one in column if one.may_be_cut and _is_cut(text[one.begin : one.end])]
        if length >= LEAST and len(cut) >= LONG_RUN:
            found.update(cut)
    return found


def _is_cut(said: str) -> bool:
    """Whether a piece has no blank, though its script has them between words."""
    return " " not in said and said.isascii()


def _is_tail(said: str, piece: _Piece) -> bool:
    """Whether a piece below code is its last line, which may be short."""
    return " " not in said and bool(_TAIL.fullmatch(said) or piece.code)


def _pieces(text: str) -> Iterator[_Piece]:
    kinds = _Kinds()
    signed = [one.span() for one in islice(_SIGNATURE.finditer(text), MOST_SIGNATURES)]
    for found in _PIECE.finditer(text):
        begin, end = found.span()
        if any(first <= begin < last for first, last in signed):
            yield _Piece(begin, end, words=end - begin, may_be_cut=False)
        else:
            yield _piece(found[0], begin, kinds)


def _piece(said: str, begin: int, kinds: _Kinds) -> _Piece:
    words = code = numbers = 0
    every = said.split()
    for one in every:
        numbers += _OF_DUMP.fullmatch(one) is not None
        is_word = _is_word(one, one.translate(kinds))
        if is_word is not None:
            words, code = words + is_word * len(one), code + (not is_word) * len(one)
    numbers = max(numbers, _most_alike(every))
    is_dump = numbers >= LEAST_NUMBERS and numbers >= DUMP_SHARE * len(every)
    may_be_cut = not _LINK.fullmatch(said)
    return _Piece(begin, begin + len(said), words, code, is_dump, may_be_cut)


def _most_alike(words: Sequence[str]) -> int:
    """How many words have the length of the others."""
    return max(Counter(map(len, words)).values())


def _is_word(said: str, kinds: str) -> bool | None:
    """Whether what stands between two blanks is a word or a link, or code; none if it tells
    nothing, as a number or a line."""
    if said == LEFT_OUT or _NUMBER.fullmatch(said):
        return None
    if _LINK.fullmatch(said):
        return True
    if _is_varied(said) and _RAW.fullmatch(said):
        return False
    if not ("l" in kinds or "u" in kinds or "c" in kinds):
        return False if len(said) >= FULL and "d" in kinds and len({*said}) > 1 else None
    if _WORD.fullmatch(kinds):
        return True
    return sum(map(len, _READS_WELL.findall(kinds))) >= WORD_SHARE * len(said)


def _is_varied(said: str) -> bool:
    return len({*said}) >= LEAST_KINDS
