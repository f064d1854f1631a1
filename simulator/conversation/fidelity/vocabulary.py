"""Everyday words that mean the same, in four languages, so that facts are found in other words.

A line is one idea: its name and the words for it, in English, German, Spanish and French, as
`fold` spells them. A word that is not here stands for itself, by its stem.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from simulator.conversation.fidelity.phrases import words_of

__all__ = ["CURRENCIES", "IDEAS", "LENGTHS", "STOP", "UNITS"]

_GROUPS = """
year: years yearly jahr jahre jahren jahres ano anos ans annee annees
decade: decades jahrzehnt jahrzehnte jahrzehnten decada decadas decennie decennies
century: centuries jahrhundert jahrhunderte jahrhunderten siglo siglos siecle siecles
month: months monthly monat monate monaten mes meses mois mensual mensuel
week: weeks weekly woche wochen semana semanas semaine semaines fortnight
day: days daily tag tage tagen dia dias jour jours journee
hour: hours hourly stunde stunden hora horas heure heures
minute: minutes minuten minuto minutos
shift: shifts schicht schichten dienst dienste turno turnos
night: nights nacht nachte nachten nachts noche noches nuit nuits nachtdienst nachtdienste
    nachtschicht nachtschichten
euro: euros eur
pound: pounds quid gbp pfund libras livres
dollar: dollars usd bucks
krona: kronor kronen kroner crowns sek
zloty: zlotys zlotych zl pln
franc: francs franken chf
kilometre: kilometres kilometer kilometers km kms kilometros kilometern
mile: miles meilen millas milles
metre: metres meter meters metros metern
percent: percents prozent cent
point: points punkte punkten puntos marks
people: person persons leute personen gente personas gens personnes folk heads employees staff
    colleagues mitarbeiter empleados empleadas
flatmate: flatmates roommate roommates housemate housemates
plan: planned planning build builds building erect
child: children kids kid kind kinder kindern hijos ninos enfants enfant
son: sons sohn sohne hijo fils
daughter: daughters tochter tochtern hija hijas fille filles
grandchild: grandchildren grandkids grandson grandsons granddaughter enkel enkelkinder nietos
    petitsenfants
sibling: siblings geschwister hermanos
brother: brothers bruder hermano frere freres
sister: sisters schwester schwestern hermana soeur soeurs
husband: husbands mann ehemann gatte marido esposo mari epoux hubby
wife: wives ehefrau gattin mujer esposa epouse femme missus frau
partner: girlfriend boyfriend fiance fiancee freund freundin novio novia copain copine
mother: mum mom mama mutter madre mere mummy maman mutti mam
father: dad papa vater padre pere daddy
cat: cats katze katzen kater gato gata gatos chatte
dog: dogs hund hunde perro perra chien chienne
bike: bikes bicycle fahrrad rad bici bicicleta velo
car: cars auto autos coche voiture
van: vans transporter furgoneta furgonetas camionnette
boss: supervisor manager chief chef chefin vorgesetzte vorgesetzter jefe jefa patron patronne
    superior leader
deputy: deputies stellvertreter stellvertreterin adjoint adjointe adjunto adjunta
firm: company employer firma arbeitgeber empresa entreprise societe business outfit
clinic: clinics klinik hospital krankenhaus clinica hopital klinikum
shop: shops store laden geschaft tienda boutique
school: schools schule colegio escuela ecole
coach: coaches trainer trainerin entrenador entraineur
friend: friends mate buddy amigo amiga ami amie
team: teams mannschaft equipo equipe
bed: beds bett betten cama camas lit lits
ward: wards station stationen planta
inhabitant: inhabitants residents souls einwohner einwohnern habitantes vecinos habitants ames
call: calls ring rung rang phoned telephoned phone anruf anrufe anrufen llamada llamadas llamado
    llamar appel appels
customer: customers client clients kunde kunden kundin cliente clientes clienta clientela
pupil: pupils student students learners schuler schulern alumno alumnos eleve eleves
teacher: teachers teach teaches teaching taught tutor tutoring lehrer lehrerin unterrichte
    profesor enseigne
mayor: mayors mayoress maire burgermeister burgermeisterin alcaldesa alcalde
nurse: nurses nursing krankenschwester pflegerin enfermera infirmiere pflege pfleger
architect: architects architecture drawing arquitecto architekt architecte
trade: trading handel oficio metier
courier: couriers messenger kurier mensajera
turbine: eolien eoliens eolico turbines eoliennes eolienne aerogeneradores
warehouse: warehouses depot depots lager almacenes entrepots
flat: apartment flats wohnung piso appartement
floor: storey stock etage
salary: salaries wage wages earn earns earning earned paid pay pays paying income gehalt lohn
    verdiene verdient sueldo gano gana cobro salaire gagne
