"""Every sentence of the tab of many files, in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass

from authorship.verdict import Certainty
from page.messages import Forms, Language


@dataclass(frozen=True, slots=True)
class FileMessages:
    """The tab's words in one language; fields in braces are filled in by the view.

    `certainties` say how sure a verdict is, `several` what a book of several hands has in their place.
    """

    tab: str
    lead: str
    upload: str
    stop: str
    too_much: str
    lost: str
    waiting: str
    reading: str
    unpacking: str
    done: str
    stopped: str
    left_out: str
    others: str
    files: Forms

    caption: str
    file: str
    verdict: str
    certainty: str
    notices: str
    length: str
    open: str
    open_excerpt: str
    open_book: str
    characters: str
    not_read: str
    no_text: str
    export: str

    certainties: Mapping[Certainty, str]
    several: str


RUSSIAN_FILES = FileMessages(
    tab="Файлы",
    lead="Несколько файлов сразу или архив с книгами: до {most} текстов, вместе не больше {limit} МБ. "
    "Каждый читается так же, как на соседних вкладках, и получает строку в таблице.",
    upload="Выбрать файлы",
    stop="Остановить",
    too_much="За раз — до {most} файлов, вместе не больше {limit} МБ. Выберите меньше.",
    lost="Эта таблица больше не хранится: выберите файлы заново.",
    waiting="Файлы ждут своей очереди.",
    reading="Читаем {number}-й из {total}: {name}",
    unpacking="Открываем {number}-й из {total}: {name}",
    done="Прочитано: {count}.",
    stopped="Остановлено. Прочитано: {count}.",
    left_out="Не прочитаны: {count}.",
    others="Другие файлы архива не прочитаны: {count}.",
    files=("файл", "файла", "файлов"),
    caption="Что сказали модели о каждом файле",
    file="Файл",
    verdict="Вывод",
    certainty="Уверенность",
    notices="Замечания",
    length="Объём",
    open="Открыть",
    open_excerpt="Открыть как отрывок",
    open_book="Открыть как книгу",
    characters="Знаков",
    not_read="не прочитан",
    no_text="В файле нет текста.",
    export="Сохранить таблицу (CSV)",
    certainties={
        "certain": "высокая",
        "likely": "средняя",
        "open": "малая",
        "nobody": "никто из известных",
        "outside": "не проза времени этих авторов",
    },
    several="не одна рука",
)

ENGLISH_FILES = FileMessages(
    tab="Files",
    lead="Several files at once, or an archive of books: up to {most} texts of {limit} MB together. "
    "Each is read as on the other tabs and gets a row in the table.",
    upload="Choose files",
    stop="Stop",
    too_much="Up to {most} files at once, of {limit} MB together. Choose fewer.",
    lost="This table is no longer kept: choose the files again.",
    waiting="The files wait their turn.",
    reading="Reading {number} of {total}: {name}",
    unpacking="Opening {number} of {total}: {name}",
    done="Read: {count}.",
    stopped="Stopped. Read: {count}.",
    left_out="Not read: {count}.",
    others="Other files in the archive were not read: {count}.",
    files=("file", "files", "files"),
    caption="What the models say of each file",
    file="File",
    verdict="Verdict",
    certainty="Certainty",
    notices="Notices",
    length="Length",
    open="Open",
    open_excerpt="Open as an excerpt",
    open_book="Open as a book",
    characters="Characters",
    not_read="not read",
    no_text="There is no text in the file.",
    export="Save the table (CSV)",
    certainties={
        "certain": "high",
        "likely": "medium",
        "open": "low",
        "nobody": "nobody known",
        "outside": "not prose of their time",
    },
    several="several hands",
)


def file_messages(language: Language) -> FileMessages:
    """The tab's words in a language."""
    return RUSSIAN_FILES if language == "ru" else ENGLISH_FILES
