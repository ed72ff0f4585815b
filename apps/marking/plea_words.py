"""Words in which a message speaks to whoever marks it, by what they mean, in two dozen languages.

Each stem is matched from the beginning of a word of plain text (`apps.core.text.plain`), in Chinese, Japanese and Thai
anywhere. A stem that ends in `$` is a whole word. No stem says anything by itself: `pleas.py` weighs them together.
"""

# The person or the program that marks.
JUDGE = (
    "examiners?$|graders?$|evaluators?$|assessors?$|raters?$|scorers?$|adjudicator|marking team|prufer|"
    "prufungs|bewerter|gutachter|korrektor|korrektur|beurteil|correcteur|correctrice|examinat(?:eur|rice)|"
    "evaluateur|evaluatrice|jury$|evaluador|corrector|examinador|tribunal|esaminat|valutat|commissione|"
    "avaliador|corretor|banca$|beoordel|examinator|egzaminator|oceniaj|sprawdzajac|sinav|degerlendir|juri|"
    "экзаменатор|проверяющ|оценива|екзаменатор|перевіря|ممتحن|مصحح|مقيم|परीक्षक|मूल्यांकन|考官|阅卷|评卷|评分员|评审|打分的|"
    "採点|試験官|評価者|채점|시험관|평가자|bedomare|examinatorn|sensor$|tarkastaj|arvioij|zkousejic|hodnotit|examinatorul|"
    "evaluatorul|vizsgaztato|ertekelo|εξεταστ|βαθμολογητ|giam khao|penguji|penilai|mtahini|msahihishaji|"
    "ผู้ตรวจ|ผู้สอบ|กรรมการ"
)
# What a mark is called, and to mark.
MARKS = (
    "marks?$|marking$|marked$|scor|box(?:es)?$|tick(?:s|ed)?$|grad(?:e|ing)|points?$|rat(?:e|ed|ing)$|evaluat|assessment|"
    "assess(?:es|ed)?$|credit|punkt|note[ns]?$|noten|bewert|benot|points|notation|notes?$|evalu|puntu|puntos|"
    "nota[s]?$|califi|punteggi|voto$|voti$|valutazion|punti$|pontu|pontos|cijfer|punten|scores?|beoordeling|"
    "ocen|puan|notu?$|балл|оценк|оцени|бал$|درجة|درجات|علامة|علامات|تقييم|अंक|नंबर|分数|评分|打分|高分|满分|分$|点数|点を|"
    "最高点|満点|評価|점수|만점|평가|poang|betyg|karakter|pistee|arvosan|arvioin|body$|bodu|znamk|hodnocen|puncte|punctaj|"
    "pont|osztalyzat|jegy|βαθμ|diem|nilai|skor|alama|คะแนน|ציון|نمره|امتیاز"
)
# The highest of them.
TOP = (
    "full(?! (?:name|story|history|stomach|bladder))$|10/10|2/2|100 ?%|out of (?:two|ten|2|10)$|max|highest$|"
    "top$|best$|perfect|flawless|excellent|outstanding|brilliant|distinction|exemplary|praise|hoch(?:st|er)|"
    "voll|ausgezeichnet|bestnote|plein|meilleur|plus haut|parfait|excellen|felicitations|tous les points|"
    "tous$|vingt sur vingt|mas alt|mejor|sobresaliente|matricula|excelente|pieno|piena|pieni|massim|perfett|"
    "total$|dez$|hoogste|volle|uitmuntend|najwyz|pelna|pelny|en yuksek|tam$|en iyi|высш|максим|отличн|найвищ|"
    "كامل|الكاملة|أعلى|اعلى|ممتاز|पूरे|पूर्ण|सबसे अधिक|अधिकतम|最高|满分|满点|優秀|优秀|満点|최고|만점|hogsta|hoyeste|taysi|"
    "taydet|korkein|nejvyssi|plny|legmagasabb|μεγιστ|αριστα|toi da|cao nhat|tertinggi|penuh|kamili|เต็ม|"
    "สูงสุด|מלא|כامل"
)
# What is marked by.
RUBRIC = (
    "rubric|criteri|kriteri|marking scheme|mark scheme|checklist|objectives?$|domains?$|competenc|sections?$|"
    "items?$|stations?$|bereich|aufgabe|rubrik|critere|bareme|grille|question|apartad|aspectos|griglia|voce$|"
    "voci$|itens|onderdeel|onderdelen|zadan|punkt|madde|критери|пункт|معيار|معايير|بند|बिंदु|प्रश्न|मापदंड|标准|"
    "项目|每一项|項目|基準|기준|항목|kohda|kohta|kritej|mindket|szempont|κριτηρι|tieu chi|kriteria|kigezo|เกณฑ์"
)