rent: rents miete alquiler loyer
pension: pensions retraite rente
price: prices asking cost costs costing charge charges charged fee fees bill tariff cuota precio
    preis prix quota
offer: offers offered offering proposal bid bids angebot oferta ofrece offre propose
discount: discounts rebate reduction cheaper rabatt descuento remise
debt: overdraft overdrawn credit lender debts owe owes owed owing loan loans mortgage borrow
    borrowed schulden schulde deuda debo dette dettes emprunt
park: parc parking parked parkplatz parken aparcamiento aparcar stationnement
work: post works working worked job jobs arbeit arbeite trabajo trabajar travail travaille
lead: leads leading led manage manages managing leite dirijo dirige
cover: covers covering covered oversee
open: opens opened opening eroffnet aufgemacht abri abrio ouvert founded
pain: pains painful hurt hurts hurting ache aches aching sore schmerz schmerzen duele dolor mal
    douleur
notice: kundigungsfrist preavis preaviso
sign: subscribed signs signed signing signature unterschrieben unterschreibe firmado firmar firme
    signe unterschrift
contract: contracts agreement vertrag vertrage contrato contratos contrat contrats
medicine: painkiller painkillers ibuprofene ibuprofeno ibuprofen paracetamol aspirin schmerzmittel
    medicament dose doses medicines medication medications tablet tablets pill pills drug drugs
    medikament medikamente tabletten medicamento medicamentos pastillas pastilla medicaments
mix: mixed mixing swap swapped swapping switch switched confuse confused vertauscht verwechselt
    confundi
injure: harm harmed injured
drink: drinking drank drunk drinks tipsy boozed alcohol vodka rum gin whisky beer beers pint pints
    wine cider booze bier bebido bu bebida
crash: crashed accident collision unfall accidente
fall: tumbled tumble falls fell fallen falling gesturzt hingefallen cai caido tombee tombe slipped
    tripped
stair: stairs staircase treppe treppen escalera escaleras escalier escaliers
promise: pledged vowed promises promised promising versprochen prometido promis
house: houses haus casa maison
land: meadow meadows acre acres acreage hectare hectares lands plot plots field fields parcel
    parcels grundstuck terreno terrenos terrain terrains parcelle parcelles ground
own: owning landlord owns owned owner owners belong belongs besitzt gehort dueno propietario
    proprietaire appartient
retire: stopping retires retiring retired retirement pensioner ruhestand jubilarme jubilacion
dismiss: dismissed dismissal fired firing sack sacked kicked gefeuert entlassen despedido
    despidieron renvoye vire
fail: failure fails failed failing flunk flunked durchgefallen suspendi suspendido rate echoue
exam: examination paper exams test tests prufung examen examenes klausur
copy: cheat cheated plagiarised copies copied copying crib cribbed abgeschrieben copiado copie
    recopie
throw: shredded burned burnt threw thrown chuck chucked bin binned trash trashed weggeworfen
    tirado tire basura jete jetee poubelle tossed discard discarded
rebuild: rebuilt overhaul overhauled reconditioned refurbished repaired replaced renewed redone
    uberholt repariert reconstruido reparado refait
gearbox: transmission getriebe
warning: reprimand reprimanded caution warnings warned abmahnung amonestacion avertissement
late: punctual punctuality latecomer lateness tardy unpunctual tarde retard retards
move: transfer transferred transfers relocated shifting moves moved moving relocate relocates
    relocating relocation umzug umziehen mudanza demenage demenagement
leave: left leaves leaving quit quits quitting verlassen dejar quitter
stand: mandate reelected stands standing candidate candidacy reelection antreten presentare
    represente candidature run
again: nochmal wieder otra nouveau
slow: slowly slower sluggish slows slowed slowing delay delays delayed delaying stall stalls
    stalling drag bremsen retrasar ralentir
cancel: cancels cancelling cancelled cancellation cancellations termination terminate kundigung
    kundigen cancelar cancelacion baja resilier resiliation
