"""What people say who do not know something, and say so."""

from __future__ import annotations

import re

__all__ = ["IGNORANT"]

IGNORANT = re.compile(
    r"\b(?:no idea|don't know|do not know|doesn't know|didn't know|wouldn't know|couldn't (?:tell|"
    r"say)|could not (?:tell|say)|can't (?:tell|say|see|check|explain)|cannot (?:tell|say|see|"
    r"check|explain)|not sure|no clue|haven't (?:a clue|the faintest|heard)|never (?:understood|"
    r"heard|learned|asked|seen)|don't (?:understand|get|ask me|ask)|do not (?:understand|ask)|"
    r"ask (?:the|your|him|her|somebody|someone|them|a)|you'd have to ask|"
    r"you'll have to|you tell me|nothing about|beats me|who knows|god knows|above my|"
    r"not my (?:field|department|business|job)|i'm no|i am no|not a (?:doctor|lawyer|nurse|"
    r"technician|banker|programmer)|have to explain|explain it to me|means nothing|all greek|"
    r"(?:never|not|nobody(?: has)?|no one) (?:told|tells|explained|asked)(?: \w+)?|i leave that|"
    r"i'd only|"
    r"ma(?:d|k)e (?:it|something|that|one) up|between \w+ and|search me|couldn't begin|over my "
    r"head|"
    r"lost me|a mystery|wrong (?:person|man|woman)|that's (?:his|her|their|your) (?:business|"
    r"secret|"
    r"affair|field|department)|could not (?:name|explain)|couldn't name|no head for|not the (?:one|"
    r"person) to|wish i knew|never (?:got|quite) |(?:out of|beyond) my|would only be guessing|"
    r"guessing|your guess|no notion|not the faintest|hat mir niemand|kann ich nicht sagen|da "
    r"fragen|"
    r"no sabria|pregunte|preguntele|pidaselo|je l'ignore|je ne saurais|"
    r"could be anything|i only (?:know|see)|i've asked|i have asked|i guess|couldn't explain|"
    r"weiss (?:ich )?nicht|keine ahnung|weiss ich nicht|verstehe (?:ich )?nicht|fragen sie|frag|"
    r"no (?:lo )?se|ni idea|no me pregunt\w+|no entiendo|solo se|je ne sais pas|aucune idee|"
    r"j'ignore|ne comprends|demandez|sais pas)\b"
)
"""Shrugs and admissions, in a folded text."""
