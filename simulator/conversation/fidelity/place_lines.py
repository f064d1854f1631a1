"""What only those who hold a place in a conversation say to those who face them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["LINES"]

LINES: Mapping[str, str] = MappingProxyType(
    {
        "agent": r"""
our (?:policy|policies|terms|procedures?|guidelines|tariffs?|engineers?|records) (?:do\w*n't|\
    does|do|says?|states?|allows?|requires?|only|is|are|won't|can't)
as a (?:gesture|token)(?: of \w+)?,? (?:i|we)|goodwill
(?:entiendo|lamento|comprendo) su (?:molestia|frustracion|enfado|situacion)
(?:he comprobado|compruebo|reviso|he revisado|veo en) su (?:cuenta|factura|linea|contrato|ficha)
tramitar(?:le|lo)|le tramito|dias habiles|en su cuenta
(?:ich sehe|ich habe) (?:in )?ihre[mnrs]? (?:konto|vertrag|unterlagen|anschluss)
(?:je vois|j'ai verifie) (?:sur |dans )?votre (?:compte|dossier|contrat|ligne)
(?:bear|stay) with me (?:while|for a moment|a second),? (?:i|while)
(?:according to|in) (?:our|the) (?:system|records?|terms and conditions),? (?:you|your|the|there)
(?:would|may|could) you like (?:me )?to (?:hear|know about) our (?:offer|new|special)
i(?:'d| would) (?:hate|be sorry) to (?:lose|see) you (?:go|as a customer)
(?:can|may) i (?:offer you|interest you in)
our (?:engineers?|technicians?) (?:will|can|was|were|noted)
(?:your|the) (?:case|ticket|reference) number is
you(?:'re| are)(?: now)? (?:speaking|talking) (?:with|to) \w+
(?:\w+ ){0,3}(?:customer (?:care|service|support)|help ?desk|support line)[,.] (?:how|you|\
    my name|good|\w+ speaking)
(?:customer|account|contract|invoice|reference|order) number,? please
(?:may|can|could) i (?:just )?(?:have|take|get|confirm|ask for) your (?:\w+ ){0,2}(?:number|name|\
    address|date of birth|postcode|account|details|password)
(?:i have|i've|we have|we've|let me|i'll|i will) (?:just )?(?:raised?|opened?|logged?|created?|\
    escalated?) (?:an?|your|the|this|it) ?(?:\w+ )?(?:ticket|case|complaint|request|incident)?
anything else (?:i|we) can (?:help|do|assist)
how (?:can|may) (?:i|we) (?:help|assist) you(?: today)?
thank you for (?:calling|your call|contacting|holding|being a (?:loyal|valued) customer|\
    your patience)
please (?:hold|stay on) (?:on|the line)
(?:let me|i'll|i will|i'm going to|i can) (?:just )?(?:put you through|transfer you|pull up your|\
    check your (?:account|contract|invoice|line|connection)|bring up your|look into (?:this|that|\
    it) for you|waive the|credit (?:your|you|the)|refund (?:you|your|the)|process (?:the|your)|\
    apply (?:the|a) (?:credit|discount)|offer you (?:a discount|\w+ (?:euros|percent)|a credit))
i(?:'ve| have) (?:just )?(?:refunded|credited|waived|cancelled|processed|applied) (?:you|your|\
    the|that|it|this)
(?:our|the) (?:technical|billing|support|back office) (?:team|department) (?:will|and they|is|has)
we(?:'ll| will) (?:send (?:you )?a technician|get back to you|refund|credit)
i (?:can )?see (?:here )?(?:on|in|from) (?:your account|your file|your record|our system|\
    my screen)
your (?:account|contract|line|refund|request|complaint) (?:has been|is now|will be) (?:processed|\
    approved|activated|cancelled|registered|sent|credited|forwarded|restored|closed|renewed)
(?:we|i) (?:apologi[sz]e|are sorry|am sorry) for (?:the|any|this) (?:inconvenience|delay|trouble)
as a (?:loyal|valued) customer,? you
le (?:atiende|habla) \w+
en que (?:le |te )?puedo ayudar\w*
(?:me (?:da|dice|facilita)|digame|necesito) su (?:numero|dni|nombre|direccion)
(?:he abierto|le abro|voy a abrir) una (?:incidencia|reclamacion)
no se retire
gracias por llamar
was kann ich fur sie tun
ihre kundennummer
""",
        "customer": r"""
que me devuelvan (?:mi|el) dinero|devuelvanme
(?:a |the |this )?(?:charge|fee|amount|error|mistake|item|position) (?:of \w+ \w+ )?on my \
    (?:bill|invoice|account)
my (?:internet|broadband|router|line|wifi|connection) (?:has been|is|was|keeps|went|hasn't|\
    doesn't) (?:down|dead|out|not|dropp\w+|slow|work\w*|cutting|blinking|flashing|broken)
i(?:'d like| want|'m calling|'m ringing| would like|'m going|'m phoning) to (?:cancel (?:my|the|\
    this)|complain|leave you|dispute|speak to (?:a|your|somebody)|change my (?:contract|tariff|\
    plan))
(?:i(?:'m| am)|i(?:'ve| have) been) (?:calling|ringing|phoning) (?:about|because|for|you)
put me through
i(?:'ve| have) (?:called|rung|phoned) (?:you )?(?:\w+ )?times
(?:give|pay) me (?:back )?my (?:money|\w+ euros)(?: back)?
i(?:'m| am) (?:a|your) (?:loyal |good |long-standing )?customer
(?:i(?:'m| am)|we(?:'re| are)) (?:leaving|switching|changing) (?:to (?:another|a different)|\
    provider)
i demand (?:a|my|that|to)
(?:let me|i want to|can i|may i) (?:speak|talk) to (?:your|a|the|somebody) (?:supervisor|manager|\
    boss|higher|human|who)?
i want (?:my money|it|a refund|that|the money) back
i(?:'ve| have) been (?:paying (?:you|for)|waiting (?:on the line|on hold|for \w+ (?:minutes|\
    hours|days|weeks) )|a customer|with you|on hold)
you(?:'ve| have)? (?:people )?(?:charged|billed|overcharged|double-charged) me
when (?:will|do) i get (?:my (?:money|refund)|it back|the refund)
i(?:'m| am) not paying (?:for|that|this|you)
(?:why|what) (?:is|was|are|did|have) (?:you |this |that |there )?(?:\w+ )?charg\w* (?:me|on my)
quiero (?:darme de baja|cancelar|que me devuelvan|hablar con su)
(?:paseme|pongame) con
mi factura
ich mochte (?:kundigen|mich beschweren|mein geld)
""",
        "interviewer": r"""
(?:the next|our next|another) candidate (?:is|will|comes)
(?:could|can|would) you (?:please )?(?:walk|take) me through your (?:cv|career|resume|week)
(?:i|we) (?:need|want) (?:somebody|someone) who (?:can|does|is|will)
what (?:makes|made) you (?:the right|apply|think you)
what would your (?:boss|colleagues|referees|present employer|last employer) say (?:about|of) you
give me an example of (?:a time|when you|how you)
(?:can|could) you (?:work|cope) (?:under pressure|with (?:stress|pressure)|shifts|nights)
we(?:'ll| will| shall) (?:let you know|be in touch|get back to you|ring you|call you|inform you|\
    write to you|make (?:a|our) decision)
whether you(?:'ve| have) got the (?:job|post|position|place)
(?:seeing|see|interviewing|interview|have) (?:\w+ )?(?:more|other|further) (?:candidates?|\
    applicants?)
why should (?:we|i) (?:\w+ ){0,3}(?:hire|take|choose|give|pick|employ) you
(?:that covers|those were|that concludes|that is all|that was) (?:all )?(?:my|\
    our) (?:last )?questions?
tell (?:me|us) (?:about|of) (?:a time|yourself|your (?:last|present|current|previous|experience|\
    greatest|biggest|strength|career|time at))
what (?:would you say )?(?:is|are) your (?:greatest|biggest|main) (?:strength|weakness|\
    achievement)\w*
where do you see yourself
why (?:do|did) you (?:want to (?:work|join|leave)|want this (?:job|post|position)|apply|\
    leave your)
(?:i see (?:from|in|on)|according to|looking at|i've read|i have read) your (?:cv|application|\
    references|resume|letter)
(?:we(?:'d| would)|i(?:'d| would)) (?:like|love|be happy|be pleased) to (?:offer you|\
    invite you back|have you)
(?:you(?:'re| are) hired|the (?:job|post)(?:'s| is) yours|you(?:'ve| have) got the (?:job|post))
(?:thank you|thanks) for (?:coming in|coming today|applying|your (?:interest|application)|\
    taking the time to (?:come|interview))
what (?:salary|pay) (?:are you looking|do you expect|would you expect|did you have in mind|\
    are you expecting)
(?:what are )?your salary expectations?
how (?:would|did) you (?:handle|cope with|deal with) (?:stress|pressure|conflict|criticism|\
    a difficult)
we(?:'re| are) looking for (?:someone|somebody|a person|people) (?:who|that|with)
(?:how|when) (?:soon )?(?:could|can) you start
(?:do|have) you (?:have )?(?:any )?questions for (?:us|me)
welcome to (?:the|your|our) interview
(?:we|i) (?:received|had|have had) (?:\w+ ){0,2}applications
the (?:position|post|role) we(?:'re| are) (?:offering|filling)
your probation\w*
""",
        "candidate": r"""
how (?:keen|interested|eager|excited) i am|(?:i'm|i am) a (?:fast|quick) learner|\
    i work well (?:in|with|under)
i (?:could|can) start (?:after|in|on|as soon|immediately|next)
(?:from|on|in|with|here's|here is) my (?:cv|resume|curriculum|application|references|portfolio)
i(?:'ve| have) (?:always )?(?:wanted|dreamt|dreamed) (?:of working|to work) (?:for|at|in|here)
(?:is|will) (?:there|the job|the post) (?:a )?(?:probation|training|permanent|full-time|\
    part-time|overtime paid)
i(?:'m| am) (?:prepared|willing) to (?:move|relocate|learn|start)
(?:what|who) would (?:be )?my (?:boss|superior|line manager|colleagues)
(?:my last|my present|my current) (?:boss|employer|job|team)
i(?:'ve| have) prepared (?:a few|some|three) questions
why (?:i think )?you should (?:hire|take|choose|pick|employ) me
(?:you|they) should (?:hire|take|choose|pick) me
(?:please )?(?:hire|take|choose) me(?:,| and| because|\.|!)
would i (?:be (?:allowed|able|working|expected|required|reporting)|have to|get (?:a|my|the|any)|\
    report to|need to|still)
what (?:sort|kind) of (?:salary|pay|holiday|team|contract) .{0,20}(?:offer|get|have|give)
(?:salary|pay|package|holiday|holidays|training) .{0,20}(?:are you|do you|would you|can you|\
    does the \w+) (?:offer|pay|give|provide)
how (?:much|many days)? ?(?:does the (?:job|post|position|role)|would (?:the|this) (?:job|post|\
    position)) (?:pay|involve|have)
i(?:'d| would) (?:really )?(?:love|like) (?:to work (?:here|for you|with you)|this job|\
    the (?:job|post|position))
i (?:want|need) this job
my (?:notice(?: period)?|cv|resume|present employer|current employer|last employer|references|\
    current salary) (?:is|are|says|runs|shows|can|will)
i(?:'m| am) (?:applying|here for the (?:job|post|interview|position)|a (?:quick learner|\
    team player|hard worker)|very interested in (?:the|this) (?:job|post|position|role))
i(?:'ve| have)? applied (?:for|because|to)
when (?:would|could|can|will|shall|do) i (?:start|begin|hear|get an answer|know)
what would my (?:day|duties|role|first|tasks|hours|team)
(?:thank you|thanks) for (?:inviting|seeing|having|considering|interviewing) me
glad you called me in
my (?:greatest|biggest) (?:strength|weakness)
is there (?:room|a chance|any chance) (?:for|of) (?:promotion|advancement|working from home|home)
if you (?:hire|take|give) me
""",
        "doctor": r"""
(?:i'm going to|i'll|i will|i can|let me|i'd like to|i want to|we'll|\
    we will) (?:just )?(?:prescribe|refer you|examine|order (?:an?|some|you)|send you (?:for|to)|\
    book you (?:in )?for|check your|listen to your|give you (?:a prescription|an injection|\
    something for)|have a look at your|take (?:some |your )?(?:blood|a sample|an x-ray|\
    your temperature)|write you (?:a prescription|up)|start you on|put you on|get you (?:an|\
    a) (?:x-ray|scan|mri|appointment)|feel (?:your|the) )
(?:have|take) a (?:quick )?look at your (?:knee|chart|throat|back|leg|blood|results|notes|arm|\
    ear|foot|hip|file|scan)
(?:breathe|cough|say ah|open wide|hold still)(?: in| out)?(?: deeply| please)?[,.] (?:please|\
    for me|good|and (?:out|in|again)|now)
i(?:'ll| will)? (?:write|sign) you (?:off|a sick note|off work|up)
(?:we|i)(?:'ll| will| should| need to| have to| can) (?:operate|x-ray|scan|drain|inject|bandage|\
    strap) (?:it|you|your|the knee|on)
(?:what|which) (?:brings you (?:here|in)|seems to be the (?:trouble|problem|matter))
how (?:long|often) (?:does|has) (?:the|your) (?:pain|knee) (?:last|been|hurt)
(?:are you|do you) (?:taking|take|on) any (?:medication|medicine|tablets|painkillers)
does (?:it|this|that) hurt when (?:i|you)
come back (?:and see me|to see me|in (?:a|two|three|four|six))
see you again in (?:an?|two|three|four|six) (?:weeks?|months?|fortnight)?
(?:take|try) (?:two|one|these|this) (?:of these )?(?:tablets?|pills?|capsules?)? ?(?:twice|once|\
    three times|every|before|after|with food|morning)
get (?:some )?bloods? (?:done|taken|tests?)
how long have you (?:had (?:this|the|that|these)|been having|been in)
(?:have you|do you have|any) (?:any )?(?:known )?(?:allergies|other symptoms|history of|fever)
where (?:exactly )?does it hurt
your (?:x-rays?|scans?|mri|results|blood pressure|bloods|test) (?:shows?|suggests?|looks?|\
    came back|are back|is (?:fine|high|normal|a little))
(?:bend|straighten|lift|raise|stretch) (?:your|the) (?:knee|leg|arm|elbow) (?:for me|please|\
    slowly|again)
(?:lie|sit) (?:down |back )?(?:on|up on) the (?:couch|bed|table)
tell me where it hurts
on a scale (?:of|from) (?:one|1|0|zero) to (?:ten|10)
(?:you have|you've got|it looks like you have|it's) (?:a torn|a sprained|torn|an inflam\w+|\
    a ruptured) (?:\w+)
i(?:'d| would) (?:recommend|suggest|advise) (?:an operation|surgery|physio\w*|rest and|\
    that you rest|two weeks|six weeks|we get|an mri)
my (?:other )?patients? (?:usually|often|always|who|with|tell)
(?:next patient|the patient in)
""",
        "patient": r"""
(?:what have i got|is it serious|is it bad|will i need an operation|what's wrong with me|\
    can i still \w+),? (?:doctor|doc)
can you give me (?:something|anything|a sick note|some painkillers)
i(?:'m| am) (?:here|in) (?:about|for|because of) my (?:knee|back|hip|head|throat|stomach|leg|\
    shoulder)
my (?:knee|back|hip|throat|stomach|leg|shoulder) (?:hurts|aches|is killing me|\
    has been (?:hurting|bad)|started)
""",
        "teacher": r"""
(?:very good|well done|excellent|correct),? (?:that's|that is) (?:exactly |quite |\
    almost )?(?:right|correct|it)
for next (?:time|week|lesson),? (?:i'd like|i want|please|do|you)|exercises? \w+ to \w+
you(?:'re| are) making (?:\w+ )?progress
take notes|(?:it|this|that) (?:will|might) (?:be|come up) in (?:the|your) (?:exam|test)|\
    you(?:,)? at the back
(?:i want you to|now you|you should|please) (?:learn|memori[sz]e|revise|write out|solve|\
    calculate|copy out) (?:this|the|these|that|number|exercise|by|it)
(?:what|who) can tell me (?:what|which|why|how)
(?:see|show) me your (?:homework|notes|exercise book|workings?|lab report)
(?:that's|this is|it's) (?:wrong|correct|right|not quite right),? (?:try again|think again|\
    look again)
i(?:'ve| have) (?:marked|corrected|graded) your
(?:you|you'll) (?:have|get) (?:\w+ )?minutes (?:for|to (?:solve|do|finish))
(?:the|this) lesson (?:is|begins|starts|ends)
(?:open|take out|turn to|close|get out) your (?:book|books|notebook|exercise book|page|pens?)
i(?:'ll| will|'m going to) (?:mark|grade|correct|test|quiz|collect) (?:it|them|your|this|you|\
    these)
(?:for|as) (?:your )?homework,? (?:you|do|i|please|we|solve|read)
your homework (?:is|for|will)
i(?:'ll| will) (?:give|set|show) you (?:\w+ )?(?:\w+ )?(?:equations?|exercises?|problems?|tasks?|\
    homework|a test|a quiz)
we(?:'ll| will) see where you went wrong
(?:well done|very good|correct|excellent|good),? ?(?:\w+)?[.!,] (?:now )?(?:try|do|solve|\
    write) (?:the|number|exercise|down|another)
(?:today|this lesson|this hour|now),? (?:we|i)(?:'ll|'re| will| are|'m)? (?:going to )?(?:learn|\
    teach you|look at|cover|explain|practise)
let me (?:teach|test|quiz|show) you (?:how|what|the|about|on)
(?:you get|i(?:'ll| will) give you|that's) (?:full|half) marks
what did (?:we|i) (?:learn|say|teach you) (?:last (?:time|week|lesson)|about)
(?:repeat|say it) after me
(?:listen|pay attention|concentrate|try harder),? (?:and|or|please|young).{0,30}(?:learn|pass|\
    fail|understand|class)
(?:as|i(?:'m| am)) your (?:teacher|tutor)
have you done your homework
i(?:'ve| have) (?:been teaching|taught)
remember what i (?:taught|told|showed) you
you(?:'ve| have)? (?:made|got) (?:a|two|three) mistakes? (?:in|here)
""",
        "pupil": r"""
i(?:'m| am) (?:never|not) going to (?:pass|get|understand) (?:this|it|the (?:test|exam))
i(?:'ve| have)? (?:got|only got|have) \w+ (?:points|marks) (?:out of|of|in)
(?:is|was) (?:that|this|it) (?:right|correct),? (?:sir|teacher|mr \w+)
(?:mum|mom|my mum|my mom|dad|my dad) (?:says|said|will kill|is going to kill|pays)
i fell asleep (?:in|over|on)
i forgot (?:my|the|to do (?:my|the)) (?:homework|book|exercise|exercises|calculator|notebook)
(?:please )?don't tell my (?:mum|mom|dad|parents|mother|father|teacher)
i (?:didn't|haven't|couldn't|never) (?:do|done|did|finish|finished|understand) (?:my|the|\
    any of the) (?:homework|exercise|exercises|reading|chapter)
(?:will|is) (?:this|that|it) (?:be )?(?:on|in) the (?:test|exam)
(?:can|could) you (?:please )?explain (?:it|that|this|the \w+) (?:to me )?(?:again|once more|\
    please|slower)
my (?:\w+ )?(?:teacher|tutor) (?:says|thinks|hates)
(?:i don't|i still don't) get (?:it|this one|the question)
do i (?:have to|need to) (?:do|learn|write|hand|know) (?:this|that|it|all|them)
can (?:we|i) (?:stop|go|finish|leave) (?:early|now|home|already)
(?:how many points|what mark|what grade) (?:did|do|will) i (?:get|got)
(?:i have|i've got|we have|we've got) (?:a )?(?:test|exam|maths|training|practice) (?:tomorrow|\
    on \w+day|next week|after school|at school)
my (?:marks|grades|report card|classmates)
(?:you|you'll|will you) help me (?:pass|with (?:my|the) (?:homework|test|exam|exercise))
""",
        "moderator": r"""
let us (?:now )?(?:hear|turn|move|begin|start with)|(?:item|point) on the agenda|\
    the floor is (?:yours|open)
you have (?:\w+ )?(?:two|three|one|five) minutes(?:[,.]| each| to)|after that i(?:'ll| \
    will) sum up
(?:who|would anybody|would anyone|does anybody|does anyone) (?:would like|like|want|wants|\
    wish) to (?:begin|start|go first|add something|add to that|answer that|respond)
(?:please )?introduce yourself(?:ves)?
(?:i|we)(?:'ll| will) (?:note|write|put) (?:that|this) (?:down )?(?:on the (?:flip chart|board|\
    whiteboard)|for the (?:minutes|record))
(?:so,? )?(?:to start|to begin|as a first question|my first question)[,:] .{0,60}\?
(?:we|i)(?:'d| would)? (?:now )?(?:open|close) the (?:round|discussion|floor)
i(?:'ll| will)? (?:now )?(?:give|hand|pass) the (?:floor|word) to
let me (?:ask|turn to) (?:both of you|the (?:others|other side)|everybody|everyone)
(?:that|this) was an? (?:interesting|lively|good|fruitful) (?:discussion|round|exchange)
(?:was sagen|wie sehen) (?:sie|die anderen) dazu, (?:frau|herr)
(?:ich )?(?:danke|bedanke mich bei) (?:ihnen|euch) (?:allen|beiden|fur (?:ihr kommen|\
    die offenheit|das gesprach))
(?:beginnen|starten|fangen) wir (?:mit|an)
welcome (?:everybody|everyone|all|back|to (?:our|this|the|today's) (?:\w+ )?(?:round|discussion|\
    panel|talk|focus group|meeting|table|conversation|debate|evening|show|session))
(?:herzlich )?willkommen (?:zu|in|bei|zuruck) ?(?:unserer|dieser|der|unserem|dieser)?
bienvenue a (?:cette|notre|tous|toutes)
bienvenid[oa]s a
(?:let's|let us|we(?:'ll| will| should)?|shall we|we can) (?:now )?(?:move|go|turn|come|\
    proceed)(?: on)? to (?:the|our|my) (?:next|last|second|third|final) (?:question|point|topic|\
    item|round)
(?:my|the|our) (?:next|last|second|final|first) question (?:is|goes|to|for)
before we (?:close|finish|wrap up|move on|start|begin|end),? (?:i'd|let|one|each|a|i want|may i)
(?:ich leite|leite ich|ich moderiere|moderiere ich|ich fuhre) (?:das|dieses|die|heute|durch)
(?:thank you|thanks|danke),? (?:\w+ )?\w+[.,!] (?:and )?(?:\w+, )?(?:how do you see|\
    what do you (?:think|say)|your view|would you|wie sehen sie|what about you)
(?:let me|i'd like to|i will|i'll) (?:briefly )?(?:summari[sz]e|sum up|recap) (?:what|the|where|\
    so far|both|this)
(?:we have|there are|we've) (?:\w+ )?minutes left
(?:i'd like|i want|i would like|may i ask) (?:everybody|everyone|each of you|all of you|\
    both of you) to
let's hear (?:from|what)
(?:one|a) (?:last|final|closing) (?:word|sentence|statement) from (?:each|everybody|everyone|all|\
    both|you)
(?:my|our) (?:job|task|role) (?:today )?(?:here )?is to (?:ask|moderate|keep|lead|make sure)
i(?:'ll| will|'m| am) (?:be )?(?:moderating|leading|chairing|facilitating) (?:this|the|today|our)
(?:both|all) of you (?:have|agree|seem)
(?:let me|i'd like to) (?:bring|invite) \w+ (?:in|into|to)
(?:we|i)(?:'ll| will)? (?:come|go) back to (?:that|this|you) (?:later|in a (?:moment|minute))
(?:thank|thanks to) (?:you )?(?:all|both|everybody|everyone) for (?:coming|taking part|joining|\
    your)
please (?:let|allow) (?:him|her|\w+) finish
(?:zum|kommen wir zum|kommen wir jetzt zum|wir kommen zum) (?:nachsten|letzten|schluss)
(?:frau|herr) \w+, (?:wie|was|warum) (?:sehen|meinen|sagen|erleben|denken) sie
(?:meine|die) (?:nachste|letzte|erste) frage (?:an|geht|ist|lautet)
passons a la (?:question|suite)
""",
        "journalist": r"""
(?:pour|for|fur|para) (?:nos|our|unsere|nuestros) (?:lecteurs|readers|leser|auditeurs|listeners|\
    viewers|lectores)
(?:can|may|could) (?:i|we) (?:print|write|publish|quote|record) (?:that|this|you)
i(?:'ll| will) (?:print|write|publish|quote) (?:that|this|it|you)
(?:the|our) (?:paper|newspaper|article|readers) (?:comes out|will print|appears|goes to print)
(?:and )?what do you say,? (?:madam|monsieur|mr|sir)? ?(?:mayor|le maire)?,? to (?:those|people|\
    critics)
(?:how|what) (?:would|do) you (?:explain|answer) (?:to )?your (?:voters|inhabitants|citizens|\
    critics)
our (?:readers|listeners|viewers) (?:want|would|will|ask|are)
(?:may|can|could) i quote you
(?:i(?:'m| am) (?:writing|doing) (?:an?|this) (?:article|piece|story|report))
(?:pouvez|pourriez|voulez)-vous (?:vous presenter|nous dire|nous expliquer|nous parler|preciser)
(?:what|how) do you (?:say|respond|answer|react|reply) to (?:your|the|those|them|\
    people) (?:critics|accusations?|opponents|who)
(?:thank you|thanks) for (?:this|the|your) (?:interview|time,? (?:mayor|madam|sir))
merci (?:pour|de) (?:cet|cette|nous|m')? ?(?:entretien|interview|avoir (?:accorde|recu))
(?:que|quels?) (?:\w+ )?(?:reprochez|repondez|dites|pensez)-?vous (?:a|aux|de|du)
vous reprochez
(?:madam|mr) (?:mayor|president|minister|chancellor|chair\w*), (?:how|what|why|do|are)
(?:madame|monsieur) l[ae] \w+, (?:que|pourquoi|comment|etes|quelle|quel)
(?:i(?:'m| am)|je suis) (?:here )?(?:from|for|with|de|du|pour) (?:the |le |la )?(?:newspaper|\
    journal|gazette|press|presse)
my (?:editor|paper|newspaper|article)
(?:mon|notre) (?:journal|article|redacteur)
""",
    }
)
"""A place -> what only those who hold it say to those who face them; one phrase a line."""
