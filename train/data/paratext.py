"""What the publisher put around the prose: heads, headings, notes, tails.

Everything here takes and returns lists of lines; an empty line is a gap between paragraphs.
"""

import re

NO_PROSE_HEAD = 60
LONG_LINE = 120
_LANGUAGES = "фр|франц|лат|латин|нем|немец|англ|ит|итал|исп|греч|польск|укр|татар|евр|турец|перс|франц"
_LETTER = re.compile(r"[^\W\d_]")
_DASHED = re.compile(r"^[-–—]")
_SENTENCE_END = tuple('.!?…:»")”]')
_MONTHS = "январ|феврал|март|апрел|ма[йя]|июн|июл|август|сентябр|октябр|ноябр|декабр"

_NOTES_HEADER = re.compile(
    r"^(?:notes?\d*|Notes|(?:П(?:римечани[ея]|РИМЕЧАНИ[ЕЯ])|К(?:омментари[йи]|ОММЕНТАРИ[ЙИ])|С(?:носки|НОСКИ))"
    r"(?:\s.{0,60})?|СЛОВАРЬ ТРУДНЫХ.*|П(?:ечатные варианты|ЕЧАТНЫЕ ВАРИАНТЫ)|Источник текста\W.*"
    r"|Впервые(?: полностью)?:? (?:опубликован|напечатан|под заглавием).*|Печатается по .*)\W*$"
)
_ROMAN = r"[IVXLCМХІ]{1,8}|П|Ш|ІV|ХШ"
_CHAPTER = re.compile(rf"^(?:(?:Глава|Часть|Книга)\s.{{1,60}}|(?:{_ROMAN})\.?|\d{{1,3}}\.)$", re.IGNORECASE)
_ORDINAL = (
    "перв|втор|трет|четв|пят|шест|седьм|восьм|осьм|девят|десят|[а-я]+надцат|двадцат|тридцат|сорок|последн"
)
_COUNTED = re.compile(
    rf"^(?:Часть|Глава|Книга|Том|Отдел|Раздел|Выпуск)\s+(?:\d|[IVXLC]+\b|{_ORDINAL})", re.IGNORECASE
)
_ORDERED = re.compile(rf"^(?:{_ORDINAL})[а-я]* (?:часть|глава|книга|том)\b", re.IGNORECASE)
_ENTITLED = re.compile(
    r"^(?:Эпилог|Пролог|Предисловие|Введение|Вступление|Заключение|Послесловие|Содержание|Оглавление"
    r"|Посвящение|Посвящается|Конец)\b",
    re.IGNORECASE,
)
_HEADING_MARK = re.compile(r"\[\d+\]|\*+|(?<=[а-яёА-ЯЁ])\d+$")
_GLOSS = re.compile(r"^\d{1,2} [А-ЯЁ][^!?]{0,90} (?:--|—|–|-) [а-яё]")
_NUMBERED = re.compile(rf"^(?:(?:{_ROMAN})\b[.)]?|\d{{1,3}}[.)]?)\s+[«\"]?[А-ЯЁA-Z]")
_NOTE_LINE = re.compile(
    r"^(?:\[(?:\d+|\*+)\]|\{|\(\*?\d+\)|\*{1,3}\d*\)|\*{1,2}(?![* ]) ?|\*{1,2} (?!\*)|\d{1,2}—|Стр\. \d)"
)
_TRANSLATION = re.compile(rf"\((?:[^()]*\W)?(?:{_LANGUAGES})\.?\s?[^()]{{0,20}}\)\W*$", re.IGNORECASE)
_TAIL_NUMBERED = re.compile(r"^\d{1,3}[.)]? \S")
_DATE = re.compile(
    rf"^\W*(?:(?:\d+|{_MONTHS}|[а-яё]{{0,4}}\b|г|гг|год[а-яё]*|лето|осень|зима|весна|[А-ЯЁ][а-яё.-]+)\W*){{1,8}}$"
)
_TAIL = re.compile(
    r"^(?:Конец\b.{0,50}|The end.*|Fueled by .*|[«\"].{3,60}[»\"],? .{0,40}\d{4}.{0,30}"
    r"|[А-ЯЁA-Z]\. ?(?:[А-ЯЁA-Z]\. ?)?[А-ЯЁ][а-яё-]+\.?)$",
    re.IGNORECASE,
)
_WEB = re.compile(r"https?://|www\.|\(обратно\)|royallib|lib\.ru", re.IGNORECASE)


