"""The employer of the demonstration: its staff, its jobs, where its candidates come from."""

from __future__ import annotations

from dataclasses import dataclass

from recruiting.accounts.rules import DEMO_DOMAIN, Role
from recruiting.jobs.rules import StageKind

EMPLOYER = "Nordwind GmbH"
LEAKING_SOURCE = "Jobleuchtturm"
SOURCED = "Sourced"
# Where candidates come from, and in which proportion.
SOURCES = {
    "Career site": 34,
    "Referral": 14,
    LEAKING_SOURCE: 20,
    "Karrierekai": 18,
    "Agency": 14,
}


@dataclass(frozen=True, slots=True)
class Staff:
    """A user; `form` is how German mails address them, `slips` how often they answer too late."""

    first: str
    last: str
    role: Role
    local: str
    form: str
    slips: float = 0.06
    phone: str | None = None  # of those kept free for fiction (Federal Network Agency)

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}"

    @property
    def email(self) -> str:
        """The address that signs in and stands beside every event."""
        return self.local + DEMO_DOMAIN


ADMIN = Staff("Sabine", "Krüger", Role.ADMIN, "admin", "Frau", phone="+49 30 23125 021")
JONAS = Staff("Jonas", "Lindner", Role.RECRUITER, "recruiter", "Herr", phone="+49 30 23125 022")
HR = Staff("Miriam", "Aydın", Role.HR, "hr", "Frau", phone="+49 30 23125 023")
MANAGER = Staff("Katharina", "Voß", Role.HIRING_MANAGER, "manager", "Frau")
ALEKSANDRA = Staff(
    "Aleksandra",
    "Nowak",
    Role.RECRUITER,
    "aleksandra.nowak",
    "Frau",
    0.08,
    "+49 30 23125 024",
)
TOBIAS = Staff(
    "Tobias", "Reuter", Role.RECRUITER, "tobias.reuter", "Herr", 0.48, "+49 30 23125 025"
)

STAFF = (ADMIN, JONAS, HR, MANAGER, ALEKSANDRA, TOBIAS)
SIGN_INS = (ADMIN, JONAS, HR, MANAGER)


@dataclass(frozen=True, slots=True)
class Step:
    """A stage: the part it plays in every job (`applied`, `call`, …), and its name in this one.

    The names are of one language, so that a report over all jobs finds equal stages together;
    candidates who read German get another one.
    """

    part: str
    name: str
    kind: StageKind

    @property
    def name_de(self) -> str:
        """What candidates read in German."""
        return _IN_GERMAN[self.name]


_IN_GERMAN = {
    "Applied": "Bewerbung eingegangen",
    "Phone screen": "Telefongespräch",
    "Assignment": "Arbeitsprobe",
    "Case study": "Fallstudie",
    "Interview": "Vorstellungsgespräch",
    "Offer": "Angebot",
}


@dataclass(frozen=True, slots=True)
class JobPlan:
    """A job and what its mails say about it; texts by language."""

    key: str
    title: str
    short: str
    number: str
    city: str
    steps: tuple[Step, ...]
    owners: tuple[Staff, ...]
    manager: str
    places: dict[str, tuple[str, ...]]
    pay: tuple[int, int]  # thousand euros a year
    topics: tuple[str, ...]
    task: dict[str, str]
    task_days: int = 5  # working days until it is to be returned
    german: float = 1.0  # share of candidates who write German

    def step(self, part: str) -> int:
        """The place of a part among the job's stages."""
        return [step.part for step in self.steps].index(part)


def _steps(**names: str) -> tuple[Step, ...]:
    kinds = {
        "applied": StageKind.SCREEN,
        "call": StageKind.SCREEN,
        "task": StageKind.ASSESSMENT,
        "talk": StageKind.INTERVIEW,
        "offer": StageKind.OFFER,
    }
    return tuple(Step(part, name, kinds[part]) for part, name in names.items())


BACKEND = JobPlan(
    key="backend",
    title="Backend Engineer (m/f/d)",
    short="Backend Engineer",
    number="014",
    city="Berlin",
    steps=_steps(
        applied="Applied",
        call="Phone screen",
        task="Assignment",
        talk="Interview",
        offer="Offer",
    ),
    owners=(JONAS, ALEKSANDRA, JONAS),
    manager=MANAGER.name,
    places={
        "de": ("per Video", "in unserem Büro in Berlin-Mitte"),
        "en": ("by video", "in our Berlin office"),
    },
    pay=(62, 82),
    topics=("remote", "pay", "team", "oncall", "visa"),
    task={
        "de": "ein kleiner Dienst, der Messwerte von Windrädern annimmt, prüft und auswertet."
        " Rechnen Sie bitte mit etwa zwölf Stunden, vergüten können wir sie leider nicht",
        "en": "a small service that takes in, checks and evaluates measurements from wind turbines."
        " Please allow about twelve hours; I am afraid we cannot pay for them",
    },
    task_days=7,
    german=0.35,
)
ANALYST = JobPlan(
    key="analyst",
    title="Data Analyst (m/f/d)",
    short="Data Analyst",
    number="021",
    city="Berlin",
    steps=_steps(
        applied="Applied",
        call="Phone screen",
        task="Case study",
        talk="Interview",
        offer="Offer",
    ),
    owners=(ALEKSANDRA, TOBIAS, ALEKSANDRA),
    manager=MANAGER.name,
    places={
        "de": ("per Video", "in unserem Büro in Berlin-Mitte"),
        "en": ("by video", "in our Berlin office"),
    },
    pay=(52, 66),
    topics=("remote", "pay", "team", "visa"),
    task={
        "de": "zwei kleine Tabellen und drei Fragen dazu, höchstens neunzig Minuten",
        "en": "two small tables and three questions about them, ninety minutes at most",
    },
    german=0.4,
)
TECHNIK = JobPlan(
    key="technik",
    title="Servicetechniker Windenergie (m/w/d)",
    short="Servicetechniker Windenergie",
    number="017",
    city="Husum",
    steps=_steps(applied="Applied", call="Phone screen", talk="Interview", offer="Offer"),
    owners=(TOBIAS, JONAS, TOBIAS),
    manager="Hauke Petersen",
    places={"de": ("in unserer Werkstatt in Husum", "am Servicestützpunkt Husum")},
    pay=(42, 54),
    topics=("travel", "pay", "training"),
    task={},
)
VERTRIEB = JobPlan(
    key="vertrieb",
    title="Vertriebsmanager Nord (m/w/d)",
    short="Vertriebsmanager Nord",
    number="019",
    city="Hamburg",
    steps=_steps(
        applied="Applied",
        call="Phone screen",
        task="Case study",
        talk="Interview",
        offer="Offer",
    ),
    owners=(JONAS, ALEKSANDRA, TOBIAS),
    manager="Britta Classen",
    places={"de": ("per Video", "in unserer Hamburger Niederlassung")},
    pay=(58, 76),
    topics=("travel", "remote", "pay", "team"),
    task={"de": "ein Gebietsplan für zwei Landkreise, eine Seite, etwa eine Stunde Arbeit"},
)
JOBS = {job.key: job for job in (BACKEND, ANALYST, TECHNIK, VERTRIEB)}
