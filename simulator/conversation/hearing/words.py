"""The words of a text, made comparable: folded, cut to a stem, told apart from function words."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from simulator.conversation.hearing.fields import fields_of

__all__ = ["FIGURE", "Words", "fold", "plain", "sentences", "word_set", "words_of"]


def word_set(words: str) -> frozenset[str]:
    """The words of a list written as a text."""
    return frozenset(words.split())


FIGURE = re.compile(
    r"\b(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty"
    r"|sixty|seventy|eighty|ninety|hundred|thousand|million|half|zwei|drei|vier|funf|sechs|sieben"
    r"|acht|neun|zehn|zwanzig|hundert|tausend|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez"
    r"|veinte|cien|mil|deux|trois|quatre|cinq|sept|huit|neuf|dix|vingt|cent|mille)\b"
)
"""A number in a folded text, in digits or in words."""
_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_SENTENCE = re.compile(
    r"(?:[^.!?…]|(?<=\bdr)\.|(?<=\b(?:mr|ms|st))\.|(?<=\bmrs)\.|(?<=\bprof)\."
    r"|(?<=\d)\.(?=\d))+[.!?…]*[\"'”»)]*\s*",
    re.IGNORECASE,
)
_ACCENTS = MappingProxyType(
    {
        code: unicodedata.normalize("NFKD", chr(code))[0]
        for code in range(0xC0, 0x250)
        if unicodedata.decomposition(chr(code))
    }
    | {0x2018: "'", 0x2019: "'", 0x2BC: "'", 0x2013: "-", 0x2014: "-"}
    | {ord(letter): plain for letter, plain in zip("øØłŁıđĐ", "oOlLidD", strict=True)}
)
_SUFFIXES = (
    *("ations", "ation", "ingly", "ments", "ment", "ings", "innen", "ists", "ist", "ing"),
    *("ers", "ies", "ors", "ely", "ed", "er", "or", "es", "en", "em", "in", "ly", "as", "os"),
    *("s", "e", "n", "y", "a", "o"),
)
_FUNCTION_WORDS = word_set(
    """a about above after again ago all almost along already also although always am among an and
    another any anybody anyone anything are around as ask asked at away back be because been
    before being better between big both bring but by call came can cannot come could day did do
    does done down each early either else enough even ever every everybody everyone everything
    except far few find first for from full get gets getting give given go goes going gone good
    got great had half has have having he hear heard her here hers high him himself his how i if
    in into is it its itself just keep kept kind knew know known knows last late later least
    left less let like little long look lot low made make makes many may maybe me mean means
    might mine more most much must my myself near need needs never new next no nobody none nor
    not nothing now of off often oh ok okay old on once one only open or other others ought our
    ours out over own part people perhaps place please point put quite rather really right said
    same saw say says see seen shall she should show simply since sit so some somebody someone
    something soon sort still such sure take taken tell than thank thanks that the their theirs
    them then there these they thing things think this those though three through till time
    times to today together told tomorrow tonight too took true try turn two under until up us
    use used very want wanted wants was way we week well went were what when where whether which
    while who whole whom whose why will with without word words work works would wouldn yes
    yesterday yet you your yours yourself year years i'm i'd i'll i've you're you'd you'll
    you've he's she's it's we're we'll we've they're that's there's let's don't doesn't didn't
    isn't wasn't won't can't couldn't wouldn't what's who's aber alle allen als also am an auch
    auf aus bei beim bin bis bist da damit dann das dass dein dem den denn der des dich die dies
    diese dir doch du ein eine einem einen einer eines er es etwas euch euer fur gar ganz geht
    gern gut hab habe haben hatte hier ich ihm ihn ihnen ihr ihre im immer in ist ja jede jeder
    jetzt kann kein keine konnen man mal mehr mein meine mich mir mit muss nach nein nicht
    nichts noch nur ob oder schon sehr sein seine seit sich sie sind so soll uber um und uns
    unser unsere unter viel vom von vor war waren warum was weil wenn wer wie will wir wird wo
    wollen zu zum zur al algo alguien aqui asi aun bien como con cual cuando de del desde donde
    el ella ellos en era eres es esa ese eso esta estaba estan este esto estoy fue ha hace hasta
    hay he hoy la las le les lo los mas me mi mis muy nada ni no nos o otra otro para pero por
    porque pues que quien se ser si sin sobre soy su sus tambien tan te tiene tengo todo todos
    tu tus un una uno va vas ya yo ai as au aussi avec avez avoir bien c'est ce cela ces cette
    chez comme dans des deux dit donc du elle en encore est et etait ete etes eu fait faut il
    ils j'ai je la le les leur lui ma mais me meme mes moi mon ne nos notre nous on ont ou ou
    par pas peu peut plus pour pourquoi quand que quel quelle qui quoi sa sans se ses si sont
    suis sur ta te tes toi ton tous tout tres tu un une va vas veux voila vos votre vous y"""
)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text: all of them folded, the stems of those that carry it, their fields."""

    tokens: tuple[str, ...]
    stems: frozenset[str]
    fields: frozenset[str]


@lru_cache(maxsize=2_048)
def fold(text: str) -> str:
    """The text in small letters without accents; as long as it was, so that places agree."""
    small = text.lower()
    return plain(small if len(small) == len(text) else text)


def plain(text: str) -> str:
    """The text without accents, its quotes and dashes straight; as long as it was."""
    return text.translate(_ACCENTS)


@lru_cache(maxsize=2_048)
def words_of(text: str) -> Words:
    """The words of a text."""
    tokens = tuple(_WORD.findall(fold(text).replace("ß", "ss")))
    carrying = [token for token in tokens if token not in _FUNCTION_WORDS]
    fields = {field for token in carrying for field in fields_of(token.removesuffix("'s"))}
    return Words(tokens, frozenset(map(_stem, carrying)), frozenset(fields))


@lru_cache(maxsize=1_024)
def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, each with its marks and the space after it."""
    return tuple(_SENTENCE.findall(text)) or (text,)


def _stem(token: str) -> str:
    word = token.removesuffix("'s")
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= (3 if suffix == "s" else 4):
            return word[: -len(suffix)]
    return word
