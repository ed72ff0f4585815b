"""The plainest first-person phrases for wanting to die or harming oneself, in other languages than English.

They are matched against one sentence as `signs` writes it: lower case, without accents and apostrophes. Each names the
speaker by its own grammar, so that a question to the patient does not match.
"""

import re
from dataclasses import dataclass

# One language a line or more; German first.
_PHRASES = r"""
ich (?:\w+ )?(?:will|mochte|wollte|mag|werde|wurde|wunschte|hoffe)(?: \w+){0,3}? (?:sterben|tot sein|nicht mehr leben|nicht leben)\b
\bich (?:will|mochte|mag|kann) (?:\w+ ){0,2}nicht mehr (?:\w+ )?(?:leben|aufwachen|da sein|hier sein|weiterleben)
\bmich (?:\w+ ){0,2}(?:umzubringen|umbringen|umgebracht|zu toten|toten|erhangen|erschiessen|aufhangen|ritzen|ritze|geritzt|selbst verletz\w+)
\bich (?:bringe|bring|ritze|ritz|verletze|schneide|hange|erhange) mich\b|\bmir (?:\w+ ){0,2}(?:das|mein) leben (?:zu )?nehmen
\bich (?:\w+ ){0,3}(?:suizidgedanken|selbstmordgedanken|suizidal|lebensmude|selbstmord|todessehnsucht)|\bmir (?:\w+ ){0,2}etwas an(?:zu)?tun
\bohne mich (?:\w+ ){0,4}besser|\bbesser (?:\w+ ){0,3}ohne mich|\bwunschte ,? ?ich ware (?:tot|nie)|\bich (?:\w+ )?ware (?:lieber |gern )?tot
\bkeinen? (?:sinn|grund)(?: \w+){0,3} (?:leben|weiterzuleben)\b|\bkeine lust mehr (?:zu leben|auf (?:das|mein)? ?leben)|\bmit allem schluss
\bje (?:\w+ )?(?:veux|voudrais|souhaite|vais|prefere\w*|vas|compte)(?: \w+){0,2} (?:mourir|me tuer|me suicider|en finir|etre morte?|me pendre)
\b(?:jai|jaurais|plus qu) ?(?:\w+ ){0,2}envie (?:de (?:mourir|me tuer|me suicider|crever)|den finir)|\bje (?:suis )?suicidaire|\bme suicider\b
\bje ?nai plus (?:\w+ )?(?:envie|raison|force|gout) (?:de|a) (?:la )?vi(?:vre|e)|\bje (?:ne )?veux plus (?:vivre|etre la|exister|me reveiller)
\bje (?:\w+ ){0,2}(?:pense|songe)\w* (?:\w+ ){0,2}(?:au suicide|a mourir|a me (?:tuer|suicider)|a en finir|a la mort)|\bmettre fin a (?:mes jours|ma vie)
\bjai (?:\w+ ){0,2}(?:idees|pensees) (?:suicidaires|noires)|\bje me (?:scarifie|mutile|coupe (?:les|le)|fais du mal)|\bmieux sans moi\b|\bjaimerais mourir
\b(?:quiero|deseo|prefiero|preferiria|quisiera|ojala|voy a|pienso en|estoy pensando en|tengo ganas de|intente|trate de) (?:\w+ )?(?:morir(?:me)?|matarme|suicidarme|estar muert[oa])\b
\b(?:quiero|voy a|tengo ganas de|estoy pensando en|pienso en) (?:acabar con (?:todo|mi vida)|quitarme la vida|dejar de existir|terminar con mi vida)
\bme (?:quiero|voy a|quisiera) (?:morir|matar|suicidar)|\b(?:no|ya no) quiero (?:seguir viviendo|vivir|existir|despertar|estar viv[oa])\b|\bme quise matar
\bpens(?:ando|ado|e) en (?:suicidarme|matarme|morirme|quitarme)|\b(?:estoy pensando|he pensado|pienso) (?:\w+ )?en (?:el suicidio|morir)|\bmejor sin mi\b|\bme (?:corto|corte|lastimo|hago dano|autolesiono)\b(?! el pelo)
\bno (?:tengo|veo|encuentro) (?:\w+ )?(?:razon\w*|motivos?|sentido|ganas) (?:\w+ )?(?:para|de|a) (?:seguir )?(?:vi\w+|la vida)
\b(?:voglio|vorrei|desidero|preferirei|preferisco|sto per|ho voglia di|penso di|sto pensando di)(?: \w+)? (?:morire|farla finita|uccidermi|ammazzarmi|suicidarmi|togliermi la vita)
\bmi (?:voglio|vorrei) (?:\w+ )?(?:uccidere|ammazzare|suicidare)|\bnon (?:voglio|ho (?:piu )?voglia di|ce la faccio)(?: piu)?(?: a)? (?:vivere|esistere|svegliarmi)
\b(?:penso|sto pensando|ho (?:\w+ )?pensato) (?:\w+ ){0,2}(?:al suicidio|alla morte|a(?:d)? (?:uccidermi|farla finita|suicidarmi|morire))|\bsenza di me\b|\bvorrei essere mort[oa]\b
\bmi (?:sono )?(?:taglio|tagliat[oa]|faccio del male|fatt[oa] del male)\b|\bnon ho (?:piu )?(?:nessun[oa]? )?(?:motivo|ragione|voglia) (?:di|per) vivere
\bik (?:\w+ )?(?:wil|zou|ga)(?: \w+){0,2} (?:dood|sterven|doodgaan|zelfmoord)\b|\bik wil (?:\w+ )?niet (?:meer|langer) (?:leven|verder|wakker)|\bik (?:\w+ ){0,4}zelfmoord\b
\ber (?:een|n) einde? aan (?:maken|te maken)|\b(?:beter|gelukkiger) (?:af )?zonder mij\b|\bik (?:snij|snijd|krab|verwond|sneed) (?:mezelf|mijzelf|me)\b|\bmezelf (?:iets aan|pijn|van kant|ophang)
\b(?:quero|queria|vou|prefiro|preferia|penso em|estou pensando em|tenho vontade de|gostava de)(?: \w+)? (?:morrer|me matar|matar me|suicidar me|me suicidar|sumir para sempre)\b
\bacabar com (?:a )?minha vida|\bme matar\b|\b(?:nao|ja nao) quero (?:mais )?(?:viver|existir|acordar|estar viv[oa])|\b(?:penso|pensei|estou pensando|estou a pensar|tenho pensado|ando a pensar) (?:\w+ )?em (?:suicidio|morrer|me matar|matar me)
\bmelhor(?:es)? sem mim\b|\bme (?:corto|cortei|machuco|mutilo)\b|\bcorto me\b|\bnao (?:tenho|vejo) (?:mais )?(?:razao|motivos?|vontade|sentido) (?:para|de|em) viver
^(?!.*\b(?:pani?|czy|ona?)\b).*\b(?:nie chce (?:juz )?(?:mi sie )?(?:juz )?zyc|chce (?:\w+ )?(?:umrzec|sie zabic|ze soba skonczyc|popelnic samobojstwo))
\bzabije sie\b|\bmam mysli samobojcze|\bmysle o (?:samobojstwie|smierci)|\b(?:tne|okaleczam) sie\b|\bbeze mnie\b.*\blepiej|\blepiej beze mnie
\bjag vill (?:\w+ )?(?:do|inte leva|ta mitt liv|ta livet av mig)\b|\bjag (?:\w+ ){0,3}(?:sjalvmord\w*|skar mig)\b|\bbattre utan mig
\bjeg vil (?:\w+ )?(?:dø|ikke leve|tage mit liv|ta mitt liv|ta livet av meg)\b|\bjeg (?:\w+ ){0,3}(?:selvmord\w*|skærer mig|kutter meg)\b|\bbedre uden mig
\bhaluan (?:\w+ )?kuolla|\ben (?:halua|jaksa) (?:\w+ )?elaa|\btappaa itseni|\bitsemurhaa? (?:olen|aion)
\bvreau (?:\w+ )?sa (?:mor|ma omor|ma sinucid)|\bnu mai vreau sa (?:traiesc|fiu)|\bma gandesc (?:\w+ )?(?:la sinucidere|sa ma omor)
\bmeg akarok halni|\bnem akarok (?:tovabb )?elni|\bmegolom magam|\bongyilkos (?:gondolataim|leszek)|\bchci (?:\w+ )?(?:umrit|se zabit)|\bnechci (?:uz )?(?:zit|dal zit)
\b(?:olmek|intihar etmek|kendimi oldurmek) istiyorum|\byasamak istemiyorum|\bintihari? dusunuyorum|\bkendime zarar|\bbensiz daha iyi
\bхочу (?:\w+ ){0,2}(?:умереть|сдохнуть|убить себя|покончить)|\bне хочу (?:\w+ )?жить|\bпокончу с собои|\bубью себя|\bрежу себя|\bмысли о самоубиистве|\bлучше без меня
\bхочу (?:\w+ )?(?:померти|вмерти)|\bне хочу (?:\w+ )?жити|\bвбити себе|\bискам да умра|\bне искам да живея|\bzelim (?:da )?umr\w+|\bхоћу да умрем
\bθελω να (?:πεθανω|αυτοκτονησω|σκοτωθω)|\bδεν θελω (?:\w+ )?να ζ|\bσκεφτομαι (?:\w+ )?(?:την αυτοκτονια|να πεθανω|να αυτοκτονησω)|\bthelo na (?:pethano|aftoktoniso)
[أا]ريد (?:[أا]ن )?(?:[أا]موت|[أا]قتل نفسي|[أا]نتحر|الموت)|لا [أا]ريد (?:[أا]ن )?(?:[أا]عيش|العيش|الحياة)|س[أا]قتل نفسي|[أا]فكر في (?:الانتحار|قتل نفسي)|عايز[ةه]? [أا]?موت
אני (?:רוצה|מתכוו?ן|הולך) (?:למות|להתאבד|להרוג את עצמי)|אני לא רוצה (?:יותר )?לחיות|(?:می ?خواهم|می ?خوام) (?:بمیرم|خودم را بکشم|خودکشی)|نمی ?(?:خواهم|خوام) زنده
मरना चाहत[ाी]|जीना नह[ीि][ंँ]? चाहत[ाी]|आत्महत्या कर(?:ना चाहत|ने (?:जा|की सोच))|खुद को मार|আমি (?:মরতে|মরে যেতে) চাই|বাঁচতে চাই না|مرنا چاہت[اےی]|جینا نہیں چاہت
\b(?:main|mai|mein|mujhe|me)?\b ?(?:mar ?na|mar jana|khudkushi karna|suicide karna) (?:chah?ta|chah?ti|chah?tee|hai)\b|\bji+na? na?hi+n? chah?t|\bje+na? na?hi+n? chah?t
^(?!.*[您你他她](?:说|想|有)|.*您).*(?:我.{0,4}想(?:死|自杀|自殺)|我.{0,3}要(?:自杀|自殺|去死)|不想(?:再)?活|想(?:结束|結束).{0,5}生命|没有.{0,3}活下去的|^想死|割腕)
^(?!.*(?:か$|と思っ|ですか|ますか)).*(?:死にたい|消えたい|自殺した[いく]|自殺しよう|生きていたくない|生きたくない|もう生きられない|自分を傷つけ)
^(?!.*(?:나요|까요?|으?셨|으?세요)).*(?:죽고 ?싶|살고 ?싶지 ?않|살기 ?싫|자살하고 ?싶|자살할|자해)|อยากตาย|ไม่อยากอยู่|ฆ่าตัวตายดี
\b(?:toi|minh|em|tao) (?:\w+ )?muon (?:chet|tu tu)|\bkhong muon song|\b(?:aku|saya|gue|gw) (?:\w+ )?(?:ingin|mau|pengen|nak) (?:mati|bunuh diri)|\bgusto ko (?:na )?(?:ng )?mamatay
\bek wil (?:\w+ )?(?:doodgaan|sterf|nie meer (?:lewe|leef))|\b(?:ninataka|nataka) kufa|\bwo (?:\w+ )?xiang si\b|\bbu xiang huo\b|\bana (?:3ayez|3ayza|ayez|biddi) amo+t
\bnull bock mehr aufs leben|\bvull (?:\w+ )?morir|\bno vull viure|\bz(?:e|a)lim da me nema|\bnoriu (?:numirti|mirti)|\bgribu (?:nomirt|mirt)|\btahan surra\b
\bich bin (?:\w+ )?(?:suizidgefahrdet|suizidal|lebensmude)|\bkeinen bock mehr (?:zu leben|auf (?:das|mein) leben)|\b(?:am liebsten|lieber) ware ich (?:tot|nicht mehr)
\bwenn ich (?:tot|nicht mehr da|weg) ware|\bniemand wurde mich vermissen|\bich (?:tue|tu) mir (?:selbst )?(?:weh|etwas an)
\bjaimerais (?:\w+ )?(?:etre morte?|mourir|ne plus etre la)|\bsi je (?:mourais|disparaissais|netais plus la)|\bpersonne ne me regretterait|\bje prefere mourir|\bme (?:tuer|pendre) ce soir
\b(?:tengo|siento) (?:\w+ ){0,2}(?:pensamientos|ideas) (?:suicidas|de muerte)|\bsi (?:yo )?(?:muriera|me muriera|desapareciera|me matara)|\bnadie me (?:echaria|extranaria)
\bho (?:\w+ ){0,2}(?:pensieri|idee|istinti) suicid\w+|\bse (?:io )?(?:morissi|sparissi|non ci fossi)|\bnessuno sentirebbe la mia mancanza|\bstarebbero meglio senza me
\bik wil (?:mezelf|mijzelf|me) (?:\w+ )?(?:doden|verhangen|ophangen|verdrinken|van kant)|\bik (?:\w+ )?heb (?:\w+ )?(?:suicidale|zelfmoord) ?(?:gedachten|neigingen)|\bik wil niet meer$
\b(?:als|wanneer) ik (?:dood|weg|er niet meer) (?:ben|was|ga)|\bniemand zou (?:me|mij) missen|\bik doe mezelf|\bik ben suicidaal|\bik wil (?:liever )?dood
\btenho (?:\w+ ){0,2}(?:pensamentos|ideias|ideacao) suicidas?|\bse eu (?:morresse|desaparecesse|sumisse|me matasse)|\bninguem sentiria (?:a )?minha falta|\bnao tenho (?:mais )?vontade de viver
\bintihar etmeyi (?:dusunuyorum|planliyorum|istiyorum)|\bkendimi oldur(?:ecegim|mek istiyorum|meyi)|\byasamaktan (?:biktim|yoruldum)|\bgostaria de (?:morrer|estar mort[oa])
"""
IN_OTHER_LANGUAGES = tuple(re.compile(line) for line in _PHRASES.strip().splitlines())


