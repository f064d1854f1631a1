"""Kinds of people and the words that mean them: "our lawyer" means the legal counsel.

A thesaurus of roles, relations and conditions, one kind a row; English with the commonest words of
German, Spanish and French. A word ending in `-` is a beginning.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["kinds_of"]

_KINDS = """
lawyer lawyer- counsel attorney- solicitor- barrister- legal advocate- jurist- anwalt- anwaltin-
  abogad- avocat- notary
doctor doctor- physician- surgeon- medic medics consultant gp arzt- arztin- medic- medecin-
nurse nurs- krankenschwest- pfleger- enfermer- infirmi- sister
teacher teach- instructor- tutor- lehrer- maestr- profesor- prof professor- professeur-
  enseignant- lecturer- miss
pupil pupil- student- schuler- alumn- eleve- etudiant- estudiante- classmate- doctoran- trainee-
chair chair- moderator- president- presid- vorsitz- versammlungsleit- moderat- animat- facilitat-
  mediator- host convenor- quizmaster- foreperson
judge judge- honour lordship richter- juez- juge- magistrate-
mayor mayor burgermeist- alcald- maire
boss boss- chief- manager- owner- director- head leiter- chef- jef- patron- supervisor- foreman
  inhaber- dueñ- duen- employer- ceo founder- management lead
clerk clerk- secretar- sekretar- assistant- minutes protokoll- schriftfuhr-
money treasurer- accountant- bookkeep- cashier- schatzmeist- kassenwart- kassier- tesorer-
  tresorier- comptable- contable- cfo finance controller books
engineer engineer- technician- ingenieur- ingenier- technik- technic- tecnic-
developer develop- programm- coder- entwickl- desarrollador- developp- software
designer design- gestalt- disen-
tester tester- qa quality
police police- officer- sergeant- constable- inspector- detective- polizi- policia- policier-
  gendarme-
cook cook- chef- koch- cocin- cuisinier- kitchen
baker bak- backer- panader- boulang-
waiter waiter- waitress- kellner- camarer- serveu-
farmer farm- bauer- landwirt- granjer- agricult-
driver driver- chauffeur- fahrer- conductor- camioner- taxi- taxista
pilot pilot- captain- copilot- cockpit flying
sailor sailor- skipper- seaman matrose- mariner- marin captain- boat ship
guide guide- bergfuhr- guia-
gardener garden- gartner- jardin-
mechanic mechanic- mechanik- mecanic- mecanicien-
carpenter carpent- joiner- tischler- schreiner- zimmermann- carpinter- menuisier-
builder builder- mason- bricklay- maurer- albanil- macon construction
architect architect- architekt- arquitect-
electrician electric- elektrik-
plumber plumb- klempner- installateur- fontaner- plombier-
vet vet vets veterin- tierarzt- tierarztin-
pharmacist pharmac- apothek- farmac- chemist
dentist dentist- zahnarzt- dentista-
scientist scientist- researcher- wissenschaft- cientific- scientifi- biolog- chemist- physicist-
  laborator-
musician music- brass pianist- violin- singer- drummer- guitarist- organist- musik- musiker-
conductor conductor- dirigent- director-
actor actor- actress- schauspiel- actriz-
artist artist- painter- sculptor- maler- pintor- peintre-
writer writer- author- poet- novelist- schriftstell- autor- escritor- ecrivain- auteur-
journalist journalist- reporter- press newspaper periodist- presse
radio radio
television television tv
librarian librar- bibliothek- bibliotecari- bibliothecaire-
historian histor-
interpreter interpret- translat- dolmetsch- ubersetz- traduc- interprete-
priest priest- pastor- vicar- father reverend pfarrer- cura pretre- imam rabbi
soldier soldier- officer veteran-
athlete athlete- player- runner- swimmer- spieler- jugador- joueu-
goalkeeper goalkeep- keeper- goalie- torwart- torhut- portero- guardameta gardien- palos posts
striker striker- forward sturmer- delanter- attaquant- scorer-
defender defender- verteidig- defensa- defenseur-
coach coach- trainer- trainerin- entrenad- entraineu-
referee referee- umpire- schiedsricht- arbitr- arbitre-
captain captain- kapitan- capitan- capitaine-
candidate candidate- kandidat- candidat- applicant- bewerb-
witness witness- zeug- testig- temoin-
accused accused defendant- angeklagt- acusad- accuse-
prosecutor prosecut- staatsanwalt- fiscal- procureur-
defence defence defense verteidig-
jury jury jurors foreperson foreman geschworen- jurado jure jures
patient patient- paciente- kranke-
client client- customer- buyer- kund- cliente- comprador- acheteu- purchaser-
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
foreign abroad foreign- exchange overseas visiting international ausland- auslander- extranjer-
  etranger-
