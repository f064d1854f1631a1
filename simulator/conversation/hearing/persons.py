"""Kinds of people and the words that mean them: "our lawyer" means the legal counsel.

A thesaurus of roles, relations and conditions, one kind a row; English with the commonest words of
German, Spanish and French. A word ending in `-` is a beginning.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from simulator.conversation.hearing.kin import kin_word

__all__ = ["are_paired", "kinds_of"]

_KINDS = """
lawyer lawyer- counsel attorney- solicitor- barrister- legal advocate- jurist- anwalt- abogad-
  avocat- notary
doctor doctor- docteur- doktor- physician- surgeon- medic consultant gp arzt- medic- medecin-
nurse nurs- krankenschwest- pfleger- enfermer- infirmi- sister
teacher teach- instructor- tutor- lehrer- maestr- profesor- prof professor- professeur- enseignant-
  lecturer-
pupil pupil- student- schuler- alumn- eleve- etudiant- estudiante- classmate- doctoran- trainee-
chair chair- presid- vorsitz- versammlungsleit- moderat- animat- facilitat- mediator- host
  examiner- convenor- quizmaster- foreperson
judge judge- honour lordship richter- juez- juge- magistrate-
mayor mayor burgermeist- alcald- maire
boss boss- chief- manager- owner- director- head leiter- chef- jef- patron- supervisor- foreman
  inhaber- dueñ- duen- employer- ceo founder- management lead
clerk clerk- secretar- sekretar- assistant- protokoll- schriftfuhr-
money treasurer- accountant- bookkeep- cashier- schatzmeist- kassenwart- kassier- tesorer-
  tresorier- comptable- contable- cfo finance controller books
engineer engineer- ingenieur- ingenier- technik- technic- tecnic-
developer develop- programm- coder- entwickl- desarrollador- software
designer design- gestalt- disen-
tester tester- qa quality
police police- officer- sergeant- constable- inspector- detective- polizi- policia- policier-
  gendarme-
cook cook- chef- koch- cocin- cuisinier- kitchen
baker bak- backer- panader- boulang-
waiter waiter- waitress- kellner- camarer- serveu-
farmer farm- bauer- landwirt- granjer- agricult-
driver driver- chauffeur- fahrer- conductor- camioner- taxi-
pilot pilot- captain- copilot- cockpit flying
sailor sailor- skipper- seaman matrose- mariner- marin captain- boat ship
guide guide- bergfuhr- guia-
gardener garden- gartner- jardin-
mechanic mechanic- mechanik- mecanic-
carpenter carpent- joiner- tischler- schreiner- zimmermann- carpinter- menuisier-
builder builder- mason- bricklay- maurer- albanil- macon construction
architect architect- architekt- arquitect-
electrician electric- elektrik-
plumber plumb- klempner- installateur- fontaner- plombier-
vet vet vets veterin- tierarzt-
pharmacist pharmac- apothek- farmac- chemist
dentist dentist- zahnarzt-
scientist scientist- researcher- wissenschaft- cientific- scientifi- biolog- chemist- physicist-
  laborator-
