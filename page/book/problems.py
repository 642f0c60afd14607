"""What went wrong with a book or its file, said in the page's language."""

from collections.abc import Sequence

from authorship.datamodels import Notice, NoticeCode
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
    templates: dict[NoticeCode, str] = {
        "damaged": book.notice_damaged,
        "missing_parts": book.notice_missing,
        "replaced_characters": book.notice_replaced,
        "several_files": book.notice_several,
        "hidden_marks": book.notice_hidden,
        "look_alikes": book.notice_twins,
        "joined_words": book.notice_joined,
        "old_spelling": book.notice_old,
        "unread_letters": book.notice_unread,
    }
    return templates[notice.code].format(
        count=notice.count,
        parts=counted(notice.count, book.parts, words),
        characters=counted(notice.count, words.characters, words),
        words=counted(notice.count, book.words, words),
    )


def render_notices(notices: Sequence[Notice], words: Messages, book: BookMessages) -> str:
    """What a half readable file lost, a sentence each."""
    items = "".join(f"<li>{escape(notice_text(notice, words, book))}</li>" for notice in notices)
    return f'<ul class="notices">{items}</ul>' if items else ""
