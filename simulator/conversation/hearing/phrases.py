"""Phrases by what they do to the floor, in English, German, Spanish and French.

Each table is one pattern over folded text (small letters, no accents). They name devices that
conversation analysis describes: questions and other first pair parts (Schegloff and Sacks 1973),
turns that break off and are resumed (Jefferson 1984), rounds and pre-allocated turns (Sacks,
Schegloff and Jefferson 1974, section 6).
"""

from __future__ import annotations

import re

__all__ = [
    "ANAPHOR",
    "ANYBODY",
    "ASK",
    "BACK_TO",
    "CLOSES",
    "DECLINE",
    "ELSE",
    "GOES_ON",
    "HANDS_ON",
    "LET",
    "MAY_I",
    "OFF",
    "OFFER",
    "ONE_OF",
    "OTHER",
    "PAST",
    "PEER",
    "PROCEDURE",
    "PROMISE",
    "QUIET",
    "REPLIES",
    "ROUND",
    "SENT_AWAY",
    "TURN_OVER",
    "YIELDS",
    "YOU",
    "YOURS",
    "YOU_SAID",
    "any_of",
]


def any_of(*phrases: str) -> re.Pattern[str]:
    """The pattern of any of these phrases, each from the beginning of a word on."""
    return re.compile(r"\b(?:" + "|".join(phrases) + r")")


