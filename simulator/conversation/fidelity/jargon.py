"""The words of experts for a subject: those of its fields, and everyday ones they use of it.

"Class", "method" and "branch" are in everybody's mouth; beside a word that only programmers use
they are a programmer's too. Some of them say what craft they are of only together: a "for loop".
"""

from __future__ import annotations

import re
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

_Row: TypeAlias = tuple[frozenset[str], frozenset[str], frozenset[str], str]


def _row(names: str, marks: str, beside: str, *, together: str = "") -> _Row:
    named = frozenset(names.split(","))
    return named, frozenset(marks.split()), frozenset(beside.split()), together


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
        "deploy deployment rollback pipeline mutex deadlock garbage-collected bytecode algorithm "
        "python golang haskell kotlin git rebase asynchronous asynchronously synchronous await "
        "backoff callback closure tuple immutable mutable iterate iterator struct malloc namespace "
        "stdout stderr stdin timestamp uuid substring typecast nullable segfault breakpoint "
        "hotfix changelog monorepo bitwise utf subprocess daemon cron crontab hostname subnet url "
        "urls dataframe numpy pandas pip npm schleifenvariable programmbibliothek",
        "class classes inherit inherits inheritance abstract base interface interfaces mock mocks "
        "method methods override overrides object objects instance parameter parameters argument "
        "arguments function functions variable variables array arrays string strings loop loops "
        "pointer null exception exceptions throw catch commit commits branch branches merge "
        "request pull push unit test tests library libraries framework module modules package "
        "thread threads queue stack heap memory server client browser log logs port proxy query "
        "table index schema container containers build release version patch debug bug bugs "
        "script console window driver drivers ram disk partition install update firewall dns ip "
        "promise promises resolve reject loop except retry retries squash conflict conflicts lock "
        "locks process processes state race condition callback field type types list key value "
        "header payload packet session cookie cookies token startup environment compile "
        "schleife schleifen funktion funktionen klasse variablen liste speicher bucle funcion "
        "lista boucle fonction liste exceptions",
        together=r"(?:for|while|infinite|endless|nested) loops?|(?:for|while)-loops?|"
        r"try[ /-](?:and[ -])?(?:except|catch)|(?:try|catch|except|finally) (?:block|clause|"
        r"branch)e?s?|exponential backoff|race conditions?|base case|calls? itself|"
        r"(?:feature|main|master|release|development) branch|merge (?:conflict|request)s?|"
        r"pull requests?|(?:into|onto|from) "
        r"(?:main|master)|git (?:\w+)|unit tests?|test coverage|return (?:value|type|statement)s?|"
        r"stack (?:trace|overflow)s?|call stack|memory leaks?|null pointers?|data (?:structure|"
        r"type)s?|hash (?:table|map)s?|binary (?:search|tree)|linked lists?|regular expressions?|"
        r"source code|(?:environment|shared|same|global|local|instance|loop) variables?|"
        r"(?:declare|assign|initiali[sz]e|increment|write|read|set)s? (?:\w+ )?variables?|"
        r"threads? (?:that )?(?:write|read|share|access|lock|wait|block|run|update|compete)s?|"
        r"(?:worker|main|background|two|several) threads?(?= (?:write|read|share|access|lock))|"
        r"thread[- ]safe(?:ty)?|shared (?:memory|state)|command[- ]line|key[- ]value|"
        r"version control|design patterns?|dependency injection|(?:rest|http|post|get|put) "
        r"(?:request|call|endpoint)s?|status codes?|type (?:check|hint|error)\w*|"
        r"(?:query|call|hit)s? (?:the|an) (?:api|endpoint)|(?:raise|throw|catch)(?:e?s|ing)? "
        r"(?:an? |the )?(?:\w+ )?(?:exception|error)s?|virtual environments?|event loop|"
        r"(?:time|space) complexity|big o|off[- ]by[- ]one|object[- ]oriented",
    ),
    _row(
        _MEDICINE,
        "intravenously intravenous subcutaneous intramuscular saturation milligram milligrams "
        "morphine opioid antibiotic antibiotics penicillin ecg ekg mri systolic diastolic "
        "tachycardia arrhythmia intubate catheter sepsis hypertension anaemia thrombosis oedema "
        "prognosis triage adrenaline epinephrine insulin benign malignant biopsy arterial cardiac "
        "cardiovascular ventricle ventricular atrial stent statin statins diuretic beta-blocker "
        "cholesterol embolism aneurysm lesion metastasis haemorrhage hypotension arteries",
        "dose doses drip pressure pulse oxygen blood litre vein artery drug drugs acute chronic "
        "ventilate stable infusion tube reflex pupils shock scan stroke beta blocker rhythm valve "
        "arteries clot",
        together=r"(?:beta|calcium) blockers?|blood (?:pressure|count|clots?|sugar|thinners?)",
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
"""Names a field goes by, words only its experts use, words that count beside those, and what only
they say together."""


@dataclass(frozen=True, slots=True)
class Jargon:
    """The words of experts for one subject, in the singular."""

    plain: frozenset[str]
    """They show knowledge by themselves."""
    marks: frozenset[str]
    """Hardly anybody else uses them."""
    beside: frozenset[str]
    """Everyday words that count where one of the marks stands, or some of them together."""
    together: re.Pattern[str] | None = None
    """Everyday words that only they say together, in a folded text."""

    def used(self, terms: AbstractSet[str], *, among: bool = False) -> frozenset[str]:
        """Those of some words, in the singular, that show knowledge of the subject.

        `among` says that words stand near that only experts say together.
        """
        marks = self.marks & terms
        found = marks | (self.plain & terms)
        return found | (self.beside & terms) if among or marks else found

    def sayings(self, folded: str) -> frozenset[str]:
        """What only experts say together, as it stands in a text."""
        return frozenset(self.together.findall(folded)) if self.together else frozenset()


def jargon_of(text: str, words: AbstractSet[str], own: AbstractSet[str]) -> Jargon:
    """What experts say of a subject, told by its folded text and words.

    `own` are the words of the persona's own work, which it may use whatever else they mean.
    """
    wanted = set(map(singular, words))

    def named(names: Iterable[str]) -> bool:
        return any(singular(name) in wanted or (" " in name and name in text) for name in names)

    fields = [terms for names, terms in FIELDS if named(names)]
    everyday = [row for row in _EVERYDAY if named(row[0])]
    together = "|".join(row[3] for row in everyday if row[3])
    return Jargon(
        _singulars(frozenset[str]().union(*fields) - own),
        _singulars(frozenset[str]().union(*(row[1] for row in everyday)) - own),
        _singulars(frozenset[str]().union(*(row[2] for row in everyday)) - own),
        re.compile(rf"\b(?:{together})\b") if together else None,
    )


def _singulars(words: AbstractSet[str]) -> frozenset[str]:
    return frozenset(map(singular, words))
