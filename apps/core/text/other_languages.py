"""Words of languages that have no profile of their own, in groups of languages that share them."""

from typing import Final

from apps.core.text.function_words import profile

# They show that a text is in none of the languages of FUNCTION_WORDS, although it resembles one. Romanised forms are
# spelled as people type them.
OTHER_LANGUAGES: Final[dict[str, frozenset[str]]] = {
    "Afrikaans, Frisian, Low German": profile(
        """ek nie is het hoe lank wat kan jou jy my die dit vir en u al was sal wees baie ook maar om na by met ander
        enige daar hier goeie môre dag mevrou meneer pyn seer voel nou weke dae gaan word sy hulle ons want omdat
        drink rook eet slaap bang van kom wanneer hê moet ik haw al gjin foar jo kin wat de net hat trije dy hja heb
        dat ick nich wat he se dor hüüt"""
    ),
    "Luxembourgish, Swiss German, Bavarian, Yiddish": profile(
        """ech iech dir mir ass net hunn hutt wat an d'schmäerz zënter ëm a fir och nach ich ha sit händ isch nöd nid
        chan wänn ihne s z vo uf gsi öppe mi i koa koan ned net wos eana drei seit mei is hob a de wia ikh hob shoyn
        nisht vos ir mayn iz un far dem"""
    ),
    "Catalan, Galician, Occitan": profile(
        """el la els les un una i amb que què fa em et es li per però de del dels al als no sí sóc tinc té està aquest
        aquesta molt més on quan com des bon dia senyora setmanes dies dolor pren alguna n'oblido quan pujo me'n
        vegades o a os as unha cun con pero levo teño ten estou moi máis onde cando como dende bos días que lle me
        doe dóeme non semanas lo lou pas es amb fai"""
    ),
    "French and Portuguese creoles": profile(
        """mwen m ap ou li nou yo gen ak pou nan yon pa te ki sa kisa depi kilè lè wi bonjou èske pran anpil tout mo to
        pe finn bonzour ena enn kan depwi me ti ta ku mi bo e den no tin por pa kon bon dia i pero ora pran"""
    ),
    "English creoles and Scots": profile(
        """mi yuh di fi dem an wah deh inna weh nuh cyaan tek dey wetin no fit am na sey abeg belle wey una don for ye
        ma ah dae dinnae cannae awfy wee aye hae whit wi tae fae ony yer bilong long gat em tripela yu mipela"""
    ),
    "Indonesian and Malay": profile(
        """saya anda apa apakah ada tidak tak yang dan di ke dari itu ini sudah belum sejak kalau bila kapan hari
        minggu sakit sangat sekali bisa boleh dengan untuk pada akan juga tapi tetapi ibu bapak puan encik dok makan
        minum obat ubat selamat pagi siang lalu sering susah hendak bagaimana dimana mana lama"""
    ),
    "Tagalog and Cebuano": profile(
        """ang ng mga sa na po ako ko ka mo niyo ninyo ano saan kailan ba ay at hindi ito iyan yung lang din rin pa may
        mayroon wala kung para pero kasi opo sakit masakit gamot magandang umaga araw unsa ang kaayo nako"""
    ),
    "Swahili and Bantu languages": profile(
        """na ya wa kwa ni la za cha katika sana lakini nina una ana habari mama nini lini gani sasa wiki siku dawa
        maumivu homa ndiyo hapana daktari tangu kama pia bado hii hizo yako yangu nani ngi ku uma kakhulu futhi kodi
        chii ndi kuti mu iyo mama cyane"""
    ),
    "West African languages": profile(
        """ina ba da ke ki na ni ne ce wani sosai kuma amma likita e o mo ti ni se wa fun pupo bawo gbogbo mi le na gi
        m ka nke di ahu ọ me wo ho yɛ sɛ ne na no den"""
    ),
    "Vietnamese": profile(
        """toi bi co khong la va bac dau o roi nhung khi duoc ngu lam sao gi nay thuoc chi anh em ba chao bao lau noi
        tôi bị có không là và bác đau ở rồi nhưng khi được thế nào gì này thuốc ông bà chào uống"""
    ),
    "pinyin": profile(
        """wo ni ta de le shi bu hao ma hen you mei zhe na ge tian wan shang ye yi er san tong teng duo jiu li chi yao
        jia dou hui neng nin yisheng shen me sheng zen yang kai shi xing qi shui zhao dao hou guo zai"""
    ),
    "romanised Hindi, Urdu, Punjabi": profile(
        """hai hain mujhe mera meri mere aap aapko aapka kya kab se ki ka ke ko mein main nahi nahin haan ji bahut
        bohot thoda din raat hafte ho raha rahi hota hoti tha thi kahan kaun kitne kitna aur par lekin koi yeh woh
        dard bukhar saans taklif dawai bhi to namaste kuch abhi mainu tuhanu vich hunda sahab ek do teen"""
    ),
    "other romanised languages of India": profile(
        """enna irukku naan romba inga eppo vali illa amma enga ungalukku naku undi enti ela ledu ami apnar ki amar
        kemon khub koto din theke hocche ache nei malā majha ahe kay khup mane che shu tamne ente undu oru enikku"""
    ),
    "romanised Arabic and Persian": profile(
        """ana enta enti inta ya el al w wa fi fe min men mish mesh msh mafi aywa na3am la2 la shu shou eh leh fein
        wein emta keef keefak kifak marhaba waja3 alam doktor ba3d 3andi 3ndi ktir kteer awi bas kol youm yom ma ba
        man shoma az ast mikonam daram dard mishe khanom agha che chie key salam kheili nemitoonam hafte ro be"""
    ),
    "romanised Greek": profile(
        """den kai tha na to ta ti tis ton tin sto stin sas mou pou pos einai exo exete eimai poso edo kala oxi nai
        giatre gia me apo alla poli polu otan ponao ponaei pote meres evdomades kalimera geia efxaristo"""
    ),
    "romanised Russian, Ukrainian, Bulgarian": profile(
        """ya vy menya u vas na chto eto kak ne da net kogda gde bolit ochen uzhe davno mne i v s po zdravstvuyte
        doktor nedeli dnya my on ona mozhno esli shcho vas meni dobryi den vzhe koly ya ne imam mi boli az ot kude"""
    ),
    "romanised Japanese, Korean, Thai": profile(
        """wa ga wo no ni desu ka masu mashita itai sensei hai iie itsu kara doko dou watashi konnichiwa to de mo krap
        kha khun pen arai mai chan phom jep annyeonghaseyo jeo neun apayo ayo yo eodi"""
    ),
    "Slovak": profile(
        """som si je sme sú mám máte máš a aj ale už sa mi ma čo kto kde kedy ako prečo nie áno v na po pri od do z zo
        pre keď lebo tri týždne dni dobrý deň pán pani doktor vás boli bolí veľmi trochu nejaké niekedy najmä"""
    ),
    "Croatian, Serbian, Bosnian, Slovene": profile(
        """sam si je smo ste su i u na da ne se mi me što šta kako gdje gde kada kad zašto ali već samo od do za sa s
        iz po pri tri dana tjedna nedelje dobar dan gospodo doktore doktor boli vas imam imate li ili nije jer kaj
        ki ko sem tudi pa zelo dober teden lahko kje kdaj vam kao bih može noću prošle neke"""
    ),
    "Baltic languages": profile(
        """aš jūs man ir kad ar ne jau labai kur kada kaip nuo iš su per bet kas tai taip laba diena skauda savaites es
        jūs mani ka vai nē ļoti kad kā no uz ar bet tas jā labdien sāp nedēļas kopš"""
    ),
    "Estonian": profile(
        """ma mul mu te teie on ei ja et see juba ka kui aga mis kus millal kuidas kas väga nädalat päeva tere valu
        minu oli olen üles alla kolm"""
    ),
    "Icelandic, Faroese, Nynorsk": profile(
        """ég eg hef er að og í á þú þið hvað ekki mjög frá með til hún hann góðan daginn vikur við um þegar mér mig
        ikkje kva korleis kvifor hev eit ein meg dykk vondt har vore frå berre sjølv tú hvat ikki"""
    ),
    "Celtic languages": profile(
        """dw i yn wedi mae bod y yr ar ac a am i'r o'r sy'n beth pryd ble ydych chi eich fy mi chi'n ddim bore da tá
        mé mé an na agus ar ag bhfuil cad go le tú sibh conas dia duit tha mi agad ciamar"""
    ),
    "Albanian, Maltese, Romani": profile(
        """unë jam kam ju që të në me për nga dhe një është nuk po jo si çfarë ku kur prej shumë javë ditë dhimbje keni
        mirëdita jien għandi għandek x'għandek li ma u fil minn ta' l-aktar meta mhux sew"""
    ),
    "Azerbaijani, Uzbek, Kurdish, Somali": profile(
        """mən sizi nə və üçün bu ki çox var yox harada nə salam ağrı həftədir men siz nima va bilan juda bor yo'q
        qayerda kun assalomu alaykum nega ez tu çi ye min ji li û ku hefte gelek naha heye maxaa waan aad iyo ka ku
        ayaan waxaa la uu marka"""
    ),
    "Basque, Esperanto, Latin": profile(
        """eta da ez dut dago naiz bat batez zer zu nire baina oso egun on hiru aste minez mi vi estas kaj ne la de jam
        tri kiam tre sed bonan tagon kio via mia ĝi et est non sum in ad cum"""
    ),
    "Polynesian languages, Malagasy": profile(
        """te he koe au ki o e i ka ahau kei tena aha nei ana ko ou le a o le ua lava fa'afetai talofa aloha ke i ka ʻo
        ʻaʻole no ny aho ianao inona izao efa ve fa dia misy tsy rehefa salama tompoko"""
    ),
}
