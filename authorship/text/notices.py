"""What a reader is told of a book that could not be read as it stands."""

from collections.abc import Iterable, Mapping

from authorship.datamodels import Notice, NoticeCode

REPLACEMENT = "\ufffd"
_LEFT_OUT: dict[NoticeCode, str] = {
    "notes": "Notes and their marks left out: {count:,}.",
    "contents": "Contents, page numbers and other lists left out: {count:,}.",
    "hidden": "Hidden passages left out: {count:,}.",
    "embedded": "Embedded parts in a format that is not read, left out: {count:,}.",
    "other_files": "Other files of the archive that were not read: {count:,}.",
    "navigation": "Menus, links and other lines that are no prose, left out: {count:,}.",
    "stage_directions": "Stage directions and speakers' names left out: {count:,}.",
    "deleted_text": "Deleted or replaced passages left out: {count:,}.",
    "markup": "Tags of markup left out: {count:,}.",
    "padding": "Zero characters (NUL) left out: {count:,}.",
}


def damaged() -> Notice:
    """The file breaks off or its markup is broken."""
    return Notice("damaged", "The file is damaged: it was read as far as it goes.")


def missing_parts(count: int) -> Notice:
    """Parts of the book are not there or cannot be read."""
    return Notice("missing_parts", f"Parts of the file that are missing or unreadable: {count}.", count)


def several_files(count: int, name: str) -> Notice:
    """An archive holds several texts where but one is taken, the one of this name."""
    message = f"The archive holds {count} texts: only {name} was read."
    return Notice("several_files", message, count, name)


def bent_names() -> Notice:
    """An archive's parts were found by names that are not quite theirs."""
    return Notice("bent_names", "Names within the archive were repaired: slashes, case, blanks or escapes.")


def contradicted(declared: str, encoding: str) -> Notice:
    """The bytes are in another encoding than the file says."""
    message = f"The file says that it is in {declared}, but its bytes are in {encoding}: read as those are."
    return Notice("encoding", message)


def padding(count: int) -> Notice:
    """Zero characters stood in the text."""
    return left_out({"padding": count})[0]


def decoded_wrongly(read_as: str, encoding: str) -> Notice:
    """A text was saved after it had been decoded by another encoding than its own."""
    message = f"The text in {encoding} was once read as {read_as} and saved so: it was repaired."
    return Notice("mojibake", message)


def left_out(counts: Mapping[NoticeCode, int]) -> tuple[Notice, ...]:
    """A notice for each kind of what was left out, in the order of the kinds."""
    return tuple(
        Notice(code, message.format(count=counts[code]), counts[code])
        for code, message in _LEFT_OUT.items()
        if counts.get(code)
    )


def merged(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """The notices of several parts as those of one: equal ones once, counts of what was left out added up."""
    kept: dict[str, Notice] = {}
    counts: dict[NoticeCode, int] = {}
    for notice in notices:
        if notice.code in _LEFT_OUT:
            counts[notice.code] = counts.get(notice.code, 0) + notice.count
        else:
            kept.setdefault(notice.message, notice)
    return (*kept.values(), *left_out(counts))


def replaced_characters(text: str, broken: bool) -> tuple[Notice, ...]:
    """A notice of the characters that could not be read, if there are any.

    Where the file is `broken`, that is why; else the encoding may be another.
    """
    count = text.count(REPLACEMENT)
    message = f"Characters that could not be read: {count:,}."
    message += "" if broken else " If the text looks wrong, name its encoding."
    return (Notice("replaced_characters", message, count),) if count else ()
