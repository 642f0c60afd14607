"""What is said about the page to those who do not see it yet: the preview of a link, and the page "About"."""

from dataclasses import dataclass

from authorship.numerals import Language


@dataclass(frozen=True, slots=True)
class AboutMessages:
    """The words of one language; what is in braces is filled in.

    `described` is a link's preview in one sentence; those that begin with `preview` are the invented verdict
    on its picture. `sections` are titles and paragraphs; `measured` stands where both models bring a report.
    `examples` are what `page.examples.EXAMPLES` are called, in their order.
    """

    title: str
    described: str
    preview_author: str
    preview_headline: str
    preview_shares: tuple[str, str]
    preview_words: tuple[str, ...]
    preview_scores: tuple[str, ...]
    locale: str
    back: str
    other_language: str
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    measured_title: str
    measured: str
    privacy_title: str
    limits_title: str
    programs_title: str
    programs: tuple[str, ...]
    api: str
    readme: str
    cite_title: str
    cited: str
    licence: str
    examples: tuple[str, ...]


RUSSIAN_ABOUT = AboutMessages(
    title="О проекте",
    described="Две нейросети узнают автора русской прозы и показывают слова, которые их убедили.",
    preview_author="А.\u00a0П.\u00a0Чехов",
    preview_headline="Почти наверняка А.\u00a0П.\u00a0Чехов.",
    preview_shares=("96,2\u00a0%", "95,4\u00a0%"),
    preview_words=("доктор", "шкап", "пасьянс", "голубушка"),
    preview_scores=("+2,1", "+1,4", "+0,9", "−0,6"),
    locale="ru_RU",
    back="К странице",
    other_language="In English",
    sections=(
        (
            "Что это",
            (
                "Вставьте отрывок русской прозы или откройте целую книгу: две нейронные сети назовут самого "
                "вероятного из {authors} авторов, скажут, насколько они уверены, и раскрасят слова, которые "
                "их убедили. Если текст не похож ни на кого из них или это вовсе не проза их времени, "
                "страница так и говорит.",
                "Больше всего она пригодится тому, кто хочет не только ответа, но и доводов: каждое слово с "
                "его весом, ближайшие произведения, место в книге, где меняется рука.",
            ),
        ),
        (
            "Как это устроено",
            (
                "Учитель — небольшая сеть вида BERT: она читает текст кусочками слов и каждому автору ставит "
                "оценку. Ученик вдвое менее глубок и настроен отвечать как учитель. Бывает, что ответ у них "
                "один, а причины разные: страница это показывает.",
                "Вес слова — то, что оно прибавило к оценке автора или отняло у неё по сравнению с тем же "
                "текстом, где все слова скрыты. Он считается методом интегрированных градиентов, и при "
                "каждом ответе сказано, с какой погрешностью.",
                "Проценты — вероятности, выверенные на книгах, которых модели не видели: из ответов с "
                "70\u00a0% верны около семидесяти из ста.",
            ),
        ),
    ),
    measured_title="Насколько этому верить",
    measured="Проверено на {excerpts} отрывках из {works} книг, по которым модели не учились. Первым "
    "настоящего автора называет учитель у {teacher} отрывков, ученик — у {student}. Тексты авторов, которых "
    "модели не знают, учитель отклоняет в {refused} случаев, но и знакомых — в {wrongly}.",
    privacy_title="Что с вашим текстом",
    limits_title="Чего это не доказывает",
    programs_title="Для программ",
    programs=(
        "У страницы три адреса для программ: /attribute, /explain и /book; они отвечают JSON с теми же "
        "числами, что и страница. Те же ответы дают команды python\u00a0-m\u00a0authorship и "
        "python\u00a0-m\u00a0explain.",
    ),
    api="Описание адресов",
    readme="Руководство (по-английски)",
    cite_title="Как сослаться",
    cited="{title}. Версия\u00a0{version}. {address} (дата обращения: {day}).",
    licence="Код открыт по лицензии MIT.",
    examples=(
        "лёгкий, под Чехова",
        "трудный",
        "в две руки",
        "современный",
        "в старой орфографии",
        "бессмыслица",
        "короткий",
        "маленькая книга",
    ),
)

ENGLISH_ABOUT = AboutMessages(
    title="About the project",
    described="Two neural networks tell who wrote a piece of Russian prose, and show the words that "
    "persuaded them.",
    preview_author="Anton Chekhov",
    preview_headline="Almost certainly Anton Chekhov.",
    preview_shares=("96.2%", "95.4%"),
    preview_words=("доктор", "шкап", "пасьянс", "голубушка"),
    preview_scores=("+2.1", "+1.4", "+0.9", "−0.6"),
    locale="en_GB",
    back="To the page",
    other_language="По-русски",
    sections=(
        (
            "What this is",
            (
                "Paste an excerpt of Russian prose, or open a whole book: two neural networks name the most "
                "probable of {authors} authors, say how sure they are, and colour the words that persuaded "
                "them. Where a text resembles none of them, or is no prose of their time, the page says so.",
                "It is of most use to those who want reasons and not only an answer: every word with its "
                "weight, the nearest works, the place in a book where the hand changes.",
            ),
        ),
        (
            "How it works",
            (
                "The teacher is a small network of the kind called BERT: it reads a text in pieces of words "
                "and gives every author a score. The student is half as deep and was fitted to answer as "
                "the teacher does. Such a student may give the same answer for other reasons, and the page "
                "shows it.",
                "A word’s weight is what it added to the author’s score, or took from it, against the same "
                "text with every word masked. It is computed by integrated gradients, and each answer says "
                "how exact it is.",
                "Percentages are probabilities, adjusted on books that the models had not seen: of the "
                "answers given with 70%, about seventy in a hundred are right.",
            ),
        ),
    ),
    measured_title="How far to trust it",
    measured="Measured on {excerpts} excerpts of {works} books that the models did not learn from. The "
    "teacher names the true author first for {teacher} of the excerpts, the student for {student}. Of texts "
    "by authors whom the models do not know the teacher refuses {refused}, but also {wrongly} of those by "
    "authors it knows.",
    privacy_title="What becomes of your text",
    limits_title="What this does not prove",
    programs_title="For programs",
    programs=(
        "The page has three endpoints for programs, /attribute, /explain and /book, which answer in JSON "
        "with the numbers of the page. The commands python\u00a0-m\u00a0authorship and "
        "python\u00a0-m\u00a0explain answer alike.",
    ),
    api="The endpoints described",
    readme="The manual",
    cite_title="How to cite",
    cited="{title}. Version\u00a0{version}. {address} (accessed {day}).",
    licence="The code is open under the MIT licence.",
    examples=(
        "easy, after Chekhov",
        "hard",
        "two hands",
        "of today",
        "old spelling",
        "nonsense",
        "short",
        "a small book",
    ),
)


def about_messages(language: Language) -> AboutMessages:
    """The words in a language."""
    return RUSSIAN_ABOUT if language == "ru" else ENGLISH_ABOUT