audience audience- hall listener- public publikum zuschauer- publico salle spectator- crowd
newcomer newcomer- newest youngest junior- intern- jungste- nuev- trainee- apprentice- beginner-
  novice- rookie- junior lehrling- azubi- praktikant- auszubildend- novat- aprendiz- becari-
  pinche stagiaire- apprenti-
senior senior veteran- longest
retired retired pensioner- rentner- jubilad- retrait-
birthday birthday turning geburtstag- cumpleanos anniversaire
bride bride- braut novia mariee
groom groom- brautigam- novio
bestman best-man
winner winner- champion- sieger- ganador- gagnant-
expert expert- specialist- fach- fachmann- fachfrau- especialista-
observer observer- beobacht- observador-
volunteer volunteer- freiwillig- voluntari- benevole-
parent parent- mother- father- mum mom mummy dad daddy mutter vater eltern mama papa madre padre
  padres mere pere parents
mother mother- mum mom mummy mutter mama madre mere ma
father father- dad daddy vater papa padre pere
grandmother grandmother- gran grandma granny nan nana oma grossmutter abuela nonna grand-mere
  mamie
grandfather grandfather- grandpa grandad granddad opa grossvater abuelo nonno grand-pere papi
grandparent grandmother- grandfather- grandma grandpa granny grandad oma opa abuela abuelo
grandchild grandchild- grandson- granddaughter- enkel- niet- petit-fils petite-fille
child child- kid kids boy boys girl girls son sons daughter- kind kinder sohn tochter hij- nin-
  chic- fils fille enfant- toddler- youngster- teenager-
son son sons boy sohn hijo fils lad
daughter daughter- girl tochter hija fille
sibling brother- sister- sibling- bruder schwester herman- frere soeur
brother brother- bruder hermano frere
sister sister sisters schwester hermana soeur
spouse wife husband- spouse- girlfriend- boyfriend- fiance- fiancee- ehefrau ehemann gatte gattin
  mujer marido espos- mari femme epou- married partner lebensgefahrt-
wife wife ehefrau gattin mujer esposa femme epouse girlfriend fiancee
husband husband- ehemann gatte marido esposo mari boyfriend
aunt aunt- auntie tante tia
uncle uncle- onkel tio oncle
cousin cousin- prim-
friend friend- freund- amig- ami amie buddy mate pal
rival rival- opponent- competitor- gegner- konkurrent- adversair- oponente-
colleague colleague- coworker- kolleg- companer- collegue- teammate-
widow widow- witwe- viud- veuve
sleeper asleep sleeping dormid- schlaft schlafend endormi-
soprano soprano-
alto alto altos altistin- contralto-
tenor tenor-
bass bass basses bassist-
left left links izquierda gauche
right right-wing rechts
scarf scarf schal bufanda echarpe
glasses glasses brille gafas lunettes
hat hat cap hut sombrero chapeau
front front row
back back-row
stairs stairs staircase
board blackboard board whiteboard tafel pizarra tableau
map map maps karte mapa carte
whistle whistle referee- umpire-
night night nights nightshift- night-shift nacht noche nuit
below below downstairs
above above upstairs
youth youth young- jugend- joven jovenes jeune-
vegetarian vegetarian- vegan- animals
smoker smoker- smok-
warden warden- caretaker- janitor- hausmeist- conserje- portero- concierge- gardien-
security security guard guards lifeguard-
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


def kinds_of(word: str) -> tuple[str, ...]:
    """The kinds of people a folded word means."""
    found = list(_BY_WORD.get(word, ()))
    for length in range(3, len(word) + 1):
        found.extend(_BY_WORD.get(word[:length] + "-", ()))
    return tuple(found)