@dataclass(frozen=True)
class Language:
    """Words of a language: the speaker, others, death and harm, life, and having had enough of it."""

    speaker: re.Pattern[str]
    others: re.Pattern[str]
    death: re.Pattern[str]
    life: re.Pattern[str]
    enough: re.Pattern[str]

    def speaks_of_it(self, sentence: str) -> bool:
        """Whether a sentence, lower case and without accents, speaks of the speaker's own death, and of nobody else."""
        if not self.speaker.search(sentence) or self.others.search(sentence):
            return False
        return bool(self.death.search(sentence) or (self.life.search(sentence) and self.enough.search(sentence)))


def _language(text: str) -> Language:
    parts = [" ".join(line.split()).replace(" ", "|").replace("_", " ") for line in text.strip().split("\n\n")]
    return Language(*(re.compile(rf"\b(?:{part})\b") for part in parts))


# The five parts of each are separated by empty lines; _ stands for a blank.
LANGUAGES = tuple(
    map(
        _language,
        (
            r"""
ich mich mir mein\w*

sie ihnen ihre?\w* du dich dir dein\w* er patient\w* man menschen leute jemand mutter vater bruder schwester uber_das uber_den
hunger durst lachen frau_\w+ herr_\w+ oma opa mann nicht_sterben nicht_umbringen fragen

sterben tot tod suizid\w* selbstmord\w* umbring\w* umzubringen umgebracht ritz\w* geritzt leben_(?:zu_)?nehmen erhang\w*
selbstverletz\w* lebensmude verblut\w* overdos\w* uberdosis

leben lebe aufwachen weiterleben existieren da_sein dasein

nicht_mehr keinen keine nie_wieder mude satt hasse sinnlos
""",
            r"""
je j'\w+ me moi mon ma mes m'\w+

vous votre vos tu te toi ton il elle ils patients? gens mere pere frere soeur mari femme ami sujet parler demander faim rire
aider honte soif question

mourir morte? suicid\w* me_tuer en_finir scarifi\w* mutil\w* veines me_pendre overdose crever

vivre vie exister reveiller

plus aucune rien fatigue\w* deteste marre supporte\w*
""",
            r"""
yo me mi mis quiero queria voy tengo estoy he pienso quisiera deseo siento ojala puedo aguanto intente

usted\w* su sus le les te tu ha haya pacientes? gente personas? madre padre hermano hablar preguntar\w* sobre hambre risa sed
verguenza vida_cotidiana se

morir\w* muert[oa] muriera matarme suicidarme suicidio suicida quitarme_la_vida cort(?:o|e|ado|arme) autolesion\w* acabar_con_(?:todo|mi_vida)

vivir viviendo viv[oa] existir existiera despertar

no nunca nada sin cansad[oa] hart[oa] odio
""",
            r"""
io mi mio mia miei voglio vorrei ho penso sto desidero riesco posso faccio

lei suo sua suoi le ti tu paziente gente vuole ha persone madre padre fratello parlare chiederle chiedere fame ridere sete
vergogna sonno

morire mort[oa] suicid\w+ uccidermi ammazzarmi farla_finita tagliat[oa] tagliarmi togliermi_la_vita impiccarmi

vivere esserci esistere svegliarmi

non nessun\w* basta stanc[oa] odio
""",
            r"""
ik mij me mezelf mijn mijzelf

u uw je jij jou jouw hij zij patient\w* mensen zichzelf moeder vader broer zus vragen praten over honger lachen dorst iemand
niet_dood schaamte

dood doodgaan sterven zelfmoord suicid\w* doden ophangen gesneden snijden doodmaken

leven wakker bestaan

niet geen nooit moe zat zonder haat
""",
            r"""
eu me mim meu minha quero queria vou tenho estou penso sinto posso tentei aguento consigo gostaria gostava

voces? senhora? quer disse\w* seu sua tu te lhe pacientes? pessoas se mae pai irmao falar perguntar sobre fome rir sede vergonha

morrer mort[oa] suicid\w+ me_matar matar-me cort(?:o|ei|ar_me) acabar_com_(?:tudo|a_minha_vida|minha_vida)

viver viv[oa] existir acordar

nao nunca sem cansad[oa] fart[oa] odeio nada
""",
            r"""
я мне меня мнои себя хочу моя мою

вы вас вам ваш\w* ты тебя он она они пациент\w* люди мать отец брат спросить поговорить о_вашем смеху голоду бы_не

умереть умру смерт\w* самоубииств\w* суицид\w* убить_себя покончить сдохнуть порезал\w* режу повеситься

жить жизнь жизни

не незачем надоело\w* устал\w* нет
""",
            r"""
ja mnie mi sie chce chcialbym chcialabym mam mysle moje moja

pani? panu pana czy on ona oni ty cie pacjent\w* ludzie matka ojciec brat zapytac porozmawiac glodu smiechu

umrzec umre smierc\w* samoboj\w* zabic zabije powiesic tne pociac

zyc zycia zycie

nie dosc zmeczon\w* nienawidze
""",
            r"""
jag mig min mitt mina jeg meg mitt

du dig din ditt ni er han hon hun de patient\w* folk manniskor mor far bror fraga prata snakke sporre skratt

dø sjalvmord\w* selvmord\w* doden døden skar_mig kutter_meg ta_livet_av ta_mitt_liv

leva leve vakna vagne vakne

inte ikke aldrig aldri trott trett orkar
""",
        ),
    )
)
