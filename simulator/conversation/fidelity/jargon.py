"""The words of experts for a subject: those of its fields, and everyday ones they use of it.

"Class", "method" and "branch" are in everybody's mouth; beside a word that only programmers use
they are a programmer's too.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TypeAlias

from simulator.conversation.fidelity.fields import FIELDS, singular

__all__ = ["Jargon", "jargon_of"]

_COMPUTING = (
    "programming,coding,software,code,computers,computer,javascript,java,python,apps,technology,"
    "websites,web"
)
_MEDICINE = "medicine,medical,medicines,anatomy,nursing,health,surgery,first aid"
_CARS = "cars,car,engine,engines,mechanics,driving"
_LAW = "law,legal,courts,contracts law,employment law,labour law,tenancy law"
_MONEY = "finance,investing,investment,stocks,shares,stock market,economics,accounting"
_KITCHEN = "cooking,baking,cuisine,recipes"

_Row: TypeAlias = tuple[frozenset[str], frozenset[str], frozenset[str]]


def _row(names: str, marks: str, beside: str) -> _Row:
    return frozenset(names.split(",")), frozenset(marks.split()), frozenset(beside.split())


_EVERYDAY: tuple[_Row, ...] = (
    _row(
        _COMPUTING,
        "refactor refactoring subclass superclass api apis json xml regex javascript typescript "
        "polymorphism constructor instantiate async kernel cache caching reboot localhost "
        "endpoint endpoints microservice microservices middleware repo github gitlab linter "
        "unittest debugger debugging stacktrace backend frontend codebase boilerplate "
        "hashmap enum iterator serialize deserialise deserialize webhook oauth devops "
        "runtime compiler compile recursion recursive boolean integer syntax parser parse "
        "dependency dependencies css html sql nosql postgres redis linux unix bash ssh "
        "deploy deployment rollback pipeline mutex deadlock garbage-collected bytecode algorithm",
        "class classes inherit inherits inheritance abstract base interface interfaces mock mocks "
        "method methods override overrides object objects instance parameter parameters argument "
        "arguments function functions variable variables array arrays string strings loop loops "
        "pointer null exception exceptions throw catch commit commits branch branches merge "
        "request pull push unit test tests library libraries framework module modules package "
        "thread threads queue stack heap memory server client browser log logs port proxy query "
        "table index schema container containers build release version patch debug bug bugs "
        "script console window driver drivers ram disk partition install update firewall dns ip",
    ),
    _row(
        _MEDICINE,
        "intravenously intravenous subcutaneous intramuscular saturation milligram milligrams "
        "morphine opioid antibiotic antibiotics penicillin ecg ekg mri systolic diastolic "
        "tachycardia arrhythmia intubate catheter sepsis hypertension anaemia thrombosis oedema "
        "prognosis triage adrenaline epinephrine insulin benign malignant biopsy",
        "dose doses drip pressure pulse oxygen blood litre vein artery drug drugs acute chronic "
        "ventilate stable infusion tube reflex pupils shock scan stroke",
    ),
    _row(
        _CARS,
        "crankshaft camshaft gearbox carburettor alternator turbocharger differential driveshaft "
        "catalytic injector injectors piston pistons tappets gasket torque sump abs ecu",
        "clutch brake brakes pads belt timing valve valves oil filter exhaust plug plugs cylinder "
        "bearing bearings fluid pump rail head revs bushings suspension",
    ),
    _row(
        _LAW,
        "plaintiff defendant statute statutory jurisdiction tort injunction affidavit subpoena "
        "precedent litigation arbitration liability indemnity easement deposition appellate",
        "claim clause damages appeal motion breach party parties contract remedy hearing standing "
        "counsel burden proof evidence section act court file",
    ),
    _row(
        _MONEY,
        "etf etfs dividend dividends portfolio equities liquidity volatility derivative "
        "derivatives hedging amortisation ebitda leverage arbitrage diversify diversified bonds "
        "ipo p/e",
        "yield share shares fund funds index option options short margin spread rate rates fees "
        "risk market interest compound broker capital gain gains",
    ),
    _row(
        _KITCHEN,
        "roux deglaze braise blanch julienne emulsify emulsion bechamel sourdough hydration "
        "autolyse proofing knead chiffonade sous-vide maillard",
        "reduce fold simmer sear whisk rest season stock zest dough oven yeast gluten butter pan "
        "flour temper prove",
    ),
)
"""Names a field goes by, words only its experts use, and words that count beside those."""


@dataclass(frozen=True, slots=True)
class Jargon:
    """The words of experts for one subject, in the singular."""

    plain: frozenset[str]
    """They show knowledge by themselves."""
    marks: frozenset[str]
    """Hardly anybody else uses them."""
    beside: frozenset[str]
    """Everyday words that count where one of the marks stands."""

    def used(self, terms: AbstractSet[str]) -> frozenset[str]:
        """Those of some words, in the singular, that show knowledge of the subject."""
        found = (self.plain | self.marks) & terms
        return found | (self.beside & terms) if self.marks & terms else found


def jargon_of(text: str, words: AbstractSet[str], own: AbstractSet[str]) -> Jargon:
    """What experts say of a subject, told by its folded text and words.

    `own` are the words of the persona's own work, which it may use whatever else they mean.
    """
    wanted = set(map(singular, words))

    def named(names: Iterable[str]) -> bool:
        return any(singular(name) in wanted or (" " in name and name in text) for name in names)

    fields = [terms for names, terms in FIELDS if named(names)]
    everyday = [row for row in _EVERYDAY if named(row[0])]
    return Jargon(
        _singulars(frozenset[str]().union(*fields) - own),
        _singulars(frozenset[str]().union(*(row[1] for row in everyday)) - own),
        _singulars(frozenset[str]().union(*(row[2] for row in everyday)) - own),
    )


def _singulars(words: AbstractSet[str]) -> frozenset[str]:
    return frozenset(map(singular, words))
