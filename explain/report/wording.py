"""What the document says, in Russian and in English."""

from dataclasses import dataclass

from authorship.numerals import Language


@dataclass(frozen=True, slots=True)
class DocumentWords:
    """The document's sentences in one language; fields in braces are filled in."""

    language: Language
    months: tuple[str, ...]
    day: str
    roles: dict[str, str]
    title: str
    untitled: str
    facts_of_text: str
    for_author: str
    against_author: str
    more_authors: str
    nearest_title: str
    nearest_work: str
    nearest_meaning: str
    nearest_other: str
    nearest_right: str
    nearest_share: str
    cite_title: str
    cited_title: str
    cited: str
    cited_text: str
    cited_unnamed: str
    cited_hashes: str
    model_hash: str
    says: str
    unknown: str
    folded: str
    versus: str
    colours: str
    masked_title: str
    masked_none: str
    held: str
    changed: str
    verified: str
    unpredicted: str
    facts: str
    unexplained: str
    uncertain: str
    strongest: str
    agreement: str
    loss_student: str
    loss_teacher: str
    scale: str
    limits_title: str
    limits: str
    terms_title: str
    terms: tuple[tuple[str, str], ...]
    about_title: str
    method: str
    text_hash: str
    weights: str
    versions: str


RUSSIAN = DocumentWords(
    language="ru",
    months=(
        "января",
        "февраля",
        "марта",
        "апреля",
        "мая",
        "июня",
        "июля",
        "августа",
        "сентября",
        "октября",
        "ноября",
        "декабря",
    ),
    day="{day}\u00a0{month} {year}\u00a0г.",
    roles={"teacher": "Учитель", "student": "Ученик"},
    title="Чья это проза? {name}",
    untitled="Отрывок",
    facts_of_text="знаков: {characters}",
    for_author="за: {author}",
    against_author="против: {author}",
    more_authors="Остальные, первые пять",
    nearest_title="Ближе всего по всем оценкам",
    nearest_work="Произведение",
    nearest_meaning="Сравниваются оценки, которые модель ставит всем {authors} авторам за этот текст и в "
    "среднем за произведение, на котором училась: 0\u00a0— оценки соотносятся одинаково, 1\u00a0— ничего "
    "общего.",
    nearest_other="Книг названного автора ({author}) среди них нет: вердикт судит по всему, что он написал, "
    "а одна книга бывает близка и темой.",
    nearest_right="Проверено на книгах, которых модели не видели: из 100 отрывков на таком же расстоянии "
    "ближайшее произведение оказалось того же автора у\u00a0{shares}. Если автора нет среди известных, это "
    "ничего не значит.",
    nearest_share="{count}\u00a0({role})",
    cite_title="Как сослаться",
    cited_title="Чья это проза? Определение автора русской прозы двумя нейросетями",
    cited="{title}. Версия\u00a0{version}.",
    cited_text="Текст: «{name}», знаков: {characters}. Получено {day}",
    cited_unnamed="Текст, знаков: {characters}. Получено {day}",
    cited_hashes="SHA-256: учитель {teacher}, ученик {student}, текст {text}",
    model_hash="SHA-256 модели, {role}",
    says="{role}: {authors}.",
    unknown="Для этой модели текст непривычен.",
    folded="Что всё же сказали бы модели: они выбирают из известных им авторов, даже когда выбирать "
    "не из кого.",
    versus="{author} (за), а не {rival} (против)",
    colours="Чем больше вес, тем гуще цвет, но не вровень: вчетверо больший вес — вдвое гуще. Десять "
    "самых весомых подчёркнуты и всегда видны: сплошь — за, пунктиром — против.",
    masked_title="Проверка: что будет, если скрыть слова",
    masked_none="Ни одно слово не скрыто.",
    held="{role} при своём: {before} → {after}.",
    changed="{role} меняет ответ: {before} → {after}.",
    verified="Логит: предсказано {predicted}, на деле {actual}. Вероятность ({author}): {before} → {after}.",
    unpredicted="—",
    facts="{author}: логит {score}, без слов {baseline}; погрешность {error}, узлов {nodes}, {seconds} с",
    unexplained="Объяснения нет: оно не посчитано, или модель не знает этого автора.",
    uncertain="Объяснение не сошлось: этим оценкам нельзя доверять, поэтому цвета нет.",
    strongest="Сильнейшие слова и знаки, их вклад",
    agreement="Согласие моделей: корреляция Спирмена {spearman}, общих слов {common} из {strongest} самых "
    "весомых, совпадает {mass} веса.",
    loss_student="Ученик без слов, убедивших учителя, теряет {share} того, что теряет без собственных.",
    loss_teacher="Учитель без слов, убедивших ученика, теряет {share} того, что теряет без собственных.",
    scale="Корреляция обычно: у этой пары {pair}, у модели с самой собой {ceiling}, "
    "у необученного ученика {floor}.",
    limits_title="Чего это не доказывает",
    limits="Учитель — нейронная сеть, настроенная узнавать авторов; ученик вдвое менее глубок и настроен "
    "отвечать как учитель. Они знают {authors} авторов и больше никого: текст кого-то другого они могут "
    "отдать одному из своих. Имена, места и предмет рассказа тоже влияют на ответ, а подражание может его "
    "обмануть. Вероятность — то, как часто такие ответы оказывались верны на отложенных книгах, если модель "
    "калибрована; это не доказательство.",
    terms_title="Что значат числа",
    terms=(
        (
            "Логит",
            "Оценка, которую модель даёт автору до перевода в вероятность: побеждает автор с наибольшей. "
            "Вклады всех слов и знаков в сумме дают разницу между логитом текста и логитом без слов.",
        ),
        (
            "Погрешность",
            "Большее из двух: насколько сумма вкладов расходится с этой разницей и насколько, по оценке, "
            "неточны сами вклады.",
        ),
        (
            "Узлы",
            "Ступени между скрытым текстом и полным, на которых взят градиент: чем их больше, тем точнее.",
        ),
        ("Спирмен", "Корреляция порядков: 1 — модели ценят слова в одном порядке, 0 — порядки не связаны."),
        (
            "Совпадающий вес",
            "Доля веса, которую обе модели отдают одним и тем же словам в одну и ту же сторону.",
        ),
    ),
    about_title="Откуда это",
    method="Интегрированные градиенты логита автора от того же текста, где все слова скрыты; их "
    "вычисляет IntegratedGradients из Captum, по отрезкам пути с узлом в середине каждого.",
    text_hash="SHA-256 текста",
    weights="SHA-256 весов, {role}",
    versions="Версии",
)

