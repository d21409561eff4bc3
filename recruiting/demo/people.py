"""Candidates: invented names from many places, reserved mail addresses, numbers of fiction."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

# First names, last names, how often they are drawn, and how likely these people write German
# where the job leaves it to them.
_POOLS: tuple[tuple[str, str, int, float], ...] = (
    (
        """Anna Lukas Jörg Käthe Sören Björn Greta Hannes Ulrike Matthias Lena Tim Franziska Moritz
        Nele Wiebke Henrik Charlotte Felix Svenja Malte Antje Florian Birte Konrad Jule""",
        """Müller Schröder Jäger Weiß Groß Köhler Bäcker Hoffmann Petersen Hansen Schäfer Brandt
        Möller Vogt Lüders Thießen Krause Behrens Feddersen Ahlers Böttcher Winkler Seidel
        Strauß Engel Harms Iversen Kühn Dittmar Ohlsen""",
        46,
        0.9,
    ),
    (
        "Elif Mehmet Zeynep Emre Ayşe Can Derya Ömer Selin Burak",
        "Yılmaz Demir Şahin Çelik Öztürk Kaya Aydemir Doğan Güneş Arslan",
        9,
        0.7,
    ),
    (
        "Katarzyna Piotr Agnieszka Łukasz Magdalena Paweł Zofia Krzysztof",
        "Kowalczyk Wójcik Woźniak Kaczmarek Mazur Łuczak Pająk Sikora",
        8,
        0.5,
    ),
    (
        "Chinedu Ngozi Oluwaseun Adaeze Ifeanyi Temitope Amara Babatunde",
        "Okafor Adeyemi Nwosu Eze Balogun Obi Ogunleye Adichie",
        6,
        0.1,
    ),
    (
        "Élodie François Chloé Mathéo Aurélie Benoît Zoé Théo",
        "Lefèvre Moreau Béranger Dupré Gaillard Rousseau Fournier Lacôte",
        6,
        0.2,
    ),
    (
        "Ananya Rohan Priya Arjun Kavya Vikram Meera Siddharth Aditi",
        "Sharma Iyer Patel Reddy Banerjee Kulkarni Nair Chatterjee Menon",
        9,
        0.1,
    ),
    (
        "Lucía João Íñigo Beatriz Mateo Inês Sofía Nuno",
        "Fernández Gonçalves Muñoz Araújo Peña Simões Ibáñez Castro",
        6,
        0.2,
    ),
    (
        "Oksana Dmytro Iryna Andrii Kateryna Taras",
        "Shevchuk Kovalenko Bondarenko Melnyk Tkachuk Lysenko",
        5,
        0.4,
    ),
    (
        "Layla Omar Yasmin Karim Rania Tarek Nour",
        "Haddad Al-Masri Khalil Nasser Darwish Saleh Mansour",
        5,
        0.5,
    ),
    ("Minh Linh Thảo Đức Quỳnh", "Nguyễn Trần Phạm Đặng Võ", 3, 0.4),
    (
        "Giulia Matteo Chiara Niccolò Signe Astrid",
        "Ricci D’Angelo Bianchi Esposito",
        3,
        0.3,
    ),
)
# What NFKD does not take apart.
_PLAIN = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ł": "l", "ø": "o", "ı": "i", "đ": "d"}
)
# RFC 2606 and RFC 6761: nobody can ever receive mail there.
_DOMAINS = ("example.com", "example.org", "example.net", "post.test", "mail.test")
# Set aside for fiction by the Bundesnetzagentur (Mitteilung 148/2021): area and block, digits free.
_NUMBERS = (
    ("+49 30 23125", 3),
    ("+49 40 66969", 3),
    ("+49 221 4710", 3),
    ("+49 69 90009", 3),
    ("+49 89 99998", 3),
    ("+49 171 39200", 2),
    ("+49 176 040690", 2),
)


@dataclass(frozen=True, slots=True)
class Person:
    """One candidate; without a phone number mail is the only way to reach them."""

    first: str
    last: str
    email: str
    phone: str | None
    leans_german: float

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}"


def people(rng: Random) -> Iterator[Person]:
    """Draw candidates without end; no two share a name, an address or a number."""
    pools = [(a.split(), b.split(), lean) for a, b, _weight, lean in _POOLS]
    weights = [weight for _a, _b, weight, _lean in _POOLS]
    taken: set[str] = set()
    while True:
        first_names, last_names, lean = rng.choices(pools, weights)[0]
        first, last = rng.choice(first_names), rng.choice(last_names)
        one, two = plain(first), plain(last)
        if f"{one} {two}" in taken:
            continue
        taken.add(f"{one} {two}")
        # Each form holds both names in full: no two people come to share an address.
        local = rng.choice((f"{one}.{two}", f"{two}.{one}", f"{one}_{two}", f"{one}-{two}"))
        email = f"{local}@{rng.choice(_DOMAINS)}"
        yield Person(first, last, email, _phone(rng, taken), lean)


def plain(name: str) -> str:
    """A name as it stands in a mail address."""
    decomposed = unicodedata.normalize("NFKD", name.lower().translate(_PLAIN))
    return re.sub(r"[^a-z-]", "", decomposed)


def _phone(rng: Random, taken: set[str]) -> str | None:
    if rng.random() < 0.3:
        return None
    while True:
        block, digits = rng.choice(_NUMBERS[:5] if rng.random() < 0.7 else _NUMBERS)
        number = f"{block} {rng.randrange(10**digits):0{digits}}"
        if number not in taken:
            taken.add(number)
            return number
