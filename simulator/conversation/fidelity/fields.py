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
        "select join query schema foreign primary column rows inner outer insert normalised "
        "clause aggregate",
    ),
    _field(
        "python,programming,coding,software,code,computers,javascript,java",
        "function functions variable variables loop loops dictionary pandas numpy generator "
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
        "mtu ssid pppoe wan gateway firewall ghz bandwidth puertos paquetes trama subred "
        "mascara vlans etiqueta etiquetado puerto",
    ),
    _field(
        "medicine,medical,medicines,anatomy",
        "diagnosis anticoagulants titanium cartilage osteophytes prosthesis heparin acetabular "
        "femur femoral tibia "
        "ligament milligrams mg arthritis osteoarthritis arthrosis thrombosis cortisone "
        "inflammation infection antibiotic mri x-ray ultrasound hypertension systolic "
        "diastolic blocker anticoagulant implant anaesthetic anaesthesia fracture vertebra "
        "vertebrae lumbar stenosis nerve pulmonary cardiac arterial vein embolism degenerated "
        "tendon bursitis cementless osteoporosis calcium",
    ),
    _field(
        "meniscus,knee,joints,ligaments",
        "cartilage femur tibia ligament ligaments tear torn medial lateral cruciate posterior "
        "anterior arthroscopy arthroscopic crescent fibrocartilage absorber stabilises "
        "vascular synovial blood supply",
    ),
    _field(
        "blood values,blood,laboratory",
        "crp ferritin haemoglobin hemoglobin leukocytes lymphocytes platelets inflammation "
        "anaemia anemia creatinine esr hdl ldl cholesterol neutrophils sedimentation thyroid "
        "tsh glucose enzymes",
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
        "tax,taxes,tax law,inheritance tax",
        "deductible deduct deductions vat exempt exemption allowances threshold brackets "
        "taxable liability declaration statute depreciation withholding sd-z2",
    ),
    _field(
        "law,legal,aviation law,contracts law",
        "clause statute jurisdiction precedent directive plaintiff servitude decret "
        "servitudes alinea jurisprudence easement",
    ),
    _field(
        "aviation,aviation law,flying",
        "altitude radar runway airspace obstacle beacon beacons icao balisage lumineux "
        "obstacles plafond",
    ),
    _field(
        "noise,acoustics,sound",
        "doubling decibel decibels db dba logarithm logarithme attenuation absorption propagation "
        "emissions immission emergence weighting infrasound hertz acoustique ponderation",
    ),
    _field(
        "bitcoin,crypto,cryptocurrency,blockchain",
        "blockchain wallet wallets miner miners mining ledger hash hashes blocks token tokens "
        "decentralised halving coin coins cryptographic satoshi ethereum",
    ),
    _field(
        "online banking,internet banking",
        "app tan transfer authenticator two-factor login password iban swift blik token browser",
    ),
    _field(
        "insurance,policies",
        "deductible excess premium premiums policy liability underwriter reimbursed "
        "reimburses reimbursement co-payment copay no-claims third-party",
    ),
    _field(
        "electric drives,electric,electric cars,motors,engines",
        "inverter three-phase phase alternating direct torque stator rotor regenerative "
        "kilowatt kilowatts kwh lithium converter magnets recuperation induction voltage "
        "volts",
    ),
    _field(
        "handball,football,sports,rules of handball",
        "pivot goal area keeper defender throw throw-off seven-metre six-metre nine-metre "
        "dribble suspension foul offside backcourt substitution",
    ),
    _field(
        "payroll,payroll system,rota software,software works,invoice system,system works",
        "batch database solver constraints constraint algorithm optimiser export import "
        "nightly script module queue sync migration duplicate duplicated timestamp backend "
        "api cache overnight The words a field goes by, and those of its experts; all folded.",
    ),
)
"""The words a field goes by, and those of its experts; all folded."""
