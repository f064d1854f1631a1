"""What people say who are for something, or against it: phrases by line, apart by `|`."""

from __future__ import annotations

__all__ = ["AGAINST", "FOR", "LETS", "WARM"]

FOR = r"""
(?:sounds?|seems?|looks?|that's|is|are|only) (?:perfectly |quite |very |really |only |\
    more than )?(?:reasonable|fair|sensible|right and proper|all right|good to me|fine to me|\
    great|perfect)
i (?:\w+ )?agree\b(?! that)|(?:i'm|i am) (?:with you|of the same|all for)|you(?:'re| \
    are) (?:\w+ )?right (?:there|about|,|\.)|i(?:'ve| have) been meaning to|(?:it's|\
    it is) time (?:i|we|you|to|that)|please do\b|take it[.,!]|do it\b|the earlier the better|\
    with (?:all )?my heart|whatever you (?:say|want)
(?:perfectly|absolutely|totally|quite|completely) (?:fine|all right|okay|acceptable)
(?:exactly|precisely|just) what (?:i|we) (?:\w+ )?(?:want|need|like|hope|wish|ask|look)\w*|(?:i |\
    we )?wouldn't have it any other way|music to my ears|couldn't agree more|hear,? hear|\
    (?:you have|you've got|has) my (?:vote|support|blessing|yes|backing)|let's do it|\
    (?:a )?partidari[oa]s? de|(?:ein|eine) (?:segen|gewinn|erleichterung)|faltaria mas|\
    the (?:best|finest) thing (?:that|to|we|you|i|for)
(?:very much |all |strongly |fully )?in favou?r(?: of)?
(?:i'm|i am|we're|we are) (?:all|totally|completely|absolutely|very much)? ?(?:for|pro) (?:it|\
    that|this|the|a|an|\w+ing)
all for
by all means|be my guest|go ahead|count me in|sign me up|book me in|where do i sign|i'd sign|\
    i would sign|i vote for|i say yes|yes to
no problem|no objections?|nothing against|not against|(?:perfectly |quite |\
    absolutely )?fine (?:by|with) me|suits me
(?:a )?(?:firm |great |big |strong )?(?:believer in|fan of|supporter of)
(?:an? |the )?(?:very |really |rather )?(?:good|great|fine|excellent|wonderful|sensible|splendid|\
    brilliant|lovely|best|right|fantastic) (?:idea|thing|plan|step|decision|solution|move|news|\
    way)
i(?: do| really| fully| totally| completely| strongly| warmly)* (?:support|welcome|approve|\
    endorse|back|favour|prefer|recommend)
i(?:'d| would)(?: really| gladly| happily)? (?:love|welcome|gladly|happily|recommend|prefer|\
    be glad|be happy)
(?:can't|cannot|can hardly) wait|looking forward|i(?:'ve| have) (?:always |\
    long )?(?:been waiting|wanted|dreamt|dreamed|hoped)
(?:it's|it is|is) (?:high|about) time|the sooner\b.{0,30}\bthe better|rid of (?:it|them|that)|\
    not soon enough|long overdue
(?:doesn't|does not|don't|do not|wouldn't|won't) (?:bother|mind|hurt)|makes no difference|\
    (?:have )?never (?:cared|minded)|i don't care (?:about|if|whether)
(?:i'm|i am) (?:fully |totally |completely |absolutely )?(?:behind|convinced|persuaded|on board|\
    open to)
je (?:le |la |les )?(?:soutiens|suis pour|trouve .{0,20}(?:bien|excellent))|(?:tout a fait |\
    tres |plutot )?favorable|une (?:vraie |belle )?(?:chance|opportunite)|(?:bonne|\
    excellente) (?:idee|chose)|bien sur que oui|avec plaisir|j'ai hate
ich (?:bin|ware) (?:\w+ )?(?:dafur|fur)|(?:sehr |ganz |voll |unbedingt )?dafur|(?:gute|tolle|\
    prima) (?:idee|sache)|ich freue mich|von mir aus gern|ich unterstutze|warum nicht|richtig so|\
    hochste zeit
(?:estoy |muy )?a favor(?: de)?|me parece (?:bien|estupendo|perfecto|buena)|(?:buena|gran) idea|\
    (?:encantad[oa]|content[oa]) de|con mucho gusto|ya era hora|me apunto|por mi,? perfecto
"""
"""Approval, whatever it is of."""
LETS = r"""
let (?:them|him|her|people|everybody|it|us)|who am i to|nonsense|grand|lovely|nothing wrong with
"""
"""Indifference and praise, told of what somebody else wants to do away with."""
WARM = r"""
(?:a )?(?:blessing|godsend|relief|improvement|step forward|win for|gift to|no-brainer)|\
    long wanted|for sure|definitely|(?:of course|naturally|absolutely|certainly)[.!]|\
    all the better|(?:the )?only (?:sensible|right|reasonable) (?:thing|way|choice|answer)|\
    my (?:first )?choice|(?:is|are|looks?|sounds?|would be|will be) (?:\w+ )?(?:great|wonderful|\
    perfect|magnificent|excellent|splendid|brilliant|fantastic|marvellous|lovely|superb|ideal|\
    sensible|right)
(?:very |really |only |so )?good for (?:us|me|them|him|her|you|everybody|everyone|children|\
    people|the \w+|my \w+|business)
(?:my|the|a) (?:big |old )?dream|i(?:'ve| have) (?:always )?(?:loved|liked|fancied)|(?:love|\
    like) the idea|bring it on
(?:can't|cannot) come soon enough|nothing wrong with|nothing better than|no harm in|\
    no trouble at all
(?:i'm |i am )?(?:more than )?(?:happy|glad|delighted|thrilled|keen|eager|willing|ready) (?:to|\
    with|about|for|on)
(?:should|must|ought to|need to) (?:absolutely |definitely |certainly |of course |really |\
    all )?(?:get|have|be|do|go|let|use|happen|come)
(?:makes|make) (?:perfect |good |a lot of |every )?sense|the way to go|the way forward|\
    can only help|only do (?:us )?good
(?:looking forward|i like|i want|i love|let's|let us)
"""
"""Praise, of what is named beside it."""
AGAINST = r"""
(?:must|should|has to|have to|ought to|needs? to|let it|let them) (?:stay|remain|be (?:kept|\
    preserved|saved)|continue|go on|not)|(?:would|will|'d|it's|that's|is|be) (?:\w+ )?a (?:big |\
    great |grave |terrible |huge |serious )?(?:mistake|error|disaster|loss|scandal|pity|shame|\
    disgrace)|i(?:'d| would| want to| 'll| will)? keep|(?:dead|strictly|firmly|totally|\
    completely) against|(?:is|are) (?:best|better|fine|good|perfect) (?:as|for|the way|in|at)
(?:i |we )?(?:see|have|there's|there is) no (?:need|reason|point|sense|call|hurry)|\
    makes no sense|(?:fine|good|all right|well|works|perfect) (?:just )?(?:as|the way) (?:it|\
    they|things|we) (?:is|are|stands?)|not for me|i(?:'m| am) not (?:in favour|keen|interested|\
    convinced|a fan|having|for)|i (?:object|oppose|refuse|reject|dread|hate|can't stand)|no way|\
    let's not|waste of (?:time|money)|(?:a )?(?:shame|pity|crime|sin|folly|madness|nonsense) to|\
    (?:too|far too) (?:risky|early|soon|dangerous|expensive|much)|more harm than|(?:would|will|\
    it'll) (?:ruin|spoil|destroy|kill|harm)|why (?:would|should) (?:we|i|anybody|anyone|you)
(?:i'm|i am|we're|i was|always been|been) (?:\w+ )?(?:against|opposed)|against (?:it|that|this|\
    the|any|\w+ing)
i (?:really |still )?(?:don't|do not|wouldn't|would not|won't|will not|can't|never) (?:want|wish|\
    think (?:you|we|it)|see why|like|agree|support)
(?:an? )?(?:very |really )?(?:bad|terrible|stupid|awful|silly|dreadful|wrong) (?:idea|plan|thing|\
    mistake|move)|(?:would be|is|it's) a mistake
no (?:need|reason) to|(?:please )?(?:don't|do not|never) (?:do it|touch|think)
(?:i'd|i would|i'll|we'd) (?:much )?rather (?:keep|stay|not|you (?:kept|stayed|didn't))
(?:i|we) (?:want|would like|'d like|intend|plan|hope|wish|prefer|'m going|am going|'m happy|\
    am happy) to (?:keep|stay|renew|remain|continue|go on|extend)
(?:i'd|i would|i'll|i will) (?:like to )?(?:keep|stay|renew|remain)|(?:you|we|it|\
    she) should (?:stay|keep|not|remain)
shouldn't|must not|mustn't|ought not
(?:very |perfectly |quite |so |really )?(?:content|happy|satisfied|pleased) (?:with|where|as)|\
    out of the question|over my dead body|leave (?:it|things) as (?:it is|they are)|\
    there's no hurry
dagegen|ich bin gegen|auf keinen fall|ich will nicht|je suis contre|contre|hors de question|\
    je ne veux pas
(?:estoy |muy )?en contra|no quiero \w+r(?:me|lo|la)?|quiero (?:quedarme|seguir|conservar|\
    renovar)|(?:muy |tan )?content[oa]s? con|ni hablar|prefiero (?:quedarme|seguir)
"""
"""Refusal and the wish that all stays as it is."""
