"""The rule about speaking for another: a turn holds the persona's own words and deeds only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from simulator.conversation.fidelity.expressions import compiled
from simulator.conversation.fidelity.phrases import words_of
from simulator.conversation.fidelity.places import TITLES, places_of
from simulator.conversation.fidelity.reading import content, fold
from simulator.conversation.fidelity.turn import Check, Subject, Turn, clip, names_of
from simulator.conversation.fidelity.vocabulary import STOP
from simulator.definitions.cast import Member

__all__ = ["speaks_for_other"]

_LABELS = words_of(
    "agent customer caller interviewer candidate applicant moderator facilitator doctor patient "
    "teacher tutor student pupil buyer seller dealer journalist reporter mayor narrator assistant "
    "user human system ai host supervisor operator client nurse kunde kundin arzt moderatorin "
    "moderatrice cliente agente medico journaliste"
)
"""Names that scripts give to speakers by their role."""
_LABEL = re.compile(
    r"^[ \t>*_\-\u2013—•\"“«\[(]*(?P<who>[^\W\d_][^\n:,.!?;*]{0,40}?)[*_\])]*[ \t]*:"
    r"[*_]*[ \t]*(?P<what>\S[^\n]*)?",
    re.MULTILINE,
)
_INLINE = re.compile(
    r"[.!?…\"”»)]\s+[*_\[(]*(?P<who>[^\W\d_][^\s:,.!?;]{1,25}(?: "
    r"[^\W\d_][^\s:,.!?;]{1,25})?)[*_\])]*"
    r"\s*:[*_]*\s*(?P<what>[^\n]+)"
)
_TO_YOU = re.compile(r"\?|\b(?:you|your|du|dich|ihr|sie|vous|tu|usted|te)\b")
_BIDS = re.compile(
    r"(?:please|look|listen|tell|wait|come|stop|let|give|sit|take|breathe|remember|think|imagine|"
    r"go|"
    r"hold|don't|do|be|put|say|show|bitte|komm|schau|hor|warte|mira|oiga|ecoute[sz]?)\b"
)
"""How what is said to somebody begins."""
_SAYS = (
    "says|answers|replies|mumbles|murmurs|mutters|whispers|asks|adds|shouts|laughs|sighs|snaps|"
    "admits|agrees|declares|exclaims|interrupts|responds|concedes|cries|nods|insists|grumbles|"
    "begins|continues|stammers|groans|growls|protests|explains|smiles|calls|"
    "sagt|antwortet|murmelt|flustert|fragt|ruft|erwidert|meint|seufzt|lacht|nickt|"
    "dice|responde|contesta|murmura|pregunta|susurra|anade|exclama|grita|suspira|"
    "dit|repond|murmure|demande|ajoute|chuchote|soupire|retorque|"
    "said|answered|replied|mumbled|murmured|muttered|whispered|asked|added|sighed|snapped"
)
_GESTURES = (
    "sighs|nods|smiles|laughs|shrugs|frowns|blushes|grins|winks|blinks|swallows|hesitates|pauses|"
    "coughs|whispers|mumbles|mutters|murmurs|chuckles|giggles|yawns|groans|snorts|gulps|beams|"
    "stammers|gestures|relents|leans|stands up|gets up|sits down|sits up|gives in|gives up|"
    "gives way|falls silent|goes quiet|goes red|turns red|looks (?:up|down|away|over|at|"
    "around|round)|"
    "glances|stares|squints|clears (?:his|her|their)|shakes (?:his|her|the head)|"
    "raises (?:his|her|a|an)|lowers (?:his|her)|folds|rubs|scratches|scribbles|claps|waves|"
    "rolls (?:his|her)|bangs|slams|hands (?:me|you|him|her|over)|pours|wipes|reaches|hangs up|"
    "puts down|takes off|picks up (?:his|her|the)|steps (?:back|forward|closer|aside|in|out)|"
    "bends|straightens|crosses (?:his|her)|throws up|pulls (?:out|up|his|her|a)|taps|pats|"
    "grabs|sips|stirs|"
    "turns (?:to (?:me|you|him|her|the)|away|round|around|pale)|walks (?:over|out|off|away)|"
    "leaves the room|"
    "interrupts|declares|announces|clicks|writes (?:it )?down|types something|"
    "seufzt|nickt|lachelt|lacht|schaut|blickt|setzt sich|schuttelt|zuckt|runzelt|rauspert|"
    "schweigt|notiert|greift|lehnt sich|steht auf|grinst|zogert|"
    "suspira|asiente|sonrie|rie|se levanta|se sienta|mira|calla|se encoge|carraspea|cuelga|duda|"
    "soupire|hoche|sourit|rit|se leve|s'assied|regarde|hausse|se tait|frappe|se racle|hesite"
)
_DEEDS = (
    "takes|puts|opens|closes|writes|signs|turns|holds|sets|gives|pushes|drops|moves|touches|hands|"
    "tears|types|stands|nimmt|legt|offnet|schreibt|gibt|coge|pone|abre|firma|prend|ouvre|pose|"
    "note|signe"
)
_ACTS = re.compile(
    r"(?: (?:just|then|slowly|quietly|finally|softly|simply|schliesslich|langsam))?"
    rf" (?:(?:{_GESTURES})\b|(?:{_DEEDS}) (?:his|her|out|down|up|seine?n?|"
    r"ihre?n?|su|sus|son|sa|ses)\b)(?P<rest>[^.!?\n]*)(?P<end>[.!?\n]|$)"
)
_STAGES = re.compile(r"[*\[(]")
_QUOTES = re.compile('["“”«»„—\u2013]')
_TITLE = r"(?:mr|mrs|ms|miss|dr|frau|herr|madame|monsieur|senora?|dona?)\.?"
_FRAMED = re.compile(
    r"\b(?:if|when|whenever|every time|always|never|sometimes|usually|once|imagine|tells me|"
    r"i think|i know|i hope|how|why|what|wenn|immer|nie|cuando|siempre|quand|toujours|jamais|that|"
    r"who|until|maybe|often|only|last|yesterday)\b"
)
_PAST = re.compile(
    r"\b(?:yesterday|last|once|ago|when|then|gestern|letzte\w*|ayer|hier soir|always|"
    r"on \w+day)\b"
)
_VERB = (
    r"(?!(?:is|has|was|does|his|this|us|thus|always|perhaps|sometimes|afterwards|towards|as|tells|"
    r"says|thinks|wants|knows|likes|loves|needs|reminds|yes|means|believes)\b)\w{2,}[^\Ws]s"
)
_STORY = re.compile(
    rf"^(?: \w+ly)?(?: (?:just|then|finally|slowly|for once))? {_VERB}\b[^.!?;\n]*(?:,| and| then)"
    rf"(?: and| then)?(?: \w+ly)? {_VERB}\b(?P<tail>[^.!?\n]*)"
)
"""Two things in a row that somebody does now: a story is told of them."""
_ONESELF = re.compile(
    r"^(?: \w+ly)?(?: \w+)? ?(?:breathes|lets out|holds (?:his|her)|hangs|bows|buries|"
    r"drops|closes|covers|bites|tilts|cocks|tightens|softens|relaxes|stiffens|flinches|winces|"
    r"wells|"
    r"trembles|shivers|gasps|sobs|weeps|sniffs|whistles|hums|applauds|kneels|stumbles|paces)\b"
)
_TALKED_OF = re.compile(
    r"\b(?:always|never|every|usually|often|sometimes|whenever|when|if|on (?:mon|tues|wednes|thurs|"
    r"fri|satur|sun)days?|each|at (?:night|home|work)|all day|these days|nowadays|like|both|"
    r"by (?:bus|bike|train)|for (?:a living|us|me)|when\w*|on thursdays?|once (?:a|an))\b"
)
_TAKEN_UP = re.compile(
    r"\?[\"”»]?\s+(?:ah|oh|so|well|hm+|good|right|i see)?[,.!:]?\s*(?:you(?:'ll| will)? (?:say|"
    r"tell me|answer|"
    r"reply|nod|admit|shake|shrug|think)\b|[^.!?]{0,60}, you (?:say|answer|reply|tell me)\b|(?:sie "
    r"sagen|du sagst|"
    r"usted dice|dice usted|me dice|vous (?:me )?dites|dites-vous)\b)"
)
"""The answer to one's own question, in the mouth of the person asked."""
_USUAL = re.compile(
    r"^ (?:like|as if|after|as though|on me|at me|every|all the time|too much|a lot)\b"
)


