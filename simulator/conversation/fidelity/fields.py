"""Fields of knowledge, and words that those who know one use and others seldom do.

Small on purpose: a field is here because people in everyday conversations often are no experts
in it; its words are the first dozens of any textbook or manual.
"""

from __future__ import annotations

__all__ = ["FIELDS", "singular"]


def singular(word: str) -> str:
    """A term in the singular, to compare terms by."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _field(names: str, terms: str) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(names.split(",")), frozenset(terms.split())


FIELDS: tuple[tuple[frozenset[str], frozenset[str]], ...] = (
    _field(
        "sql,databases,database,queries",
        "select join query schema foreign primary column rows inner outer insert normalised "
        "clause aggregate",
    ),
    _field(
        "python,programming,coding,software,code,computers,javascript,java,payroll",
        "memory leak build rollback thread restart scheduler log function functions variable "
        "variables loop loops dictionary pandas numpy generator "
        "comprehension decorator async script compile compiler recursion recursive recursively "
        "interpreter virtual dependencies debugger boolean integer float dataframe lambda "
        "tuple iterator refactor git repository pip syntax runtime",
    ),
    _field(
        "kubernetes,docker,containers,devops,cloud",
        "pod pods cluster clusters node nodes container containers kubelet deployment "
        "deployments ingress namespace replica replicas helm yaml probe liveness scheduler "
        "etcd docker orchestrates orchestration autoscaler rollout sidecar daemonset",
    ),
    _field(
        "machine learning,statistics,ai,neural,deep learning,data science",
        "model models train training validation gradient boosted overfit overfitting cross "
        "validation "
        "regression classifier neural epochs hyperparameters embedding transformer variance "
        "boosting supervised unsupervised backpropagation dataset holdout lstm",
    ),
    _field(
        "router,vlan,network,networks,networking,wifi,internet",
        "port ports packet packets frames frame tag tagged untagged trunk subnet dhcp dns nat "
        "mtu ssid pppoe wan gateway firewall ghz bandwidth puerto puertos paquetes subred "
        "vlans",
    ),
    _field(
        "medicine,medical,medicines,anatomy,meniscus,knee,joints,ligaments,blood,laboratory",
        "diagnosis anticoagulant anticoagulants cartilage prosthesis implant heparin femur femoral "
        "tibia ligament ligaments tendon milligrams mg arthritis osteoarthritis arthrosis bursitis "
        "osteoporosis calcium thrombosis embolism cortisone inflammation infection antibiotic "
        "mri x-ray ultrasound hypertension systolic diastolic blocker anaesthetic anaesthesia "
        "fracture vertebra vertebrae lumbar stenosis nerve pulmonary cardiac arterial vein "
        "medial lateral cruciate posterior anterior arthroscopy arthroscopic fibrocartilage "
        "vascular synovial crp ferritin haemoglobin hemoglobin leukocytes lymphocytes platelets "
        "anaemia anemia creatinine esr hdl ldl cholesterol neutrophils sedimentation thyroid tsh "
        "glucose enzymes",
    ),
    _field(
        "chemistry,mole,moles,atoms",
        "mole moles avogadro molar particles atomic atoms molecule molecules stoichiometry "
        "electrons proton carbon ions reagent",
    ),
    _field(
        "organic chemistry",
        "alkene alkenes alkane alkanes alkyne bromine carbocation bond bonds ester esters "
        "esterification carbonyl hydroxyl benzene aromatic substitution nucleophile "
        "nucleophilic electrophile elimination isomer isomers aldehyde ketone carboxyl "
        "markovnikov chiral carbon polymer hydrogenation",
    ),
    _field(
        "derivatives,calculus,mathematics,maths,algebra",
        "derivative exponent tangent cosine sine cubed squared extremum quotient integral "
        "coefficient differentiate differentiates polynomial gradient",
    ),
    _field(
        "tax,taxes",
        "deductible deduct deductions vat exempt exemption allowances threshold brackets "
        "taxable liability declaration statute depreciation withholding file percent rate",
    ),
    _field(
        "law,legal",
        "clause statute jurisdiction precedent directive plaintiff easement jurisprudence",
    ),
    _field(
        "aviation,flying",
        "altitude radar runway airspace obstacle obstacles beacon beacons icao",
    ),
    _field(
        "noise,acoustics,sound",
        "doubling decibel decibels db dba logarithm attenuation absorption propagation "
        "emissions weighting infrasound hertz",
    ),
    _field(
        "bitcoin,crypto,cryptocurrency,blockchain",
        "blockchain wallet wallets miner miners mining ledger hash hashes blocks token tokens "
        "decentralised halving coin coins cryptographic satoshi ethereum",
    ),
    _field(
        "online banking,internet banking",
        "app tan transfer authenticator two-factor login log password iban swift token "
        "browser "
        "standing digits confirm code application tap scan fingerprint qr debit",
    ),
    _field(
        "insurance,policies",
        "deductible excess premium premiums policy liability underwriter reimbursed "
        "reimburses reimbursement co-payment copay no-claims third-party deferred cover cap "
        "insurer "
        "payout claim claims waiting clause comprehensive",
    ),
    _field(
        "electric drives,electric,electric cars,motors,engines",
        "inverter three-phase phase alternating direct torque stator rotor regenerative "
        "kilowatt kilowatts kwh lithium converter magnets recuperation induction voltage "
        "volts",
    ),
    _field(
        "handball,football,sports",
        "pivot goal area keeper defender throw throw-off seven-metre six-metre nine-metre "
        "dribble suspension foul offside backcourt substitution",
    ),
    _field(
        "wine,wines,winemaking,vineyards",
        "tannin tannins terroir vintage malolactic fermentation sulphites barrique lees grapes "
        "varietal bouquet acidity maceration riesling pinot merlot cabernet botrytis decant",
    ),
    _field(
        "cooking,baking,cuisine,recipes,bread",
        "knead proof proofing gluten hydration sourdough roux reduce simmer braise emulsify "
        "blanch saute sear marinade temper whisk yeast deglaze julienne oven",
    ),
    _field(
        "engine,mechanics,repairs,gearboxes,clutch,brakes",
        "turbocharger rail pump pressure diesel valves camshaft crankshaft piston pistons cylinder "
        "cylinders gasket torque injector injectors "
        "turbo carburettor alternator clutch flywheel manifold lambda spark calipers "
        "differential exhaust sump timing",
    ),
    _field(
        "boiler,plumbing,heating,heat pump,heat pumps,solar",
        "pump pressure diverter radiators taps bar pipe compressor refrigerant coefficient "
        "evaporator condenser thermostat radiator valve "
        "inverter kilowatt kwp circulator manifold cylinder hydraulic balancing hydronic "
        "photovoltaic panels string",
    ),
    _field(
        "wiring,electrics,electricity,electrical",
        "breaker breakers fuse earth phase circuit amps ampere volts voltage ohm resistance "
        "transformer conduit rcd wattage socket",
    ),
    _field(
        "gardening,botany,plants,soil",
        "rhizome mycorrhiza bud prune nitrogen phosphorus potassium ph loam perennial "
        "annual pruning graft grafting stamen pistil photosynthesis chlorophyll mulch humus "
        "cultivar rootstock",
    ),
    _field(
        "astronomy,physics,quantum,relativity,space,telescopes",
        "photon photons electron electrons wavelength orbit gravity gravitational spacetime "
        "relativity particle particles momentum entangled entanglement superposition redshift "
        "nebula parallax aperture spectrum mass velocity wave entropy",
    ),
    _field(
        "genetics,biology,dna,evolution,cells",
        "gene genes allele alleles chromosome chromosomes mutation mutations dominant recessive "
        "protein proteins enzyme rna mitochondria nucleus heterozygous genome crispr ribosome "
        "membrane inherited",
    ),
    _field(
        "stock market,stock "
        "exchange,exchange,stocks,shares,finance,investing,investment,derivatives "
        "trading,economics,funds",
        "yield yields dividend dividends portfolio hedge hedging futures equity equities bond "
        "bonds interest inflation leverage volatility index etf liquidity margin spread "
        "collateral maturity coupon broker deficit supply demand",
    ),
    _field(
        "mortgage,mortgages,loans,interest",
        "fixed variable rate tracker amortisation amortization equity principal collateral "
        "repayment instalments instalment ltv percent lender",
    ),
    _field(
        "accounting,bookkeeping,balance sheet,books",
        "ledger debit credit accrual accruals depreciation amortisation receivables payables "
        "liabilities assets provision ebitda balance invoice journal reconcile reconciled",
    ),
    _field(
        "cricket,baseball",
        "wicket wickets innings bowler bowling lbw stumps googly spin batsman pitcher inning "
        "strike crease umpire",
    ),
    _field(
        "rugby,football,soccer,offside,hockey,basketball,volleyball",
        "hooker loosehead prop tighthead lock flanker try conversion scrum ruck maul lineout "
        "offside defender striker midfielder winger penalty rebound "
        "dribble libero serve rotation keeper puck icing",
    ),
    _field(
        "tennis,golf,chess,sailing",
        "deuce volley baseline birdie bogey handicap putter gambit sicilian bishop knight rook "
        "castling endgame pawn tack jib halyard mainsail windward leeward keel spinnaker gybe",
    ),
    _field(
        "music theory,harmony,opera,music,composition",
        "chord chords dominant subdominant tonic cadence interval seventh counterpoint fugue "
        "modulation semitone octave aria tenor soprano libretto tempo scale mode",
    ),
    _field(
        "photography,cameras,film,video",
        "aperture shutter iso exposure focal lens depth f-stop bokeh histogram raw sensor "
        "balance frame frames codec bitrate render timeline",
    ),
    _field(
        "art,painting,art history",
        "glaze impasto tempera fresco chiaroscuro perspective pigment canvas impressionism "
        "cubism baroque renaissance brushwork varnish composition gouache",
    ),
    _field(
        "philosophy,theology,ethics,religion",
        "kant hegel utilitarian categorical imperative ontology epistemology metaphysics "
        "a-priori transcendental trinity eschatology doctrine exegesis phenomenology",
    ),
    _field(
        "latin,grammar,linguistics,greek",
        "ablative dative genitive accusative nominative subjunctive conjugation declension "
        "participle gerund deponent syntax morpheme phoneme clause inflected infinitive plural",
    ),
    _field(
        "marketing,social media,advertising,seo,algorithm,algorithms",
        "engagement impressions funnel conversion click-through keywords hashtag targeting "
        "segment backlink organic campaign analytics metrics follower followers algorithm feed "
        "ranking boosts",
    ),
    _field(
        "fashion,sewing,knitting,textiles",
        "hem seam selvedge bias warp weft dart bobbin purl stitch stitches gauge interfacing "
        "pleat lining cast yarn",
    ),
    _field(
        "carpentry,construction,structural engineering,statics,building physics,concrete",
        "load loads bearing beam beams joist joists rebar tension compression shear mortise "
        "tenon dovetail cantilever foundation lintel truss bending moment kilonewton insulation "
        "vapour",
    ),
    _field(
        "railways,signalling,trains,navigation,shipping",
        "interlocking block pantograph catenary axle knots bearing draught ballast starboard "
        "port chart compass tonnage buoy lock gauge bogie",
    ),
    _field(
        "horses,horse,ponies,farming,agriculture,cattle,bees,beekeeping,animals,veterinary "
        "medicine",
        "laminitis fetlock pulse hooves mare foal brood queen drones varroa swarm mites silage "
        "lactation rumen calving fodder rotation "
        "fallow fertiliser pesticide yield vaccinate mastitis colic hoof",
    ),
    _field(
        "dentistry,teeth,dental",
        "enamel dentine crown canal root molar incisor implant abscess plaque gum occlusion "
        "bridge veneer pulp",
    ),
    _field(
        "psychology,therapy,psychoanalysis,trauma",
        "cognitive attachment transference unconscious amygdala cortisol serotonin dopamine "
        "conditioning projection repression ego reinforcement stimulus neurons",
    ),
    _field(
        "pharmacology,drugs,vaccines,virus,viruses,immunology,epidemiology",
        "antibody antibodies antigen half-life receptor receptors inhibitor mrna immune "
        "incidence enzyme liver metabolised side-effects placebo virus viral strain plasma",
    ),
    _field(
        "nutrition,diet,diets",
        "carbs fat grams gastric kilo index calories carbohydrates protein proteins glycaemic "
        "insulin fibre saturated unsaturated "
        "omega vitamin vitamins metabolism ketosis electrolytes macros",
    ),
    _field(
        "weather,climate,meteorology,tides",
        "pressure isobars front cumulus troposphere jet stream humidity dew convection cyclone "
        "anticyclone millibars hectopascal emissions methane carbon albedo neap spring "
        "gravitational",
    ),
    _field(
        "geology,soil mechanics,earthquakes,volcanoes,mining",
        "sediment sedimentary strata basalt granite limestone tectonic plates magma fault "
        "erosion aquifer shale moraine quartz permafrost",
    ),
    _field(
        "cybersecurity,encryption,hacking,security,passwords",
        "encryption encrypted key cipher handshake phishing firewall malware hash certificate "
        "public private server tls vpn exploit brute token two-factor",
    ),
    _field(
        "excel,spreadsheets,macros",
        "vlookup pivot macro formula formulas cell cells column columns conditional lookup "
        "range array sum",
    ),
    _field(
        "smartphone,smartphones,smartwatch,smartwatches,gadgets,electronics,phones,computers,hardware,servers,server,it,websites,website,web,"
        "app,apps,phone",
        "sensor chip diode photodiode ram background cache restart location bluetooth settings "
        "sync processor cpu gpu "
        "motherboard driver drivers bios kernel server servers cache "
        "cookies html css backend frontend database api bug cable usb update firmware operating",
    ),
    _field(
        "robots,robotics,automation,plc,3d printing,cnc,machine,machines",
        "servo actuator actuators sensor sensors controller axis axes encoder stepper filament "
        "nozzle extruder spindle toolpath g-code pid firmware relay",
    ),
    _field(
        "logistics,customs,freight,shipping,export",
        "incoterms tariff tariffs manifest consignment bill lading freight duty duties "
        "declaration hs bonded container forwarder demurrage transit",
    ),
    _field(
        "immigration,visa,visas,asylum,residence",
        "residence sponsor sponsorship biometric tribunal settled dependant category",
    ),
    _field(
        "planning law,building law,permits,zoning,tenancy law,rent law,rent control,employment "
        "law,labour law,contract law",
        "permit licensing procedure article statute section paragraph clause setback easement "
        "zoning variance statutory tribunal "
        "dismissal compensation cap index percent comparable unfair consultation objection",
    ),
    _field(
        "copyright,copying,patents,patent,intellectual property,data protection,gdpr",
        "levy section percent commercial rights society licence license infringement claim claims "
        "prior novelty trademark consent controller "
        "processor royalties exclusive disclosure filing inventive",
    ),
    _field(
        "brewing,beer,whiskey,whisky,gin,rum,distilled,coffee,tea,distilling",
        "malt barley wash copper still cask oak mash wort hops ibu malt lager ale fermenter yeast "
        "sparge extraction arabica robusta "
        "crema grind oxidation oolong infusion still",
    ),
    _field(
        "pensions,pension,social security,benefits",
        "contribution contributions defined annuity accrual percent credits entitlement "
        "threshold lump deferred means-tested",
    ),
    _field(
        "war,history,archaeology,middle ages",
        "dynasty treaty treaties battle siege emperor campaign empire reign neolithic bronze "
        "stratigraphy carbon-dating feudal",
    ),
    _field(
        "orthopaedics,hearing,eyes,heart,lungs,cancer,diabetes,dementia,pregnancy,skin,"
        "allergies,surgery,sleep",
        "cornea retina lens macula cochlea ventricle atrium valve stent bronchi alveoli tumour "
        "malignant benign metastasis biopsy insulin glucose amyloid trimester placenta "
        "histamine dermis lesion chemotherapy receptor cortisone arteries rem apnoea",
    ),
    _field(
        "signal,radio,audio,microphones,telephony,5g",
        "frequency frequencies modulation amplitude bandwidth antenna hertz gain impedance "
        "compressor reverb decibel waveform megahertz carrier phase cardioid preamp",
    ),
)
"""The words a field goes by, and those of its experts; all folded."""