def drop_marks_only(lines: list[str]) -> list[str]:
    """Page numbers, rows of asterisks, dots and rules become gaps, lines with web addresses too."""
    return [line if _LETTER.search(line) and not _WEB.search(line) else "" for line in lines]


def drop_notes(lines: list[str]) -> list[str]:
    """The publisher's notes go: blocks under a header, numbered blocks at the end, single note lines."""
    lines = drop_annotations(lines)
    lines = drop_note_blocks(lines)
    lines = lines[: trailing_notes(lines)]
    kept: list[str] = []
    number_before = False
    for line in lines:
        is_number = line.strip(" []{}().*").isdigit()
        kept.append("" if is_note(line, number_before) else line)
        number_before = is_number or (number_before and not line)
    return kept


def drop_annotations(lines: list[str]) -> list[str]:
    """An electronic book's blurb and contents: from "Annotation" to the second row of asterisks at most."""
    kept: list[str] = []
    skip_until = 0
    for index, line in enumerate(lines):
        if index < skip_until:
            continue
        if line in ("Annotation", "Аннотация"):
            skip_until = _after_contents(lines, index)
        else:
            kept.append(line)
    return kept


def _after_contents(lines: list[str], start: int) -> int:
    """The index after the last row of asterisks within the contents that begin at `start`."""
    stop = start + 1
    for index in range(start + 1, min(len(lines), start + 400)):
        if len(lines[index]) > LONG_LINE * 2 and stop > start + 1:
            break
        if re.fullmatch(r"\* ?\* ?\*", lines[index]):
            stop = index + 1
            if any(_NOTES_HEADER.match(line) for line in lines[start:index]):
                break
    return stop


def drop_note_blocks(lines: list[str]) -> list[str]:
    """Blocks that a header like "Примечания" opens, up to the next chapter; in the last fifth to the end."""
    kept: list[str] = []
    index = 0
    while index < len(lines):
        if _NOTES_HEADER.match(lines[index]) and len(lines[index]) < LONG_LINE:
            index = _notes_stop(lines, index)
        else:
            kept.append(lines[index])
            index += 1
    return kept


def _notes_stop(lines: list[str], start: int) -> int:
    """Where the notes under the header at `start` end."""
    if sum(map(len, lines[start:])) < 0.2 * sum(map(len, lines)):
        return len(lines)
    for index in range(start + 1, len(lines)):
        if _CHAPTER.match(lines[index]) and not lines[index].isdigit():
            return index
    return len(lines) if start > len(lines) / 2 else start + 1


def trailing_notes(lines: list[str]) -> int:
    """The index from which nothing but notes follows; the number of lines where the last is no note.

    Up to two other short lines in a row, a note's second paragraph say, do not end the notes.
    """
    stop, strangers = len(lines), 0
    for index in range(len(lines) - 1, -1, -1):
        line = lines[index]
        if not _LETTER.search(line):
            continue
        if _NOTE_LINE.match(line) or _is_translation(line) or _is_numbered_note(line):
            stop, strangers = index, 0
        else:
            strangers += 1
            if stop == len(lines) or strangers > 2 or len(line) > 300:
                break
    return stop


def _is_translation(line: str) -> bool:
    """Whether a line is short and ends in the language it is translated from: "Войдите! (франц.)"."""
    return len(line) < 200 and bool(_TRANSLATION.search(line))


def _is_numbered_note(line: str) -> bool:
    """Whether a line at the end reads "12. Штоф — бутылка" and is no date."""
    return bool(_TAIL_NUMBERED.match(line)) and not _DATE.match(line) and not re.match(r"^\d+ [а-яё]", line)


def is_note(line: str, number_before: bool) -> bool:
    """Whether one line in the middle of the text is a note."""
    if _NOTE_LINE.match(line):
        return True
    if _GLOSS.match(line) and len(line) < 400:
        return True
    return (number_before or bool(_TAIL_NUMBERED.match(line))) and _is_translation(line)


