"""Words of people who are only polite to each other: praise, agreement, thanks, leave, and filling.

All folded, in English, German, Spanish and French. A word with a star stands for every word that
begins like it.
"""

from __future__ import annotations

import re

from simulator.conversation.hearing.words import word_set

__all__ = ["AGREEING", "FILLING", "FORMULAS", "GREETS", "PROPOSES", "WARM", "starts"]


def starts(words: str) -> re.Pattern[str]:
    """What finds any of some words as a whole word, those with a star by their beginning."""
    ways = "|".join(re.escape(one).replace(r"\*", r"[^\W\d_]*") for one in words.split())
    return re.compile(f"(?:{ways})$")


WARM = starts(
    # English.
    "admir* adorabl* amaz* angel appreciat* articulat* astonish* astut* awesome beautiful*"
    " best bless* bravo brilliant* bye bye-bye charm* cheers cherish* clever* collaborat*"
    " congratulat* contagious dear* dedication delight* elegan* eloquen* enchant* encourag*"
    " enjoy* enlighten* enrich* enthusias* excellen* excit* exquisite* extraordinar* eye-"
    " opening fab fabulous* fantastic* farewell flatter* generosity generous* genius glad"
    " glorious* goodbye grace* gracious* grateful* gratitude great greatly happier happiness"
    " happy heartfelt heartwarming honor* honour* humbl* impress* incredibl* insight* inspir*"
    " invaluabl* joy joyful joyous kind kinder kindest kindly kindness kudos love loved lovely"
    " magnificen* marvel* memorabl* mesmeri* moved neat nice nicely nicer nicest outstanding"
    " passion passionate perceptive perfect perfectly pleasant* pleased pleasure* praise*"
    " precious priceless privilege* profound* proud rejoice remarkabl* resonat* respect*"
    " sensational spectacular splendid* stunning* superb* supportive sweet sweeter sweetest"
    " synergy ta-ra ta-ta tasteful* teamwork terrific* thank* thanks thoughtful* thrilled"
    " touched touching treasur* tremendous* uplifting warm* welcome wisdom wise wisely wish"
    " wishes wishing wonder wonderful* wow yay"
    # German.
    " ausgezeichnet* beeindruck* begeister* bereicher* beruhrend* beruhrt bewegend* brillant*"
    " dank dankbar* danke danken dankeschon ehre ehrt entzuckend* exzellent* fabelhaft*"
    " fantastisch* formidabl* freu freude freue freuen freundlich* freundschaft* freut gefallt"
    " gefreu* gefreut gelungen* genial* genuss geruhrt geschatzt grossartig* herrlich*"
    " hervorragend* herzlich* herzlichst hinreissend* hubsch* inspirier* klasse klug* komplim*"
    " kostlich* lieb liebe* lieben liebenswurdig* lieber liebes liebste* nett nette* netter"
    " nettes perfekt* phantastisch* prachtig* prima reizend* schatze schatzen schon schone"
    " schonen schoner schones schonste* spitze spitzenmassig* super toll tolle* tollen toller"
    " tolles traumhaft* treffend* tschau tschus* tschuss* verehrt* vergnugen vorzuglich* weise"
    " wertvoll* wiedersehen wunderbar* wunderschon* wundervoll* zusammenarbeit"
    # Spanish.
    " abraz* adios admirabl* agradec* agradecid* agradezc* alegr* amabilidad amable* asombros*"
    " bell* bendi* bes* bonit* brillant* carin* charl* content* cordial* elocuent* emocion*"
    " encant* esplend* estupend* excelent* excelente* extraordinari* fabulos* fantastic*"
    " felic* feliz fenomenal* formidable generos* genial* gentil* graci* gracias grandios*"
    " grat* gratitud gust* hermos* honor* honrad* impresion* increibl* inspir* lind* magnific*"
    " maravill* merec* orgull* perfect* placer preci* primoros* sabi* saludo saludos simpatic*"
    " sublim* tern* valios*"
    # French.
    " adieu admirabl* adorabl* agreabl* aimabl* amicalement amitie* beau beaux bel belle*"
    " bienveill* bise* bisous bonheur brillant* chaleur chaleureu* chapeau charman* chaud cher"
    " chere* chers delicat* delicieu* eloquen* embrasse* emouvant* emu* enchant* enthousias*"
    " epatant* excellen* exquis* extraordinaire* fabuleu* felicit* fier* flatt* formidabl*"
    " genereu* genial* gentil* gratitude heureu* honneur* honor* impressionn* incroyabl*"
    " inspir* joie joli* magnifi* merci* merveill* parfait* plaisir* precieu* ravi*"
    " reconnaiss* rejoui* remarquabl* remerci* sage* sensationnel* soutien splendid* sublime*"
    " superbe* sympa* touchant* touche*"
)
"""Praise, thanks, joy and leave."""
AGREEING = starts(
    "absolutely accord accordance agree agreed agrees agreement aligned alike amen certainly"
    " completely concur correct definitely ditto entirely exact* fully harmony indeed likewise"
    " precisely spot totally true truer truest truth truly utterly wholeheartedly undoubtedly"
    " unquestionably yep yeah yup hundredprozentig* absolut* bestimmt ebenso ebenfalls einig"
    " einigkeit einverstanden gleichfalls genau genauso jawohl korrekt meinung* recht richtig*"
    " selbstverstandlich stimmt stimme vollig vollkommen zustimm* zweifellos acuerdo absolutament*"
    " absolutamente ciert* ciertamente claro completamente desde efectivamente igual igualmente"
    " exacto exactamente opino opinion precisamente razon supuesto tambien totalmente verdad"
    " absolument accord aussi avis carrement certes certainement completement d'accord"
    " effectivement entierement evidemment exactement parfaitement partage partageons pareillement"
    " raison totalement vrai vraiment"
)
"""Agreement that adds no reason."""
FILLING = word_set(
    """
    a abend aber about accomplish ach achieve afternoon again ah ahead ai aime aimerais ainsi al
    algo alguien all alle allem allen aller alles alma alright als also always am ambos ame ami
    amie amies amiga amigas amigo amigos amis an and ante any anything anytime anyway apoyo
    apprendre appris aprender aprendido apres aqui are aren as asi asimismo assez at au auch auf
    aufs aun aupres aus ausdruck ausgedruckt aussage austausch autant autre autres aux avec avez
    avis avoir avons aw back be beaucoup been bei beide beim being bestens better bien bientot
    bin bis bist bitte bitteschon bleib bleiben bon bonjour bonne bonnes bons both buddy buen
    buena buenas bueno buenos by c ca cada came can car care casa cause ce cela celle celui ces
    cet cette chacun charla chez choix chose choses coeur colaboracion colaborar collaboration
    come comes comme comment como compania company compartir con conmigo conocer conocerla
    conocerle conocerlo conocerte conocido contigo continuation continue continued continues
    conversacion conversation conversations corazon cosa cosas could couldn courage course creo
    croire crois cual cuando cuanta cuanto cuida cuidate cuidense cuidese d da dabei dafur damit
    dann dans dar daran daruber das dass davon day days de deepest deeply dein deine deinem
    deinen deiner deins deja del dem demain demas den denke denken denn depuis der des deseamos
    deseo deserve deserved deserves deux devant dia dias dice dicen dices dich dicha dichas
    dicho did didn die dies diese diesem diesen dieser dieses digo dijo dir dire dis discussion
    disent dit dites do doch does doesn don donc donde done dont du durchaus e each eben echange
    echanger echanges ein eine einem einen einer eines einfach either el ella ellas elle elles
    ellos else en encore energy enough ensemble entendre entends entendu entre er era eras eres
    erfolg erfolge es esa esas escuchar escucharla escucharle escucharlo escucharte ese eso
    esperamos espere espero est esta estado estamos estan estar estas este esten estes esto
    estoy et etaient etais etait ete etes etre eu euch euer eure eurer eux evening ever every
    everybody everyone everything exchange exito exitos expresado expresion express expressed
    exprime facon faire fait faites fand feel feeling feelings feels felt fest find finde finden
    findest fine fois folks font for forever forma formule formulee formuliert fort forward
    found franchement freund freunde freundin freundinnen friend friends from fue fuerte fur fut
    future gab ganz ganze ganzen ganzes gedanke gedanken gehort geht gelernt gentlemen gern
    gerne gesagt gesehen gesprach gesprache gespur get gets give given giving glaube gluck
    glucklich glucklicher go going good got gran grand grande grandement grandes grandisimo grow
    growing gut gute guten guter gutes guys ha habe habeis haben haber haberlo hablar had hadn
    hallo han harmonie has hasn hast hasta hat hatte hatten hause have haven having hay haya
    hayas he hear heard heart hecho heim hello hemos here herz herzen hey hi hier hoffe hoffen
    hoffentlich hola home honestly hope hora horen how however i ich ici idea ideas idee ideen
    idees ihm ihn ihnen ihr ihre ihrem ihren ihrer il ils im immer in infiniment ins instant
    intercambio ir is isn ist it its itself j ja jamais jamas je jeder jederzeit jedes jetzt
    jour journee journey journeys jours just juste justement kann keep kein keine kinda knew
    know known komm kommen kommt konnen konnte konnten l la ladies las lass lasst later le learn
    learned learning learnt least leb leben lebt lernen les let leur leute like listen listened
    listener listening ll lo long look looking lors los luck lucky luego lui m ma ma'am mach
    machen macht madam madame mais make makes mal man manana manera maniere many mas mate may me
    mean means meant meet meeting meets mehr meilleur meilleure meilleures meilleurs mein meine
    meinem meinen meiner meinerseits mejor mejores meme memes mente mention mentioned mercis
    merite mes mesdames messieurs met mi mia mias mich mien mienne mieux might mil mille mind
    minds mine mio mios mir mis misma mismas mismo mismos mit mochte moi moins moment momento
    moments momentum mon monde monsieur more morgen morning most mot mots much mucha muchas
    muchisima muchisimas muchisimo mucho muchos must muy my myself n nach nachste nachsten
    nachstes nacht nada ne need nein next ni nicht nichts night no noch noche noches nos
    nosotras nosotros notre notres nous nuestra nuestras nuestro nuestros nuit nun nunca nur o
    ob observation observations oder of off often oh ohne oir oirte ok okay on once ones only
    ont or other others otra otro ou oui our ours out own pal palabra palabras par para parece
    parecido parle parler parles paroles part parte pas passez pensamiento pensamientos pensamos
    pensar pense pensee pensees penser pensez pero personne perspective peu peut peux phrase
    phrased piensas pienso plus poder podria point points pop por porque porte portez possible
    pour pouvoir power prends prenez prochain prochaine profondement profundamente profundo
    pronto proxima proximo pues punkt punto puntos pure put puts qu quand que quel quelle
    quelles quelque quels qui quien quite quoi rather re reach real really realmente rede reden
    regards remain remark remarks rest reste reussite revoir revoit rien right route s sa safe
    sage sagen sagst sagt said sais salut same sans savez say saying says se sea seais seas see
    seen segun sehe sehen sehr sei seid sein seine seite selbst sens sentiment sentiments ser
    sera ses share shared shares sheer shine should shouldn si sich sicher sido sie siempre sien
    sienne siente siento sight simple simplement simplemente simply sin sinceramente sincere
    sincerely sincerement sincero sind sino sir sleep so sogar soi soin soir soiree sois soit
    sollte some someone something sommes son sont soon souhaite souhaitons soul soutien sowieso
    soy soyez speak speaking special speech spirit spoke spoken spreche sprechen sprichst
    spricht stay stets still strongly su succes success such suerte suis support sur sure sus
    suya suyo sync t ta tag tage take takes tal talk talking talks tambien tampoco tan tant
    tanta tanto tarde tardes te team tel tell telle tellement temps ten tenga tengan tengas
    tengo tes testament than that the their them then there these they thing things think
    thinking this those thought thoughts thus tiempo tien tiene tienen tienes tienne tiens tight
    time times to toda todas todavia today todo todos together toi tomorrow ton tonight too
    took total touch toujours tous tout toute toutes travel travels tres trip trop trouve
    trouver truth tu tun tune tus tuya tuyas tuyo tuyos two u uber uberaus um un una unas und
    under une uno unos uns unser unsere unserer unterstutzung until up us usted ustedes va vais
    vale vas vaya ve veces vemos venir veo ver verite verte very veux vez viaje vida vie viel
    viele vielen view views vista voir vois vom von vont vor vos vosotros votre votres vous
    voyage vuestra vuestro wahr wahre wahrer wahres war ware waren warm warmest warmly warst was
    wasn way ways we week week-end weekend weil weise weiterhin welch welche welcher well were
    weren wert what when where which who whole wie wieder will wir wird wirklich with wo woche
    wochenende wohl won word words wort worte worten would wouldn wunsche wunschen wunscht y ya
    year yes yo you your yours yourself yourselves zeit zu zum zur zusammen zutiefst
    """
)
"""What stands beside it and says nothing of its own."""
FORMULAS = re.compile(
    r"\b(?:(?:i )?(?:could(?:n't| not)|can(?:'t|not)|can not) (?:possibly |really )?(?:agree|"
    r"thank|praise|add|ask|have (?:said|put|phrased|expressed)|say|put|argue|wish|stop|express|"
    r"be (?:more|happier|prouder))\w*\b(?: (?:for )?(?:it|that|you|any|with that|more|enough))*"
    r"(?: (?:better|more|enough|myself|either|thankful|grateful))*|great minds(?: think)?"
    r"(?: alike)?|hear,? hear|(?:you )?(?:took|taking) the words (?:right )?out of my mouth|"
    r"nothing (?:more )?to add|not at all|no (?:problem|worries|trouble|doubt)(?: at all)?|"
    r"(?:don't|do not) mention it|music to my ears|(?:hats|hat) off|(?:i'?ll|will) never forget|"
    r"(?:a|one) (?:hundred|thousand|million)(?: (?:percent|times))?|100 ?%|on the same page|"
    r"(?:hit|hits) the nail(?: (?:right )?on the head)?|(?:on )?(?:the )?same wavelength|"
    r"never (?:better|been (?:said )?better|heard it (?:put )?better)|nothing but|"
    r"(?:oh,? )?stop it|here's to|every word|"
    r"(?:well|very well|nicely|beautifully) (?:said|put|spoken)|my pleasure|"
    r"(?:das )?(?:besser|schoner) (?:hatte|konnte|kann) (?:man|ich) (?:es|das)(?: selbst)?"
    r"(?: auch)? nicht (?:\w+ ?){0,2}|(?:ich )?(?:hatte|konnte|kann) (?:ich )?(?:es|das) "
    r"(?:selbst )?nicht (?:besser|schoner) (?:\w+ ?){0,2}|nicht der rede wert|(?:sie |du |ihr )?"
    r"(?:sprichst|sprechen|sprecht) (?:sie )?mir aus (?:der seele|dem herzen)|(?:ganz )?(?:auf )?"
    r"meiner ?seits|keine ursache|nichts zu danken|(?:dem |da )?(?:gibt es |ist |habe ich )?"
    r"nichts (?:mehr )?hinzuzufugen|pass(?:t|en sie)? (?:gut )?auf (?:dich|euch|sich) auf|"
    r"hundert(?: ?pro\w*| prozent)?|tausend|kein problem|nicht wahr|gar nicht(?: genug)?|"
    r"no (?:podria|puedo|podriamos|cabe) (?:estar|decir|duda)\w*(?: (?:mas|mejor|lo))*"
    r"(?: de acuerdo)?|no hay de que|de nada|no (?:podria|podia|puede|se puede) (?:haberlo )?"
    r"(?:dicho|decir\w*|expresar\w*|haber dicho)(?: mejor)?|ni mas ni menos|no (?:es|hay) "
    r"(?:nada|problema)|sin duda|cien por cien\w*|mil (?:gracias|veces)|a mil|"
    r"(?:je |on )?n'(?:aurais|aurait|ai) (?:pas |rien )(?:pu )?(?:mieux )?(?:dit|dire|a ajouter|"
    r"l'exprimer)(?: mieux)?|il n'y a pas de quoi|pas (?:du tout|de quoi)|de rien|"
    r"(?:je )?(?:vous|t')(?: |)en prie|on ne (?:peut|saurait) (?:mieux|pas mieux)(?: dire)?|"
    r"rien a (?:ajouter|redire)|pas mieux|cent (?:pour cent|fois)|mille (?:fois|mercis)|"
    r"ne change(?:z)? rien|pas de (?:souci|probleme)|(?:me )?va droit au coeur|j'ai hate)"
)
"""What is said in fixed words, and means no more than agreement or thanks."""
PROPOSES = re.compile(
    r"\b(?:let's|let us|lets|we (?:should|could|must|need|can|will|have to)|we'll|shall|why not|"
    r"how about|i(?:'d| would)? (?:propose|suggest|offer|want|need|take|bring|vote|pay)\b|"
    r"i'll (?!be\b|miss|remember|see|talk|never|always|cherish|treasure)|you (?:should|must|could)|"
    r"please (?!do\b|accept|stay|take care|keep|know)|"
    r"wir (?:sollten|konnten|mussen|brauchen|werden)|"
    r"lass(?:t)? uns|dann (?:machen|nehmen|gehen|fahren)|vamos|deberiamos|podriamos|hay que|"
    r"propongo|hagamos|"
    r"(?:tell|show) (?:me|us) (?!again\b)|erzahl\w* (?:mir|uns)|cuenta(?:me|nos)|"
    r"raconte(?:z)?[ -](?:moi|nous)|"
    r"il faut|on (?:devrait|pourrait|va|doit)|nous devons|je propose|if|unless|but|though|although|"
    r"however|except|wenn|falls|sofern|si (?:no|pudier\w+)|sauf|sino)\b"
)
"""What is proposed, asked for, objected or made a condition."""
GREETS = re.compile(
    r"\b(?:hello|hi|good (?:morning|afternoon|evening)|"
    r"(?<!you are )(?<!you're )(?<!very )(?<!most )welcome\b"
    r"(?=,? (?:to|all|back|every\w+|ladies|friends|dear)\b)|(?<!was )(?:honou?r\w*|glad|"
    r"happy|pleased|delighted|pleasure|good|great|nice|lovely) to (?:be|have you|see you) (?:all )?"
    r"here|for (?:having|inviting) (?:me|us)|for the invitation|"
    r"guten (?:morgen|tag|abend)|hallo|willkommen|(?:schon|gut),? dass (?:du|ihr|sie) da|"
    r"bonjour|bonsoir|bienvenue|hola|buen(?:os dias|as tardes)|bienvenid[oa]s?)\b"
)
"""What people say when they come."""
