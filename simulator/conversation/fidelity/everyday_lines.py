"""What people say to those who face them: in trade, at home, at work, before the law."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["EVERYDAY"]

EVERYDAY: Mapping[str, str] = MappingProxyType(
    {
        "seller": r"""
i(?:'ll| will| can| could) (?:let you have|sell you|throw in|give you|do you) (?:it|this one|her|\
    him|a (?:good |fair |special )?(?:price|deal|discount))
(?:my|the) asking price is
i(?:'m| am) asking (?:\w+ ){1,4}(?:for it|for her|euros|pounds|thousand)
(?:she|it)(?:'s| is| has)? (?:had )?(?:only )?one (?:careful )?(?:owner|previous owner)
what would it take to (?:get|put) you in
i(?:'ve| have) sold (?:\w+ ){1,3}(?:like|to|this)
(?:my|our) (?:customers|buyers) (?:never|always|come)
you won't find a better (?:price|deal|one)
""",
        "buyer": r"""
(?:would|could|will|can) you let me have it|(?:if )?i pay (?:you )?(?:in )?cash|(?:is|\
    's) a lot (?:of money )?for me
i(?:'ve| have) (?:only )?got (?:\w+ ){1,3}(?:in cash|to spend|and not a (?:cent|euro) more)
i(?:'d| would) (?:rather )?(?:want|like) (?:a (?:discount|guarantee|mechanic)|my mechanic|\
    somebody) (?:to (?:look|check)|on)
(?:knock|take|come) (?:\w+ ){1,4}off(?: the price)?,? (?:and|then) (?:i(?:'ll| will)|we have)
why (?:are|do) you (?:selling|sell) (?:it|her)
i saw (?:your|the) (?:ad|advert|advertisement|listing)
i(?:'m| am| have come| came|'ve come) (?:here )?(?:about|to (?:see|look at|buy)|interested in|\
    looking (?:for|at)) (?:the|a|your) (?:\w+ )?(?:car|one|vehicle|house|flat|advert|listing)
is (?:it|she|the \w+) still (?:there|available|for sale)
(?:could|can|may) i (?:take|have|see) (?:it|her|a|the \w+) (?:out )?(?:for )?(?:a )?(?:test \
    drive|look|spin|papers|engine|service book|logbook)?
(?:i'd|i would|i'll|i can|i could) (?:only )?(?:pay|offer|give) you (?:at most|no more|\
    (?:\w+ ){1,2}(?:thousand|hundred)|\d+|cash)
would you (?:take|accept) (?:(?:\w+ ){1,2}(?:thousand|hundred)|less|an offer|cash|\d+|two|three|\
    four|five|six|seven|eight|nine|ten)
how much (?:do you want|are you asking|would you want|is (?:it|she|this)|for (?:it|her|the))
(?:is|'s) (?:a bit |a little |far |way )?too (?:much|expensive|dear) for me
can you (?:do|go|come) (?:any )?(?:better|lower|down)(?: on the price)?
what(?:'s| is) (?:your|the) (?:best|lowest|last|final) price
how many (?:kilometres|miles|owners|previous owners) (?:has|does|did) (?:it|she|this)
has (?:it|she|this) (?:ever )?(?:had|been) (?:an? )?(?:accident|accidents|crashed|repaired|\
    serviced)
(?:what|how much) (?:about|is) the (?:warranty|guarantee)
i(?:'ll| will) (?:take|buy) (?:it|her)
i(?:'d| would) (?:have|like|need) to (?:think about it|ask my (?:wife|husband|bank)|\
    see the (?:papers|engine|service))
(?:my|our) budget is
""",
        "landlord": r"""
i (?:only |never )?(?:let|rent) (?:it|the flat|the room|rooms|flats) (?:out )?to|(?:other|\
    more) applicants
your (?:last )?(?:\w+ )?payslips|reference from your
(?:your|the) rent (?:is|was|will|goes|has) (?:\w+ )?(?:due|late|overdue|up|rise|go up|increase\w*)
you(?:'re| are) (?:\w+ )?(?:weeks?|months?|days?) (?:behind|late)(?: with the rent)?
i(?:'m| am|'ll| will) (?:going to )?(?:have to )?(?:rais\w+|increas\w+|put\w* up) (?:the|\
    your) rent
i(?:'ll| will|'m going to| can) (?:keep|return|give you back) (?:the|your) deposit
i(?:'ll| will)? (?:send|have sent|get) (?:the |a |my )?(?:plumber|handyman|caretaker|\
    electrician) (?:round|over|to you)
my tenants?
you (?:have|must) (?:to )?(?:move|be) out by
as your landlord|as the owner of (?:the|this) (?:house|flat|building)
(?:no|are there any) (?:pets|parties|subletting) (?:in|on) (?:my|the) (?:house|property|flat)
i(?:'m| am) (?:giving|serving) you notice
""",
        "tenant": r"""
my landlord
(?:when|will) (?:are you|you) (?:going to )?(?:fix|repair|mend) (?:my|the) (?:heating|boiler|\
    roof|window|tap|lift|damp)
(?:can|could) i have my deposit back|i want my deposit
i(?:'ll| will) pay (?:you )?(?:the|my) rent
(?:i|we)(?:'ve| have) (?:always )?paid (?:you |my |the |our )*rent
(?:why|how much) (?:are you|will you) (?:raising|putting up|raise|put up) (?:my|the) rent
""",
        "lawyer": r"""
my clients?(?:'s)? (?:is|was|will|has|did|denies|pleads|wishes|would|never)
(?:as your|i am your) (?:lawyer|attorney|solicitor|counsel|barrister)
(?:i|we)(?:'ll| will) (?:file|appeal|plead|submit|draft) (?:an? |the |your )
i(?:'d| would)? advise you (?:to|not to|against)
(?:say|sign) nothing (?:until|without|before) (?:i|me)
(?:no further questions|objection,? your honou?r|the defence (?:calls|rests))
my (?:hourly rate|fee|retainer) is
""",
        "client": r"""
(?:what|how good) are my chances|will i (?:go to (?:prison|jail|court)|win (?:the|my) case)
what (?:do|will|would) you charge me
(?:should|must|do) i (?:have to )?(?:sign|plead|testify|appear|go to court)
you(?:'re| are) my (?:lawyer|solicitor|attorney|adviser|architect|therapist|accountant)
""",
        "coach": r"""
(?:you(?:'re| are)|you'll be) (?:on the bench|benched|starting|dropped|in the squad|off the team|\
    in goal) ?
(?:give|do) me (?:\w+ )?(?:laps|push-?ups|sit-?ups|sprints|more)
i(?:'m| am|'ll be|'ll) (?:picking|dropping|benching|substituting|playing|resting|putting|\
    leave) (?:you|him|her) (?:on|out|in|off|for|from)?
my (?:players|squad|boys|girls|runners|swimmers) (?:train|play|run|need|know|have)
(?:as your|i'm your) (?:coach|trainer)
(?:next|monday's|tomorrow's) (?:training|practice|session) (?:is|starts) at
""",
        "player": r"""
(?:can|will|do|may) i (?:still )?(?:start|play|come on|get a game)\b
(?:i|just) (?:just )?want to play|give me (?:\w+ )?(?:minutes|a chance|a game)
(?:am i|will i be) (?:playing|starting|in the (?:team|squad)|on the bench|picked|dropped)
(?:why|when) (?:did|do|will|are) you (?:bench|benched|drop|dropped|pick|leave|leaving|\
    substitut\w+) me
(?:put|let|leave) me (?:on|in|play|start),? (?:coach|please|boss)
you(?:'re| are) the coach
""",
        "boss": r"""
i(?:'m| am)(?: going)? ?(?:to )?(?:promot\w+|fir\w+|giv\w+ you (?:a raise|a rise|notice|the sack|\
    a warning)|let\w* you go|transferr?\w*) ?(?:you)?
i(?:'ll| will| can|'d| would) (?:approve|sign off|consider|grant|refuse) your (?:leave|holiday|\
    request|expenses|raise|rise|application)
your (?:performance|appraisal|annual review|targets?|numbers) (?:this|last|is|are|has|have|was|\
    were)
(?:my|our) (?:employees|staff|workers|workforce|people) (?:must|should|have to|need to|\
    are expected)
(?:as your|i'm your|i am your) (?:boss|manager|employer|supervisor|superior|line manager)
i(?:'m| am) (?:your )?the one who (?:pays|hired|signs)
(?:see|come to) (?:me )?(?:in )?my office
i(?:'ve| have) (?:had to|decided to) (?:cut|reduce|make) (?:the|your|our) (?:hours|team|budget|\
    positions)
""",
        "employee": r"""
(?:it's|it is|this is) my first (?:day|week|month|shift)|i(?:'m| am) (?:still )?new here|\
    show me how (?:to|you|it|i)
(?:can|could|may) i (?:have|take|get) (?:the |a |next |my )?(?:\w+ )?(?:day off|days off|\
    week off|raise|rise|holiday|leave|time off|friday off|monday off)
i(?:'d| would) like (?:a raise|a rise|more money|to hand in my notice|time off|to take)
(?:you(?:'re| are)) (?:my|the) boss
i(?:'ve| have) (?:worked|been working) (?:for|under) you (?:for|since)
when do (?:i|we) get (?:paid|our|my) (?:wages|bonus|overtime|pay)?
(?:i|we) (?:deserve|want|need|demand) (?:a |more |better )(?:raise|rise|pay|wages|hours)
""",
        "waiter": r"""
(?:are you|is everyone|is everybody) ready to order
(?:may|can|shall|could) i (?:take|have) your order|what can i (?:get|bring) you
(?:today's|our|the) (?:special|soup of the day|catch of the day)s? (?:is|are|today)
(?:would you like|can i get you|anything) (?:to (?:drink|start)|something to drink|dessert|\
    the wine list|the bill)
(?:your|the) (?:table|room) (?:is|will be) (?:ready|over there|by the window|on the)
(?:i'm afraid )?(?:we're|we are) (?:fully booked|out of the)|do you have a (?:reservation|booking)
(?:how (?:is|was) (?:everything|your (?:meal|stay|food)))
(?:welcome to|here is) (?:our|your) (?:restaurant|hotel|key card|room key)
""",
        "guest": r"""
(?:could|can|may) (?:i|we) (?:have|see|get) (?:the (?:bill|menu|check|wine list)|a table|\
    some water|another (?:room|glass|bottle))
(?:i|we)(?:'d| would| will|'ll) (?:have|like|take) the (?:\w+ )?(?:fish|steak|soup|special|pasta|\
    chicken|room|set menu)
(?:i|we)(?:'ve| have) (?:booked|reserved|a (?:reservation|booking))
what (?:do|would|can) you recommend
waiter[,!]|is service included
""",
        "officer": r"""
where were you (?:on the (?:night|evening|morning)|at (?:\w+ )?(?:o'clock|time|midnight|ten|\
    eleven|nine))
(?:you(?:'re| are)) under arrest|you have the right to|i(?:'m| am) arresting you
(?:can|could|will) anyone (?:confirm|vouch|corroborate)|do you have an alibi
(?:can|may|could) i see your (?:licence|license|papers|id|passport|documents|ticket)
(?:we|i)(?:'ll| will| need to| have to)? (?:take|need) (?:your|a) (?:statement|fingerprints|\
    formal statement)
(?:our|my) (?:investigation|forensics|officers?|enquiries|inquiries|patrol)
(?:don't|do not) leave (?:town|the (?:city|country))
""",
        "suspect": r"""
i (?:want|need|demand) (?:a|my) lawyer|am i under arrest|am i free to go
i(?:'ve| have) (?:got )?an alibi|i wasn't (?:even )?there|i didn't do it|i(?:'m| am) innocent
(?:are you|you) (?:going to )?(?:arrest|charge|charging|arresting) me
""",
        "therapist": r"""
(?:and )?how (?:does|did|do) (?:that|this|it) make you feel
(?:what|how) (?:comes up|do you notice|does it feel like) (?:for you|in your body|when you)
(?:our|the) (?:time|session|hour) is (?:up|over|nearly)|(?:in|at) our (?:last|next) session
(?:i(?:'m| am)? hear\w*) (?:that )?(?:you|a lot of) (?:\w+ )?(?:feel|anger|sadness|fear|pain)
tell me (?:more )?about your (?:mother|father|childhood|dreams?|relationship)
(?:stay|sit) with that (?:feeling|thought)
""",
        "banker": r"""
(?:we|the bank|i) (?:can|could|cannot|can't|will|won't) (?:approve|grant|extend|offer you|\
    lend you|give you) (?:the|your|a|this) ?(?:loan|credit|mortgage|overdraft|\w+ percent)?
your (?:credit (?:rating|score|history)|application for (?:the|a) (?:loan|mortgage)|collateral|\
    account with us)
our (?:interest rates?|lending|branch|head office|credit committee)
what (?:collateral|security|income) (?:can|do|would) you
""",
        "borrower": r"""
(?:i|we)(?:'d| would| want|'ll)?(?: like)? to borrow|(?:what|which) (?:rate|interest|\
    terms) (?:could|can|would|do|will) you
(?:would|could|will|can) (?:you|the bank) take (?:my|our|the) (?:house|flat|car)
(?:what|how much) (?:could|can|would) (?:i|we) (?:borrow|pay back|afford)
(?:can|could|will|would) you (?:lend|give|grant) me (?:the|a|that|\w+ thousand)
(?:i|we)(?:'d| would)? (?:want|like|need) (?:to (?:borrow|take out)|a (?:loan|mortgage|credit))
what (?:interest|rate) (?:will|would|do) (?:i|we|you)
""",
        "judge": r"""
(?:this|the) court (?:finds|is|will|has|rules|adjourns|orders)|order in (?:the|this) court
(?:i|we) (?:hereby )?(?:sentence|fine|order|find) (?:you|the defendant)
how do you plead|(?:overruled|sustained)\b|the jury (?:will|is|has)
""",
        "defendant": r"""
(?:i plead|not guilty|guilty),? your honou?r|i throw myself on the mercy|mercy of (?:the|this) court
""",
        "driver": r"""
where (?:to|can i take you|shall i drop you)|(?:fasten|put on) your (?:seat ?belt|belt)
(?:that(?:'ll| will) be|that makes|the fare is) (?:\w+ ){1,3}(?:euros|pounds|dollars|please)
(?:tickets|passes),? please|mind the (?:gap|doors)|my (?:cab|taxi|passengers)
""",
        "passenger": r"""
(?:take|drive|drop) me (?:to|at|off)|(?:can|could) you (?:let me out|stop here|pull over)
(?:what|how much)(?:'s| is) the fare|keep the change
""",
        "parent": r"""
(?:go to|off to|time for) (?:your room|bed)(?:,| now| young| and no)|you(?:'re| are) grounded
(?:have you|did you) (?:done|do|finish\w*|brush\w*|tidy|tidied|clean\w*) your (?:homework|teeth|\
    room)
(?:while|as long as) you(?:'re| are)? (?:live )?under my roof|because i say so|young (?:man|\
    lady)[,.!]
no (?:phone|screen|television|dessert|pocket money) (?:until|for|before)
(?:your (?:father|mother|dad|mum)) and i\b
(?:when|before|since) you were (?:born|little|small|a (?:baby|boy|girl|child|toddler))
i (?:raised|carried|bore|brought|fed) you (?:up|for|and|through|better|alone|on my own)
""",
        "child": r"""
(?:all )?my friends (?:are allowed|get|have|can)|(?:can|may) i (?:stay up|go out|have my phone|\
    have pocket money|sleep over)
you(?:'re| are) (?:not my (?:real )?(?:mum|dad|mother|father)|so embarrassing|the worst (?:mum|\
    dad))
(?:mum|dad|mom|mama|papa) (?:said|says) i (?:can|could|may)
""",
    }
)
"""A place -> what only those who hold it say to those who face them; one phrase a line."""
