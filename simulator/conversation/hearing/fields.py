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
            surger operation inject syringe xray poison toxic cholest diabet insulin sprain
            bruise swollen headache anaesth oxygen unconscious rash arzt arztin krankenschwest
            pfleger krank fieber schmerz tablette medikament medico enfermer pastilla fiebre
            dolor salud medecin infirmi malade fievre douleur comprime aspirin ibuprofen painkill
            ointment stitches remed contagi numb thermomet apothek farmac hygien bandage paramed
            ambulance plaster. cast. dizzy faint vomit nausea sneez throat ear. ears eyesight
            optician optometr spine knee elbow shoulder ankle wrist rib. ribs. nerve swelling
            bleed bleeding recover crutch wheelchair stroke tumour cancer asthma inhaler vitamin
            hormone dialysis transfus radiolog xrays mri. scan. scans dermatolog paediatr geriatr
            carer caregiver dementia breath. breathe breathing penicillin swell wehtut bluten
            herz lunge rucken spritze praxis sangre corazon herida cita. sang. coeur ordonnance""",
        "teeth": """dentist dental tooth teeth gum. filling toothpaste zahn muela diente
            dentista dent. dents. dentiste toothbrush caries braces orthodont""",
        "animals": """vet. veterin dog. dogs. cat. cats. horse cow. cows. sheep goat pig. pigs.
            puppy kitten parrot bird animal pet. pets. hen. hens. chicken zoo zookeep herd stable
            fodder beekeep bee. bees. hive honey insect beetle spider snake zoolog fish. tier.
            tiere. tierarzt hund katze pferd imker biene perro gato caballo colmena abeja chien
            chat. cheval abeille ruche veterinai whale wolf fox. bear. paw wings feather hatch
            milking rabbit leash ornitholog owl lion. lions tiger elephant monkey. ape. reptile
            turtle aquarium fur. hoof hooves saddle stallion mare. foal lamb. sheepdog shepherd
            kennel vaccin. feed. feeding tail. bark. barks barking wolves bite. bites. bitten
            sting. stings. queen. swarm. wool. duck. ducks goose geese poultry rooster jockey
            pferdewirt schafer schaf. vache mouton oveja vaca. pastor.""",
        "plants": """gardener garden botan plant. plants. planted planting flower tulip rose.
            roses. tree. trees. lawn hedge seed soil compost fertili forest mushroom mycolog fung
            leaf leaves prun weed bulb. greenhouse orchard apple cherr herb florist nursery.
            ranger fir. oak. pine. garten pflanze baum pilz blume jardin jardiner planta arbol
            seta. setas. flor. flores. plante arbre champignon fleur berries berry gartner forst
            allotment sprout root root. roots. branch. branches trunk. shrub ivy. nettle pollen
            seedling bloom blossom petal. watering. spade. rake. vegetable tomato potato carrot
            strawberr pear. plum. vine. lumberjack sawmill arborist nettles moss. fern. lily.
            lilies. orchid rasen hecke blatt. blatter hojas raiz. feuille haie""",
        "food": """cook chef bak kitchen recipe oven dough bread cake pastry sauce soup salt
            sugar flour spice menu dish roast fry boil pan. butcher meat beef pork cheese butter
            yeast restaurant taste flavour noodle pasta rice dumpling lasagne pancake egg. eggs.
            cream vegetable vegetarian vegan nutrition calorie diet waiter waitress host. hungry
            supper breakfast pie. pies. jam. koch. kochen kuche mehl teig brot ofen kuchen suppe
            cocin receta horno masa harina salsa panader cuisin recette four. pate. farine
            patissi boulang gout knead crust ferment gluten steak pizza dessert nutritionist eat.
            eats. cater plate. plates. glasses. cutlery tablecloth buffet simmer thaw pot. pots.
            stew mushroom seta. setas. pilz cutlet grill. barbecue marinad season. seasoning
            pepper. garlic onion. onions tomato potato carrot lemon oranges. meringue icing
            filling. pudding waffle toast. sandwich fridge freezer portion portions serve.
            serving starter. caterer confection chocolat candy sweet. sweets. ice-cream wurst
            schinken kase. eier. zwiebel. knoblauch aceite ajo. huevo. huevos. cebolla. carne.
            queso. pescado. fromage oeuf. oeufs. viande poisson. oignon huile.""",
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
            contrat juge. tribunal signature binding paralegal warrant objection privacy alimony
            will. inheritance heirs. heir. trespass libel slander defam damages compensation
            negligen warranty guarantee. trademark plaintiff acquit appeal. parole bail. prison.
            jail. oath. perjury clause. paragraphs. compliance gdpr schadenersatz klage. urteil
            garantie eid. multa. delito. sentencia amende plainte. garantie. notaire""",
        "police": """police officer sergeant detective inspector constable burglar theft thief
            steal stolen crime criminal arrest robber fingerprint murder suspect forens patrol
            sheriff speeding polizei polizist einbruch policia ladron policier voleur alibi
            handcuff witness thefts. break-in breakins stab. stabbed weapon gun. guns knife.
            clue. clues. investigat interrogat custody culprit missing-person stolen. fraud.
            forgery smuggl customs tater. diebstahl dieb. zeuge. ladron. robo. vol. enquete""",
        "money": """accountant accounts accounting bookkeep treasur financ cashier tax. taxes.
            taxa budget cost. costs. price. prices. expens money bank. banks. banker loan credit
            mortgage profit revenue invoice salar wage payroll euro. euros. dollar dollars fund.
            funds. funding invest insur discount fee. fees. pay. pays. paid. payment payslip
            ledger books. afford cheap actuar auditor audit economist economy inflation currency
            cash savings subsid donat receipt pension steuer. steuern steuerber geld kasse kosten
            preis rechnung konto buchhalt schatzmeist kassenwart kassier tesorer dinero precio
            cuenta impuesto banco contable presupuesto cuesta tresor. tresorier argent prix impot
            comptab controller broker shares dividend interest. rent. debit solvent vat. cent.
            cents. figures balance door. takings. income. wages. wealth debt. debts. owe. owes.
            repay instalment deposit. refund price-tag expensive surplus deficit quarter. spend
            spent. spending thousand. million. billion. sold. sponsor. grant. grants. wallet.
            purse. teuer billig schulden gehalt lohn. miete. rabatt caro. barato deuda sueldo.
            salario. dette cher. salaire. remise""",
        "building": """structur architect builder mason bricklay carpent joiner wall. walls.
            beam concrete cement roof foundation girder steel brick scaffold construction
            building plaster mortar ceiling staircase crane insulat mould damp crack surveyor
            tiler tile. tiles. floorboard demolish storey load. loadbear bridge civil paint.
            painter glazier renovat statik maurer mauer wand beton mortel dach. bauleiter
            bauarbeit zimmermann tischler schreiner architekt albanil pared muro hormigon obra.
            obras. tejado viga carpinter arquitect macon mur. murs. beton. toit. poutre charpent
            chantier collapse plank timber wood. wooden screw nail. nails. shelf hammer gutter
            chimney attic cellar. basement balcony doorframe windowframe grout drill. excavat
            crane. surveying blueprint. extension. partition loadbearing statics girder.
            stability storeys. doors. stairwell keller. treppe fenster. estrich putz. escalera
            ventana suelo. cimiento escalier fenetre. fondation etage ladders. sawdust""",
        "electricity": """electric wire. wires. wiring socket fuse. fuses. cable voltage volt.
            volts. circuit plug. lamp. lamps. lightbulb current. ampere watt battery batteries
            solar grid. generator switchboard blackout strom. steckdose sicherung elektrik luz.
            enchufe electricista courant prise. electricien power. lights. light. bulb switch.
            flicker cables voltmeter meter. blown. outlet. extension-lead short-circuit earthed
            earthing. insulator transformer led. kabel. lampe. birne. kurzschluss cable.
            cortocircuito bombilla ampoule fusible""",
        "plumbing": """plumb pipe. pipes. leak tap. taps. drain boiler heating radiator valve
            toilet sewer sewage faucet shower sink. heizung rohr. rohre installateur klempner
            wasserhahn fontaner tuberia grifo caldera desague plombier tuyau robinet chaudiere
            chauffage""",
        "computing": """develop programm software code. codes. coding network router wifi
            password login log. server. servers. database backup bug. bugs. deploy app. apps.
            cloud. computer laptop hack. hacker malware administrator sysadmin helpdesk outage
            online internet website encrypt data. algorithm api. browser interface frontend
            backend techni cyber firewall phishing reboot install. update. updates. screen
            printer entwickler programmier netzwerk passwort rechner datenbank informatik
            ordenador contrasena servidor red. programad ordinateur serveur reseau informatic
            mot-de-passe robot machine-learning tablet. offline crash spreadsheet it. tech.
            mouse. keyboard monitor. pixels. crashed crashes. freezes. frozen. loading. upload
            download. cookie. domain. hosting. search. query. queries. algorithms. chatbot ai.
            model. training-data spam. email. backup. backups. usb. gigabyte megabyte bandwidth.
            signal. antenna firmware patch. patches. release. sprint. feature. features.
            bildschirm tastatur absturz pantalla teclado ecran. clavier. imprimante""",
        "vehicles": """mechanic engine. engines. car. cars. motor brake gearbox tyre tire.
            tires. clutch oil. exhaust garage vehicle fuel petrol diesel spark steering wheel.
            wheels. windscreen mileage driving driver. license-plate auto. autos. bremse reifen
            werkstatt mechanik coche motor. freno taller mecanico voiture moteur frein pneu
            garagiste hybrid bonnet rattle chassis bike. bikes. bicycle cyclist scooter motorbike
            motorcycle moped. helmet. pedal. pedals. chain. saddle. handlebar headlight
            indicator. gear. gears. overtak speedomet lane. parked. parking. reverse. tow.
            towing. crash. bumper kupplung getriebe olwechsel fahrrad. kette. rueda. aceite.
            embrague velo. pneus. embrayage. huile.""",
        "flying": """pilot copilot plane. planes. aircraft airport flight cockpit cabin crew
            purser steward runway tower turbulence landing takeoff altitude helicopter airline
            aviat wing flugzeug flughafen avion vuelo vol. aeroport flying fly. pilot. wings.
            fuselage hangar. parachut glider. seatbelt gate. boarding. jet. jets. drone. drones
            radar. sky. flugel. start. landung ala. aterriz despeg. aile. atterri decoll""",
        "seafaring": """captain skipper sailor ship. ships. shipping boat sail. sails. sailing
            harbour anchor knot. knots. deck. tide. tides. lighthouse coastguard sea. seas.
            navigat ferry ocean wave. waves. lifeboat fisherm nautical marine hull mast schiff
            hafen segel matrose barco mar. marinero puerto vela. bateau marin. mer. voile coast
            current. diver. reef rudder. oar. oars. bow. stern. cast-off crew. crews. cox. rower.
            fog. foghorn buoy. pier. jetty. dock. docks. keel. yacht. cruise. swell. whirlpool
            nets. nautic ruder. kapitan. welle. wellen. ola. olas. muelle. ancla. vague. vagues.
            ancre. quai.""",
        "transport": """arrive arrival departure train. trains. conductor bus. buses. tram.
            trams. station ticket timetable traffic road. roads. truck lorry deliver courier
            parcel depot logistic freight cargo highway crossing pedestrian parking rail. railway
            signal. taxi commut bahn. zug. zuge. bahnhof fahrplan strasse verkehr tren. trenes
            estacion camion carretera taxista gare. route. camionneur planner junction roundabout
            driver. drivers. coach-driver jam. jams. delay. delayed. late. platform. rails.
            carriage. wagon. bridge. tunnel. detour. diversion. motorway. lorries. haul. haulage
            van. vans. stau. verspatung gleis. fahrer. retraso. anden. conductor. conductora.
            retard. quai. voie. bouchon. conducteur""",
        "mountains": """mountain summit hut. huts. hike hiker hiking glacier snow. rope. ropes.
            climb avalanche trail slope ski. skis. skiing ridge crevasse guide. berg. berge.
            lawine gletscher bergfuhr schnee gipfel montana nieve alud guia. montagne neige
            altitude map. piste""",
        "weather": """meteorolog weather forecast storm rain. rains. rainy raining wind. winds.
            windy cloud. clouds. cloudy temperature climat thunder lightning fog. frost sunny
            hurricane barometer humid wetter regen gewitter tiempo. lluvia tormenta meteo pluie
            orage drought thaw. ice. icy. hail. storms. sunshine sunny. heat. heatwave humidity
            air-pressure cloudburst showers. cold-front celsius fahrenheit degrees. schnee.
            wolken. sonne. hitze. nieve. viento. nube. nubes. calor. neige. vent. nuage. nuages.
            chaleur.""",
        "rivers": """river flood dike dam. dams. level. hydrolog groundwater stream. bank.
            pump. reservoir levee fluss hochwasser deich rio. inundacion crue. riviere digue
            water. drinking-water sluice canal basin""",
        "earth": """geolog rock. rocks. stone. soil. clay. earthquake volcano volcanic mineral
            fossil lava tectonic seismolog mining miner. quarry sediment cave. caves. erdbeben
            vulkan gestein terremoto volcan roca seisme roche magma gold. dinosaur paleontolog
            landslide sinkhole bedrock gravel. sand. limestone granite. crystal. crystals.
            crater. plate. tectonics drill. drilling. borehole sandstein kalk. sismo. arena.
            seisme. sable.""",
        "space": """astronom star. stars. planet moon. orbit telescop comet galaxy rocket
            astronaut universe eclipse asteroid meteor satellit mars. jupiter saturn venus. sky.
            cosmo mond. sterne stern. rakete luna. estrella cohete lune. etoile fusee lightyear
            sun. solar galaxies. lightyears. gravity. spaceship shuttle. launch. lander. constell
            milky nebula. supernova blackhole pluto. telescope. sternbild weltall espacio.
            planeta. espace. planete.""",
        "physics": """physic gravity fall. falls. faster speed. energy mass. quantum atom.
            atoms. nuclear radiat magnet friction pressure vacuum pendulum laser optic physik
            fisica physique weight heavier lighter relativity particle""",
        "chemistry": """chemist chemical chemie acid reaction molecul solvent laborat bleach
            ammonia chlorin explos element. elements. boiling quimic chimi compound evapor
            dissolv melt. melts. salt. vinegar hydrogen carbon""",
        "biology": """spider insect frog animal. animals. plant. plants. bird. birds. fish.
            whale. biolog cell. cells. gene. genes. genetic dna. species evolution bacteria
            microb organism ecosystem ecolog habitat predator photosynth marine conservation
            scientist""",
        "statistics": """mathemat math. maths. statist equation fraction percent probabil
            average median sample survey poll. polls. polling graph correlation calculat sum.
            sums. geometry multipl divid odds chance figure number prozent umfrage rechnen
            durchschnitt mathe encuesta porcentaje estadistic sondage pourcentage analyst count.
            sociolog respondent questionnaire random turnout""",
        "history": """histor century war. wars. king. kings. queen empire mediev ancient archiv
            archaeolog archeolog dynasty revolution castle treaty roman. romans. viking pharaoh
            pyramid battle emperor museum curator antique monument geschicht jahrhundert krieg
            konig siglo guerra rey. histoire siecle guerre roi. genealog 19th 18th 17th 16th
            bronze relic coin. coins. ruin. ruins. tomb. excavat dig. digs. inscription
            manuscript papyrus crusade pirate. pirates. knight. knights. castle. castles. duke.
            duchess. emperor. caesar. pharaohs century. centuries. 1066 1789 1914 1945 burg.
            ritter. kaiser. romer. castillo. caballero. emperador romanos. chateau. chevalier
            empereur. romains.""",
        "geography": """geograph capital. country countries continent island border atlas
            equator latitude cartograph population region travel. tour. tourist tourism
            hauptstadt erdkund pais. capitale pays. desert""",
        "language": """interpret translat language grammar french german. spanish italian
            latin. english chinese japanese arabic spelling pronunc verb. verbs. linguist
            dictionary accent dialect vocabulary proofread copyedit comma. sprach ubersetz
            grammatik idioma traductor gramatica langue traduc grammaire interprete etymolog
            word. words. translate. translates phrase. idiom. proverb plural. grammar. tense.
            vowel. consonant syllable alphabet sign-language fluent. pronounc bedeutet heisst
            wort. worter. significa palabra. signifie. mot. mots. sentence.""",
        "books": """poet poem poetry novel author librar literat stanza verse editor. publish
            manuscript chapter bookshop bookseller writer writes. reader rhyme shakespeare
            storytell dichter gedicht roman. romane buch. bucher bibliothek libro libros
            biblioteca poesia novela livre livres libraire bibliothec book. books. blurb
            copywriter text. slogan author. authors. read. reading. bestseller fiction.
            fairy-tale fairytale. story. stories. plot. page. pages. chapter. chapters. sonnet.
            haiku. metaphor. library. loan. overdue bookmark. geschichte. seite. seiten. pagina.
            capitulo. cuento. chapitre. conte.""",
        "music": """music compos conductor choir sing. sings. singer song. songs. sung piano
            violin cello guitar drum. drums. drummer orchestr instrument soprano alto. altos.
            tenor. bass. melody rhythm harp. concert tempo. chord trumpet flute opera. symphon
            sonata band. strings. tune. tunes. bow. pitch organist organ. musik klavier geige
            chor. lied. lieder dirigent musica cancion piano. guitarra coro. chant. chanson
            violon orchestre sheet-music brass. trombone timpan percuss cymbal clarinet chorus.
            verse. encore. solo. solos. singing. voice. voices. pitch. key. flat. sharp. minor.
            major. beat. beats. amplifier microphone saxophon oboe. clarinet. bassoon viola.
            horn. trumpet. bells. score. bar. bars. note. notes. sheet. tuning. metronom takt.
            ton. tone. stimme. klang. nota. notas. ritmo. voz. rythme. voix.""",
        "art": """artist sculpt museum gallery colour color layout design font. fonts.
            typograph drawing draw. draws. picture poster photograph camera canvas sketch
            illustrat palette watercolour shade. logo. logos. style. interior decor furnish
            curtain maler. malerei gemalde farbe. farben kunst. gestalt pintor pintura cuadro
            arte. artista disen peintre tableau. couleur photo. graphic lens. brush brushstroke
            frame. restor varnish. restorer. pigment. oil-paint charcoal. pastel. portrait.
            landscape. exhibit. exhibition easel. statue. bronze. marble. clay. pottery potter.
            ceramic vase. vases. mural. graffiti. print. printmak gallery. curator. tattoo.
            photos. exposure. shutter. flash. skulptur. bild. bilder. foto. fotos. ausstellung
            retrato. exposicion escultura. exposition.""",
        "stage": """actor. actors. actress stage. theatre theater film. films. filming
            director. scene. scenes. drama. rehears premiere prompter screenplay script. dancer
            dance. dances ballet choreograph audience. comedian magician buhne schauspiel
            regisseur tanz. teatro actriz pelicula bailarin theatre. acteur comedien danse
            lighting movie cinema stunt. stuntman stuntwoman jumps. leap. curtain. applause.
            audition. role. roles. cue. cues. prompt. makeup. spotlight. camera. cameras. take.
            shoot. shooting. studio. musical. circus. clown. acrobat juggl trapeze. zirkus.
            kulisse. rolle. escenario. papel. circo. decor. cirque.""",
        "celebrities": """celebrit gossip star. singer. fame. famous magazine hairdress hair.
            barber stylist makeup fashion beautic cosmet nails. friseur peluquer coiffeu haircut
            dye. model.""",
        "football": """coach trainer team. match goal. goals. goalkeep keeper striker refere
            offside penalt football soccer foul. fouls. midfield defender winger whistle pitch.
            corner kick. header bench. fussball tor. tore. torwart torwartin abseits elfmeter
            schiedsricht trainer. portero porteria gol. goles delantero arbitro palos. futbol
            entrenador gardien. but. buts. attaquant arbitre foot. post. posts. net. kickoff
            kick-off lineup substitut dribbl striker. strikers. defence. shirt. shirts. tackle.
            halftime half-time. stadium fan. fans. tactic tactics. formation. mannschaft. sturm.
            stadion. trikot. equipo. portera. partido. delantera. equipe. stade. gardienne.
            maillot.""",
        "sport": """sport match. game. games. score. scored. won. win. gold. silver. podium
            lap. laps. athlet swim. swims. swimmer swimming relay race. races. racing runner
            marathon league tennis basketball cricket golf. cycling sprint olympic medal referee
            gym. fitness muscle stretch yoga warmup training. boxing boxer physio sport. rowing
            rower jump. fencing judo schwimm laufer deport nadador nageu coureur physiotherap
            serve. stroke. strokes. oar. oars. rower. regatta cox. paddle. racket. net. umpire.
            hurdle. javelin. sprinter. stamina. injury. warm-up. coach. climber. skier. skater.
            skating. ice-rink. dive. diving. surf. surfer. gymnast wrestl karate. boxer. lauf.
            laufen. rennen. carrera. correr. course. courir. nage.""",
        "school": """teacher teach. teaches. pupil student school lesson class. classes.
            classroom homework exam. exams. grade. grades. curriculum headmaster headteacher
            headmistress principal. professor universit tutor. lecturer lecture thesis degree
            lehrer schule schuler unterricht noten. profesor escuela alumno clase. maestr
            professeur ecole eleve doctoran university dean detention. blackboard break-time
            recess. canteen. report-card essay. essays. test. tests. term. semester. timetable.
            teachers. pupils. students. learn. learns. tafel. pause. hausaufgaben zeugnis.
            prufung. deberes. nota. recreo. examen. devoirs. note. recreation cours.""",
        "children": """babysit baby. babies toddler kindergart nanny. diaper nappy. nappies
            childmind childcare midwife pediatric paediatric playground erzieher hebamme bebe.
            ninera creche kids. cradle lullaby""",
        "fire": """firefight fireman fire. fires. smoke. evacuat alarm. extinguish hydrant
            burning flames flame. candle escape. feuerwehr brand. feuer bomber. bomberos incendio
            pompier incendie sprinkler arson burns. burn. burned. exits. exit. sprinkler. siren.
            rescue. hose. hoses. blaze. ladder. gallery. evacuation. doors. rettung. brennt.
            arde. quema. brule. secours.""",
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
            campaign brand. brands. shop. shops. shopkeep retail seller. buyer. merchandis
            verkauf kunde. kunden laden. ladenbesitz vendedor cliente tienda. vendeu vente
            magasin boutique trader. stall. till. promot pitch. discount. counter. checkout.
            cashier. queue. bargain. window. display. leaflet flyer. slogan. target-group launch.
            complaint. complaints. refund. kettle. returns. werbung. kasse. reklamation. oferta.
            rebaja. soldes. caisse. publicite.""",
        "supply": """supplier purchas procure warehouse stock. stocks. logistic depot parcel
            package deliver shelf. shelves storekeep inventory pallet. order. orders. einkauf
            lager. lieferant lieferung almacen proveedor pedido. entrepot fourniss livrais
            storeroom forklift boxes. box. crate. crates. truckload shortage. stocked. reorder
            courier. postman. postage. stamp. stamps. letter. letters. mail. paket. post. brief.
            paquete. correo. carta. colis. courrier. lettre.""",
        "making": """production assembly factory machine. machines. machinist operator welder
            weld. tool. tools. workshop bench. quality tester. tester defect manufact fabrik
            fertigung montage fabrica maquina usine atelier lathe conveyor mechanical hinge
            prototype cabinetmak locksmith lock. locks. keys. watchmak clock. furniture
            screwdriver. spanner. hammer. glue. sew. factory. output. shift. shifts. broken.
            repair. repairs. mend. fix. spare. spares. gear. gears. schraube. reparier werkzeug.
            tornillo. reparar herramient vis. reparer outil. varnish.""",
        "staff": """personnel hr. hiring recruit vacation employee staff. staffing human.
            union. shift. shifts. rota. rotas. overtime payroll. applicant interview. personal.
            personalabteil betriebsrat urlaub recursos-humanos empleado ressources embauche conge
            vacanc workload resign onboarding vacations. leave. sick-leave contract. contracts.
            probation. dismiss. fired. bonus. promotion. kundig. gehalt. vertrag. despido.
            sueldo. licenci. salaire.""",
        "farming": """farm. farms. farmer farming tractor harvest crop. crops. field. fields.
            wheat barley corn. hay. barn. plough manure livestock dairy milk. cows. bauer.
            landwirt ernte traktor granj agricult cosecha fermier recolte pasture meadow sow.
            sowing. grain. silo. milking. calf. calves. stable. lime. muck. fertiliser fertilizer
            irrigation vineyard. weide. feld. felder. milch. campo. leche. champ. lait. soil.""",
        "textiles": """tailor seamst dressmak fabric cloth. sew. sews. sewing knit. knits.
            knitting curtain wool. silk. cotton needle. thread. zip. hem. costume schneider
            stoff. nahen sastre tela. costur couturi tissu. stitch. weav leather shoemak cobbler
            shoe. shoes. sole. heel. heels. wash. iron. laundry dress. dresses. suit. suits.
            sleeve. sleeves. button. buttons. lining. ironing. stain. stains. shirt. shirts.
            trousers jacket. kleid. hose. anzug. vestido. camisa. robe. chemise. pantalon.""",
        "politics": """mayor councillor minister parliament election party. politic governor
            senat democra council. government policy. burgermeist stadtrat minister. partei
            alcalde alcaldesa concejal elecciones maire. conseil elu. elus. zoning referendum
            ambassador diplomat tax. taxes. law. laws. bill. coalition. opposition. cabinet.
            budget. ballot. campaign. mayors. councils. petition. wahl. wahlen. stimme. rathaus.
            elecciones. voto. gobierno. ley. vote. mairie. loi.""",
        "procedure": """chair. chairs. chairman chairwoman chairperson moderator president.
            presidenta presidente presidente. judge. speaker. motion. motions. seconded second.
            vote. votes. voting ballot tie. agenda item. items. minutes. adjourn announce
            announced procedure quorum order! session. objection overruled sustained verdict
            ruling casting. vorsitz vorsitzender vorsitzende versammlungsleit tagesordnung
            abstimm antrag gleichstand moderador votacion orden-del-dia empate animatrice
            animateur seance ordre-du-jour majorite mayoria mediator facilitator convenor
            foreperson foreman gavel decision decide decides decided meeting sitzung reunion
            rules""",
        "mind": """psycholog psychiat counsell therapist. therapy anxiety anxious depress
            trauma stress. feelings burnout sleep. sleeping insomnia dream. dreams. psicolog
            angst. grief mourning addiction fear. fears. panic. phobia. memory. memories. mood.
            anger. lonely. loneliness couple. marriage. relationship. traum. traume. schlaf.
            miedo. sueno. ansiedad. peur. reve. sommeil.""",
        "environment": """environment emission carbon recycl wildlife pollution climate. waste.
            rubbish landfill bats. bat. nature. umwelt naturschutz medio-ambiente ecolog
            renewable turbine footprint plastic""",
        "housing": """flat. flats. flatmate apartment landlord tenant. estate. realtor
            neighbour neighbor caretaker janitor property. mortgage. house. houses. makler
            immobil immobilien wohnung miete. vermieter mieter. alquiler inmobil piso. locataire
            loyer. agence""",
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