@dataclass(frozen=True, slots=True)
class _Others:
    """How others would show up in a turn."""

    people: tuple[str, ...]
    """What they are called, without whom none of the expressions finds anything."""
    labels: frozenset[str]
    own: frozenset[str]
    told: str
    actor: str
    """Somebody else where a clause begins."""
    staged: str
    subject: str
    """Somebody else at the beginning of a sentence."""


def speaks_for_other(subject: Subject) -> Check | None:
    """The rule for one persona among the others of its cast."""
    own = subject.own_names
    names = {form for other in subject.others for form in _forms(other, own)}
    roles = {role for other in subject.others for role in _roles(other)} - own
    mine = fold(f"{subject.member.role} {subject.member.persona.role}")
    held = "|".join(TITLES[place] for place in places_of(subject.member) if place in TITLES)
    titles = {label for label in _LABELS if held and re.fullmatch(held, label)}
    labels = names | (_LABELS - titles - set(re.findall(r"[^\W\d_]+", mine)))
    people = sorted((*names, *(f"the {role}" for role in roles)), key=lambda one: (-len(one), one))
    who = rf"(?:{_TITLE} )?(?:{'|'.join(map(re.escape, people)) or '(?!)'})"
    told = (
        rf"[\"“”«»„—\u2013]\s*,?\s*(?:and )?"
        rf"(?:(?:{_SAYS})\s+(?:{who})|(?:{who})\s+(?:{_SAYS}))\b"
        rf"|(?:^|[.!?]\s)(?:{who})\s+(?:{_SAYS})\s*[,:]\s*[\"“«„]"
    )
    actor = (
        rf"(?:^|[.!?…;:\n][ \t]*|\b(?:before|and|while|then|dann|und|et|y|puis|entonces) |, )"
        rf"(?:{who})(?= )"
    )
    staged = rf"[*\[(](?:{who})\s+[^*\])\n]+[*\])]"
    opener = (
        rf"(?:^|[.!?…;:\n][ \t\"”»]*|, (?:and|while|but) |\b(?:before|while|as|and) )(?:{who})(?= )"
    )
    found = _Others(
        people=tuple(people),
        subject=opener,
        labels=frozenset(labels),
        own=own,
        told=told,
        actor=actor,
        staged=staged,
    )
    return partial(_check, found)


