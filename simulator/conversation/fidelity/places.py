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
        "doctor": (
            r"\bdoctor\b|\bphysician\b|\bgp\b|\bsurgeon\b|\bpractitioner\b|\bphysiotherapist\b"
        ),
        "patient": r"\bpatient\b(?! with\b)",
        "teacher": r"\bteacher\b|\btutor\b|\bprofessor\b|\blecturer\b|\binstructor\b",
        "pupil": r"\bpupil\b|\bstudent\b|\blearner\b",
        "moderator": r"\bmoderator\b|\bfacilitator\b|\bmoderates\b|\bchair(?:man|woman|person)?\b",
        "seller": r"\bdealer\b|\bseller\b|\bsales\w*\b|\bvendor\b|\bshopkeeper\b",
        "buyer": r"\bbuyer\b|\bpurchaser\b",
        "journalist": r"\bjournalist\b|\breporter\b",
        "landlord": r"\bland(?:lord|lady)\b|\blets (?:flats|rooms|the flat)\b|\bletting agent\b",
        "tenant": r"\btenant\b|\blodger\b|\brents\b",
        "lawyer": r"\blawyer\b|\battorney\b|\bsolicitor\b|\bbarrister\b|\bcounsel\b",
        "client": r"\bclient\b",
        "coach": r"\bcoach\b(?! driver)|\btrainer\b",
        "player": (
            r"\b(?:goal)?keeper\b|\bplayer\b|\bstriker\b|\bmidfielder\b|\bdefender\b|\bathlete\b|"
            r"\brunner\b|\bswimmer\b"
        ),
        "boss": (
            r"\bboss\b|\bmanager\b|\bemployer\b|\bsupervisor\b|\bforeman\b|\bchief executive\b|"
            r"\bhead of\b|\bdirector\b"
        ),
        "employee": r"\bemployee\b|\bworker\b|\bapprentice\b|\btrainee\b|\bintern\b",
        "waiter": r"\bwait(?:er|ress)\b|\breceptionist\b|\bconcierge\b|\binnkeeper\b|\bhotelier\b",
        "guest": r"\b(?:hotel |dinner )?guest\b|\bdiner\b",
        "officer": r"\bpolice\b|\bdetective\b|\binspector\b|\bsergeant\b|\binvestigator\b",
        "suspect": r"\bsuspect\b|\bwitness\b",
        "therapist": r"\btherapist\b|\bpsychologist\b|\bcounsellor\b|\bpsychiatrist\b",
        "banker": (
            r"\b(?:bank|mortgage|loan|savings|credit)\b.*\b(?:clerk|manager|advis[eo]r|officer)\b|"
            r"\bbanker\b"
        ),
        "borrower": r"\bborrower\b",
        "judge": r"\bjudge\b|\bmagistrate\b",
        "defendant": r"\bdefendant\b|\baccused\b",
        "driver": r"\b(?:taxi|bus|cab|train) driver\b|\bconductor\b",
        "passenger": r"\bpassenger\b",
        "parent": r"\b(?:mother|father|mum|dad|parent|stepmother|stepfather) of\b",
        "child": r"\b(?:son|daughter|child|teenager|stepson|stepdaughter)(?: of)?\b",
    }
)
"""A place -> the words of a role that say somebody holds it."""
_PAIRS = (
    "agent=customer interviewer=candidate doctor=patient teacher=pupil seller=buyer "
    "landlord=tenant "
    "lawyer=client coach=player boss=employee waiter=guest officer=suspect banker=borrower "
    "judge=defendant driver=passenger parent=child"
)
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
        "landlord": r"landlord|landlady|owner",
        "tenant": r"tenant|lodger",
        "lawyer": r"lawyer|attorney|solicitor|barrister|counsel",
        "client": r"client",
        "coach": r"coach|trainer",
        "player": r"player|striker|keeper|captain",
        "boss": r"boss|manager|employer|supervisor|director",
        "employee": r"employee|apprentice|trainee|intern",
        "waiter": r"waiter|waitress|receptionist|concierge",
        "guest": r"guest",
        "officer": r"officer|detective|inspector|policeman|policewoman",
        "suspect": r"suspect|witness",
        "therapist": r"therapist|psychologist|counsellor",
        "banker": r"banker|bank adviser|bank manager",
        "borrower": r"borrower",
        "judge": r"judge|magistrate",
        "defendant": r"defendant|accused",
        "driver": r"driver|conductor",
        "passenger": r"passenger",
        "parent": r"mother|father|parent",
        "child": r"son|daughter|child",
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
