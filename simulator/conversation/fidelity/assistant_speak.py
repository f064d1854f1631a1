"""The rule about assistant-speak: a persona is a person and never a model that serves a user."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, partial

from simulator.conversation.fidelity.assistant_offers import limit, offer, serves
from simulator.conversation.fidelity.expressions import Phrases, any_of, either
from simulator.conversation.fidelity.phrases import lines_of
from simulator.conversation.fidelity.reading import fold, quotes
from simulator.conversation.fidelity.turn import Check, Subject, Turn, clip

__all__ = ["assistant_speak"]

_MACHINE = r"""
as an? (?:ai|artificial intelligence|(?:large )?language model|(?:virtual |digital )?assistant|\
    chat ?bot)
(?:i am|i'm|i was|being) (?:just |only |merely |after all )?an? (?:ai|(?:large )?language model|\
    artificial intelligence|(?:virtual|digital) assistant|(?:chat ?)?bot)
(?:an? |this |the )?ai (?:assistant|model|language model|system)
my (?:training(?: data)?|algorithms?|developers|programmers|programming|knowledge cut-?off)
i (?:was|am|'m|have been) (?:designed|programmed|trained) to
i (?:don't|do not|cannot|can't) (?:have|possess|experience) (?:personal |real |human |physical |\
    any )*(?:experiences?|feelings|emotions|opinions?|consciousness|beliefs|preferences|a body|\
    access to real-time)
(?:stay|remain|speak|respond|answer|reply|act)(?:ing)? (?:in|as the) character
(?:break|drop)(?:ping|ing)? character
in the (?:voice|style|tone|role) of (?:an?|the|\w+ \w+)
as (?:the|this|my|your|a) (?:character|persona)
(?:my|this|your) (?:character|persona) (?:would|is|has|does|might)
(?:this|our|the|in (?:a|this)) role-?play
the user (?:wants|asks|asked|is asking|has asked|says|said|would like|seems|needs me)
the user's (?:message|request|question|prompt|instructions?)
(?:system|initial|original) prompt
(?:according to|per|following|as per|under|based on|given) (?:my|the|your|these) (?:prompt|\
    system message|character sheet|character profile|persona|backstory)
(?:according to|per|following) my (?:instructions|guidelines)
my (?:instructions|guidelines|programming) (?:forbid|prevent|do not allow|don't allow) me
(?:this|the|a) (?:simulated|fictional|hypothetical|imaginary|role-?play) (?:conversation|\
    dialogue|scenario|setting|person|character|exchange)
this (?:is a|is only a|is just a)? ?simulation
(?:in|from|outside) the (?:provided|given) (?:context|information|text)
what is in the context
(?:als|bin eine?|nur eine?) (?:ki|ai|sprachmodell|kunstliche intelligenz|ki-\w+|\
    virtuelle[rn]? assistent\w*)
(?:ki-?modell|ki-?assistent\w*|sprachmodell)
(?:in (?:meiner|der) rolle|aus (?:der )?sicht|im stil) (?:als|von|des|der) \w+
(?:como|soy) (?:un |una )?(?:modelo de lenguaje|ia|inteligencia artificial|asistente(?: virtual)?)
modelo de lenguaje
en (?:el )?(?:papel|rol) de
en tant qu'?(?:e )?(?:ia|intelligence artificielle|modele(?: de langage)?|\
    assistante?(?: virtuelle?)?)
(?:je suis|comme) une? (?:ia|intelligence artificielle|modele de langage|assistant virtuel)
modele de langage
dans le role de
"""
_SERVICE = r"""
feel free to (?:ask (?:if|any|me|for|further)|reach out|let me|contact|share|message)
(?:i )?hope this (?:helps|clarifies|answers|is helpful|was helpful|explanation)
let me know if (?:you'?d? ?(?:would )?(?:like|want|need)|i can|\
    there'?s anything).{0,40}(?:more details?|further|elaborat\w+|adjust\w*|rephras\w+|revis\w+|\
    expand|assist|me to (?:\w+ )?(?:make|change|write|add))
if you (?:need|want|'d like|would like) (?:any |some )?(?:further|additional) (?:questions|help|\
    assistance|information|details|guidance)
(?:any |for |further |additional )+assistance
(?:happy|glad|here|delighted|pleased) to (?:assist|elaborate|provide (?:more|further|additional))
i (?:completely|totally|fully|truly|absolutely) understand (?:your|how|that|the|\
    where).{0,40}(?:concerns?|perspectives?|frustrat\w+|frustration|feel|feeling|point of view|\
    coming from)
(?:it'?s|it is) (?:also |always |very )?(?:important|essential|crucial|vital|worth) (?:to|\
    that we|for us to|for everyone to) (?:remember that|note|consider|acknowledge|recogni[sz]e|\
    keep in mind|understand that|emphasi[sz]e|approach|balance|highlight|foster|prioriti[sz]e)
(?:many|multiple|different|various|diverse|both) (?:perspectives|viewpoints|points of view)
(?:both|all) sides (?:have|of (?:the|this) (?:argument|debate|issue|discussion|question)|raise|\
    make)
there are (?:many |several |some )?(?:pros and cons|advantages and disadvantages|\
    benefits and drawbacks) (?:to|of|on|for|in)
(?:ultimately|in the end),? (?:the |this |it )?(?:decision|choice|depends|comes down|is up)
depend(?:s|ing)? on (?:your|individual|personal|specific|various) (?:personal |individual |\
    specific )?(?:circumstances|preferences|factors|goals)
(?:certainly|sure|absolutely|of course|gladly|great|definitely|no problem)[!,.] (?:here'?s|\
    here (?:is|are)|below (?:is|are)) (?:an?|some|three|five|several) (?:\w+ ){0,3}(?:answer|\
    response|reply|list|summary|example|guide|overview|tips|ways|message|text|explanation|\
    breakdown|steps)
here are (?:some|a few|three|five|several|the) (?:\w+ ){0,2}(?:steps|tips|ways|suggestions|\
    options|points|recommendations|strategies|considerations|ideas)
here(?:'s| is) (?:an?|the|my) (?:\w+ ){0,2}(?:summary|overview|breakdown|response|reply|draft|\
    version|rewrite|template|step)
would you like (?:me to|another|more|some|to (?:try|explore|continue|\
    know more)).{0,40}(?:example|version|tone|elaborate|rephrase|adjust|draft|practice|tips|\
    expand|go deeper|summari[sz]e)s?(?: question)?
(?:do you want|shall i|should i) (?:me to )?(?:elaborate|rephrase|make it (?:more|less|shorter|\
    longer)|expand on|adjust the tone|go into more detail|generate|draft)
(?:in summary|in conclusion|to summari[sz]e|to sum up|overall),? .{0,60}(?:shows?|demonstrates?|\
    highlights?|important|key|essential|crucial|ability|skills?|valuable|balance)
^["'“ ]*(?:great|excellent|fantastic|wonderful|insightful) question[!.] (?:as an?|it'?s|it is|\
    there (?:are|is)|i (?:believe|would|think))
(?:key|main) (?:takeaways?|considerations|points to consider)
(?:excellent|great|good|strong|fantastic|wonderful) (?:answer|response|job|point|work|\
    effort)[!.].{0,120}(?:you (?:demonstrated|showed|highlighted|clearly)|consider (?:adding|\
    including)|even stronger|to improve|next time,? try)
(?:that'?s|what) (?:a|an) (?:really |very |truly )?(?:great|excellent|fantastic|wonderful|\
    insightful|thoughtful|important) (?:question|point)[!.] .{0,40}(?:let'?s|\
    there are (?:several|many|a few)|here|as)
let'?s (?:dive (?:in|into|deeper)|delve|unpack (?:this|that)|explore (?:this|that|some|how)|\
    break (?:it|this) down)
delv(?:e|ing) (?:in|into|deeper)
i(?:'d| would) be (?:more than )?(?:happy|glad|delighted) to (?:assist|help you (?:with|\
    understand|explore)|provide|elaborate|clarify|walk you|offer|share (?:some|more|my))
i(?:'m| am)? ?(?:sorry|afraid),? (?:but )?(?:i )?(?:cannot|can't|am unable to|'m unable to|\
    am not able to|'m not able to) (?:assist|comply|fulfil\w*|engage|generate|provide|share|\
    discuss|help with) (?:with )?(?:that|this|medical|legal|financial|personal|any|such|\
    your request|the requested)
i(?: cannot| can't| am unable to|'m unable to| am not able to|'m not able to| do not| \
    don't) (?:comply|engage in|generate|(?:provide|give|offer) (?:\w+ )?(?:medical|legal|\
    financial|professional|investment|tax)|assist)
(?:my|these|all|the) (?:responses?|answers?|replies|output) (?:\w+ )?(?:are|is|may|might|can|do|\
    should|were) (?:\w+ )?(?:generated|based on|limited|not reflect|contain|intended|provided|\
    be taken)
(?:may|might) not (?:reflect|represent|be) (?:the )?(?:most |fully )?(?:current|latest|recent|\
    up[- ]to[- ]date|accurate|complete)
based on the (?:information|details|context|data) (?:provided|available|given|you)
(?:last|latest|most recent) (?:training|knowledge)(?: update| data)?
my knowledge (?:only |base )?(?:goes|ends|extends|stops|is limited|was|covers)
(?:access|connected) to (?:real[- ]time|live|current|external|up[- ]to[- ]date) (?:\w+ )?(?:data|\
    information|prices|systems|records|news)
please (?:note|be aware|keep in mind|remember) that (?:i|my|this|these|the (?:above|following|\
    information))
i (?:aim|strive|try|endeavou?r) to (?:provide|be (?:helpful|accurate|neutral|balanced)|offer|\
    remain)
i(?:'m| am) here to (?:assist|provide|guide) ?(?:you)?(?: with|[.,!]|$| in| through)?
(?:let me know|feel free to (?:tell me|specify)|please (?:specify|provide|clarify)) (?:how|which|\
    what|if|more|your|the|any)(?: \w+){0,3} (?:you'd like|you would like|you want|you prefer|\
    to proceed|details|context|information|preferences?)
(?:how|what) (?:else )?(?:can|may|could) i assist (?:you )?(?:with |further|in)
i(?:'d| would)? ?(?:hope|trust) (?:this|that) (?:\w+ )?(?:helps|answers|addresses|clarifies)
(?:while|although) i (?:can't|cannot|don't|do not|may not) .{5,60}, i can (?:offer|provide|help|\
    share|suggest|say)
here(?:'s| is) (?:what|how) (?:i|you|we) (?:can|could|might|would) (?:suggest|recommend|say|do|\
    try)s?:
(?:in|for) (?:this|the) (?:scenario|exercise|context of this)
(?:as|being) (?:a|an) (?:helpful|virtual|digital|conversational|ai|automated) \w+
(?:a|several|multiple|various|many) (?:key )?(?:factors|aspects|considerations|\
    dimensions) (?:to consider|come into play|are at play|should be|must be|influence)
(?:comprehensive|holistic|nuanced|multifaceted|well-rounded) (?:approach|answer|overview|view|\
    understanding|solution|issue|topic|perspective)
i apologi[sz]e for (?:the|any) (?:confusion|misunderstanding|inconvenience|oversight)
(?:thank you|thanks) for (?:pointing that out|your (?:question|understanding|feedback|\
    insight\w*)|bringing (?:this|that|it) to my attention|sharing (?:your|this|that) (?:thoughts|\
    concerns?|perspective|experience))
i appreciate (?:your (?:perspective|concern|question|input|patience and)|you sharing)
your (?:feelings|concerns) are (?:completely |totally )?valid
(?:consult|contact|see|speak (?:to|with)) (?:with )?an? (?:qualified|licensed|certified|\
    registered) \w+
(?:certainly|sure|absolutely|of course|gladly|great)[!,.] (?:here'?s|here (?:is|are)) (?:an?|\
    some|the|your|one) (?:\w+ )?(?:sentence|draft|poem|letter|email|caption|paragraph|idea|\
    speech|story|slogan|suggestion|translation|line)s?
(?:please )?(?:consult|seek (?:advice|help) from|speak to|talk to|\
    reach out to) (?:with )?an? (?:qualified |licensed |certified |registered |medical |legal |\
    financial |mental |health |healthcare |tax )+(?:professional|adviser|advisor|expert|lawyer|\
    provider)
(?:seek|get) (?:professional|medical|legal) (?:advice|help)
this (?:is not|isn't|does not constitute) (?:medical|legal|financial) advice
a (?:persuasive|possible|suggested|sample|typical|more natural|revised|improved) (?:reply|\
    response|answer|version|line)
firstly,.{5,300}secondly,.{5,300}(?:thirdly|lastly|finally),
(?:furthermore|moreover|additionally),.{5,300}(?:furthermore|moreover|additionally|in conclusion|\
    overall|ultimately),
plays? an? (?:crucial|vital|key|significant|pivotal) role
navigat(?:e|ing) (?:the|these|this|such) (?:complexit\w+|challeng\w+|situation|difficult\w+|\
    landscape)
(?:foster|promot|facilitat)(?:e|es|ing) (?:an? )?(?:open|constructive|meaningful|healthy|\
    productive|inclusive|mutual|collaborative|positive) \w+
(?:as|like) i mentioned (?:earlier|previously),? (?:it'?s|it is) (?:important|essential)
as (?:requested|per your request|you requested)
(?:step[- ]by[- ]step) (?:guide|instructions|explanation)
(?:i|we) (?:can|could) help you (?:with|by) (?:drafting|writing|creating|generating|\
    brainstorming|summari[sz]ing)
hier (?:ist|sind|kommt|kommen|folgt|folgen) (?:eine?n?|einige|die|der|das|dein|ihr|mein|ein paar|\
    drei|funf) (?:\w+ ){0,2}(?:antwort|zusammenfassung|ubersicht|liste|schritte|tipps|\
    vorschlage?|text|formulierung|uberblick|punkte|entwurf|beispiele?|moglichkeiten)
sag(?:en sie)? mir gern\w*
(?:ich )?(?:helfe|unterstutze|beantworte|erklare) (?:ich )?(?:ihnen|dir) (?:gern\w*|jederzeit)
(?:ihnen|dir|jederzeit|gern\w*) .{0,20}zur verfugung
(?:kann|konnte|soll) ich (?:ihnen|dir) (?:gern\w* )?(?:die|eine|noch|weiter|bei|\
    mit).{0,40}(?:helfen|zusammenstellen|unterstutzen|erklaren|formulieren|behilflich)
(?:argumente|vor- und nachteile) (?:beider|fur beide) seiten
(?:ich )?hoffe,? (?:das|dies) hilft
(?:wenn|falls|bei) (?:sie|du)? ?(?:weitere|noch) (?:weitere )?fragen
es ist wichtig,? (?:zu (?:beachten|bedenken|betonen)|dass (?:man|wir))
lass(?:en sie)? (?:es )?mich (?:gern\w* )?wissen
zusammenfassend (?:lasst|kann|ist)
aqui (?:tienes?|le dejo|te dejo|esta|van|hay) (?:un|una|el|la|algunos?|algunas?|los|las|tres|\
    cinco) (?:\w+ ){0,2}(?:mensaje|resumen|lista|respuesta|pasos|ejemplos?|consejos|texto|\
    borrador|version|opciones|propuesta|sugerencias)
no dud(?:es|e|en) en
espero que (?:esto|te|le|les) (?:\w+ )?(?:ayude|sirva|sea util)
(?:quieres|quiere|desea|deseas|te gustaria|le gustaria) que (?:lo|la|te|le|se lo)? ?(?:haga|\
    ajuste|explique|resuma|ayude|redacte|profundice|elabore)
(?:quieres|desea|deseas) (?:mas detalles|otra version|saber mas)
es importante (?:recordar|tener en cuenta|senalar|destacar|considerar)
estoy aqui para (?:ayudar|apoyar|asistir)\w*
en resumen,? .{0,60}(?:importante|clave|fundamental|equilibrio)
entiendo (?:perfectamente |completamente )?(?:tu|su) (?:preocupacion|frustracion|inquietud)
ambas partes tienen
voici (?:une?|quelques|les|le|la|des|trois|cinq|mon|ma) (?:\w+ ){0,2}(?:resume|liste|etapes|\
    reponse|conseils|exemples?|version|apercu|points|message|proposition|suggestions)
n'?hesite[zs]? pas
j'espere que (?:cela|ca|ceci|cette)
il est (?:important|essentiel|crucial) de (?:noter|rappeler|souligner|considerer|\
    prendre en compte)
(?:souhaitez|voulez)-vous que je (?:\w+ )?(?:reformule|precise|developpe|detaille|resume|redige|\
    continue)
(?:souhaitez|voulez)-vous (?:davantage|plus) (?:de |d')
je suis (?:la|ici) pour vous (?:aider|assister|accompagner)
je comprends (?:tout a fait |parfaitement |completement )?(?:votre|vos) (?:preoccupation|\
    inquietude|frustration|point de vue)s?
en conclusion,? .{0,60}(?:important|essentiel|equilibre)
"""
_LAYOUT = r"""
\*\*[^*\n]{2,60}\*\*[ ]*[:\n]|\*\*[^*\n]{2,60}:\*\*
^[ \t]*(?:[-*•]|\d+[.)])\s+\*\*
^#{1,4} \w
(?:^[ \t]*\d+[.)]\s+\S+ \S+ \S.*\n+){2,}[ \t]*\d+[.)]\s
(?:^[ \t]*[*•-]\s+\S+ \S+ \S+ \S+ \S.*\n+){2,}[ \t]*[*•-]\s
```
^[ \t]*\{\s*"\w+"\s*:
^[ \t]*(?:Response|Reply|Draft|Disclaimer|Option \d|Version \d)\s*:
\((?:Note|Disclaimer|Word count|OOC)\b
\[(?:[Ii]nsert|[Yy]our|[Nn]ame|[Cc]ompany|[Pp]ause|[Dd]ate)\b[^\]]*\]
"""
_QUOTED = re.compile(
    r"(?:went|goes|says?|said|like|wrote|writes|asks?|asked|saying|told \w+|answers?|answered|"
    r"reads?)"
    r"[,:]? [\"“„«][^\"”“»]{0,300}[\"”“»]"
)
"""What somebody else is said to have said."""
_MARKED = re.compile(r"[\n*`#{\[(:]")


@cache
def _layout() -> re.Pattern[str]:
    return re.compile("|".join(lines_of(_LAYOUT)), re.MULTILINE)


def assistant_speak(subject: Subject) -> Check | None:
    """The rule for one persona, which nobody but a model would call by its own name."""
    own = "|".join(map(re.escape, sorted(subject.own_names, key=len, reverse=True))) or "(?!)"
    name = rf"(?:{own})(?: (?:{own}))?"
    acting = either(
        rf"(?<!\w)(?:(?:speaking |answering |responding |acting |playing |here )as {name}|"
        rf"as {name},? i (?:would|'d|will|am|'m|say|think|feel)|"
        rf"{name}(?:'s| would) (?:response|reply|answer|line|say|voice|perspective|point of view)|"
        rf"(?:aus (?:der )?sicht|im namen|in der rolle) von {name}|desde la perspectiva de {name}|"
        rf"(?:du point de vue|dans le role) de {name})(?!\w)"
    )
    return partial(_check, acting, serving=serves(subject))


def _check(acting: Phrases, turn: Turn, *, serving: bool) -> Iterable[str]:
    folded = turn.said.folded
    own = _QUOTED.sub(" ", folded) if quotes(folded) else folded
    spoken = any_of(_MACHINE, _SERVICE).search(own) or acting.search(own)
    words = spoken[0] if spoken else limit(own) or (None if serving else offer(own, turn))
    if words is not None:
        yield clip(words)
    elif _MARKED.search(turn.said.text):
        written = _layout().search(turn.said.text)
        if written is not None:
            yield clip(fold(written[0]))
