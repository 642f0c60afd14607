"""What went wrong with a book or its file, said in the page's language."""

from collections.abc import Sequence

from authorship.datamodels import Notice
from explain.view import escape
from page.book.messages import BookMessages
from page.book.view import BookView
from page.messages import Messages
from page.verdict import problem_message
from page.wording import counted


def book_problem(view: BookView, words: Messages, book: BookMessages) -> str:
    """The problem of a view in words; nothing where all is well."""
    if view.trouble == "busy":
        return words.busy.format(seconds=view.busy)
    if view.trouble:
        return words.failed if view.trouble == "failed" else book.lost
    problem = view.problem
    if problem is None:
        return ""
    if problem.code == "empty":
        return book.empty
    if problem.code == "too_short":
        characters = counted(int(problem.fields["characters"]), words.characters, words)
        return book.too_short.format(
            characters=characters, minimum=counted(int(problem.fields["minimum"]), words.characters, words)
        )
    return problem_message(problem, words)


def notice_text(notice: Notice, words: Messages, book: BookMessages) -> str:
    """One notice in words."""
    counts = counted(notice.count, book.parts, words), counted(notice.count, words.characters, words)
    templates = {
        "damaged": book.notice_damaged,
        "missing_parts": book.notice_missing.format(parts=counts[0]),
        "replaced_characters": book.notice_replaced.format(characters=counts[1]),
        "several_files": book.notice_several.format(count=notice.count),
        "bent_names": book.notice_names,
        "contents": book.notice_contents,
        "embedded": book.notice_embedded.format(parts=counts[0]),
        "encoding": book.notice_encoding,
        "hidden": book.notice_hidden,
        "mojibake": book.notice_mojibake,
        "notes": book.notice_notes,
        "other_files": book.notice_files.format(count=notice.count),
        "padding": book.notice_padding.format(count=notice.count),
    }
    return templates[notice.code]


def render_notices(notices: Sequence[Notice], words: Messages, book: BookMessages) -> str:
    """What a half readable file lost, a sentence each."""
    items = "".join(f"<li>{escape(notice_text(notice, words, book))}</li>" for notice in notices)
    return f'<ul class="notices">{items}</ul>' if items else ""