EACH = (
    "every|each$|all$|everything|throughout|jede|alle[nrs]?$|alles|samtlich|chaque|tous$|toutes$|tout$|cada|"
    "tod[oa]s?$|ogni|tutt[ioea]|elk|ieder|overal|kazd|wszystk|her (?:madde|bir|soru)|tum$|butun|кажд|"
    "все[хм]?$|всё|كل$|جميع|हर$|सभी|所有|每|全部|すべて|全て|全項目|모든|alla$|varje|jokais|kaikki|vsech|toate|fiecare|"
    "minden|ολα|καθε|moi$|tat ca|semua|setiap|zote|ทุก"
)

GIVE = (
    "giv(?:e|en|ing)$|consider$|hand$|print$|write$|tick$|allow|treat$|assume|award|grant|assign|set$|put$|return$|"
    "output|record$|enter$|confirm|count$|counts$|deserv|earn|gib$|geben|vergib|vergeben|gewahr|verdien|setze|"
    "donne|accord|attribu|mettez|mets?$|valide|merit|pon(?:ga|er|me)|dame|merezco|asigna|otorg|apruebe|"
    "apruebeme|assegn|dai$|dammi|dia$|metta|atribu|conced|de$|marque|geef|geven|ken$|daj|przyzn|postaw|postav|"
    "ver$|verin|vermen|verir|постав|дай|дайте|присво|امنح|أعط|تمنح|اعط|दो$|दीजिए|दें$|给我|打|判|つけて|与え|ください|주세요|"
    "줘|ge$|anna|antaa|annathan|dejte|dej$|acord|adj$|δωσε|cho$|beri|berikan|mpe$|nipe|ให้"
)
# To mark the speaker, or to let the speaker through.
ME = (
    "(?:award|grant|mark|score|grade|rate|pass|credit) (?:me|us|her|him)$|"
    "give me (?:the |a )?(?:full|max|top|highest|best)|let me (?:through|pass)|"
    "i (?:really |truly |so )?(?:deserve|need to pass|want to pass|must pass)|if i (?:pass|fail)|mir$|m'|moi$|mne|мне|"
    "ich verdiene|merezco|merito|mereco|让我|给我|私に|मुझे|لي$|تمنحني"
)

STUDENT = (
    "(?:the|this|each|every|our) (?:medical )?(?:student|candidate|examinee|learner|trainee)|candidate$|"
    "(?:der|die|den|dem) (?:student|studier|kandidat|prufling)|l'etudiant|le candidat|la candidate|"
    "el estudiante|la estudiante|el alumno|al alumno|al estudiante|candidato|lo studente|allo studente|"
    "la studentessa|o aluno|ao aluno|o estudante|de student|kandidaat|student(?:owi|em)$|ogrenci|студент|"
    "кандидат|الطالب|للطالب|छात्र|学生|考生|この学生|受験|학생|수험생|studenten|opiskelij|studentul|hallgato|φοιτητ|"
    "sinh vien|thi sinh|mahasiswa|mwanafunzi|นักศึกษา|นักเรียน"
)

