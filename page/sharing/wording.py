"""What is said of links, in both languages."""

from dataclasses import dataclass

from page.messages import Language


@dataclass(frozen=True, slots=True)
class SharingMessages:
    """The button's words, and what sharing.js says when it is pressed; it fills in what is in braces."""

    copy: str
    copied: str
    by_hand: str
    too_long: str
    changed: str
    impossible: str
    broken: str


_RUSSIAN = SharingMessages(
    copy="Скопировать ссылку",
    copied="Ссылка скопирована. Текст — в ней самой, на сервере ничего не хранится: "
    "прочтёт его всякий, у кого есть ссылка.",
    by_hand="Скопируйте ссылку отсюда. Текст — в ней самой: прочтёт его всякий, у кого она есть.",
    too_long="Для ссылки текст слишком длинен: вышло бы {length} знаков, а целыми доходят до {limit}. "
    "Сократите текст или сохраните результат файлом.",
    changed="Текст в поле изменился. Нажмите «Узнать автора», а потом копируйте ссылку.",
    impossible="Этот браузер не умеет делать такие ссылки. Обновите его или сохраните результат файлом.",
    broken="Ссылка повреждена: текст из неё не прочесть. Попросите прислать её ещё раз, целиком.",
)
_ENGLISH = SharingMessages(
    copy="Copy a link",
    copied="The link is copied. The text is in the link itself, the server keeps nothing: "
    "whoever has the link can read it.",
    by_hand="Copy the link from here. The text is in the link itself: whoever has it can read it.",
    too_long="The text is too long for a link: it would take {length} characters, and up to {limit} arrive "
    "whole. Shorten the text, or save the result as a file.",
    changed="The text in the box has changed. Press “Find the author”, then copy the link.",
    impossible="This browser cannot make such links. Update it, or save the result as a file.",
    broken="The link is damaged: its text cannot be read. Ask for it once more, whole.",
)


def sharing_messages(language: Language) -> SharingMessages:
    """The words about links in a language."""
    return _RUSSIAN if language == "ru" else _ENGLISH
