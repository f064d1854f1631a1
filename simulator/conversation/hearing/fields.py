"""Subjects and the words laymen use for them: whose field a line is in.

What experts say of themselves is compared by its own words; these rows join it to what others say
who need them ("it hurts when I bite on it"). English, with the commonest words of German, Spanish
and French; a word stands for all that begin so, one with a full stop for itself alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["fields_of"]

_FIELDS = """
medicine: foot. leg. legs arm. arms stomach headache doctor physician surgeon nurs medic pharmac
  clinic hospital patient therap physio allerg infect vaccin virus fever cough pain. pains
  hurt ache sore. sick. ill. illness blood bleed swollen swell sting stung. rash burn. wound fractur
  sprain dizzy faint pulse heart knee ankle spine breath poison pill. pills tablet dose.
  midwi pregnan arzt krank fieber schmerz enfermer dolor fiebre medecin infirmi malade fievre
teeth: dentist dental tooth teeth gum. gums filling brace bite. biting zahn muela dent. diente
animals: vet. lamb. lambs calf. foal. chick. chicks veterin animal zoo dog. dogs puppy cat. cats
  kitten horse. cow. cows sheep goat. pig. pigs hen. hens bird. birds parrot bee. bees hive honey
  swarm insect spider snake herpet wolf wolves bear. fish. whale shark paw. paws fur. tail. barks
  bitten hoof wing. wings sting stung. tierarzt hund katze pferd imker biene perro gato abeja chien
  chat. abeille
plants: garden botan plant. plants planting flower florist rose. roses tulip tree. trees leaf leaves
  root. roots hedge lawn seed. seeds soil compost prun weed. weeds orchard apple berr forest ranger
  mushroom mycolog fung moss. oak. moth. pflanz baum blume pilz wald arbol flor. planta arbre fleur
food: cook chef. chefs bak kitchen recipe oven dough bread cake. cakes pastr flour yeast sugar salt.
  soup sauce spice roast fry. boil. meat butcher cheese butter cream egg. eggs rice. noodle dumpling
  fish. vegetarian vegan nutrition diet taste. tastes tasty menu dish. dishes fridge burnt steak
  sourdough loaf koch kuche teig brot cocin horno masa harina sopa cuisin four. pate. farine pain.
drink: wine. wines sommelier cellar vineyard grape cork. bottle brew beer barrel barten cocktail
  drink coffee barista tea. wein bier vino. cerveza vin. cave.
law: lawyer attorney solicitor counsel notar judge court. law. laws legal copyright licen patent
  contract clause sign. signed sue. sued liab tenan lease. rent. landlord evict notice. inherit
  heir. heirs will. wills belong owns allowed permit forbid illegal rights entitled guilty verdict
  witness damages. divorce custody anwalt recht. vertrag gesetz erbe abogad ley. avocat contrat loi.
  droit
police: police officer detective inspector burgl thief thieves theft stole robb crime criminal
  murder alibi arrest fingerprint forens suspect polizei einbruch policia ladron voleur
money: account treasur financ budget bookkeep tax. taxes taxed deduct invoice bill. bills
  charged charge. cost. costs price. prices pay. pays paid. payment loan credit mortgage bank. banks
  banker money cash. profit salar wage. wages pension insur invest fund. funds refund discount debt
  euro. euros dollar afford expens steuer geld kasse kosten konto dinero precio impuesto argent
  impot prix
building: architect structur builder mason bricklay carpent joiner roofer tiler beam. beams wall.
  walls ceiling roof. roofs attic floor. floors upstairs cellar crack plaster concrete foundation
  mould damp brick. bricks bridge collaps scaffold crane stair plank timber wood. wooden furnitur
  cabinet. insulat drill. paint. nail. screw. wand. dach. mauer statik muro tejado viga obra. mur.
  toit. poutre chantier
electricity: electric dark. darkness wire. wires wiring socket fuse. fuses cable voltage circuit
  plug. lamp. lamps light. lights bulb switch. flicker spark. sparks power. blackout battery solar
  charger strom sicherung enchufe luz. prise courant
plumbing: plumb pipe. pipes leak drip. drips dripping dripped tap. taps drain boiler heating
  radiator toilet sink. shower bathroom flood. burst. heizung rohr. klempner grifo tuberia robinet
  tuyau
computing: computer software developer programm network router server wifi internet online website
  app. apps password login laptop screen. printer. printers crash frozen freezes bug. bugs database
  data. backup hack malware phishing update. download cloud. netzwerk passwort rechner ordenador
  contrasena ordinateur reseau
vehicles: mechanic engine. engines motor car. cars. brake. brakes braking grinding clutch
  gear. gears gearbox tyre. tire. tires exhaust rattle fuel. petrol diesel oil. garage steering
  bike. bikes bicycle cyclist chain. squeak bremse reifen werkstatt coche freno taller voiture frein
  pneu
transport: train. trains bus. buses tram. driver conductor station platform timetable delay. delayed
  ticket traffic road. roads truck lorry parcel deliver courier freight logistic warehouse bahn.
  zug. fahrplan tren. camion gare. livrais
flying: pilot. pilots copilot plane. planes aircraft airport flight cockpit purser runway turbulence
  landing. takeoff helicopter aviat flugzeug avion. vuelo
seafaring: captain skipper sailor sail. sails sailing ship. ships boat. boats harbour anchor tide.
  tides reef. lighthouse coastguard lifeguard sea. seas ocean wave. waves current. mast. diver.
  diving fisherm rower schiff hafen segel barco. puerto bateau voile
mountains: mountain summit hut. hike hiking glacier avalanche climb rope. ropes slope ski. skis
  crevasse berg. lawine montana montagne
