"""Family words: whom "my wife", "your brother" or "Mum" means depends on whose they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from simulator.conversation.hearing.words import fold, words_of

__all__ = ["KinTerm", "KinWord", "kin_of", "kin_terms", "kin_word"]


@dataclass(frozen=True, slots=True)
class KinWord:
    """A family word: how many generations up it points, and whether to a woman or a man."""

    name: str
    up: int
    sex: str
    """`f`, `m`, or empty."""

    @property
    def generation(self) -> int:
        """Where whoever is called so stands in a family; children stand at 0."""
        return 1 if self.name in _SPOUSES else max(self.up, 0)

    @property
    def married(self) -> bool:
        """Whether it means one of a couple."""
        return self.name in _SPOUSES


@dataclass(frozen=True, slots=True)
class KinTerm:
    """A family word in a line: whose relative it means, and whether it calls that one."""

    whose: str
    """`my`, `your`, or `the`."""
    word: KinWord
    calls: bool


_SPOUSES = frozenset({"husband", "wife"})
_KIN = """
mother 1 f mother mothers mum mom mummy mama ma mutter mutti madre mere maman
father 1 m father fathers dad daddy papa pa vater vati padre pere
parent 1 - parent parents eltern padres
grandmother 2 f grandmother grandma gran granny nan nana oma grossmutter abuela nonna mamie
grandfather 2 m grandfather grandpa grandad granddad opa grossvater abuelo nonno papi
child -1 - child children kid kids kind kinder enfant enfants toddler
son -1 m son sons sohn sohne hijo fils
daughter -1 f daughter daughters tochter hija fille
grandchild -2 - grandchild grandchildren enkelkind
grandson -2 m grandson enkel nieto
granddaughter -2 f granddaughter enkelin nieta
sibling 0 - sibling siblings twin twins geschwister hermanos
brother 0 m brother brothers bruder hermano frere
sister 0 f sister sisters schwester hermana soeur
husband 0 m husband hubby ehemann gatte marido esposo mari boyfriend fiance
wife 0 f wife ehefrau gattin mujer esposa femme epouse girlfriend fiancee
uncle 1 m uncle onkel tio oncle
aunt 1 f aunt auntie tante tia
nephew -1 m nephew neffe sobrino neveu
niece -1 f niece nichte sobrina
cousin 0 - cousin cousins cousine primo prima
"""
_POSSESSIVES = MappingProxyType(
    {
        "my": "my our mein meine meinen meinem meiner unser unsere unseren unserem mi nuestro"
        " nuestra mon ma notre",
        "your": "your dein deine deinen deinem deiner euer eure ihr ihre ihren tu su vuestro"
        " vuestra ton ta votre",
        "the": "the that den der die das dem el la le l'",
    }
)
_PART = re.compile(r"[,;:.!?¿¡]+|\s-+\s")
_BETWEEN = 3
"""A family word belongs to a possessive up to so many words before it: "your dear old father"."""


def _index() -> Mapping[str, KinWord]:
    index = {}
    for row in _KIN.strip().splitlines():
        name, up, sex, *words = row.split()
        index.update(dict.fromkeys(words, KinWord(name, int(up), sex.strip("-"))))
    return MappingProxyType(index)


_BY_WORD = _index()
_WHOSE = MappingProxyType(
    {word: whose for whose, words in _POSSESSIVES.items() for word in words.split()}
)


def kin_word(word: str) -> KinWord | None:
    """The family word that a folded word is, if it is one."""
    return _BY_WORD.get(word)


def kin_of(tokens: Iterable[str]) -> KinWord | None:
    """The first family word among folded words."""
    return next((_BY_WORD[token] for token in tokens if token in _BY_WORD), None)


@lru_cache(maxsize=1_024)
def kin_terms(text: str) -> tuple[KinTerm, ...]:
    """The family words of a text that say whose they are, or that call somebody."""
    found: list[KinTerm] = []
    for part in _PART.split(fold(text)):
        tokens = words_of(part).tokens
        whose, since = "", 0
        for token in tokens:
            word = _BY_WORD.get(token)
            if token in _WHOSE:
                whose, since = _WHOSE[token], 0
            elif word is not None and whose and since <= _BETWEEN:
                found.append(KinTerm(whose, word, calls=False))
                whose = ""
            elif word is not None and len(tokens) <= 2:
                found.append(KinTerm("my", word, calls=True))
            since += 1
    return tuple(found)