musician music- brass pianist- violin- singer- drummer- guitarist- organist- musik-
conductor conductor- dirigent- director-
actor actor- actress- schauspiel- actriz-
artist artist- painter- sculptor- maler- pintor- peintre-
writer writer- author- poet- novelist- schriftstell- autor- escritor- ecrivain- auteur-
journalist journalist- reporter- press newspaper periodist- presse
librarian librar- bibliothek- bibliotecari- bibliothecaire-
interpreter interpret- translat- dolmetsch- ubersetz- traduc-
priest priest- pastor- vicar- father reverend pfarrer- cura pretre- imam rabbi
soldier soldier- officer veteran-
athlete athlete- player- runner- swimmer- spieler- jugador- joueu-
goalkeeper goalkeep- keeper- goalie- torwart- torhut- portero- guardameta gardien- palos posts
striker striker- forward sturmer- delanter- attaquant- scorer-
defender defender- verteidig- defensa- defenseur-
coach coach- trainer- entrenad- entraineu-
referee referee- umpire- whistle schiedsricht- arbitr-
captain captain- kapitan- capitan- capitaine-
candidate kandidat- candidat- applicant- bewerb-
witness witness- zeug- testig- temoin-
accused defendant- angeklagt- acusad- accuse-
prosecutor prosecut- staatsanwalt- fiscal- procureur-
defence defence defense verteidig-
jury jury jurors foreperson foreman geschworen- jurado jure jures
patient patient- paciente- kranke-
client client- customer- buyer- kund- comprador- acheteu- purchaser-
seller seller- salesm- saleswoman- salesperson- vendor- verkauf- vendedor- vendeu- trader- sales
supplier supplier- liefer- proveedor- fournisseur-
purchasing purchas- einkauf- compras achats procure-
production production assembly produktion fertigung produccion
marketing marketing advertis- werbung publicidad
personnel personnel hr recruit- hiring personal-
neighbour neighbour- neighbor- nachbar- vecin- voisin-
landlord landlord- landlady vermiet- caser- proprietaire- house-owner
tenant tenant- lodger- mieter- inquilin- locataire- flatmate-
resident resident- inhabitant- villager- anwohn- bewohner- local
visitor visitor- guest- gast gaste besucher- invitad- visitante- invite-
host host hostess gastgeb- anfitrion- hote
foreign abroad foreign- exchange overseas visiting international ausland- extranjer- etranger-
audience audience- hall listener- public publikum zuschauer- publico salle spectator- crowd
newcomer newcomer- newest youngest junior- intern- jungste- nuev- trainee- beginner- novice-
  rookie- junior lehrling- azubi- praktikant- auszubildend- novat- aprendiz- becari- pinche
  stagiaire- apprenti-
senior senior veteran- longest
retired retired pensioner- rentner- jubilad- retrait-
bride bride- braut novia mariee
groom groom- brautigam- novio
winner winner- champion- sieger- ganador- gagnant-
expert expert- specialist- fach- especialista-
observer observer- beobacht- observador-
volunteer volunteer- freiwillig- voluntari- benevole-
child child- kid kids boy boys girl girls son sons daughter- kind kinder sohn tochter hij- nin-
  chic- fils fille enfant- toddler- youngster- teenager-
friend friend- freund- amig- ami amie buddy mate pal
rival rival- opponent- competitor- gegner- konkurrent- adversair- oponente-
colleague colleague- coworker- kolleg- companer- collegue- teammate-
widow widow- witwe- viud- veuve
sleeper asleep sleeping dormid- schlaft schlafend endormi-
youth youth young- jugend- joven jovenes jeune-
vegetarian vegetarian- vegan- animals
smoker smok-
warden warden- caretaker- janitor- hausmeist- conserje- portero- concierge- gardien-
security security guard guards lifeguard-
above above upstairs
below below downstairs
"""


_PARENTS = MappingProxyType({"mother": ("parent",), "father": ("parent",)})
_PAIRS = """
doctor patient, nurse patient, teacher pupil, judge witness, judge accused, lawyer client,
lawyer accused, seller client, seller visitor, landlord tenant, coach athlete, waiter visitor,
waiter client, host visitor, police witness, prosecutor defence, captain sailor, conductor musician,
supplier purchasing, mechanic client, journalist candidate
"""


def _index() -> Mapping[str, tuple[str, ...]]:
    index: dict[str, tuple[str, ...]] = {}
    kind = ""
    for row in _KINDS.strip().splitlines():
        words = row.split()
        if not row.startswith(" "):
            kind, words = words[0], words[1:]
        for word in words:
            index[word] = (*index.get(word, ()), kind)
    return MappingProxyType(index)


_BY_WORD = _index()


_PAIRED = frozenset(frozenset(pair.split()) for pair in _PAIRS.split(","))


def are_paired(some: frozenset[str], others: frozenset[str]) -> bool:
    """Whether some kinds of people go with others: a doctor with a patient (Sacks 1972)."""
    return any(frozenset({one, other}) in _PAIRED for one in some for other in others)


def kinds_of(word: str) -> tuple[str, ...]:
    """The kinds of people a folded word means."""
    kin = kin_word(word)
    found = [*_BY_WORD.get(word, ()), *((kin.name, *_PARENTS.get(kin.name, ())) if kin else ())]
    for length in range(3, len(word) + 1):
        found.extend(_BY_WORD.get(word[:length] + "-", ()))
    return tuple(found)