spring: fruhling fruhjahr primavera printemps
summer: sommer verano ete
winter: invierno hiver
autumn: herbst otono automne
january: jan januar enero janvier
february: feb februar febrero fevrier
march: marz marzo mars
april: abril avril
may: mai mayo
june: juni junio juin
july: juli julio juillet
august: agosto aout
september: septiembre septembre
october: oktober octubre octobre
november: noviembre novembre
december: dezember diciembre decembre
buyer: buyers purchaser kaufer comprador acheteur
meet: acquainted meets met meeting getroffen conocido rencontre
bank: banks banco banque
low: lower lowest less under below
take: takes taking took taken accept accepts accepted accepting
brother-in-law: schwager cunado
inspect: inspector inspectors inspection inspects inspected
refund: refunds refunded refunding repay erstatten erstattung reembolso devolucion devolver
    remboursement rembourser
sell: sells selling sold sale verkaufen verkauf vender venta vendre vente
merge: merges merging merged merger zusammenlegen zusammenlegung together fusionar fusion
operation: operations operate surgery surgeon knife ope operieren operacion cirugia operer
    chirurgie
university: universities uni college studium universidad universite
office: offices buro oficina bureau
degree: degrees diploma abschluss titulo diplome
homework: hausaufgaben deberes devoirs
hire: hires hired hiring recruit einstellen contratar embaucher engager
rival: competitor competitors rivals competition konkurrenz competencia concurrent
report: reports protocol bericht informe rapport
lab: laboratory labor laboratorio laboratoire
practice: practises practise practised practising rehearse rehearses rehearsal
church: churches kirche iglesia eglise parish
village: villages dorf pueblo
town: towns city cities stadt ciudad ville
street: streets road strasse calle rue
garden: gardens garten jardin
kitchen: kitchens kuche cocina cuisine
book: books buch bucher libro libros livre
money: cash geld dinero argent
letter: letters brief carta lettre
train: trains zug tren
boat: boats ships schiff barco bateau
horse: horses pferd pferde caballo cheval
restaurant: restaurants gaststatte
neighbour: neighbours nachbar nachbarn vecino voisin voisins
seat: seats platze asientos places
second: another zweites segunda deuxieme
"""


def _ideas() -> dict[str, str]:
    found: dict[str, str] = {}
    for line in _GROUPS.replace("\n    ", " ").strip().splitlines():
        name, _, words = line.partition(": ")
        for word in (name, *words.split()):
            found.setdefault(word, name)
    return found


IDEAS: Mapping[str, str] = MappingProxyType(_ideas())
"""Word -> the idea it stands for."""

CURRENCIES = frozenset({"euro", "pound", "dollar", "krona", "zloty", "franc"})
LENGTHS = frozenset({"year", "month", "week", "day", "hour", "minute"})
"""Spans of time."""
UNITS = CURRENCIES | LENGTHS | {"kilometre", "mile", "metre", "percent", "point", "people"}
"""What so many things are counted in that the unit alone says nothing."""

STOP = words_of(
    """
    a an the and or but nor so than then that this these those there here what which who whom
    whose when where why how of in on at to for from by with without about into over under up
    down out off as if is am are was were be been being do does did done has have had having
    will would shall should can could may might must not no yes i you he she it we they me him
    her us them my your his its our their mine yours hers ours theirs myself himself herself s m t
    re ve ll d don one ones some any all both each every other such only just very too also even
    still ever never own same more most much many few anybody somebody nobody everybody already
    because before after during until while since between against through now who's know knows
    knew known get gets got go goes going went come comes came make makes made say said says
    tell tells told let like likes want wants thing things way ways lot bit der die das den dem
    des ein eine einen einem einer eines und oder aber ich du er sie es wir ihr mich mir dich
    dir ihn ihm uns euch ihnen mein meine meinen meinem meiner dein deine sein seine ihre unser
    unsere ist sind war waren bin bist seid hat habe haben hatte hatten wird werden wurde nicht
    kein keine auch nur noch schon wie wer wo wenn dass da im zum zur von vom mit bei nach aus
    auf fur um zu als denn doch mal man el la los las un una unos unas y o pero yo tu usted
    ustedes nosotros ellos ellas lo le les se te nos mi mis su sus era eran soy eres esta estan
    estoy ha han haber si que como cuando donde por para con sin de del al en muy ya une et ou
    mais je il elle nous vous ils elles lui leur mon ma ton ta tes sa ses notre votre vos est
    sont etait suis sommes etes ai avons avez ont ne pas plus qui quoi quand comme dans au aux
    par pour avec sans ce cette ces c j l n sur mas
    """
)
"""Words that carry no matter of their own; some of them stand in several languages."""