YOU = any_of(
    r"(?:you|your|yours|yourself|you're|you've|you'd|you'll)\b",
    r"(?:du|dir|dich|dein\w*|ihr|euch|euer|eure\w*|haben sie|sind sie|konnen sie|wollen sie)\b",
    r"(?:meinen sie|machen sie|wissen sie|wurden sie|sie (?:denn|das|dazu|wollten|haben))\b",
    r"(?:tu|te|ti|contigo|tus?|usted|ustedes|vosotr[oa]s|os|vuestr[oa]s?)\b",
    r"(?:toi|t'|ton|ta|tes|vous|votre|vos)\b",
    r"(?:[a-z]+(?:aste|iste|asteis|isteis)|quieres|puedes|sabes|tienes|crees|piensas|vienes)\b",
)
ASK = any_of(
    r"(?:please )?(?:tell|show|give|let) (?:us|me|him|her|them|everybody)\b",
    r"(?<![a-z] )(?:go ahead|go on|carry on)\b",
    r"(?:read|say) (?:it|that|us)\b",
    r"(?:talk|speak) to (?:us|me)\b|speak up\b",
    r"i(?:'d| would) (?:like|love) to (?:hear|know)\b",
    r"let's hear\b",
    r"i want to (?:hear|know)\b",
    r"(?:erzahl|sag|zeig|erklar|lass horen|bitte sehr)\w*\b",
    r"(?:cuentanos|dinos|dime|cuentame|ensen[ae]\w*|explic\w+|adelante)\b",
    r"(?:dis-moi|dites|racont\w+|expliqu\w+|montr\w+|allez-y|je vous prie|vas-y)\b",
)
ANYBODY = any_of(
    r"the (?:one|person|man|woman|lady|gentleman|fellow|guy|colleague|member) (?:who|that|with|at"
    r"|in"
    r"|from|behind|by)\b",
    r"(?:those|people|somebody|someone|anybody|anyone) (?:who|with|from)\b",
    r"(?:derjenige|diejenige|el que|la que|quien|celui|celle)\b",
    r"(?:(?:anybody|anyone|somebody|someone)(?! else)|who knows|who can|who could|who would"
    r"|who'll|who will)\b",
    r"(?:who's|who is|who has|any (?:ideas|volunteers|questions|thoughts)|hands up|what do we)\b",
    r"(?:everybody|everyone|all of you|you all|any of you|one of you|whoever|is there a)\b",
    r"(?<![a-z] )any [a-z]+ (?:from|in|at|on)\b",
    r"(?:jemand|wer (?:weiss|kann|will|hat|von)|weiss einer|ist hier|alle)\b",
    r"(?:alguien|quien (?:sabe|puede|quiere|tiene)|que hable quien|hay algun)\b",
    r"(?:quelqu'un|qui (?:sait|peut|veut|a|connait)|y a-t-il)\b",
)
QUIET = any_of(
    r"(?:have|has|had)(?:n't| not|'s not)(?: yet| really| once)? (?:heard|spoken|said|had|opened"
    r"|got|given"
    r"|voted|answered|told|been|shared|asked|made|taken|chosen|contributed)\b",
    r"(?:haven't|hasn't|hadn't|not|never|nothing|hardly|barely|scarcely|yet to|still to"
    r"|without having|only) (?:yet |once )?"
    r"(?:hear|heard|spoken|said|speak|say|answer|vote)",
    r"(?:not|n't) (?:everybody|everyone|all of (?:us|you)|yet)\b",
    r"(?:who|that|one|someone|somebody) (?:hasn't|haven't|has not|have not|didn't|has yet)\b",
    r"(?:dritte|vierte|letzte|andere|fehlende|weitere)[nrs]? (?:stimme|person|meinung|ansicht"
    r"|seite)\b",
    r"(?:tercer|cuart|ultim|otr)[oa]? (?:voz|persona|opinion|lado|miembro)\b",
    r"(?:troisieme|quatrieme|derniere?|autre) (?:voix|personne|avis|cote|membre)\b",
    r"(?:says?|saying|said) (?:nothing|little|not a|no word)\b",
    r"(?:gar nichts|sagt nichts|nichts gesagt|kein wort|no dice nada|no dices nada|ne dit rien"
    r"|ne dis rien|dit rien)\b",
    r"one of (?:you|us)\b",
    r"(?:and|but|so) you,? (?:in|at|by|with|over|behind|on|back|under|near) (?:the|there|that"
    r"|your)\b",
    r"(?:waited|waiting) (?:so |very |long|patient|for (?:a|his|her|their|your) (?:turn|long))",
    r"(?:hear|heard) (?:nothing|little|less|so little)\b",
    r"from everybody yet\b",
    r"(?:leaves|leaving|left) (?:us )?(?:with )?(?:one|just|only|the|two|you|somebody|someone)\b",
    r"(?:is|are|who's|one|who is|nobody) (?:still )?left\b",
    r"(?:is|are|'s|still|one's|who's|somebody's|what's) missing\b",
    r"missing (?:one|a|the|somebody|someone|from)\b",
    r"(?:quiet|silent|silence|quieter|quietest|unheard|speechless|tongue-tied|shy|shyest)\b",
    r"(?:i|we|have|'ve|been) (?:have |'ve |been )?(?:left out|forgotten|missed|overlooked)\b",
    r"only (?:one|two|three|four|some|half|a few|the same) (?:of|have|has|voices?|people|person)\b",
    r"(?:always|only) (?:hear )?(?:from )?the same\b",
    r"the same (?:two|three|people|voices|hands|names)\b",
    r"(?:the )?(?:rest|others|remaining)(?! of (?:my|your|his|her|our|their|it)\b) (?:of (?:you"
    r"|us)|of the|as well|too|have|one|two"
    r"|person)?\b",
    r"(?:somebody|someone|anybody|anyone) (?:else|new|different)\b(?!'s)",
    r"(?:without|not|n't said) a (?:single )?word\b",
    r"(?:new|fresh|different|another|missing|third|fourth|other) (?:voice|face|opinion|view"
    r"|person)\b",
    r"(?:a|one) word (?:from|out of)\b",
    r"(?:third|fourth|fifth|last|remaining|final) (?:at|of|person|one|voice|member|vote|answer"
    r"|name)\b",
    r"last but not least\b",
    r"all (?:but|except) one\b",
    r"(?:everybody|everyone|all of us|we all|all of you) (?:but|except|else)\b",
    r"(?:only fair|fair share|equal time|same time|same right|in fairness|to be fair|a chance"
    r"|(?:whose|your|his|her|their|our|body's|one's|take|taking|have) turns?)\b",
    r"(?:you|you've|they|you two|both of you|two of you) (?:have |had |'ve )?(?:both|two|already)"
    r"\b",
    r"(?:fehlt|fehlen|noch (?:nicht|nichts|gar|kein\w*|jemand|einer|eine|nie)|so still"
    r"|ganz still|stille"
    r"|ruhig|schweigt|schweigen|ubrig|dran|gerecht|auch mal|jemand anders|ausser|dieselben)\b",
    r"(?:die|den|der|das) (?:stillen|anderen|ubrigen|letzte[nr]?)\b",
    r"(?:falta|faltan|todavia no|aun no|no ha (?:dicho|hablado)|no has (?:dicho|hablado)"
    r"|callad[oa]s?"
    r"|los demas|silencio|queda|quedan|turno|le toca|te toca|justo|menos un[oa]|siempre l[oa]s"
    r" mism[oa]s|sin hablar|sin decir|nos falta|alguien mas|no hemos oido|ni una palabra)\b",
    r"(?:manque|pas encore|n'a rien dit|n'ont rien dit|rien dit|silence|silencieu\w+|les autres"
    r"|si calme|reste|tour de|equitable|toujours les memes|sauf un|entendu|quelqu'un d'autre"
    r"|pas dit un mot|bouche)\b",
)
SENT_AWAY = any_of(
    r"(?:you(?:'ve| have| had)? (?:already |just )?had (?:your|two|three|enough|plenty|the"
    r" (?:floor|word)|a turn)"
    r"|you've (?:spoken|talked|told us)|you spoke|(?:two|three|four|twice"
    r"|enough) (?:for|from)"
    r" you|not you|let (?:the )?(?:others?|somebody|someone)|your (?:time|minute|turn|three"
    r"|two) (?:is|are"
    r"|was|were)|we know (?:what )?you|we've heard (?:you|from you|both|your)|your (?:vote"
    r"|voice) (?:is|we"
    r" have)|that was yours|isn't yours|(?:had|heard|got|know) yours|(?:somebody"
    r"|someone) else(?!'s)"
    r"|you two|both of you|the two of you"
    r"|thank you both|no more from you|du hattest|du warst|sie hatten|ihr beide|jemand anders"
    r"|nicht du"
    r"|von (?:dir|euch|ihnen) (?:wissen|haben)|ya (?:has|habeis|sabemos|te hemos|os hemos"
    r"|ha hablado)"
    r"|tu ya|vosotr[oa]s dos|no siempre|tu as (?:deja|eu)|vous avez (?:deja|eu)|vous deux|pas toi"
    r"|on (?:t'a|vous a) (?:deja )?entendu\w*|laisse les)\b",
)
ELSE = re.compile(
    r"(?:^|[.!?,;:-]\W*)(?:(?:and|so|well|now|then|has|have|does|is there) )*"
    r"(?:who|anyone|anybody|someone|somebody|what) else\b"
    r"|\b(?:wer sonst|sonst (?:noch )?(?:jemand|wer)|noch jemand|alguien mas|quien mas|qui d'autre"
    r"|quelqu'un d'autre|and (?:the )?others|the next (?:one )?please|next,? please|next[.!])"
)
BACK_TO = any_of(
    r"(?:back to|coming back|come back to|return(?:ing)? to|again about|as for|about the"
    r"|regarding)\b",
    r"(?:zuruck zu|noch mal zu|nochmal zu|was .{3,20} angeht|zum thema)\b",
    r"(?:volviendo a|volvamos|vuelvo a|respecto)\b",
    r"(?:revenons|pour revenir|quant a)\b",
)
YOU_SAID = any_of(
    r"you(?:'ve| had|'d| have)? (?:just |also |earlier |really |actually |once )?(?:said|say"
    r"|mentioned"
    r"|told|claimed|called|wrote|meant|mean|talked|spoke|promised|suggested|saw|were|did|bought"
    r"|took"
    r"|wanted|found|brought|heard|keep saying)\b",
    r"(?:sagtest|sagten|meinst|meinten|erwahnt\w*|behauptet\w*|hattest gesagt|wolltest)\b",
    r"(?:dijiste|has dicho|decias|mencionaste|comentabas|dijo usted|ha dicho)\b",
    r"(?:tu as dit|vous avez dit|disiez|disais|tu dis|vous dites|tu parlais|vous parliez)\b",
)
YIELDS = any_of(
    r"(?:with that i (?:close|end|finish|stop)|i'll (?:stop|end|leave it) (?:here|there|at that)"
    r"|that's (?:really |just )?all (?:there|i|from|we)|thank you for (?:listening"
    r"|your (?:attention|time))"
    r"|end of (?:my|the) (?:speech|talk|report|presentation)|damit (?:schliesse|ende) ich"
    r"|danke fur (?:ihre|eure) aufmerksamkeit|con esto (?:termino|acabo)|gracias por su atencion"
    r"|merci de votre attention|j'en ai (?:fini|termine))\b",
    r"(?:no (?:further|more|other) questions|i (?:ask|move|request|beg) (?:for|that|to)"
    r"|nothing further|that's (?:all|it|everything) (?:from me|i have|for)"
    r"|i rest my case|that concludes|that was (?:it|all|everything|the last)|i'm (?:done|finished)"
    r"|back to (?:you|the (?:studio|chair))|over to you|so much for|carried|adopted|unanimous"
    r"|seconded"
    r"|all in favour|(?:hands|ballots?|votes?) (?:are|have been|counted)|counted|we're agreed"
    r"|agreed then"
    r"|any other business|what(?:'s| is| comes) next|next item|point of order|objection|i object"
    r"|what do we do now|how do we go on|shall we (?:start|begin|vote|close|move|go on)|may we"
    r"|keine weiteren fragen|das war(?:'s| alles)|abgestimmt|ausgezahlt|antrag|einspruch"
    r"|no hay mas preguntas|eso es todo|aprobad[oa]|protesto|he terminado"
    r"|pas d'autres questions|c'est tout|adopte\w*|j'ai (?:fini|termine))\b",
)
PROCEDURE = any_of(
    r"(?:chair(?:man|woman|person)?|moderator|president\w*|speaker|motions?|i second|seconded"
    r"|vot(?:es?|ing)"
    r"|ballot|tie|agenda|minutes|adjourn\w*|announce\w*|procedure|quorum|order!|session|objection"
    r"|overruled|sustained|verdict|ruling|rules|decision|decide[sd]?|meeting|gavel|mediator)\b",
    r"(?:vorsitz\w*|versammlungsleit\w*|tagesordnung|abstimm\w*|antrag|gleichstand|sitzung)\b",
    r"(?:moderador\w*|votacion|orden del dia|empate|reunion|seance|ordre du jour|majorite)\b",
)
ROUND = any_of(
    r"(?:round the (?:table|room|circle)|around the (?:table|room|circle)|one (?:after|by) )",
    r"(?:each (?:of (?:you|us|them)|one|says?|tells?|gets?|takes?|picks?|names?)|one .{0,18}each"
    r"|(?:you|we|they|all|may|will|must|can|us) each|in turn\b|take turns\b)",
    r"(?:everyone|everybody|each one) (?:say|says|tell|tells|gets|give|gives|takes|names|has)\b",
    r"(?:a|one) (?:sentence|word|minute|round|number|job|thing|line|wish) (?:each|apiece)\b",
    r"(?:quick|short|first|last|closing) round\b",
    r"in (?:order|sequence)\b",
    r"(?:jede[rs]?|reihum|der reihe nach|nacheinander|runde)\b",
    r"(?:cada un[oa]|por turnos?|una ronda|ronda|uno por uno|cada cual)\b",
    r"(?:tour de table|chacun|chacune|a tour de role|l'un apres l'autre)\b",
)
DECLINE = any_of(
    r"(?:i pass|pass\.|i'll pass|no comment|not me|don't ask me|ask (?:somebody|someone) else)\b",
    r"(?:count me out|leave me out|i'd rather not|rather not say|i won't (?:comment|say|answer))\b",
    r"(?:rather listen|not today|lips are sealed|sit this one out|prefer not to|no,? thanks"
    r"|next question"
    r"|no expert|not an expert|not qualified|above my pay|can't talk about|can't comment"
    r"|can't help (?:you"
    r"|there)|get a word out of me|leave me alone|keep me out|i'd better not|ask (?:him|her|them"
    r"|my)"
    r"|don't look at me|not for me|let me skip|i have nothing|i've nothing|i've said (?:all"
    r"|enough|my))\b",
    r"(?:nothing to (?:add|say)|i have no (?:idea|opinion)|i've no (?:idea"
    r"|opinion)"
    r"|no idea|i don't know|i wouldn't know|i can't say|i couldn't say|beats me|skip me|i'm out"
    r"|not my (?:field|department|business|turn|thing)|i decline|i refuse|i don't have it)\b",
    r"(?:ich passe|keine ahnung|frag(?:t|en sie)? mich nicht|ohne mich|kein kommentar"
    r"|weiss (?:ich )?nicht|ich nicht|dazu sage ich nichts)\b",
    r"(?:paso\b|yo paso|ni idea|yo no\b|no lo se|a mi no me|sin comentarios|no tengo ni)",
    r"(?:je passe|aucune idee|sans moi|pas moi|je ne sais pas|j'en sais rien|pas de commentaire)\b",
)
PROMISE = any_of(
    r"(?:hang on|hold on|(?<!-)one (?:moment|second|sec)\b|just a (?:moment|minute|second)"
    r"|(?:(?<=^)|(?<=[.!?] ))wait,)",
    r"give me (?:a|one|two|five|half)\b",
    r"(?:i'll|i will|let me|i can|i'm going to|i) (?:just |quickly |go and |run and |have to )?"
    r"(?:look|check|count|fetch|get|find|measure|ring|call|phone|ask|run|work|calculate|search"
    r"|see|google|consult|go|read|add|dig|open|pull)(?: (?:it|that|them|this))?"
    r" (?:up|out|over|through|for it|my (?:notes?|list|book|bag|phone|papers?)|in the|on the|it\b"
    r"|him\b|her\b|them\b|the (?:list|file|figures?|number|book|map|date|records?|email))",
    r"(?:have a look|have to (?:check|look|ask|count)|need to (?:check|look|ask)|go and (?:see"
    r"|look|check|ask"
    r"|get|fetch)|somewhere (?:here|in)|it's (?:here|in here) somewhere)\b",
    r"i'll (?:look|check|count|be (?:right )?back|find out|fetch it|get it|ask|measure)\b",
    r"may i (?:consult|check|look|fetch|ring)\b",
    r"(?:back in|be right back|right back|in a (?:minute|moment|second)|it'll take me)\b",
    r"(?:moment,|moment mal|ich (?:schau|seh|such|frag|hol|rechne|zahl|ruf|guck|mess)\w* )",
    r"(?:gleich wieder|bin gleich|ich hole|sekunde)\b",
    r"(?:un momento|un segundo|voy a (?:mirar|buscar|ver|llamar|por|preguntar)|lo miro|ahora vuelvo"
    r"|ahora mismo lo|espera)\b",
    r"(?:un instant|une seconde|une minute|je (?:vais|regarde|cherche|verifie|reviens|compte)"
    r"|attendez|je vous (?:dis|trouve))\b",
)
LET = any_of(
    r"let (?:him|her|them|the \w+|\w+) (?:finish|speak|talk|answer|go on|continue|read|explain"
    r"|end)",
    r"(?:you were (?:saying|about|telling|going)|you were at|as you were saying|where were you"
    r"|carry on"
    r"|go on|do go on|please (?:finish|continue|go on)|continue|finish (?:your|what|the)|and then\b"
    r"|you may (?:finish|complete|continue|answer)|complete your|what happened (?:then|next)"
    r"|back to (?:your|the|what)|we (?:had )?got as far|we were (?:at|just)|still has the floor"
    r"|hadn't finished|wasn't finished|not finished|weren't finished|interrupt\w*|cut (?:off|him"
    r"|her)"
    r"|i want to hear|the rest of|shh|hush|pst|quiet|overruled|sustained|sorry, go|the end of)\b",
    r"(?:lass(?:t|en sie)? (?:ihn|sie|\w+)\b.{0,20}(?:ausreden|reden|sprechen|fertig)|ausreden"
    r"|weiter\b|sie wollten|du wolltest|fertig\b|unterbr\w+|red(?:e|en sie) (?:nur )?weiter)",
    r"(?:dej(?:a|ad|en)(?:l[ae]|me)? (?:\w+ )?(?:hablar|terminar|acabar)|deja(?:l[ae]|dl[ae])|sigue"
    r"|siga|continua|continue|termina|decias|estabas diciendo|no (?:l[ae] )?interrump\w+)\b",
    r"(?:laiss\w+(?:-l[ae]|-moi)? (?:\w+ )?(?:finir|parler|terminer)|continu\w+|tu disais"
    r"|vous disiez|finis(?:sez)?|poursuiv\w+|la suite)\b",
)
OFF = re.compile(r"(?:\.\.\.|…|(?<=\w)\s?-)[\"'”)]*\s*$")
MAY_I = any_of(
    r"(?:may|could|can|might) (?:i|we) (?:say|add|ask|have|speak|put|make|go|leave|begin|start"
    r"|consult|check|look|fetch|ring)\b",
    r"(?:darf|durfte|kann) ich\b",
    r"(?:puedo|podria|podemos)\b",
    r"(?:puis-je|est-ce que je peux|je peux)\b",
)
ONE_OF = any_of(
    r"(?:one of (?:you|us)|somebody (?:here|in|at)|einer von|eine von|un[oa] de (?:vosotr|nosotr"
    r"|ust)"
    r"|l'un de|l'une de|un de (?:vous|nous))"
)
ANAPHOR = any_of(
    r"(?:that|it|its|it's|this|them|those|these|they|he|she|him|her|so|then|there|one|ones"
    r"|again)\b",
    r"(?:das|es|dann|dies\w*|davon|daran|dabei|damit|er|ihn|denn|da)\b",
    r"(?:eso|lo|la|los|esa|ese|entonces|ahi|ello|ella|el)\b",
    r"(?:ca|cela|ce|c'est|le|la|les|l'as|l'avez|en|alors|y)\b",
)
YOURS = re.compile(
    r"\b(?:your|dein\w{0,2}|eure\w?|euer|tus?|vuestr[oa]s?|ton|ta|tes|votre|vos)"
    r" ((?:[a-z']+ )?[a-z]+)"
)
PAST = any_of(
    r"(?:was|were|did|had|used to|went|came|said|saw)\b",
    r"(?:war|waren|wurde\w*|hatte\w*|fue|fueron|era|habia|etait|avait|a-t-il|as-tu|avez-vous)\b",
)
HANDS_ON = any_of(
    r"(?:words? from|hear (?:it |that |this )?(?:from|how)|turn to|over to|(?:matter|question|one)"
    r" for|(?:let's|let us|let me|i'll|i'd|we'll|we could|we should|and|to) ask|das wort|fragen wir"
    r"|palabra|preguntemos|la parole|demandons)\b(?! you\b)"
)
GOES_ON = re.compile(r"\W*(?:and|next|und|y|et|again)\b")
OTHER = re.compile(r"\b(?:the|my|our) other ([a-z]+)")
CLAIMS = re.compile(
    r"(?:my turn|it's me|it is me|me (?:again|next|now|first|too)|now me|i'm next|me!|i'll go|can i"
    r" (?:just )?(?:go|say|read|answer|start)|let me|ich bin dran|jetzt ich|mi turno|a moi)"
    r"\b[^.]*[!?.]*$"
)
GRANTS = re.compile(
    r"\W*(?:yes|yeah|sure|of course|all right|alright|ok|okay|please|go|fine|ja|gern|bitte|si|claro"
    r"|oui|bien sur|d'accord|very well|if you)\b"
)
PEER = any_of(
    r"(?:the|your|my|our|his|her) (?:\w+ )?(?:opponent|rival|partner|colleague|counterpart|fellow)",
    r"the other(?: (?:one|man|woman|lady|gentleman|side|part(?:y|ies)|chair|team|group|half|pair"
    r"|corner)"
    r"| end of the (?:table|line))?(?:\b(?! \w))",
    r"the (?:second|next) (?:one|speaker|caller|candidate|contestant|guest|customer|patient|witness"
    r"|group|team|side|pair|number|person|voice|in line|please)\b",
    r"(?:nachste[nr]? bitte|der nachste|die nachste|el siguiente|la siguiente|le suivant"
    r"|la suivante)\b",
    r"(?:opponent|the opposite side|other (?:side|party|parties)|another one|rebuttal"
    r"|right of reply|cross-examin\w+|isn't yours"
    r"|not yours|the next one)\b",
    r"(?:der andere|die andere|das andere|dein(?:e|en)? (?:gegner|partner|kollege|kollegin)\w*)\b",
    r"(?:el otro|la otra|tu (?:rival|companer[oa]|oponente)|su rival)\b",
    r"(?:l'autre|ton adversaire|votre adversaire|ton collegue|votre collegue|mon collegue)\b",
)
OFFER = any_of(
    r"(?:i (?:suggest|propose|offer|could|can (?:give|lend|offer|drop|take|show|help|make))"
    r"|i'll (?:give"
    r"|lend|pay|take|carry|help|bring|hold)|i'd (?:be glad|be happy|love to (?:have|give|show)"
    r"|like to (?:invite|offer|make"
    r"|give))"
    r"|we'd be|we could|how about)\b",
    r"(?:you can have|you could have|you may have|would you|deal\b|shall we|if you (?:like|want))",
    r"(?:ich (?:konnte|biete|schlage)|wir konnten|mochten sie|mochtest du|willst du)\b",
    r"(?:te (?:ofrezco|propongo|invito)|le (?:ofrezco|propongo)|podria|si quieres|si quiere)\b",
    r"(?:je (?:te|vous) (?:propose|offre|invite)|on pourrait|si tu veux|si vous voulez)\b",
)
CLOSES = any_of(
    r"(?:thank you|thanks|noted|that's enough|enough|danke|gracias|merci|das reicht|basta"
    r"|ca suffit)\b"
)
REPLIES = re.compile(
    r"\W*(?:yes|no|yeah|nope|sure|exactly|right|true|agreed|ja|nein|doch|genau|stimmt|si|claro"
    r"|exacto|oui|non|voila|bien sur|you|that's|your)\b"
)
TURN_OVER = any_of(
    r"(?:time|turn|minutes?|seconds?) (?:is|are|was|were) (?:up|over|out|gone)\b",
    r"(?:time's up|time is up|that's time|(?:sixty|thirty|ninety|ten) seconds|one minute\b)",
    r"(?:zeit ist um|die zeit ist|se acabo el tiempo|tiempo\b|c'est l'heure|temps ecoule)",
)
