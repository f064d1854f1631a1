"""Places in a conversation: agent and customer, doctor and patient, and who holds which."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from simulator.conversation.fidelity.phrases import words_of
from simulator.conversation.fidelity.reading import fold
from simulator.definitions.cast import Member

__all__ = ["FACING", "TITLES", "places_of"]

_ROLES: Mapping[str, str] = MappingProxyType(
    {
        "agent": (
            r"\b(?:(?:support|service) (?:agent|desk|staff|worker)|call cent\w+|hotline|"
            r"technician|help ?desk|customer (?:care|service))\b|\bagent\b"
        ),
        "customer": r"\bcustomer\b(?! (?:service|support|care))|\bcaller\b|\bsubscriber\b",
        "interviewer": (
            r"\binterviewer\b|\bwho interviews\b|\binterviews (?:for|candidates)\b|\brecruiter\b|"
            r"\bhuman resources\b"
        ),
        "candidate": r"\bcandidate\b|\bapplicant\b|\bapplying\b|\binterviewee\b|\bapplies\b",
        "doctor": r"\bdoctor\b|\bphysician\b|\bgp\b|\bsurgeon\b|\btherapist\b",
        "patient": r"\bpatient\b(?! with\b)",
        "teacher": r"\bteacher\b|\btutor\b|\bprofessor\b|\blecturer\b|\binstructor\b",
        "pupil": r"\bpupil\b|\bstudent\b|\blearner\b",
        "moderator": r"\bmoderator\b|\bfacilitator\b|\bmoderates\b|\bchair(?:man|woman|person)?\b",
        "seller": r"\bdealer\b|\bseller\b|\bsales\w*\b|\bvendor\b|\bshopkeeper\b",
        "buyer": r"\bbuyer\b|\bpurchaser\b",
        "journalist": r"\bjournalist\b|\breporter\b",
    }
)
"""A place -> the words of a role that say somebody holds it."""
_PAIRS = "agent=customer interviewer=candidate doctor=patient teacher=pupil seller=buyer"
FACING: Mapping[str, str] = MappingProxyType(
    {
        one: other
        for pair in words_of(_PAIRS)
        for one, other in (pair.split("="), reversed(pair.split("=")))
    }
)
"""Which place faces which."""
TITLES: Mapping[str, str] = MappingProxyType(
    {
        "agent": r"(?:support|service|customer) agent|adviser|advisor|agent",
        "customer": r"customer|caller",
        "interviewer": r"interviewer|recruiter|hiring manager",
        "candidate": r"candidate|applicant",
        "doctor": r"doctor|physician|gp|surgeon",
        "patient": r"patient",
        "teacher": r"teacher|tutor|professor",
        "pupil": r"pupil|student",
        "moderator": r"moderator|facilitator|chair|moderatorin",
        "seller": r"seller|dealer|salesman",
        "buyer": r"buyer|customer",
        "journalist": r"journalist|reporter|journaliste",
    }
)
"""What those who hold a place are called."""


def places_of(member: Member) -> frozenset[str]:
    """The places a member holds: what it is here decides, else what it is in life."""
    for role in (member.role, member.persona.role):
        found = frozenset(place for place, words in _ROLES.items() if re.search(words, fold(role)))
        if found:
            return found
    return frozenset()
