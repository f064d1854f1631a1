"""Fields of life and the words they are talked about in: whose subject a line is about.

Everyday vocabulary of trades and subjects in English, with the commonest words of German, Spanish
and French; no persona needs to list it. It is a thesaurus by subject in the manner of Roget, one
field a row, and it only ever says that a word and a trade belong together.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["FIELDS", "fields_of"]

FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "medicine": """doctor physician surgeon nurs medic paramedic pharmac patholog drug pill
            tablet dose dosage antibiotic vaccin infect virus flu. fever cough pain ache pulse
            blood artery heart lung kidney liver stomach bone fractur wound bandag ward hospital
            clinic patient symptom diagnos disease illness ill. sick allerg pregnan midwi therap
            surger operation inject syringe xray poison toxic cholest diabet insulin sprain bruise
            swollen headache anaesth oxygen unconscious rash arzt arztin krankenschwest pfleger
            krank fieber schmerz tablette medikament medico enfermer pastilla fiebre dolor salud
            medecin infirmi malade fievre douleur comprime aspirin ibuprofen painkill ointment
            stitches remed contagi numb thermomet apothek farmac hygien bandage""",
        "teeth": """dentist dental tooth teeth gum. filling toothpaste zahn muela diente
            dentista dent. dents. dentiste toothbrush caries braces orthodont""",
        "animals": """vet. veterin dog. dogs. cat. cats. horse cow. cows. sheep goat pig. pigs.
            puppy kitten parrot bird animal pet. pets. hen. hens. chicken zoo zookeep herd stable
            fodder beekeep bee. bees. hive honey insect beetle spider snake zoolog fish. tier.
            tiere. tierarzt hund katze pferd imker biene perro gato caballo animal colmena abeja
            chien chat. cheval abeille ruche veterinai whale wolf fox. bear. paw wings feather
            hatch milking rabbit leash ornitholog owl""",
        "plants": """gardener garden botan plant. plants. planted planting flower tulip rose.
            roses. tree. trees. lawn hedge seed soil compost fertili forest mushroom mycolog fung
            leaf leaves prun weed bulb. greenhouse orchard apple cherr herb florist nursery.
            ranger fir. oak. pine. garten pflanze baum pilz blume jardin jardiner planta arbol
            seta. setas. flor. flores. plante arbre champignon fleur berries berry gartner forst
            allotment sprout root""",
        "food": """cook chef bak kitchen recipe oven dough bread cake pastry sauce soup salt
            sugar flour spice menu dish roast fry boil pan. butcher meat beef pork cheese butter
            yeast restaurant taste flavour noodle pasta rice dumpling lasagne pancake egg. eggs.
            cream vegetable vegetarian vegan nutrition calorie diet waiter waitress host. hungry
            supper breakfast pie. pies. jam. koch. kochen kuche mehl teig brot ofen kuchen suppe
            cocin receta horno masa harina pan. salsa panader cuisin recette four. pate. farine
            patissi boulang gout knead crust ferment gluten steak pizza dessert nutritionist eat.
            eats. cater plate. plates. glasses. cutlery tablecloth buffet simmer thaw pot. pots.
            stew mushroom seta. setas. pilz""",
        "drink": """sommelier wine bottle vineyard grape cellar vintage cork barrel brew beer
            ale. whisky cocktail bartend barman barmaid pub. coffee barista tea. espresso wein
            bier vino vinos tinto bodega sumiller vin. vins. biere cave. caviste cafe. distill
            winemak""",
        "law": """lawyer attorney solicitor barrister counsel judge court law. laws. legal
            contract clause sue. sued. lawsuit liab illegal tenan lease inherit testament notary
            jury verdict evidence permit licen patent copyright prosecut defendant defence
            sentence. regulation statut bylaw paragraph guilt custody divorce landlord eviction
            deadline anwalt anwaltin jurist recht. rechtlich gericht vertrag gesetz mietrecht
            klausel kundigung haftung abogad ley. leyes contrato juez demanda avocat droit loi.
            contrat juge. tribunal signature binding paralegal warrant objection privacy""",
        "police": """police officer sergeant detective inspector constable burglar theft thief
            steal stolen crime criminal arrest robber fingerprint murder suspect forens patrol
            sheriff speeding polizei polizist einbruch policia ladron policier voleur alibi
            handcuff witness""",
        "money": """accountant accounts accounting bookkeep treasur financ cashier tax. taxes.
            taxa budget cost. costs. price. prices. expens money bank. banks. banker loan credit
            mortgage profit revenue invoice salar wage payroll euro. euros. dollar dollars fund.
            funds. funding invest insur discount fee. fees. pay. pays. paid. payment payslip
            ledger books. afford cheap actuar auditor audit economist economy inflation currency
            cash savings subsid donat receipt pension steuer. steuern steuerber geld kasse kosten
            preis rechnung konto buchhalt schatzmeist kassenwart kassier tesorer dinero precio
            cuenta impuesto banco contable presupuesto cuesta tresor. tresorier argent prix impot
            comptab budget controller broker shares dividend interest. rent. debit solvent vat.
            cent. cents. figures balance""",
        "building": """structur architect builder mason bricklay carpent joiner wall. walls.
            beam concrete cement roof foundation girder steel brick scaffold construction building
            plaster mortar ceiling staircase crane insulat mould damp crack surveyor tiler tile.
            tiles. floorboard demolish storey load. loadbear bridge civil paint. painter glazier
            renovat statik maurer mauer wand beton mortel dach. bauleiter bauarbeit zimmermann
            tischler schreiner architekt albanil pared muro hormigon obra. obras. tejado viga
            carpinter arquitect macon mur. murs. beton. toit. poutre charpent chantier collapse
            plank timber wood. wooden screw nail. nails. shelf hammer""",
        "electricity": """electric wire. wires. wiring socket fuse. fuses. cable voltage volt.
            volts. circuit plug. lamp. lamps. lightbulb current. ampere watt battery batteries
            solar grid. generator switchboard blackout strom. steckdose sicherung elektrik luz.
            enchufe electricista courant prise. electricien power. lights. light. bulb switch.
            flicker cables""",
        "plumbing": """plumb pipe. pipes. leak tap. taps. drain boiler heating radiator valve
            toilet sewer sewage faucet shower sink. heizung rohr. rohre installateur klempner
            wasserhahn fontaner tuberia grifo caldera desague plombier tuyau robinet chaudiere
            chauffage""",
        "computing": """develop programm software code. codes. coding network router wifi
            password login log. server. servers. database backup bug. bugs. deploy app. apps.
            cloud. computer laptop hack. hacker malware administrator sysadmin helpdesk outage
            online internet website encrypt data. algorithm api. browser interface frontend
            backend techni cyber firewall phishing reboot install. update. updates. screen printer
            entwickler programmier netzwerk passwort rechner datenbank informatik ordenador
            contrasena servidor red. programad ordinateur serveur reseau informatic mot-de-passe
            robot machine-learning tablet. offline crash spreadsheet it. tech.""",
        "vehicles": """mechanic engine. engines. car. cars. motor brake gearbox tyre tire.
            tires. clutch oil. exhaust garage vehicle fuel petrol diesel spark steering wheel.
            wheels. windscreen mileage driving driver. license-plate auto. autos. motor bremse
            reifen werkstatt mechanik coche motor. freno taller mecanico voiture moteur frein pneu
            garagiste hybrid bonnet rattle chassis bike. bikes. bicycle cyclist""",
        "flying": """pilot copilot plane. planes. aircraft airport flight cockpit cabin crew
            purser steward runway tower turbulence landing takeoff altitude helicopter airline
            aviat wing flugzeug flughafen avion vuelo vol. aeroport flying fly.""",
        "seafaring": """captain skipper sailor ship. ships. shipping boat sail. sails. sailing
            harbour anchor knot. knots. deck. tide. tides. lighthouse coastguard sea. seas.
            navigat ferry ocean wave. waves. lifeboat fisherm nautical marine hull mast schiff
            hafen segel matrose barco mar. marinero puerto vela. bateau marin. mer. voile coast
            current. diver. reef""",
        "transport": """arrive arrival departure train. trains. conductor bus. buses. tram.
            trams. station ticket timetable traffic road. roads. truck lorry deliver courier
            parcel depot logistic freight cargo highway crossing pedestrian parking rail. railway
            signal. taxi commut bahn. zug. zuge. bahnhof fahrplan strasse verkehr tren. trenes
            estacion camion carretera taxista train. gare. route. camionneur planner junction
            roundabout""",
        "mountains": """mountain summit hut. huts. hike hiker hiking glacier snow. rope. ropes.
            climb avalanche trail slope ski. skis. skiing ridge crevasse guide. berg. berge.
            lawine gletscher bergfuhr schnee gipfel montana nieve alud guia. montagne neige guide.
            altitude map. piste""",
        "weather": """meteorolog weather forecast storm rain. rains. rainy raining wind. winds.
            windy cloud. clouds. cloudy temperature climat thunder lightning fog. frost sunny
            hurricane barometer humid wetter regen gewitter tiempo. lluvia tormenta meteo pluie
            orage drought""",
        "rivers": """river flood dike dam. dams. level. hydrolog groundwater stream. bank. pump.
            reservoir levee fluss hochwasser deich rio. inundacion crue. riviere digue water.
            drinking-water sluice canal basin""",
        "earth": """geolog rock. rocks. stone. soil. clay. earthquake volcano volcanic mineral
            fossil lava tectonic seismolog mining miner. quarry sediment cave. caves. erdbeben
            vulkan gestein terremoto volcan roca seisme roche magma gold. dinosaur paleontolog""",
        "space": """astronom star. stars. planet moon. orbit telescop comet galaxy rocket
            astronaut universe eclipse asteroid meteor satellit mars. jupiter saturn venus. sky.
            cosmo mond. sterne stern. rakete luna. estrella cohete astronaut lune. etoile fusee
            lightyear sun. solar""",
        "physics": """physic gravity fall. falls. faster speed. energy mass. quantum atom.
            atoms. nuclear radiat magnet friction pressure vacuum pendulum laser optic physik
            fisica physique weight heavier lighter relativity particle""",
        "chemistry": """chemist chemical chemie acid reaction molecul solvent laborat bleach
            ammonia chlorin explos element. elements. boiling quimic chimi compound evapor dissolv
            melt. melts. salt. vinegar hydrogen carbon""",
        "biology": """spider insect frog animal. animals. plant. plants. bird. birds. fish.
            whale. biolog cell. cells. gene. genes. genetic dna. species evolution bacteria microb
            organism ecosystem ecolog habitat predator photosynth marine conservation scientist""",
        "statistics": """mathemat math. maths. statist equation fraction percent probabil
            average median sample survey poll. polls. polling graph correlation calculat sum.
            sums. geometry multipl divid odds chance figure number prozent umfrage rechnen
            durchschnitt mathe encuesta porcentaje estadistic sondage pourcentage analyst count.
            sociolog respondent questionnaire random turnout""",
        "history": """histor century war. wars. king. kings. queen empire mediev ancient archiv
            archaeolog archeolog dynasty revolution castle treaty roman. romans. viking pharaoh
            pyramid battle emperor museum curator antique monument geschicht jahrhundert krieg
            konig siglo guerra rey. histoire siecle guerre roi. genealog 19th 18th 17th 16th
            bronze relic coin. coins.""",
        "geography": """geograph capital. country countries continent island border atlas
            equator latitude cartograph population region travel. tour. tourist tourism hauptstadt
            erdkund pais. capitale pays. desert""",
        "language": """interpret translat language grammar french german. spanish italian latin.
            english chinese japanese arabic spelling pronunc verb. verbs. linguist dictionary
            accent dialect vocabulary proofread copyedit comma. sprach ubersetz grammatik idioma
            traductor gramatica langue traduc grammaire interprete etymolog""",
        "books": """poet poem poetry novel author librar literat stanza verse editor. publish
            manuscript chapter bookshop bookseller writer writes. reader rhyme shakespeare
            storytell dichter gedicht roman. romane buch. bucher bibliothek libro libros
            biblioteca poesia novela livre livres libraire bibliothec book. books. blurb
            copywriter text. slogan""",
        "music": """music compos conductor choir sing. sings. singer song. songs. sung piano
            violin cello guitar drum. drums. drummer orchestr instrument soprano alto. altos.
            tenor. bass. melody rhythm harp. concert tempo. chord trumpet flute opera. symphon
            sonata band. strings. tune. tunes. bow. pitch organist organ. musik klavier geige
            chor. lied. lieder dirigent musica cancion piano. guitarra coro. chant. chanson violon
            orchestre sheet-music brass. trombone timpan percuss cymbal clarinet""",
        "art": """artist sculpt museum gallery colour color layout design font. fonts. typograph
            drawing draw. draws. picture poster photograph camera canvas sketch illustrat palette
            watercolour shade. logo. logos. style. interior decor furnish curtain maler. malerei
            gemalde farbe. farben kunst. gestalt pintor pintura cuadro arte. artista disen peintre
            tableau. couleur photo. graphic lens. brush brushstroke frame. restor""",
        "stage": """actor. actors. actress stage. theatre theater film. films. filming director.
            scene. scenes. drama. rehears premiere prompter screenplay script. dancer dance.
            dances ballet choreograph audience. comedian magician buhne schauspiel regisseur tanz.
            teatro actriz pelicula bailarin theatre. acteur comedien danse lighting movie cinema""",
        "celebrities": """celebrit gossip star. singer. fame. famous magazine hairdress hair.
            barber stylist makeup fashion beautic cosmet nails. friseur peluquer coiffeu haircut
            dye. model.""",
        "football": """coach trainer team. match goal. goals. goalkeep keeper striker refere
            offside penalt football soccer foul. fouls. midfield defender winger whistle pitch.
            corner kick. header bench. fussball tor. tore. torwart torwartin abseits elfmeter
            schiedsricht trainer. portero porteria gol. goles delantero arbitro palos. futbol
            entrenador gardien. but. buts. attaquant arbitre foot. post. posts. net.""",
        "sport": """sport match. game. games. score. scored. won. win. gold. silver. podium lap.
            laps. athlet swim. swims. swimmer swimming relay race. races. racing runner marathon
            league tennis basketball cricket golf. cycling sprint olympic medal referee gym.
            fitness muscle stretch yoga warmup training. boxing boxer physio sport. rowing rower
            jump. fencing judo schwimm laufer deport nadador nageu coureur physiotherap serve.""",
        "school": """teacher teach. teaches. pupil student school lesson class. classes.
            classroom homework exam. exams. grade. grades. curriculum headmaster headteacher
            headmistress principal. professor universit tutor. lecturer lecture thesis degree
            lehrer schule schuler unterricht noten. profesor escuela alumno clase. maestr
            professeur ecole eleve doctoran university dean""",
        "children": """babysit baby. babies toddler kindergart nanny. diaper nappy. nappies
            childmind childcare midwife pediatric paediatric playground erzieher hebamme bebe.
            ninera creche kids. cradle lullaby""",
        "fire": """firefight fireman fire. fires. smoke. evacuat alarm. extinguish hydrant
            burning flames flame. candle escape. feuerwehr brand. feuer bomber. bomberos incendio
            pompier incendie sprinkler arson""",
        "safety": """safety hazard helmet ladder emergency first-aid exits exit. escape. danger
            dangerous protective sicherheit seguridad securite guard. guards. security lifeguard
            risk. risky""",
        "religion": """priest pastor vicar imam. rabbi church prayer pray. prays. bible monk.
            nun. nuns. monastery bishop parish sermon hymn. mosque synagogue temple theolog
            pfarrer kirche cura. iglesia misa. pretre eglise messe. gospel sabbath baptis
            communion koran quran lent. psalm""",
        "press": """journalist reporter newspaper headline press. radio. television broadcast
            interview newsroom editor. column podcast spokes zeitung presse reportero periodist
            periodico journaliste presse. anchor. news.""",
        "selling": """sales salesperson salesman saleswoman marketing customer client. advert
            campaign brand. brands. shop. shops. shopkeep retail seller. buyer. merchandis verkauf
            kunde. kunden laden. ladenbesitz vendedor cliente tienda. vendeu vente magasin
            boutique trader. stall. till. promot pitch.""",
        "supply": """supplier purchas procure warehouse stock. stocks. logistic depot parcel
            package deliver shelf. shelves storekeep inventory pallet. order. orders. einkauf
            lager. lieferant lieferung almacen proveedor pedido. entrepot fourniss livrais
            storeroom forklift""",
        "making": """production assembly factory machine. machines. machinist operator welder
            weld. tool. tools. workshop bench. quality tester. tester defect manufact fabrik
            fertigung montage fabrica maquina usine atelier lathe conveyor mechanical hinge
            prototype cabinetmak locksmith lock. locks. keys. watchmak clock. furniture""",
        "staff": """personnel hr. hiring recruit vacation employee staff. staffing human. union.
            shift. shifts. rota. rotas. overtime payroll. applicant interview. personal.
            personalabteil betriebsrat urlaub recursos-humanos empleado ressources embauche conge
            vacanc workload resign onboarding""",
        "farming": """farm. farms. farmer farming tractor harvest crop. crops. field. fields.
            wheat barley corn. hay. barn. plough manure livestock dairy milk. cows. bauer.
            landwirt ernte traktor granj agricult cosecha fermier recolte""",
        "textiles": """tailor seamst dressmak fabric cloth. sew. sews. sewing knit. knits.
            knitting curtain wool. silk. cotton needle. thread. zip. hem. costume schneider stoff.
            nahen sastre tela. costur couturi tissu. stitch. weav leather shoemak cobbler shoe.
            shoes. sole. heel. heels. wash. iron. laundry""",
        "politics": """mayor councillor minister parliament election party. politic governor
            senat democra council. government policy. burgermeist stadtrat minister. partei
            alcalde alcaldesa concejal elecciones maire. conseil elu. elus. zoning referendum
            ambassador diplomat""",
        "procedure": """chair. chairs. chairman chairwoman chairperson moderator president.
            presidenta presidente presidente. judge. speaker. motion. motions. seconded second.
            vote. votes. voting ballot tie. agenda item. items. minutes. adjourn announce
            announced procedure quorum order! session. objection overruled sustained verdict
            ruling casting. vorsitz vorsitzender vorsitzende versammlungsleit tagesordnung abstimm
            antrag gleichstand moderador votacion orden-del-dia empate animatrice animateur seance
            ordre-du-jour majorite mayoria mediator facilitator convenor foreperson foreman gavel
            decision decide decides decided meeting sitzung reunion rules""",
        "mind": """psycholog psychiat counsell therapist. therapy anxiety anxious depress trauma
            stress. feelings burnout sleep. sleeping insomnia dream. dreams. psicolog angst. grief
            mourning addiction""",
        "environment": """environment emission carbon recycl wildlife pollution climate. waste.
            rubbish landfill bats. bat. nature. umwelt naturschutz medio-ambiente ecolog renewable
            turbine footprint plastic""",
        "housing": """flat. flats. flatmate apartment landlord tenant. estate. realtor neighbour
            neighbor caretaker janitor property. mortgage. house. houses. makler immobil
            immobilien wohnung miete. vermieter mieter. alquiler inmobil piso. locataire loyer.
            agence""",
    }
)


def fields_of(word: str) -> tuple[str, ...]:
    """The fields a folded word belongs to; a word is known by its whole or by its beginning."""
    found: list[str] = list(_WHOLE.get(word, ()))
    for length in range(4, len(word) + 1):
        found.extend(_BEGINNINGS.get(word[:length], ()))
    return tuple(found)


def _index(*, whole: bool) -> Mapping[str, tuple[str, ...]]:
    index: dict[str, tuple[str, ...]] = {}
    for field, listed in FIELDS.items():
        for written in listed.split():
            word = written.rstrip(".!")
            if (written[-1] in ".!" or len(word) < 4) == whole:
                index[word] = (*index.get(word, ()), field)
    return MappingProxyType(index)


_WHOLE = _index(whole=True)
_BEGINNINGS = _index(whole=False)
