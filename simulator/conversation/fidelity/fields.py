"""Fields of knowledge, and words that those who know one use and others seldom do.

Small on purpose: a field is here because people in everyday conversations often are no experts
in it; its words are the first dozens of any textbook or manual.
"""

from __future__ import annotations

__all__ = ["FIELDS"]


def _field(names: str, terms: str) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(names.split(",")), frozenset(terms.split())


FIELDS: tuple[tuple[frozenset[str], frozenset[str]], ...] = (
    _field(
        "sql,databases,database,queries",
        "select from where join group count index query table tables schema key foreign primary "
        "column rows inner outer insert update transaction normalised clause aggregate",
    ),
    _field(
        "python,programming,coding,software,code,computers,javascript,java",
        "function functions variable variables loop loops list dictionary pandas numpy import class "
        "object objects array string generator comprehension decorator async thread library script "
        "compile compiler recursion recursive method interpreter exception virtual environment "
        "dependencies package packages debugger boolean integer float pointer algorithm module "
        "dataframe lambda tuple iterator refactor git repository pip syntax runtime",
    ),
    _field(
        "kubernetes,docker,containers,devops,cloud",
        "pod pods cluster clusters node nodes container containers kubelet deployment deployments "
        "ingress namespace replica replicas helm yaml probe liveness scheduler etcd docker image "
        "orchestrates orchestration autoscaler rollout sidecar daemonset control plane",
    ),
    _field(
        "machine learning,statistics,ai,neural,deep learning,data science",
        "model models train training gradient boosted overfit overfitting cross validation "
        "regression classifier neural network layers loss epochs learning rate hyperparameters "
        "features feature embedding transformer variance precision recall random forest boosting "
        "supervised unsupervised backpropagation dataset holdout quarter lstm",
    ),
    _field(
        "router,vlan,network,networks,networking,wifi,internet",
        "port ports packet packets frames frame tag tagged untagged trunk subnet dhcp dns nat mtu ssid "
        "pppoe wan lan ip gateway firewall bridge native switch logical interface channel ghz "
        "bandwidth puertos paquetes trama subred canal enlace modo puente mascara physical "
        "configure mac vlans etiqueta etiquetado red puerto",
    ),
    _field(
        "medicine,medical,medicines,anatomy",
        "diagnosis cartilage osteophytes prosthesis heparin acetabular femur femoral tibia ligament "
        "dose milligrams mg arthritis osteoarthritis arthrosis thrombosis cortisone symptom chronic "
        "inflammation infection antibiotic mri x-ray ultrasound joint hypertension systolic diastolic "
        "beta blocker anticoagulant implant anaesthetic anaesthesia fracture neck vertebra vertebrae "
        "lumbar stenosis nerve pulmonary cardiac arterial vein embolism degenerated tendon bursitis "
        "hip replacement cementless osteoporosis density calcium",
    ),
    _field(
        "meniscus,knee,joints,ligaments",
        "cartilage femur tibia ligament ligaments tear torn medial lateral cruciate horn posterior "
        "anterior arthroscopy arthroscopic crescent fibrocartilage shaped joint shock absorber "
        "load stabilises vascular synovial zone bucket handle blood supply",
    ),
    _field(
        "blood values,blood,laboratory",
        "crp ferritin haemoglobin hemoglobin leukocytes lymphocytes platelets inflammation anaemia "
        "anemia white count creatinine esr marker elevated hdl ldl cholesterol neutrophils iron "
        "sedimentation rate thyroid tsh glucose liver enzymes normal range",
    ),
    _field(
        "chemistry,mole,moles,atoms",
        "mole moles avogadro molar mass particles grams atomic atoms molecule molecules "
        "stoichiometry periodic electrons proton carbon ions reagent solution equation amount "
        "substance",
    ),
    _field(
        "organic chemistry",
        "alkene alkenes alkane alkanes alkyne bromine carbocation double bond bonds ester esters "
        "esterification carbonyl hydroxyl benzene aromatic functional substitution nucleophile "
        "nucleophilic electrophile elimination isomer isomers aldehyde ketone carboxyl markovnikov "
        "chiral carbon polymer hydrogenation ring",
    ),
    _field(
        "derivatives,calculus,mathematics,maths,algebra",
        "derivative exponent slope tangent limit function cosine sine cubed squared extremum maximum "
        "minimum chain rule product quotient integral constant coefficient differentiate "
        "differentiates polynomial gradient curve zero second",
    ),
    _field(
        "tax,taxes,tax law,inheritance tax",
        "deductible deduct deductions vat input article exempt exemption allowance allowances "
        "threshold bracket brackets rate rates taxable liability declaration statute section "
        "paragraph relief gains capital depreciation withholding reverse charge invoice refund "
        "group zero sd-z2 percent heirs notary relatives",
    ),
    _field(
        "law,legal,aviation law,contracts law",
        "article clause section paragraph statute decree regulation code court ruling appeal "
        "liability jurisdiction precedent provision annex directive plaintiff servitude decret "
        "arrete article loi servitudes alinea zone altitude balisage jurisprudence conseil "
        "reglement recours procedure permit easement",
    ),
    _field(
        "aviation,aviation law,flying",
        "altitude radar runway airspace clearance obstacle beacon beacons lighting icao feet "
        "corridor approach balisage lumineux couloir aerien obstacles militaire plafond",
    ),
    _field(
        "noise,acoustics,sound",
        "decibel decibels db dba logarithm logarithme frequency frequencies attenuation absorption "
        "propagation source emission emissions immission ambient emergence weighting pressure "
        "level distance inverse square doubling infrasound hertz puissance acoustique ponderation",
    ),
    _field(
        "bitcoin,crypto,cryptocurrency,blockchain",
        "blockchain wallet wallets miner miners mining ledger node nodes hash hashes block blocks "
        "token tokens private key keys decentralised halving exchange coin coins address seed "
        "phrase transaction proof cryptographic satoshi ethereum",
    ),
    _field(
        "online banking,internet banking",
        "app tan transfer standing order authenticator two-factor login password sms confirm "
        "code iban swift blik token session browser push notification certificate pin",
    ),
    _field(
        "insurance,policies",
        "deductible excess premium premiums policy liability underwriter clause cover coverage claim "
        "claims reimbursed reimburses reimbursement co-payment copay annual capped no-claims "
        "bonus third-party comprehensive waiting period",
    ),
    _field(
        "electric drives,electric,electric cars,motors,engines",
        "inverter battery motor current three-phase phase alternating direct torque stator rotor "
        "regenerative kilowatt kilowatts kwh lithium cell cells converter coil magnets field "
        "generator recuperation induction voltage volts permanent",
    ),
    _field(
        "handball,football,sports,rules of handball",
        "pivot goal area keeper defender throw line throw-off seven-metre six-metre nine-metre "
        "steps dribble suspension foul offside penalty free card backcourt passive play blocks "
        "court halves substitution",
    ),
    _field(
        "payroll,payroll system,rota software,software works,invoice system,system works",
        "batch database solver constraints constraint weights weight algorithm optimiser server job "
        "export import interface runs nightly table records record script module engine queue sync "
        "migration duplicate duplicated timestamp backend api cache overnight night files ledger "
        "deducts calculates processes run line flag",
    ),
)
"""The words a field goes by, and those of its experts; all folded."""
