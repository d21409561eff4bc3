"""Without a list of codings: what does not look like words goes, what does stays."""

from __future__ import annotations

import base64
import textwrap
from binascii import b2a_uu
from collections.abc import Callable
from random import Random

import pytest

from recruiting.messages import prose

OCTETS = b"%PDF-1.7 " + Random(3).randbytes(3_000)  # noqa: S311 - no secret
BASE64 = textwrap.wrap(base64.b64encode(OCTETS).decode(), 76)
ROWS = [OCTETS[at : at + 16] for at in range(0, len(OCTETS), 16)]
LETTERS = "".join(chr(one) if 32 < one < 127 else "." for one in OCTETS)


def in_lines(said: str, width: int = 76) -> str:
    return "\n".join(said[at : at + width] for at in range(0, len(said), width))


def yenc() -> str:
    signs = bytes((one + 42) & 255 for one in OCTETS if (one + 42) & 255 not in {0, 10, 13, 61})
    return "=ybegin line=128 size=3009 name=cv.pdf\n" + in_lines(signs.decode("latin-1"), 128)


CODES = {
    "base64": "\n".join(BASE64),
    "with blank lines": "\n\n\n\n\n".join(BASE64),
    "behind a stroke": "\n".join(f"| {line}" for line in BASE64),
    "quoted": "\n".join(f"> | > {line}" for line in BASE64),
    "numbered": "\n".join(f"{number}: {line}" for number, line in enumerate(BASE64)),
    "as a program has it": "\n".join(f'"{line}" +' for line in BASE64),
    "in one line": " ".join(BASE64),
    "in narrow lines": in_lines("".join(BASE64), 12),
    "base32": in_lines(base64.b32encode(OCTETS).decode()),
    "Ascii85": base64.a85encode(OCTETS, wrapcol=76, adobe=True).decode(),
    "base85": in_lines(base64.b85encode(OCTETS).decode()),
    "hex": in_lines(OCTETS.hex()),
    "hex in pairs": in_lines(OCTETS.hex(" "), 48),
    "dump": "\n".join(f"{16 * n:08x}  {row.hex(' ')}  |...|" for n, row in enumerate(ROWS)),
    "xxd": "\n".join(
        f"{16 * n:08x}: {row.hex(' ', 2)}  {LETTERS[:16]}" for n, row in enumerate(ROWS)
    ),
    "array": "\n".join(", ".join(f"0x{one:02x}" for one in row) + "," for row in ROWS),
    "numbers": "\n".join(", ".join(map(str, row)) + "," for row in ROWS),
    "numbers in one word": ",".join(map(str, OCTETS)),
    "bits": in_lines(" ".join(f"{one:08b}" for one in OCTETS), 71),
    "groups": in_lines(" ".join(textwrap.wrap(base64.b32encode(OCTETS).decode(), 5)), 60),
    "percents": in_lines("".join(f"%{one:02x}" for one in OCTETS), 75),
    "uuencode": "".join(b2a_uu(OCTETS[at : at + 45]).decode() for at in range(0, 3_009, 45)),
    "yEnc without its end": yenc(),
    "a PDF": OCTETS.decode("latin-1"),
}


@pytest.mark.parametrize("code", CODES.values(), ids=CODES)
def test_a_file_goes_however_it_is_written_and_the_words_around_it_stay(code: str):
    words = prose.words_alone(f"Hello,\nmy CV:\n\n{code}\n\nKind regards\nMina Okafor")
    assert words.startswith("Hello,\nmy CV:\n")
    assert words.endswith("Kind regards\nMina Okafor")
    assert "[…]" in words
    assert len(words) < 100
    assert prose.words_alone(words) == words


def test_a_file_that_is_strewn_between_words_goes_line_by_line():
    said = "\n".join(f"Hello there, my friend,\n{line}" for line in BASE64)
    words = prose.words_alone(said)
    assert words.split("\n") == ["Hello there, my friend,", "[…]"] * len(BASE64)


