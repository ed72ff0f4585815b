"""Detects, in every language, a program that names its maker or its model.

The patterns match plain text (see plain.py).

"I asked ChatGPT", "I work for Google" and "My name is Claude Dupont" are what patients say: a company counts together
with a verb of making or what is made, a name that people have as well only together with these.
"""

import re

_LABS = (
    r"(?:open ?ai|anthropic|alibaba(?: cloud)?|deepseek|hugging ?face|mistral(?: ai)?|meta ai|(?:google )?deepmind"
    r"|moonshot"
    r" ai|zhipu(?: ai)?|stability ai|eleuther ?ai|technology innovation institute|x\.?ai|01\.ai|ai21|cohere"
    r"|阿里(?:云|巴巴)"
    r"|深度求索|智谱|百度|腾讯|アリババ|알리바바|علي بابا|алибаба)"
)
_COMPANIES = r"(?:google|meta|microsoft|nvidia|ibm|baidu|tencent|bytedance|apple|amazon|samsung|huawei|databricks)"
_MODELS = (
    r"(?:qwen|tongyi|chat ?gpt|gpt-?\d|gemini|llama|smollm|mixtral|mistral|deepseek|copilot|granite|phi-?\d|ernie bot"
    r"|doubao"
    r"|hunyuan|chatglm|tinyllama|stablelm|internlm|olmo|minicpm|nemotron|exaone|通义千问|千问|文心一言|豆包)"
)
_PEOPLES_NAMES = r"(?:claude|gemma|phi|grok|bard|falcon|vicuna|alpaca|kimi|yi|zephyr|pi)"
_MADE = (
    r"(?:creat|develop|train|built|made by|cree|entwickel|trainiert|erstellt|entrain|entren|desarroll|svilupp|addestr"
    r"|ontwikk"
    r"|gemaakt|getraind|desenvolv|criad|treinad|stworzon|opracowan|wytrenowan|разработ|созда|обуч|gelistir|egit"
    r"|olustur|开发"
    r"|创建|训练|研发|推出|開発|作られ|訓練|طور|أنشأ|درب|개발|훈련|만든)"
)
_PROGRAM = (
    r"(?:\bai\b|\bki\b|\bia\b|\bllm\b|assistan|asistent|assistent|assistent|language model|chat ?bot|yapay zeka|dil"
    r" modeli"
    r"|artificial|kunstliche|sprachmodel|taalmodel|modele? |modello|modelo|model jezykow"
    r"|ии\b|модель|人工智能|模型|言語モデル"
    r"|人工知能|نموذج|ذكاء|인공지능|모델)"
)
_I_AM = (
    r"(?:i(?:'m| am)(?: called| based on| powered by)?|my name is|you can call me|ich bin|ich heisse|mein name ist|je"
    r" suis"
    r"|je m'appelle|soy|me llamo|mi nombre es|sono|mi chiamo|ik ben|ik heet|eu sou|sou|me chamo|jestem|nazywam sie"
    r"|меня зовут"
    r"|ben|я|ad[ıi]m)"
)
_BY = r"(?:by|from|von|par|por|de|da|dal|di|pel[ao]|door|van|przez|компани\w+)"
_MAKER = re.compile(
    rf"(?<!\w){_LABS}[^.!?。！？\n]{{0,40}}?{_MADE}|{_MADE}[^.!?。！？\n]{{0,30}}?(?<!\w){_LABS}|[由是为]{_LABS}"
    rf"|{_PROGRAM}[^.!?。！？\n]{{0,40}}(?<!\w){_LABS}|(?<!\w){_LABS}[^.!?。！？\n]{{0,30}}{_MODELS}"
    rf"|{_PROGRAM}[^.!?。！？\n]{{0,60}}?\b{_BY} {_COMPANIES}\b|\b{_COMPANIES}(?:'?\w* taraf[ıi]ndan"
    rf"|(?:开发|训练|の|が))"
    rf"|\b{_I_AM} {_MODELS}\b(?! \w+-)|(?:我是|我叫|叫|私は){_MODELS}"
    rf"|\b{_I_AM} {_PEOPLES_NAMES}\b[^.!?\n]{{0,40}}?(?:{_PROGRAM}|{_MADE})|\b(?:i was|i've been|i am|i'm) (?:created"
    rf"|developed"
    rf"|trained|built|made|designed) by (?:{_LABS}|{_COMPANIES}|a team|researchers)"
)
# "I work with AI at Google", "My son develops models for Google": somebody's work.
_WORK = re.compile(r"\b(?:work\w*|job|son|daughter|husband|wife|arbeit\w*|travail\w*|trabaj\w*|lavor\w*)\b")
_ADMITTED = re.compile(
    r"\b(?:yapay zeka(?:y[ıi]m|yim|s[ıi]y[ıi]m)|bir yapay zeka(?:\b(?! m[ıi])|d)|ben bir (?:robot|bot|dil modeli"
    r"|program)"
    r"|jag ar en (?:ai|robot|sprakmodell)\b|jeg er en (?:ai|ki|robot|sprakmodell|sprogmodel)\b|olen tekoaly"
    r"|(?:jsem|som) (?:umela inteligence|jazykovy model|ai\b)|egy mesterseges intelligencia vagyok|sunt o inteligenta"
    r"|i(?:'m| am) (?:just |only |merely )?(?:lines of )?code\b|an? (?:large|compact|small|open)(?:-\w+)? model\b|you"
    r" got me[^\w\n]+i(?:'m| am)|(?:yes|ja|oui|si|sim|tak|да|evet)\b[,.!]* (?:i(?:'m| am) (?:just |only )?(?:an? )?"
    r"(?:ai|robot|bot|machine|computer|program)|ich bin (?:nur )?eine? (?:ki|roboter|maschine)|je suis un(?:e ia|"
    r" robot)"
    r"|soy un(?:a ia| robot)|sono un(?:'ia| robot)|ik ben een (?:ai|robot)|sou um(?:a ia| robo)|jestem (?:robotem|ai"
    r"|botem)"
    r"|я (?:робот|бот|ии)|ben bir (?:robot|yapay))\b"
    r"|artificial intelligence\b(?= (?:designed|created|trained|made|developed)))"
    r"|(?:я|да, я) (?:-|это)? ?(?:искусственныи интеллект|языковая модель|нейросеть)|أنا (?:مجرد |هنا ك)?(?:نموذج"
    r"|ذكاء|روبوت|برنامج"
    r"|مساعد (?:افتراضي|ذكي|رقمي))|我(?:只?是|就是)[^。！？\n不]{0,20}(?:语言模型"
    r"|人工智能|机器人|智能助手|ai)(?![吗？?])"
    r"|(?:私|わたし|僕)は[^。！？\n]{0,30}(?:ai|人工知能|言語モデル|ロボット|アシスタント)"
    r"(?:です|である|だ)|저는[^.!?\n]{0,25}(?:인공지능|언어 모델|ai)"
)
_ASKED_FOR_THE_MODEL = re.compile(
    r"\b(?:a\.?i\.?|chat ?bot|bot|chat ?gpt|qwen|llama|gemini|language model|llm|which model)\b"
)
_NAMED = re.compile(rf"\b{_I_AM} ({_PEOPLES_NAMES})\b")


def names_its_maker(spoken: str, asked: str, names: frozenset[str]) -> bool:
    """Whether a plain text says by whom its speaker was made, or which model the speaker is.

    `asked` is the student's last message as plain text, `names` are the patient's.
    """
    if _ADMITTED.search(spoken):
        return True
    if _ASKED_FOR_THE_MODEL.search(asked) and {*_NAMED.findall(spoken)} - names:
        return True
    return _MAKER.search(spoken) is not None and _WORK.search(spoken) is None
