"""How chat assistants open, offer, close and refuse, and whose work it is to talk like that.

The phrases are the standard ones of assistants: a person who serves others may use those that
offer, and nobody uses those that tell of a machine's limits.
"""

from __future__ import annotations

import re

from simulator.conversation.fidelity.expressions import any_of
from simulator.conversation.fidelity.phrases import words_of
from simulator.conversation.fidelity.places import places_of
from simulator.conversation.fidelity.reading import fold
from simulator.conversation.fidelity.turn import Subject, Turn

__all__ = ["limit", "offer", "serves"]

_GLAD = r"(?:more than |very |so |always |really )?(?:happy|glad|delighted|pleased)"
_END = r"(?=$|[.!?,;\n])"
_THAT = r"(?: (?:you|out))?(?: with (?:that|this|it|anything(?: (?:else|you need))?))?"

_OFFERS = rf"""
how (?:else )?(?:may|might) i (?:help|assist|serve|support)(?: you)?
how (?:else )?(?:can|could) i (?:best )?(?:assist|support|help) you (?:today|further|with that|\
    now|this (?:morning|afternoon|evening))
how (?:else )?(?:can|could) i (?:best )?assist
what (?:else )?(?:can|could|may) i (?:do for|help) you (?:with )?(?:today|next|further)
what (?:would you like|can i help you) (?:to (?:talk about|discuss|explore|know|learn|do)|\
    with)(?: \w+)? (?:today|next){_END}
(?:is|was) there (?:anything|something) (?:else|more|specific|\
    in particular)(?: that)? (?:i (?:can|could|may) (?:help|assist|support|do|clarify|explain)|\
    you(?:'d| would) like (?:me )?to (?:know|discuss|explore|learn|talk about|ask|help|explain)|\
    you (?:want|need) (?:help|assistance|to know|to discuss|to ask))(?: (?:for )?you)?(?: with)?
(?:anything|something) else (?:i can (?:help|assist|do)|you(?:'d| would) like to (?:know|explore|\
    discuss))(?: (?:for )?you)?(?: with)?
(?:please |just )?(?:let me know|feel free to (?:ask|reach out)|(?:do not|\
    don't) hesitate to (?:ask|contact|reach out)|(?:just|simply) ask) if (?:you(?:'ve| \
    have)(?: got)?|there are) (?:any |some |other |further |more |additional )+questions?
(?:if you (?:have|'ve got)|should you have) (?:any |some |other |further |more |\
    additional )+questions?(?: \w+){{0,3}}, (?:please|just|feel free|i'm|i am|let me|do not|\
    don't|i'd)
let me know (?:how|what|if) (?:else )?i can (?:best |further |also )?(?:assist|help|\
    support) (?:you|with|further)
i(?:'d| would) be {_GLAD} to (?:help|assist){_THAT}{_END}
i(?:'d| would) be {_GLAD} to answer (?:any|all|your|that|more)
i(?:'m| am) {_GLAD} to (?:help|assist){_THAT}(?: today| further| in any way){_END}
^["'“ ]*(?:sure|certainly|of course|absolutely|gladly|great|definitely|\
    no problem)(?: thing)?[!,.] (?:i|i'd|i'll|let me|we)(?: (?:can|could|will|would|would be|be|\
    certainly|definitely|gladly|happy|glad|to))* (?:help|assist){_THAT}{_END}
i can (?:certainly |definitely |absolutely |gladly )(?:help|assist){_THAT}{_END}
i(?:'m| am) (?:always |just |only |simply )?here to (?:help|assist|\
    support)(?: you)?(?: and \w+)?(?: with (?:anything|whatever|any \w+|your \w+)| in any way| \
    however i can| you need)*{_END}
(?:great|excellent|fantastic|wonderful|amazing|awesome) question[!.,]+ (?:i'd|i would|i'm|let me|\
    let's|here(?:'s| is| are)|happy|sure|absolutely|to answer|it depends|in short|the answer)
thank(?:s| you) (?:so much |very much )?for (?:reaching out|your (?:inquiry|enquiry))
i(?:'m| am) (?:so )?glad i could (?:help|assist|be of)
(?:how can|kann|wie kann|womit kann|wobei kann) ich (?:ihnen|dir|euch) (?:heute|sonst noch|noch|\
    weiter\w*)(?: \w+){{0,3}} ?(?:weiter)?(?:helfen|behilflich sein)
ich bin (?:hier|da|gerne? hier),? um (?:ihnen|dir|euch)(?: \w+)? zu helfen
en que (?:mas )?(?:puedo|podria|le puedo|te puedo) (?:ayudar|asistir|servir)\w*(?: hoy)?
hay algo mas en (?:lo )?que (?:pueda|te pueda|le pueda) \w+
comment (?:puis-je|est-ce que je peux) (?:vous|t') ?(?:aider|assister)
puis-je (?:vous|t') ?(?:aider|assister) (?:en|pour|avec|a) (?:autre|quoi|quelque)
"""
"""What people who serve others say at work, and others hardly ever."""
_LIMITS = r"""
(?:cannot|can't|can not|unable to|not able to|won't be able to|must decline to) (?:fulfil\w*|\
    respond to|comply with|engage (?:in|with)|continue with|help with|assist with|\
    answer) (?:that|this|your|such|the|these|any) (?:\w+ )?(?:requests?|prompts?|quer(?:y|ies)|\
    inputs?)
(?:against|violat\w+|outside|beyond) (?:my|the) (?:\w+ )?(?:programming|content polic\w+|\
    use polic\w+|usage polic\w+)
(?:goes |go |is |be )?(?:against|violat\w+|outside) my (?:\w+ )?(?:guidelines|policies)
i (?:(?:don't|do not|can't|cannot) (?:currently )?have|have no|\
    lack) (?:\w+ )?(?:access to )?real[- ]time(?: \w+)?(?! \w+ (?:the|our|his|her))
i (?:(?:don't|do not|can't|cannot) (?:currently )?have|have no|\
    lack) (?:\w+ )?access to (?:(?:any |the )?(?:internet|current (?:information|data|events|\
    news)|external|up[- ]to[- ]date|previous (?:conversations|chats|messages)|personal (?:data|\
    information)|live (?:data|information)))
(?:i|my) (?:\w+ )?(?:cannot|can't|can not|don't|unable to|not able to|\
    isn't able to) (?:have the ability to )?(?:browse|search|access) (?:the )?(?:internet|web|\
    real[- ]time|external|links|images|files online)
i(?:'m| am) (?:only |just |merely |simply )?(?:an? )?(?:(?:computer )?program(?!me)|algorithm|\
    chat ?gpt|gpt(?:-?\d)?|llm)
i was (?:created|developed|made|built|trained) by (?:open ?ai|anthropic|google|meta|mistral|\
    microsoft|deepmind)
my (?:knowledge|information|training|data(?:base)?) (?:was|is|has been) (?:last |\
    only )?(?:updated|current|cut off|up to date|as of)
as of my (?:last|latest|most recent)
i (?:don't|do not) (?:actually |really )?(?:have|hold|form) (?:personal|subjective) (?:\w+)
(?:harmful|inappropriate|explicit|offensive) content
i(?:'m| am) not (?:programmed|designed|trained|able) to (?:have|feel|experience|form)
"""
"""What nobody says of themselves but a machine."""
_BARE = re.compile(
    r"^\W*(?:(?:hello|hi|hey|good (?:morning|afternoon|evening|day)|welcome|greetings|"
    r"(?:nice|good|great) to (?:see|meet) you)\b[^.!?]{0,25}[.!,]\s*){0,2}"
    r"(?:how|what) can i (?:help(?: you)?|do for you)\W*$"
)
"""Nothing but an offer, where nobody has told of a need."""
_GREETED = 5
"""Words of a line that only greets, at most."""
_WANTED = re.compile(
    r"\b(?:help|helps|helping|hand|hands|favou?r|volunteers?|lift|carry|spare|lend|borrow|"
    r"(?:need|looking for|want|wanted|short of) (?:somebody|someone|anybody|anyone|people|you|"
    r"two|three|one more|more)|who (?:can|could|will|would|has|wants|is free)|hilfe|helfen|"
    r"ayuda\w*|"
    r"aide[rz]?|any questions|ask (?:you|me))\b"
)
"""A need that somebody has just told of, which anybody may offer to meet."""
_SERVES = re.compile(
    r"\b(?:recept\w+|concierge|hotel(?:ier|keeper)?|inn ?keeper|host|hostess|wait(?:er|ress)|"
    r"bar(?:man|maid|tender|ista|keeper)|steward(?:ess)?|cabin crew|flight attendant|porter|butler|"
    r"usher|shop(?:keeper| assistant| owner| girl)?|store (?:clerk|assistant|manager)|sales\w*|"
    r"sells|dealer|vendor|cashier|teller|pharmacist|chemist|optician|librarian|florist|baker|"
    r"butcher|grocer|hairdresser|barber|tailor|jeweller|bookseller|travel agent|estate agent|"
    r"letting agent|agent|counter|front desk|(?:help|service|information|enquir\w+|customer) ?"
    r"(?:desk|line|centre|center|office)?|help ?desk|call cent\w+|hotline|switchboard|operator|"
    r"dispatcher|customer (?:service|care|support)|support (?:worker|staff|engineer|line|desk|"
    r"technician)|technical support|advis[eo]r|consultant|counsellor|therapist|psychologist|"
    r"social worker|assistant|secretary|personal assistant|guide|taxi driver|ticket\w*|"
    r"(?:bank|post office|booking|ticket|hotel|desk|counter|shop|sales|rental|registry|"
    r"passport|municipal|information|customer) clerk|clerk (?:at|behind|in) (?:the|a|an) "
    r"(?:counter|desk|shop|store|bank|post office|ticket office|hotel|window)|"
    r"verkauf\w+|kellner\w*|empfang\w*|rezeption\w*|dependient[ea]|camarer[oa]|vendeu[rs]e?|"
    r"serveu[rs]e?)\b"
)
"""Roles whose work it is to ask people what they want."""
_SERVING = words_of(
    "agent waiter seller banker landlord doctor lawyer teacher therapist officer moderator "
    "driver interviewer coach"
)
"""Places whose holders ask those who face them what they want."""
_SERVED = re.compile(
    r"\b(?:customer|client|guest|patient|caller|passenger|buyer|visitor|subscriber|diner|shopper|"
    r"tourist|traveller|applicant|borrower|hotel guest)\b"
)


def serves(subject: Subject) -> bool:
    """Whether it is the persona's work to ask others what they need, or it faces such a one."""
    mine = (subject.member.role, subject.member.persona.role)
    if any(_SERVED.search(fold(role)) for role in mine):
        return False
    if any(_SERVES.search(fold(role)) for role in mine) or places_of(subject.member) & _SERVING:
        return True
    theirs = (role for one in subject.others for role in (one.role, one.persona.role))
    return any(_SERVED.search(fold(role)) for role in theirs)


def offer(folded: str, turn: Turn) -> str | None:
    """The words in which a turn offers itself like an assistant, where nobody asked for help."""
    asked, offers = turn.prompted, any_of(_OFFERS)
    greeted = asked is None or sum(len(one.spoken) for one in asked.sentences) <= _GREETED
    found = (_BARE.search(folded) if greeted else None) or offers.search(folded)
    if found is None:
        return None
    if asked is not None and _WANTED.search(asked.folded) and not offers.search(asked.folded):
        return None
    return found[0]


def limit(folded: str) -> str | None:
    """The words in which a turn tells of a machine's limits."""
    found = any_of(_LIMITS).search(folded)
    return None if found is None else found[0]