def _forms(other: Member, own: frozenset[str]) -> frozenset[str]:
    """What the other is called and the persona is not, folded."""
    forms = (
        {fold(form) for form in (*other.called, other.name)} | names_of(other) | {fold(other.id)}
    )
    return frozenset(form for form in forms if len(form) > 1 and form not in own)


def _roles(other: Member) -> frozenset[str]:
    """The nouns the other's role is told by."""
    first = re.split(
        r",|\bof\b|\bin\b|\bat\b|\bwho\b|\bfrom\b", fold(other.role or other.persona.role)
    )[0]
    words = [word for word in re.findall(r"[^\W\d_]+", first) if word not in STOP and len(word) > 3]
    return frozenset(words[-1:])


def _check(others: _Others, turn: Turn) -> Iterable[str]:
    yield from _labelled(others, turn)
    folded = turn.said.folded
    if any(one in folded for one in others.people):
        yield from _told(others, folded)
        yield from _acted(others, folded)
        yield from _narrated(others, folded)
    answered = _TAKEN_UP.search(folded) if "?" in folded else None
    heard = any(speaker != turn.speaker for speaker, _ in turn.before)
    if answered is not None and not (heard and _repeats(turn, folded[answered.start() :])):
        yield clip(answered[0])


def _told(others: _Others, folded: str) -> Iterator[str]:
    """What somebody present is said to say, and what stands of it between asterisks."""
    quoted = compiled(others.told).search(folded) if _QUOTES.search(folded) else None
    if quoted is not None and not _PAST.search(folded[quoted.start() : quoted.end() + 30]):
        yield clip(quoted[0])
    staged = compiled(others.staged).search(folded) if _STAGES.search(folded) else None
    if staged is not None:
        yield clip(staged[0])


def _acted(others: _Others, folded: str) -> Iterator[str]:
    """The first gesture of somebody present, told as in a play."""
    told = 0
    for actor in compiled(others.actor).finditer(folded):
        found = _ACTS.match(folded, actor.end()) if actor.start() >= told else None
        if found is None:
            continue
        told = found.end()
        lead = re.split(r"[.!?\n]", folded[: actor.start() + 1])[-1]
        if found["end"] != "?" and not (_FRAMED.search(lead) or _USUAL.match(found["rest"])):
            yield clip(folded[actor.start() : told])
            return


def _narrated(others: _Others, folded: str) -> Iterator[str]:
    """What somebody present does now, told as in a novel."""
    for found in compiled(others.subject).finditer(folded):
        rest = re.split(r"[.!?\n]", folded[found.end() :])[0]
        lead = re.split(r"[.!?\n]", folded[: found.start() + 1])[-1]
        if _FRAMED.search(lead) or _TALKED_OF.search(rest):
            continue
        if _STORY.match(rest) or _ONESELF.match(rest):
            yield clip(f"{found[0]}{rest}")
            return


def _repeats(turn: Turn, words: str) -> bool:
    """Whether what somebody is said to say is what others have just said."""
    said = content(words)
    return len(said & turn.heard_ideas) * 2 > len(said)


def _labelled(others: _Others, turn: Turn) -> Iterator[str]:
    """Lines of a script: somebody else's name, a colon, words."""
    text = turn.said.text
    if ":" not in text:
        return
    for found in (*_LABEL.finditer(text), *_INLINE.finditer(text)):
        what = fold(found["what"] or "")
        starts_line = found.start() > 0 and found.re is _LABEL
        if _is_other(others, fold(found["who"]).strip()) and (
            starts_line or not (_TO_YOU.search(what) or _BIDS.match(what))
        ):
            yield clip(found[0])
            return


def _is_other(others: _Others, who: str) -> bool:
    words = set(who.split())
    return who in others.labels or (
        len(words) <= 3 and bool(words & others.labels) and not words & others.own
    )
