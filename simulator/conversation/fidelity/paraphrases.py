"""Deeds and states that people keep to themselves, each with the ways in which it is told.

A line is one deed: expressions that mean about the same, for the folded text. They serve twice:
a secret is about a deed when any of them finds something in it, and a turn then tells of that
deed when any other does. English mostly, with the plainest German, Spanish and French.
"""

from __future__ import annotations

from functools import cache

from simulator.conversation.fidelity.expressions import Phrases, any_of
from simulator.conversation.fidelity.phrases import lines_of, words_of

__all__ = ["COMMON", "WAYS", "ways"]

_I = r"(?:i|i'm|i've|i'd|i'll|we|we're|we've)"
_ME = r"(?:me|us|him|her|them|my|our|his)"

WAYS = rf"""
resign\w*|quit|quits|quitting|leav\w+|left|(?:hand|put|giv|gave)\w* (?:it |them )?(?:in )?(?:my|\
    the|her|his|their) notice|hand\w* in (?:my|her|his)|my notice is|working (?:out )?(?:my|her|\
    his) notice|drop(?:s|ped|ping)? out|pack(?:ed|ing)? it in|giv(?:e|ing|en) (?:up|it up)|\
    (?:won't|not going to|never) be(?:come)? an?|(?:i'm|i am|be) (?:done|finished|through) with|\
    off (?:to|for) (?:another|a new|pastures)|(?:won't|will not|shan't|shall not) be (?:here|\
    back|around|coming back)|not (?:be )?(?:coming back|here any ?more|mehr hier)|mov\w+ on|\
    somebody else will|clear\w* (?:out )?my desk|(?:new|other|another|different) (?:job|post|\
    position|employer)|start(?:s|ing)? (?:at|with|somewhere|elsewhere)|last (?:day|week|month|\
    term|season)|\w*kundig\w*|aufhor\w+|dimit\w+|renunci\w+|me voy|m'en vais|demission\w*
retir\w+|pension\w* off|hand\w* over (?:the|my) (?:keys|desk|reins|office|business|shop|\
    practice)|hang\w* up (?:my|the|her|his) \w+|step\w* down|stand\w* down|bow\w* out|(?:draw|\
    take|taking|drawing) (?:my|a|her|his|the) pension|ruhestand|in rente|jubil\w+|retraite|\
    stop(?:ping|s)? (?:work|working|for good)
dismiss\w*|fired|sacked|sack|laid off|let (?:me|us|him|her|them) go|(?:put|threw|throw|thrown|\
    kicked|chucked|turned) (?:me|us|him|her)? ?out|(?:show|shown|showed) {_ME} the door|(?:the|\
    given the|got the|gave {_ME} the) (?:boot|push|sack|axe|chop|bullet)|clear (?:out )?my desk|\
    (?:was|got|been|be) (?:sent packing|let go|given (?:my|the) (?:marching orders|p45|cards))|\
    redundan\w+|gefeuert|entlassen|rausgeworfen|despid\w+|echaron|vire|licencie\w*|renvoye
redundan\w+|lay\w* off|laid off|layoffs?|job cuts?|cut\w* (?:\w+ ){{0,3}}(?:jobs|posts|people|\
    staff|positions)|let\w* (?:\w+ ){{1,2}}go|(?:jobs|people|posts|heads) (?:will |have to |\
    must )?(?:go|roll)|stellenabbau|despid\w+
sign(?:s|ed|ing)?|signature|(?:put|puts) (?:my|her|his|our) name (?:to|on|under)|\
    my name (?:is )?(?:on|under)|name on the (?:door|contract|list)|dotted line|ink (?:is|was|\
    has)|(?:contract|deal|papers?)(?:'s| is| are)? (?:signed|done|in (?:my|the) (?:bag|drawer|\
    pocket))|unterschr\w+|unterzeichn\w+|firmad\w+|he firmado|firme|signe
offer\w*|(?:letter|contract) (?:with|from|on)|(?:want|wants|wanted|asked|asking|would have) me|\
    poach\w*|headhunt\w*|made me (?:a|an)|angebot\w*|oferta|offre|proposal
promis\w+|(?:gave|give|given|have|has|had) (?:\w+ )?(?:my|her|his|our) word|swor\w+|pledg\w+|\
    vow\w*|(?:is|was|be|been) (?:already )?(?:meant|set aside|spoken|reserved) for|\
    (?:already )?(?:has|have|had|belongs to) (?:its|an|another) owner|will (?:get|have|\
    inherit) (?:it|the)|versproch\w+|prometi\w*|promis
fall|falls|falling|fell|fallen|tumbl\w+|slip\w*|trip(?:ped|s)|went (?:down|flying|over|head)|\
    lay (?:on|at|there)|(?:came|come|coming) down|landed on|sturz\w*|gesturzt|hingefallen|cai|\
    caido|tombe\w*
met|meets?|meeting|seen|saw|(?:had|having|have|drank|for|over) (?:a |some )?(?:coffee|tea|lunch|\
    dinner|drink|beer|breakfast)(?: \w+)? with|shook (?:hands|his hand|her hand)|\
    sat (?:down )?with|spoke (?:to|with)|spoken (?:to|with)|talked (?:to|with)|been to see|\
    getroffen|conoci\w*|rencontre\w*
debts?|ow(?:e|es|ed|ing)|in the red|overdrawn|overdraft|loans?|arrears|behind with|(?:bank|\
    lender|creditor)s? (?:want|call|write|phon|ring|is after|are after)\w*|bailiffs?|borrow\w*|\
    remortgag\w+|mortgag\w+|credit|schuld\w*|deud\w+|deb[eo]|dettes?|in the hole|maxed out
bankrupt\w*|insolven\w+|bust|going under|go under|goes under|went under|broke|(?:cannot|\
    can't) pay|out of money|money(?:'s| is| has)? (?:gone|run out)|pleite|konkurs|quiebra|\
    faillite|administrat\w+|receivers?
clos\w+ (?:down|the|up|it|in|at)?|for good|lock\w* (?:\w+ )?(?:gates|doors|up)|shut\w*|\
    wind\w* (?:up|down)|board\w* up|lights out|last (?:day|week|season|summer|winter) (?:of|for|\
    here)|(?:won't|will not) be (?:a|any|an)|pull\w* (?:down )?the shutters|end of the (?:shop|\
    school|line)|schliess\w+|zumachen|cerrar\w*|cierr\w+|fermer\w*|ferme
sell\w*|sold|sale|belongs? to|(?:it's|it is|all) (?:done|settled|arranged)|(?:no longer|not|\
    isn't) (?:mine|ours)|buyer|on the market|for sale|estate agent|(?:put|putting) (?:it|the) up|\
    verkauf\w*|vend\w+|new owners?|taking (?:it|us) over|takeover|sign\w* it over
drink|drinks|drinking|drank|drunk|alcohol\w*|beers?|pints?|wine|gin|vodka|whisk\w+|rum|cider|\
    (?:had|have|after) (?:a few|a couple|one too many|one or two|some)|over the limit|tipsy|\
    merry|plaster\w+|legless|sober|aa meeting\w*|bottles?|hungover|hangover|trinke?n?|getrunken|\
    betrunken|bebid\w+|borrach\w+|bu|soul|ivre
pregnan\w*|(?:a|another|second|third|fourth) child|expecting|with child|bab(?:y|ies)|(?:i'm|i am|\
    we're|she's|it's) due|due date|sick every morning|(?:get|gets|getting|have|\
    having) a (?:little |baby )?(?:brother|sister|sibling)|(?:be|becoming|become) a (?:mother|\
    father|mum|dad|parent)|bump|scan at|midwife|(?:one|another|baby) on the way|eating for two|\
    morning sickness|(?:three|four|five|six|seven) months gone|schwanger\w*|embarazada|enceinte|\
    maternity|trimester|weeks along
marr\w+|wedding|wed|engage[dm]\w*|propos\w+|fiance\w*|bride|groom|(?:tie|tied|tying) the knot|\
    registry office|popp\w+ the question|(?:said|say|says) yes|elope\w*|heirat\w*|verlobt|\
    casar\w*|boda|mari(?:er|age)|vows
divorc\w+|separat\w+|split\w*(?: up)?|broke\w* up|(?:is|has|was|she's|he's|i'm|been) (?:moving|\
    moved) out|leav\w+ (?:my|her|his) (?:husband|wife|partner)|(?:spare|guest) room|(?:sleep\w*|\
    on) (?:on )?(?:the|a friend's) sofa|papers served|custody|scheid\w+|getrennt|trenn\w+|\
    separ\w+|lawyer
affair|(?:been|are|become|we're) a couple|dating|courting|going out with|my (?:lady|\
    gentleman) friend|sweetheart|cheat\w*|seeing (?:somebody|someone|another|him|her|an?|some|\
    his|my)|slept with|sleep\w* with|in love with|lover|mistress|behind (?:my|her|his) (?:wife|\
    husband|partner|back)\w*|kiss\w*|fling|verliebt|amante|amant
ill|illness|condition|(?:not|isn't|no longer) (?:very )?(?:good|strong|what it was)|weak|pills|\
    tablets for|forbid\w*|cardiolog\w+|pacemaker|valve|attack|sick|cancer|tumou?r|diagnos\w+|\
    chemo\w*|lump|biops\w+|a shadow on|(?:found|saw) something|test results?|radiation|\
    oncolog\w+|terminal|disease|dementia|parkinson\w*|heart (?:attack|trouble|condition)|\
    epilep\w+|diabet\w+|seizure\w*|krebs|krank\w*|cancer|enferm\w+|malad\w+|(?:doctor|specialist|\
    hospital|consultant)s? (?:told|said|found|say|says|gave|wants?|calls?)
depress\w+|therap\w+|psychiat\w+|breakdown|panic attacks?|antidepress\w+|(?:see|seeing|\
    talk to) a (?:counsellor|psycholog\w+|shrink)|black dog|burn-?t? ?out|on (?:the )?(?:tablets|\
    pills) (?:for|again)|could(?:n't| not) get (?:up|out of bed)
st[eo]l\w+|theft|under (?:my|the|her|his) (?:coat|jacket|arm)|carried (?:it|them|one|\
    some) (?:out|off|home)|never (?:took|brought|gave|bring|give) (?:it|them) back|(?:not|\
    never) (?:bring|brought|g[ai]ve|return)\w*|thief|embezzl\w+|pocket\w*|help\w* (?:my|him|\
    her)self|nick(?:ed|ing|s)|pinch\w*|lift(?:ed|ing)|(?:took|take|taken|\
    taking) (?:\w+ ){{0,3}}(?:from the (?:till|safe|box|shop|cash|drawer|store|fund)|home|\
    without (?:asking|paying))|hand in the till|gestohlen|geklaut|rob\w+|vole
lie|lied|lies|lying|invent\w*|(?:made|make|making) (?:it|that|them|this|most of it|\
    the) ?(?:\w+ )?up|not true|wasn't true|isn't true|untrue|fak\w+|forg\w+|(?:never|didn't|\
    did not) (?:really )?(?:finish\w*|graduat\w*|got|get|have|had|have|studi\w+|study)|\
    pretend\w*|touched up|stretched|padded|polished|dressed up|erfunden|gelogen|gefalscht|\
    menti\w*|falsifi\w+|inventad\w*
degree|diploma|university|college|graduat\w+|studies|finals|qualif\w+|certificate|cv|resume|\
    abschluss|titulo|diplome
fail\w*|flunk\w*|(?:wouldn't|didn't|did not|would not|won't) (?:give|grant|get|let|\
    sign)\w* (?:us|me|it|off)|turned (?:us|me|it) down|not good enough|bomb\w*|(?:did not|didn't|\
    not|never) pass\w*|ploughed|sat it (?:again|twice)|re-?sit\w*|s[ai]t (?:\w+ ){{1,2}}(?:again|\
    twice)|(?:again|twice|second time) before|the first time (?:round|i)|(?:second|third|\
    next) (?:attempt|try|go|time)|durchgefallen|suspend\w*|rate|redoubl\w*
cop(?:y|ied|ies|ying)|crib\w*|plagiari\w+|word for word|(?:hers|his|theirs|somebody else's|\
    another's) (?:work|words|text|pages)|wrote it for|(?:isn't|not|wasn't|weren't) (?:my|mine|\
    his|her) (?:own|work)|let(?:s)? me (?:copy|have|use)|abgeschr\w+|copi\w+|borrowed (?:it|them|\
    his|her)
mix\w* up|swap\w*|switch\w*|confus\w+|mistook|wrong (?:\w+ )?(?:one|bottle|dose|patient|tablets?|\
    box|file|key|button|order|way round)|each other's|the other's|(?:got|get) (?:them|it|\
    the \w+) (?:wrong|muddled)|muddl\w+|vertauscht|verwechselt|confund\w+
mistake\w*|error|wrong\w*|slip\w*|(?:my|his|her) fault|blunder\w*|bungl\w+|messed up|\
    mess(?:ed)? (?:it|that)|botch\w*|overlook\w*|forgot\w*|miscalculat\w+|fehler|erreur|\
    me equivoque
broke|break\w*|smash\w*|cracked|damag\w+|dent\w*|scratch\w*|drop(?:ped|s)|bump\w*|reversed into|\
    hit (?:a|the|my|it)|kaputt|romp\w+|casse
rebuil\w+|overhaul\w*|recondition\w*|repair\w*|replac\w+|renew\w*|taken? apart|took (?:it |\
    them )?apart|put (?:\w+ )?together|(?:had|took|pull\w*|taken|came) (?:\w+ ){{0,2}}out and|\
    new (?:insides|parts)|weld\w+|patched|uberholt
crash\w*|accident|pile-?up|wr(?:ote|itten) off|hit (?:a|the|by)|ran (?:into|over)|went into|\
    off the (?:road|bike)|collid\w+|collision|came off|unfall|accidente?
written warning|warn\w*|reprimand\w*|disciplin\w*|(?:something|letter|note|entry|mark|line|\
    paper) (?:\w+ ){{0,3}}(?:in|on) (?:my|her|his) (?:file|record|papers)|(?:on|in) my (?:file|\
    record)|written up|wrote me up|told off|hauled (?:up|in)|carpet\w*|abmahnung|avertissement|\
    amonesta\w*|suspen\w+
late|lateness|unpunctual|overslept|oversleep\w*|after the (?:bell|start)|not on time|\
    missed the (?:start|bus|bell)|clocked? in (?:at|after)|tardy|behind time|punctual\w*|\
    verspat\w*|zu spat|tarde|retard
stole the|police|arrest\w*|convict\w+|prison|jail|(?:years?|months?|time) inside|inside for|\
    (?:in )?a cell|did time|served (?:\w+ ){{1,3}}(?:months|years)|criminal record|sentence\w*|\
    court|on (?:bail|probation|parole)|locked up|behind bars|caution\w*|gefangnis|vorbestraft|\
    carcel|fined?|(?:lost|losing|took|taken|without) (?:my|his|her|a|the) licence
gambl\w+|(?:quid|euros|pounds|dollars|money|tenner|fiver|wages) on|bet(?:s|ting)?|casino|poker|\
    horses|roulette|slot\w*|bookmaker\w*|bookie\w*|lost it all|wettet?|apuest\w*|jou[eé]
win|wins|won(?!'t)|winning\w*|lottery|jackpot|prize|ticket|scratch ?card|\
    came into (?:some )?money|gewonnen|loteria|gagne au
inherit\w*|(?:left|leaves|leave|leaving) (?:it|me|him|her|us|them|everything|\
    the \w+) (?:all )?(?:to|the|in|everything)|in (?:the|my|her|his) will|legacy|heir|erb\w+|\
    hered\w+|herit\w+
put (?:my|her|his) name (?:down|in|forward)|appl(?:y|ied|ying|ication\w*)|(?:sent|send|\
    sending) (?:off |in )?(?:my|a|the|her|his) (?:cv|resume|application|papers|portfolio)|\
    interview\w*|shortlist\w*|(?:looking|look) (?:for|around|elsewhere)|job hunt\w*|bewerb\w*|\
    beworben|solicit\w+|postul\w+|candidat\w+
mov(?:e|es|ed|ing)|relocat\w+|(?:be|live|living|settl\w+) in|(?:flat|house)(?:'s| \
    is)? (?:already )?(?:let|sold)|transfer\w*|go(?:es|ing)? (?:over )?(?:to|abroad|away)|\
    emigrat\w+|(?:boxes|bags|everything) (?:is |are )?packed|new (?:flat|house|place|home|\
    address)|one-way|umzieh\w*|umzug|wegzieh\w*|mudar\w*|demenag\w*
slow\w*|delay\w*|drag\w*|stall\w*|hold\w* (?:back|up|off)|take (?:our|my|your|their) time|\
    spin (?:it|them) out|put\w* (?:off|obstacles)|bottom of the (?:pile|list)|foot-?drag\w+
cancel\w*|(?:want|wants|trying|going) to leave|terminat\w+|call\w* off|get out of|getting out|\
    pull\w* out|back\w* out|kundig\w*|baja|resili\w+
told (?:to|us|me|not)|instruct\w*|order(?:s|ed)? (?:to|from)|memo|(?:a|the) (?:mail|email|note|\
    message|circular) (?:\w+ ){{0,3}}(?:say\w*|tell\w*|said|came|went)|from above|supposed to|\
    word came|directive
thr(?:ew|ow|own|owing)|bin(?:ned)?|shred\w*|burn\w*|trash\w*|chuck\w*|destroy\w*|tore (?:it |\
    them )?up|torn up|went (?:out )?with the (?:rubbish|trash)|(?:ended|landed) (?:up )?in|\
    in the (?:bin|fire|stove|skip|rubbish)|recycl\w+|got rid of|weggeworf\w+|verbrannt|tir[eé]|\
    basura|jet[eé]
lost|los(?:e|es|ing)|(?:took|taken|take) (?:away )?(?:my|his|her|our|it|the)|had (?:my|\
    the) \w+ taken|without (?:a|my)|mislaid|can't find|cannot find|(?:is|are|it's|has) gone|\
    left (?:it|them) on the|disappear\w+|verloren|perdi\w*|perdu
hid\w*|conceal\w*|(?:under|behind|at the back of) (?:my|the) (?:bed|floor\w*|mattress|wardrobe|\
    shed)|buried|tucked away|locked in|secret\w*|verste\w+|escond\w+|cach[eé]\w*
vot\w+ (?:for|against)|ballot|gewahlt|vote
(?:stand|run)\w* again|re-?elect\w*|(?:won't|not) (?:be )?on (?:the|any|a) (?:list|ballot)|\
    (?:another|next|third|second|new|last) (?:term|mandate)|campaign\w*|representera\w*|successor
own(?:s|ed|er|ers)?|belong\w*|landlord|(?:is|are|was|were) (?:his|hers|theirs|mine)|in (?:his|\
    her|my) name|deeds?|gehor\w+|propietari\w*|proprietaire
merg\w+|(?:put|putting|thrown?|thrown|joined|coming) together|swallow\w*|absorb\w*|become one|\
    one roof|zusammen\w*|fusion\w*
allerg\w+|sneez\w*|rash|hives|itch\w*|swell\w*|eyes (?:water|run|stream)\w*|(?:can't|cannot|\
    shouldn't|mustn't) (?:even )?(?:touch|eat|drink|be near)
ends?|ending|ended|over in|up in|(?:is|'s) up|runs? out|expir\w+|(?:won't|not|\
    isn't) (?:be )?(?:renew\w*|extend\w*|prolong\w*)|part (?:ways|company)|lauft aus|se acaba|\
    termina\w*
trembl\w*|shak(?:e|es|ing|y)|unsteady|jitter\w*|zitter\w*
hands?|fingers?|grip
kill\w*|to death|died (?:of|from) my|poison\w*|wither\w*|did for (?:them|it)|my doing
glasses|spectacles|(?:can't|cannot|don't) (?:see|read) (?:\w+ )?(?:well|any more|without|far)|\
    half blind|squint\w*|optician
afraid|scared|fear\w*|terrif\w+|frighten\w*|dread\w*|phobia|nightmares?|angst|miedo|peur
adopt\w*|(?:real|birth|biological|true) (?:mother|father|parents?)|not (?:my|his|\
    her) (?:real )?(?:own )?(?:father|mother|son|daughter|child)|orphan\w*|foster\w*|adoptiert
record\w*|tap(?:e|ed|ing)|microphone|bug(?:ged)?|wire
wrote|written|author|pen name|pseudonym|novel|manuscript|ghost-?wr\w+|geschrieben|escri\w+|ecrit
take|takes|took|accept\w*|settle for|go (?:as low as|down to|to)|come down to|(?:shake|\
    shook) (?:your|his|my|her) hand|agree to|be happy with|do it for|lowest|bottom line|limit|\
    at (?:most|least)|nehme|acept\w+|accept\w+
brother-in-law|(?:sister|daughter)'s husband|(?:wife|husband)'s brother|mari de ma soeur|\
    beau-frere|schwager|cunado|marido de mi hermana
nephews?|(?:sister|brother)'s (?:boy|son|lad|eldest|youngest)
nieces?|(?:sister|brother)'s (?:girl|daughter|eldest|youngest)
pay|pays|paid|paying|giv\w+ (?:me|us|him|her) (?:\w+ ){{0,2}}(?:something|money|a little|a bit|\
    every|\w+ (?:a|each|every) (?:week|month))|slips? (?:me|us)|envelope|rent|bribe\w*|\
    under the table|cash
sleep\w*|stay\w* (?:with|over)|live[sd]?|living|(?:has|have|got) the (?:back|second|spare|\
    small) room|lodg\w+|sublet\w*
burn\w*|scald\w*|(?:hot|boiling) (?:\w+ )?(?:pan|oil|water|fat|stove|iron)|singe\w*
afford|budget|ceiling|up to|as (?:high|much) as|go up to|maximum|at most|stretch to|hochstens
"""
"""One deed a line; those that mean several things stand in several lines."""

COMMON = words_of(
    "left leave leaves leaving take takes took taken offer offered offers lie lies gone broke "
    "break breaks last own owns end ends lost lose hand hands finger fingers sleep live lives "
    "living move moved moving pay paid pays late slow hold win won order orders told some "
    "drink met meet meets saw seen bottle bottles weak ill hit fall fell drop drops wrong "
    "credit red bump court wine horses name write wrote author record stand attack condition "
    "lawyer limit ceiling budget cash rent envelope ticket prize ink sale closed throw burn "
    "burnt mine his hers theirs go goes rate bugs wire tape secret hid scale slip slips cut "
    "some merry bust college studies proposal memo"
)
"""Words of these expressions that are in everybody's mouth, and weigh little by themselves."""


@cache
def ways() -> tuple[Phrases, ...]:
    """Each deed, to be looked for in a folded text."""
    return tuple(any_of(line) for line in lines_of(WAYS))