def drop_headings(lines: list[str], width: int) -> list[str]:
    """Part and chapter headings go, with the titles and the verse that stand between them and the prose."""
    kept: list[str] = []
    index = 0
    while index < len(lines):
        if is_heading(lines[index]):
            index = chapter_opening(lines, index + 1, width)
            kept.append("")
        else:
            kept.append(lines[index])
            index += 1
    return kept


def is_heading(line: str) -> bool:
    """Whether a line is a number, a heading word with its number, or a title in capitals."""
    line = _HEADING_MARK.sub("", line).strip()
    if not line or len(line) > LONG_LINE or _DASHED.match(line):
        return False
    if re.fullmatch(rf"(?:{_ROMAN})[.)]?", line):
        return True
    if _COUNTED.match(line) or _ORDERED.match(line):
        return len(line) < 40 or not line.endswith((",", "!", "?", "…", ":", ";", "-"))
    if _ENTITLED.match(line):
        return len(line.split()) < 8 and not line.endswith((",", "!", "?", "…", ":", ";", "-"))
    if _NUMBERED.match(line):
        listed = line[0].isdigit() and line.endswith(".")
        return len(line) < 90 and not listed and not line.endswith((",", "!", "…", ":", ";", "-"))
    return line.upper() == line and len(re.findall(r"[А-ЯЁ]", line)) > 4


def chapter_opening(lines: list[str], start: int, width: int) -> int:
    """The index of the first line of prose after a heading, titles and epigraphs skipped."""
    prose = _prose_start(lines, start, width, 16)
    skipped = [line for line in lines[start:prose] if line]
    if prose == len(lines) or not skipped or any(_DASHED.match(line) for line in skipped):
        return start
    if len(skipped) == 1:
        return start if skipped[0].endswith(_SENTENCE_END) or len(skipped[0]) > 80 else prose
    open_ended = sum(not line.endswith(_SENTENCE_END) for line in skipped)
    mean = sum(map(len, skipped)) / len(skipped)
    return prose if mean < 60 and (open_ended > 1 or (open_ended and _is_signature(skipped[-1]))) else start


def drop_head(lines: list[str], width: int) -> list[str]:
    """Byline, title, year, dedication and epigraphs before the first line of prose."""
    prose = _prose_start(lines, 0, width, NO_PROSE_HEAD)
    if prose == len(lines):
        return lines
    dashed = [index for index in range(prose) if _DASHED.match(lines[index])]
    if dashed and not _is_signature(lines[prose - 1 - _gap(lines, prose)]):
        return lines[dashed[0] :]
    return lines[prose:]


def _gap(lines: list[str], index: int) -> int:
    """How many empty lines stand before `index`."""
    start = index
    while start and not lines[start - 1]:
        start -= 1
    return index - start


def _is_signature(line: str) -> bool:
    """Whether a line looks like the name under an epigraph."""
    return not _DASHED.match(line) and len(line) < 40 and len(line.split()) < 5


def _prose_start(lines: list[str], start: int, width: int, limit: int) -> int:
    """The index of the first prose line among the next `limit` filled ones, else the number of lines."""
    seen = 0
    for index in range(start, len(lines)):
        if _is_prose(lines, index, width):
            return index
        seen += bool(lines[index])
        if seen > limit:
            break
    return len(lines)


def _is_prose(lines: list[str], index: int, width: int) -> bool:
    """Whether a line is long, or in hard-wrapped text full and followed by another full one."""
    if not width:
        return len(lines[index]) >= LONG_LINE
    return all(len(line) > width * 0.75 for line in lines[index : index + 2])


def drop_tail(lines: list[str]) -> list[str]:
    """Dates, "Конец", signatures and places of print after the last line of prose."""
    stop = len(lines)
    while stop and (not lines[stop - 1] or _is_tail(lines[stop - 1])):
        stop -= 1
    return lines[:stop]


def _is_tail(line: str) -> bool:
    """Whether a last line is a date, an end mark, a signature or a source."""
    if len(line) > LONG_LINE or _DASHED.match(line):
        return False
    dated = bool(re.search(r"\d", line)) and bool(_DATE.match(line))
    return dated or bool(_TAIL.match(line))