ENGLISH = DocumentWords(
    language="en",
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    day="{day}\u00a0{month} {year}",
    roles={"teacher": "Teacher", "student": "Student"},
    title="Whose prose is this? {name}",
    untitled="Excerpt",
    facts_of_text="{characters} characters",
    for_author="for {author}",
    against_author="against {author}",
    more_authors="The others, the first five",
    nearest_title="Nearest by all scores",
    nearest_work="Work",
    nearest_meaning="This compares the scores that a model gives all {authors} authors for this text and, on "
    "average, for a work that it learned from: 0 where they are in the same proportions, 1 where they have "
    "nothing in common.",
    nearest_other="None is by the author named ({author}): the verdict weighs all that an author wrote, "
    "while a single work may be near by its subject.",
    nearest_right="Tried on books that the models had not seen: of 100 excerpts at such a distance, the "
    "nearest work was by the same author for {shares}. Of an author who is not among those known this says "
    "nothing.",
    nearest_share="{count}\u00a0({role})",
    cite_title="How to cite",
    cited_title="Whose prose is this? Attribution of Russian prose by two neural networks",
    cited="{title}. Version\u00a0{version}.",
    cited_text="Text: “{name}”, {characters} characters. Obtained {day}.",
    cited_unnamed="Text: {characters} characters. Obtained {day}.",
    cited_hashes="SHA-256: teacher {teacher}, student {student}, text {text}",
    model_hash="SHA-256 of the model, {role}",
    says="{role}: {authors}.",
    unknown="The text is unusual for this model.",
    folded="What the models would say all the same: they choose among the authors they know even where there "
    "is nobody to choose.",
    versus="{author} (for) rather than {rival} (against)",
    colours="The more a word weighs, the deeper its colour, though not in step: four times the weight is "
    "twice as deep. The ten weightiest are underlined and always in sight: a solid line speaks for, a dashed "
    "one against.",
    masked_title="The test: what if words are masked",
    masked_none="No word is masked.",
    held="{role} holds: {before} → {after}.",
    changed="{role} changes its mind: {before} → {after}.",
    verified="Logit: predicted {predicted}, in fact {actual}. Probability ({author}): {before} → {after}.",
    unpredicted="—",
    facts="{author}: logit {score}, without words {baseline}; error {error}, {nodes} nodes, {seconds} s",
    unexplained="No explanation: it was not computed, or the model does not know this author.",
    uncertain="The explanation did not converge: these scores cannot be trusted, so there is no colour.",
    strongest="The strongest words and marks, and what they add",
    agreement="Agreement of the models: Spearman correlation {spearman}, {common} of the {strongest} "
    "strongest words and {mass} of the weight in common.",
    loss_student="Without the teacher's words the student loses {share} of what it loses without its own.",
    loss_teacher="Without the student's words the teacher loses {share} of what it loses without its own.",
    scale="The correlation is usually {pair} for this pair, {ceiling} for a model with itself, "
    "{floor} for an untrained student.",
    limits_title="What this does not prove",
    limits="The teacher is a neural network fitted to tell authors apart; the student is half as deep and "
    "fitted to answer as the teacher does. They know {authors} authors and nobody else: a text by another "
    "may be given to one of theirs. Names, places and subject count too, and a pastiche may deceive them. A "
    "probability is how often such answers were right on held-out books, if the model is calibrated; it is "
    "no proof.",
    terms_title="What the numbers mean",
    terms=(
        (
            "Logit",
            "The score that a model gives an author before it becomes a probability: the highest wins. "
            "All words and marks add up to the difference between the text’s logit and the "
            "logit without words.",
        ),
        (
            "Error",
            "The larger of two: how far the sum of all scores is from that difference, and how far the "
            "scores themselves are estimated to be off.",
        ),
        (
            "Nodes",
            "Steps from the masked text to the whole one at which a gradient was taken: more are more exact.",
        ),
        ("Spearman", "A correlation of ranks: 1 where both models rank the words alike, 0 for no relation."),
        ("Weight in common", "The share that both models give to the same words in the same direction."),
    ),
    about_title="Where this comes from",
    method="Integrated gradients of the author’s logit from the same text with every word masked; "
    "computed by Captum’s IntegratedGradients over parts of the path, with a node in the middle of each.",
    text_hash="SHA-256 of the text",
    weights="SHA-256 of the weights, {role}",
    versions="Versions",
)


def document_words(language: Language) -> DocumentWords:
    """The document's sentences in a language."""
    return RUSSIAN if language == "ru" else ENGLISH