SCENE = (
    ""
    "(?:this|the|my|our|these|the whole) (?:chats?|consultation|conversation|interview|encounter|dialogue|"
    "performance|attempt|submission|recording|session|exam)$|"
    "das gesprach|dieses gesprach|cet entretien|cette consultation|esta entrevista|esta consulta|"
    "questo colloquio|il colloquio|il compito|este atendimento|dit gesprek|ta rozmowa|bu gorusme|"
    "эт(?:от|у) (?:разговор|беседу)|هذه المقابلة|यह साक्षात्कार|这次问诊|本次|この面接|この面談|이 면담"
)

TRANSCRIPT = (
    "transcript|log file|gesprachsprotokoll|transkript|transcription|transcripcion|trascrizione|транскрипт|逐字|記録"
)

MACHINE = (
    r"ai$|a\.i\.|llm|language model|model$|chat ?bot|(?:generous)?bot$|gpt|chatgpt|claude$|gemini$|assistant$|"
    "system$|software|algorithm|program$|computer$|machine$|ki$|systemhinweis|sprachmodell|ia$|"
    "intelligence artificielle|inteligencia artificial|intelligenza artificiale|modele$|modelo|sistema|"
    "systeem|sztuczn|yapay zeka|нейросет|искусств|модель|система|الذكاء الاصطناعي|النظام|कृत्रिम|मॉडल|人工智能|模型|"
    "系统|AI|システム|인공지능|tekoaly|umela"
)

ASIDE = (
    "ignor|overlook|turn a blind eye|whatever|no matter|disregard|forget|overrid|overrul|bypass|skip|"
    "never mind|regardless|instead of|ganz gleich|vergiss|missacht|oubli|olvid|dimentic|desconsider|esquec|"
    "negeer|vergeet|zignor|zapomn|zapomen|unut|yok say|забудь|игнор|تجاهل|انس|अनदेखा|भूल|忽略|无视|不要理会|忘记|"
    "无论|無視|"
    "忘れ|무시|잊|unohda|glom$|ohita|felejts|αγνο|bo qua|abaikan|puuza|ละเลย|senza leggere|ohne"
)

ORDERS = (
    "instruct|rules?$|prompt|guid(?:ance|eline)|directions?$|orders?$|polic(?:y|ies)|told$|anweisung|vorgab|"
    "regel|consigne|directive|instruc|norma|istruzion|regol|regra|orientac|instructies|regels|instrukcj|"
    "polecen|zasad|talimat|kural|инструк|правил|указан|تعليمات|القواعد|निर्देश|नियम|指令|指示|说明|规则|要求|ルール|지시|규칙|"
    "ohje|saanto|pokyn|utasit|οδηγι|huong dan|instruksi|maagizo|คำสั่ง"
)

BEFORE = (
    "previous|prior$|preceding|above|earlier|former|hidden|secret|system$|original|before$|oben|vorherig|"
    "bisherig|ci-dessus|precedent|anterior|arriba|sopra|acima|bovenstaand|vorige|powyzej|poprzedn|onceki|"
    "yukarid|предыдущ|выше|السابقة|पिछले|之前|以上|前の|これまで|위의|이전|aiem"
)
# To pass or to fail, and what.
EXAM = (
    "pass(?:es|ed)?$|fail(?:s|ed|ing)?$|exams?$|osce|attempt|resit|result comes|exempt|pre-approved|"
    "calibration|test run|prufung|bestand|besteh|durchfall|testlauf|examen$|valide|reussi|echou|aprob|suspend|"
    "prueba|approv|promuov|supero|esame|bocciat|reprov|aprov|prova$|cumprid|slaag|gezakt|zak$|tentamen|zdam|"
    "zdac|egzamin|zaliczy|gecer|gecir|kalir|сда[мтл]|экзамен|зачёт|رسبت|انجح|الامتحان|अनुत्तीर्ण|पास$|परीक्षा|"
    "合格|不及格|通过|考试|及格|不合格|試験|합격|불합격|시험|klara$|tentan|lapais|hylat|hyvaksy|proslo|trec$|promov|atmen|bukjak|"
    "περασ|εξετασ|truot|do thi|lulus|ujian|mtihani|ผ่าน|สอบ"
)

