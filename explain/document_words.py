"""What the document says, in Russian and in English."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["ru", "en"]


@dataclass(frozen=True, slots=True)
class DocumentWords:
    """The document's sentences in one language; fields in braces are filled in."""

    language: Language
    roles: dict[str, str]
    title: str
    says: str
    unknown: str
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
    terms_title: str
    terms: tuple[tuple[str, str], ...]
    about_title: str
    method: str
    text_hash: str
    weights: str
    versions: str


RUSSIAN = DocumentWords(
    language="ru",
    roles={"teacher": "Учитель", "student": "Ученик"},
    title="Чья это проза? {name}",
    says="{role}: {authors}.",
    unknown="Модель сомневается, что это кто-то из известных ей авторов.",
    versus="{author} (за), а не {rival} (против)",
    colours="Чем гуще цвет, тем больше вес слова; сильнейшие подчёркнуты: сплошь — за, пунктиром — против.",
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
    agreement="Согласие моделей: Спирмен {spearman}, общих слов {common} из {strongest} самых весомых, "
    "общего веса {mass}.",
    loss_student="Ученик без слов учителя теряет {share} от того, что без своих.",
    loss_teacher="Учитель без слов ученика — {share}.",
    scale="Обычно у этой пары {pair:.2f}, у модели самой с собой {ceiling:.2f}, "
    "у необученного ученика {floor:.2f}.",
    terms_title="Что значат числа",
    terms=(
        (
            "Логит",
            "Оценка, которую модель даёт автору до перевода в вероятность: решает то, у кого из авторов она "
            "больше. Вклады всех слов и знаков вместе — разница между логитом текста и логитом без слов.",
        ),
        (
            "Погрешность",
            "Насколько сумма вкладов расходится с этой разницей или сами вклады могут ещё сдвинуться.",
        ),
        (
            "Узлы",
            "Ступени между скрытым текстом и полным, на которых взят градиент: чем их больше, тем точнее.",
        ),
        ("Спирмен", "Корреляция порядков: 1 — модели ценят слова в одном порядке, 0 — порядки не связаны."),
        ("Общий вес", "Доля веса, которую обе модели отдают одним и тем же словам в одну и ту же сторону."),
    ),
    about_title="Откуда это",
    method="Интегрированные градиенты логита автора от того же текста, где все слова скрыты; "
    "вложенные узлы Кленшоу — Кёртиса.",
    text_hash="SHA-256 текста",
    weights="SHA-256 весов, {role}",
    versions="Версии",
)

ENGLISH = DocumentWords(
    language="en",
    roles={"teacher": "Teacher", "student": "Student"},
    title="Whose prose is this? {name}",
    says="{role}: {authors}.",
    unknown="The model doubts that this is any author it knows.",
    versus="{author} (for) rather than {rival} (against)",
    colours="The deeper the colour, the more a word weighs; the strongest are underlined: "
    "a solid line speaks for, a dashed one against.",
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
    agreement="Agreement of the models: Spearman {spearman}, {common} of the {strongest} strongest words "
    "in common, {mass} of the weight in common.",
    loss_student="Without the teacher's words the student loses {share} of what it loses without its own.",
    loss_teacher="The teacher without the student's words: {share}.",
    scale="This pair usually has {pair:.2f}, a model with itself {ceiling:.2f}, "
    "an untrained student {floor:.2f}.",
    terms_title="What the numbers mean",
    terms=(
        (
            "Logit",
            "The score that a model gives an author before it becomes a probability: the largest decides. "
            "All words and marks together add the difference between the text’s logit and the "
            "logit without words.",
        ),
        ("Error", "How far their sum is from that difference, or the scores themselves may still move."),
        (
            "Nodes",
            "Steps from the masked text to the whole one at which a gradient was taken: more are exacter.",
        ),
        ("Spearman", "A correlation of ranks: 1 where both models rank the words alike, 0 for no relation."),
        ("Weight in common", "The share that both models give to the same words in the same direction."),
    ),
    about_title="Where this comes from",
    method="Integrated gradients of the author’s logit from the same text with every word masked; "
    "nested Clenshaw–Curtis nodes.",
    text_hash="SHA-256 of the text",
    weights="SHA-256 of the weights, {role}",
    versions="Versions",
)


def document_words(language: Language) -> DocumentWords:
    """The document's sentences in a language."""
    return RUSSIAN if language == "ru" else ENGLISH
