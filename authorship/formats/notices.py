"""What a reader is told of a book that could not be read as it stands."""

from authorship.datamodels import Notice

REPLACEMENT = "\ufffd"


def damaged() -> Notice:
    """The file breaks off or its markup is broken."""
    return Notice("damaged", "The file is damaged: it was read as far as it goes.")


def missing_parts(count: int) -> Notice:
    """Parts of the book are not there or cannot be read."""
    return Notice("missing_parts", f"Parts of the file that are missing or unreadable: {count}.", count)


def several_files(count: int) -> Notice:
    """An archive holds several books."""
    return Notice("several_files", f"The archive holds {count} books: all were read, by name.", count)


def replaced_characters(text: str, broken: bool) -> tuple[Notice, ...]:
    """A notice of the characters that could not be read, if there are any.

    Where the file is `broken`, that is why; else the encoding may be another.
    """
    count = text.count(REPLACEMENT)
    message = f"Characters that could not be read: {count:,}."
    message += "" if broken else " If the text looks wrong, name its encoding."
    return (Notice("replaced_characters", message, count),) if count else ()