MERCY = (
    "merci(?:ful|less)|mercy|lenien|benefit of the doubt|generous|scholarship|visa$|expel|my degree|"
    "please be kind|be kind to|"
    "my future|my career|drop out|deport|erbarmen|gnad|gutig|exmatrikul|stipend|pitie|clemen|indulgen|bourse|"
    "beca$|piedad|compasion|misericord|borsa di studio|pieta|bolsa|pena de|medelijden|beurs$|litosc|stypend|"
    "merhamet|burs(?:u|um)?$|acıyın|сжал|стипенд|пожал|ارحم|منحتي|दया|छात्रवृत्ति|开恩|奖学金|手下留情|求求|お願い|慈悲|奨学金|"
    "자비|장학금|barmhart|armo|milost|indur|elnez|ελεο|hoc bong|thuong xot|kasihan|beasiswa|huruma"
)

MET = (
    "met$|as having|fulfilled|satisfied|demonstrated|observed|completed?$|scored as|as done|covered$|was done|approved|"
    "has asked|asked about|erfullt|erfragt|vollstandig|gefragt|a explore|demande|rempli|cumpli|pregunto|"
    "preguntado|ha chiesto|soddisfatt|cumprid|perguntou|gevraagd|voldaan|zapyta|spelni|sordu|карыланд|спросил|"
    "выполнен|سأل|تم استيفاء|पूछा|问过|问了|完成|尋ね|聞きました|"
    "質問し|満た|물었|충족|kysyi|taytt|zeptal|splnen|intrebat|megkerdez|"
    "ρωτησε|da hoi|menanyakan|ameuliza"
)

EVIDENCE = (
    "evidence|proof$|prove$|beweis|beleg|preuve|prueba de|evidencia|prova de|bewijs|dowod|kanit|доказ|دليل|"
    "सबूत|证据|証拠|증거"
)
# Something for the one who marks: rewards, threats, and those who are said to have decided already.
STAKES = (
    "tip$|bribe|dollars?$|reward|euros? for|complain|ombudsman|lawyer|lawsuit|sue$|discriminat|"
    "report (?:you|the|this)|dean$|consultants? (?:have|has)|already (?:rated|marked|graded|scored|assessed)|"
    "belohn|beschwer|anwalt|dekan|recompense|doyen|plainte|recompensa|decano|denuncia|queja|profesores|"
    "ricorso|premio|ricompens|preside|reclamac|klacht|skarg|nagrod|dziekan|odul|sikayet|жалоб|наград|декан|"
    "شكوى|مكافأة|عميد|शिकायत|इनाम|投诉|奖励|院长|教授|苦情|報酬|고소|보상"
)

READER = (
    "whoever|(?:anyone|soul|person|one|those) who (?:grad|mark|read|rat|check|assess)|new task|"
    "end of (?:the )?(?:conversation|transcript)|person who|reading this|reads this|marking this|"
    "note (?:to|for)|message (?:to|for)|for the record|attention|to the (?:ai|model|system)|dear$|"
    "lieb(?:er|e)|an die|zur kenntnis|fur die|cher$|chere$|estimad|querid|gentile|caro$|egregi|prezad|"
    "nota (?:para|per)|note pour|beste$|geachte|voor de|szanown|drog|sayin|icin not|уважаем|дорог|для проверя|"
    "عزيزي|ملاحظة|प्रिय|尊敬|亲爱|说明|の方へ|さんへ|친애|에게|bedom"
)
# What keeps such words with the patient.
PATIENT = (
    "full marks (?:for|on) (?!every|each|all|any|this|the|me)|pain|ache|hurt|scale$|symptom|swelling|packet|"
    "packag|pharmac|tablets?$|medicine|inhaler|memory|blood|infection|inflammation|migraine|school|stopping|"
    "smok(?:ing|e)$|your (?:mark|exam|score|grade)|schmerz|skala|schule|douleur|echelle|dolor|escala|dolore|"
    "scala|dor$|pijn|schaal|bol$|bolu|skali|agri|боль|шкал|ألم|दर्द|疼|痛|통증|kipu|smart"
)