weather: weather forecast storm. storms rain. rains raining wind. winds cloud. clouds snow. frost
  fog. thunder lightning hail. heatwave temperature degrees climate umbrella wetter regen lluvia
  tiempo. pluie meteo
water: river. rivers flood. floods dike dam. dams hydrolog groundwater well. pump. pumped pumps
  level dries drought fluss hochwasser
earth: geolog rock. rocks stone. stones fossil volcan lava. earthquake mineral clay. mine. mining
  seismolog crystal gravel
space: astronom star. stars planet. planets moon. sun. orbit telescop comet galax rocket astronaut
  eclipse venus. mars. jupiter mond. stern. sterne luna. estrella lune. etoile
science: physic chemist chemical biolog laborat acid. atom. atoms molecul gravity energy mass.
  magnet radiat bleach cell. cells gene. genes genetic bacteria evolution species reaction melt.
  boiling
numbers: mathemat statistic percent average median survey poll. polls probab likely chance. odds
  sum. figure. figures calculat multipl count. prozent umfrage encuesta sondage
history: histor century centuries medieval ancient archaeolog archiv museum curator
  coin. coins roman. romans viking. castle. castles king. kings queen. war. wars napoleon empire
  pyramid relic ruin. ruins plough geschicht jahrhundert burg. siglo castillo siecle chateau
language: translat interpret grammar spell pronounc verb. verbs noun. comma accent dialect latin.
  french. german. spanish. linguist dictionar sprach ubersetz traduc idioma langue
books: book. books author librar poet poem. poems verse. sonnet novel. novels stanza rhyme chapter
  editor publish reader. shakespeare dichter gedicht buch. libro. poema livre. poeme
music: music microphone sound. tape. hum. compos conduct choir sing. sings singer song. songs piano
  violin. cello guitar drum. drums orchestr soprano tenor. alto. bass. melod rhythm tempo. chord
  tune. tuned flat. sharp. organ. trumpet flute opera. klavier lied. geige cancion chanson chant.
art: artist painter. sculpt museum gallery colour color. colors canvas portrait photo picture.
  pictures frame. brush varnish design logo. font. fonts layout illustrat decorat curtain maler.
  farbe gemalde pintor cuadro peintre tableau couleur
stage: actor. actors actress theatre theater film. films filming scene. scenes stage. rehears
  director script prompter dance. dancer ballet. costume audience. buhne schauspiel teatro actriz
football: football soccer goal. goals goalkeep keeper striker offside penalty refere foul. fouls
  kick. match. whistle coach. corner. team. teams tor. tore. abseits gol. portero arbitr but.
  gardien
sport: athlet run. runner running race. races swim. swimmer lap. laps marathon tennis cycling
  olympic medal training. train. gym. muscle stretch fitness ski. schwimm laufer deport
  nadador nage.
school: teach school pupil student lesson class. exam. exams homework grade. grades professor
  universit thesis degree. headmaster headmistress lehrer schule profesor escuela alumn professeur
  ecole
children: crying cries newborn baby. babies babysit nanny. kindergart toddler nappy diaper cradle
  midwi childmind child. children erzieher hebamme ninera
fire: firefight fireman fire. smoke. alarm. evacuat extinguish hydrant flame. flames burning sparks
  feuer brand. bomber incendio pompier
mind: psycholog psychiat counsell anxiet anxious depress stress. grief. nightmare dream. dreams
  sleep. asleep insomnia panic. angst. schlaf traum miedo sueno peur. reve.
faith: priest. pastor. vicar. imam. rabbi. church prayer pray. bible monk. monaster bishop mosque
  temple psalm sermon pfarrer kirche iglesia cura. eglise pretre
press: journalist reporter newspaper headline broadcast interview. radio. television zeitung periodi
  presse
selling: sales sell. sells seller shop. shops shopkeep customer retail marketing advert brand.
  brands campaign jewell ring. rings necklace diamond verkauf kunde tienda cliente vente client.
making: factory production assembly machine. machines machinist weld. tool. tools workshop bench.
  quality defect hinge. hinges scratch mat. lock. locks key. keys clock. watchmak supplier purchas
  procure stock. stocks fabrik fabrica usine atelier
staff: personnel hr. hiring recruit applicant vacanc vacation overtime shift. shifts rota. employ
  staff. union. personal. urlaub embauche
farming: farm field. fields harvest crop. crops wheat barley hay. barn. plough tractor manure milk.
  livestock bauer landwirt ernte cosecha granj recolte
clothes: tailor seamst dress. dresses sew. sewing knit. cloth. fabric button zip. hem. sleeve shoe.
  shoes cobbler wash. stain hair. haircut hairdress barber makeup schneider sastre couturi
politics: mayor councillor minister parliament election policy governor senat democra burgermeist
  alcald maire
"""


def fields_of(word: str) -> tuple[str, ...]:
    """The fields a folded word belongs to; a word is known by its whole or by its beginning."""
    found: list[str] = list(_WHOLE.get(word, ()))
    for length in range(4, len(word) + 1):
        found.extend(_BEGINNINGS.get(word[:length], ()))
    return tuple(found)


def _index(*, whole: bool) -> Mapping[str, tuple[str, ...]]:
    index: dict[str, tuple[str, ...]] = {}
    field = ""
    for row in _FIELDS.strip().splitlines():
        head, _, words = row.partition(": ")
        field, words = (head, words) if words else (field, row)
        for written in words.split():
            word = written.rstrip(".")
            if (written.endswith(".") or len(word) < 4) == whole:
                index[word] = (*index.get(word, ()), field)
    return MappingProxyType(index)


_WHOLE = _index(whole=True)
_BEGINNINGS = _index(whole=False)