SIGNATURE = f"""I come.
-----BEGIN PGP SIGNATURE-----

{chr(10).join(BASE64[:11])}
=aB3d
-----END PGP SIGNATURE-----"""
WORDS = {
    "links as people write them": "".join(
        f"{place}/mina-okafor-4b7a1/Proj{number}ct1X\n"
        for place in ("github.com", "linkedin.com/in", "my.portfolio.example")
        for number in range(4)
    ),
    "a link with a long token": "https://jobs.example/reset?token=" + "aB3dE5gH7jK9" * 60 + "\n",
    "German": "Die Donaudampfschifffahrtsgesellschaft sagte zu: am 3. Mai 2026 um 14:00 Uhr.\n"
    "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz\n",
    "Chinese": "我对贵公司的软件工程师职位非常感兴趣。\n我有五年的Python和SQL开发经验。\n",
    "Japanese": "お世話になっております。5月3日(火)14:00でお願いいたします。\n",
    "Korean": "안녕하세요 면접 일정을 알려 주셔서 감사합니다 다음 주 화요일에 뵙겠습니다\n",
    "Thai": "เรียนคุณผู้จัดการฝ่ายบุคคล ขอบคุณสำหรับการเชิญสัมภาษณ์งานในวันอังคารที่จะถึงนี้\n",
    "Hindi": "नमस्ते, साक्षात्कार के निमंत्रण के लिए धन्यवाद। मैं मंगलवार को आऊँगा।\n",
    "Arabic": "شكرا جزيلا على دعوتكم للمقابلة يوم الثلاثاء القادم في الساعة الثانية ظهرا\n",
    "Russian": "Здравствуйте! Спасибо за приглашение на собеседование во вторник.\n",
    "links": f"https://e.example/track/{BASE64[0]}?u={BASE64[1]}\nGit<https://g.example/x7A9b2C3>\n",
    "ids": "Message-ID: <CAJ8x7kY2b3=VQz9Zc4t_5rJmQ8xV1bN7cL0sD4fG6hJ9k@mail.example.org>\n",
    "numbers": "+49 170 1234567\n"
    "IBAN DE89 3704 0044 0532 0130 00\n05/2018 - 01/2020 Foo AG\nC1\nB2\n",
    "capitals": "ICH BITTE UM RÜCKRUF\nDANKE UND VIELE GRÜSSE\nMFG\nANNA\n",
    "table": "| Mon | Tue | Wed |\n|-----|-----|-----|\n| 9-5 | 9-5 | off |\n+-----+-----+\n",
    "program": "SELECT a.id, b.name FROM a JOIN b ON a.id=b.a_id WHERE a.x>3;\n"
    "for (int i=0;i<n;i++) { a[i]=b[i]; }\n    return [one for one in some if x[one] > 3]\n",
    "list": "Java\nPython\nC++\nC#\nSQL\nGo\nAnna\nBert\nCarl\nDora\nEmil\nFred\nGina\n",
    "log": "Nov 27 13:22:01 mx1 postfix/smtpd[2412]: 4F2A1B3C4D: client=mx.e.org[192.0.2.1]\n",
}


@pytest.mark.parametrize("said", WORDS.values(), ids=WORDS)
def test_words_of_any_language_stay(said: str):
    assert prose.words_alone(said * 12) == said * 12


@pytest.mark.parametrize("said", [SIGNATURE, "550e8400-e29b-41d4-a716-446655440000\n" * 3])
def test_a_signature_and_a_few_keys_stay(said: str):
    assert prose.words_alone(said) == said


@pytest.mark.parametrize("most", ["PGP SIGNATURE-----\n", "PGP MESSAGE-----\n"])
def test_what_is_longer_than_a_signature_is_none(most: str):
    said = "\n".join(BASE64)
    assert said[:40] not in prose.words_alone(f"-----BEGIN {most}\n{said}\n-----END {most}")


@pytest.mark.parametrize(
    "unit",
    ["a ", "A1b2 ", "-----BEGIN PGP SIGNATURE-----\n", "x" * 79 + " ", "1,", "a1B2c3D4\n", "> "],
)
def test_what_is_looked_at_grows_with_a_text_and_no_faster(
    unit: str, monkeypatch: pytest.MonkeyPatch
):
    looked = list[int]()
    of_piece: Callable[..., prose._Piece] = prose._piece

    def counting(said: str, *more):
        looked.append(len(said))
        return of_piece(said, *more)

    monkeypatch.setattr(prose, "_piece", counting)
    prose.words_alone(unit * (200_000 // len(unit)))
    assert sum(looked) <= 200_000
