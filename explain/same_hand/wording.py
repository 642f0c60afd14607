"""What a comparison's document says beside the answer itself, in Russian and in English."""

from dataclasses import dataclass

from authorship.numerals import Language


@dataclass(frozen=True, slots=True)
class ComparisonWords:
    """The document's sentences in one language; fields in braces are filled in."""

    title: str
    known: str
    disputed: str
    known_one: str
    cautions: str
    why: str
    for_one: str
    for_two: str
    colours: str
    cut: str
    unexplained: str
    uncertain: str
    error: str
    base: str
    missing: str
    words: str
    marks: str
    pairs: str
    head_for: str
    head_against: str
    column_known: str
    column_disputed: str
    column_count: str
    limits_title: str
    about_title: str
    method: str
    text_hash: str
    measure_hash: str
    versions: str
    cited: str
    hashed: str


RUSSIAN = ComparisonWords(
    title="Одна ли рука?",
    known="Бесспорные тексты",
    disputed="Спорный текст",
    known_one="Бесспорный текст",
    cautions="Что делает ответ слабее",
    why="Откуда это видно",
    for_one="за одну руку",
    for_two="за две",
    colours="Чем гуще цвет, тем больше вес слова; самые сильные подчёркнуты: сплошь — за одну руку, "
    "пунктиром — за две. Вес — сколько слово прибавило к логарифму отношения правдоподобия.",
    cut="Показаны первые {characters} знаков; сильнейшие слова ниже — по всему тексту.",
    unexplained="Слова не взвешены: тексты нельзя сравнивать, или они слишком длинны.",
    uncertain="Расчёт не сошёлся: цвета лишь приблизительны.",
    base="Два обычных текста таких длин имели бы {score}.",
    missing="Слова, обычные у других, но не у этих текстов, прибавили {score}.",
    error="Погрешность объяснения {error}.",
    words="Слова",
    marks="Знаки",
    pairs="Соседние слова и части слов",
    head_for="Больше всего за одну руку",
    head_against="Больше всего за две",
    column_known="в бесспорных",
    column_disputed="в спорном",
    column_count="раз",
    limits_title="Чего это не доказывает",
    about_title="Откуда это",
    method="Тексты — точки в пространстве, которое выучено по многим авторам; отношение правдоподобия "
    "выверено на авторах, по которым ничего не подбиралось. Вес слов — интегрированные градиенты (Captum).",
    text_hash="SHA-256, {name}",
    measure_hash="SHA-256 меры, {name}",
    versions="Версии",
    cited="Сравнение: {known} (бесспорные тексты, {known_characters}\u00a0знаков) и {disputed} (спорный, "
    "{disputed_characters}\u00a0знаков). {answer}. Получено {day}",
    hashed="SHA-256: мера {measure}, бесспорные {known}, спорный {disputed}.",
)

ENGLISH = ComparisonWords(
    title="The same hand?",
    known="Known texts",
    disputed="Disputed text",
    known_one="Known text",
    cautions="What makes the answer weaker",
    why="What shows it",
    for_one="for one hand",
    for_two="for two",
    colours="The deeper the colour, the more a word weighs; the strongest are underlined: a solid line "
    "speaks for one hand, a dashed one for two. The weight is what a word adds to the logarithm of the "
    "likelihood ratio.",
    cut="The first {characters} characters are shown; the strongest words below are of the whole text.",
    unexplained="The words are not weighed: the texts cannot be compared, or are too long.",
    uncertain="The explanation did not converge: its colours are but rough.",
    base="Two usual texts of such lengths would have {score}.",
    missing="Words that are usual elsewhere but not here add {score}.",
    error="Error of the explanation {error}.",
    words="Words",
    marks="Marks",
    pairs="Neighbouring words and parts of words",
    head_for="Most for one hand",
    head_against="Most for two",
    column_known="known",
    column_disputed="disputed",
    column_count="times",
    limits_title="What this does not prove",
    about_title="Where this comes from",
    method="Texts are points in a space learnt from many authors; the likelihood ratio is calibrated on "
    "authors that nothing was fitted to. The weights of words are integrated gradients (Captum).",
    text_hash="SHA-256, {name}",
    measure_hash="SHA-256 of the measure, {name}",
    versions="Versions",
    cited="Compared: {known} (known texts, {known_characters} characters) and {disputed} (disputed, "
    "{disputed_characters} characters). {answer}. Obtained {day}.",
    hashed="SHA-256: measure {measure}, known {known}, disputed {disputed}.",
)


def comparison_words(language: Language) -> ComparisonWords:
    """The document's sentences in a language."""
    return RUSSIAN if language == "ru" else ENGLISH
