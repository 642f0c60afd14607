"""A folder's books: by suffix, a zip and XML by contents, in order; none lost silently."""

import os
from pathlib import Path
from zipfile import ZipFile

import pytest

from authorship.text.files import BOOK_SUFFIXES, find_files, find_foreign
from authorship.text.formats.reader import open_joined, texts_in
from tests.authorship.books import epub, fictionbook, story, word_document
from tests.authorship.marked_up import flat_odt, message, odt, page, rtf, tei

BOOK = story(400, chapters=1)
READ = {
    **{"a.txt": BOOK.text.encode(), "b.FB2": fictionbook(BOOK), "c.epub": epub(BOOK), "n.xml": tei(BOOK)},
    **dict.fromkeys(["d.DocX", "e.docm"], word_document(BOOK)),
    **dict.fromkeys(["f.html", "g.HTM", "h.xhtml"], page(BOOK)),
    **{"i.mht": message(BOOK), "j.rtf": rtf(BOOK), "k.odt": odt(BOOK), "l.fodt": flat_odt(BOOK)},
    **{"m.tei": tei(BOOK), "o.xml": fictionbook(BOOK)},
}


def write(folder: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def pack(file: Path, *members: str) -> None:
    with ZipFile(file, "w") as archive:
        for member in members:
            archive.writestr(member, BOOK.text)


def names(*paths: str) -> list[str]:
    return [Path(path).name for path in find_files(paths)]


def named(folder: Path) -> list[str]:
    return [str(Path(path).relative_to(folder)) for path in find_foreign([str(folder)])]


def test_what_is_read_when_named_is_read_in_a_folder(tmp_path: Path) -> None:
    write(tmp_path, READ)
    pack(tmp_path / "p.txt.zip", "p.txt")
    pack(tmp_path / "q.fb2.zip", "a.txt")
    pack(tmp_path / "r.zip", "whatever", "__MACOSX/._whatever")
    pack(tmp_path / "s.fbz", "a.txt")
    found = names(str(tmp_path))
    assert found == sorted([*READ, "p.txt.zip", "q.fb2.zip", "r.zip", "s.fbz"])
    assert named(tmp_path) == []
    assert {open_joined(tmp_path / name).text for name in found} == {BOOK.text}


def test_what_is_not_read_is_named_but_for_what_no_one_wrote(tmp_path: Path) -> None:
    told = ["a.pdf", "b/c.doc", "d.gz", "e.rar", "f.md", "g", "h.djvu", "i.xml"]
    silent = [
        "._a.txt", "~$a.docx", ".DS_Store", "Thumbs.db", "a.txt~", "b/.~lock.a.odt#", "__MACOSX/a.txt",
        ".git/a.txt", "cover.JPG", "out.jsonl", "page_files/frame.html",
    ]  # fmt: skip
    write(tmp_path, {name: b"<opml/>" for name in [*told, *silent]} | {"page.html": page(BOOK)})
    pack(tmp_path / "pictures.zip", "1.png", "2.png")
    assert named(tmp_path) == [*told, "pictures.zip"]
    assert names(str(tmp_path)) == ["page.html"]


def test_a_zip_is_a_book_where_it_holds_one_or_cannot_be_opened(tmp_path: Path) -> None:
    pack(tmp_path / "book.zip", "inner/Book.FB2", "readme.md")
    pack(tmp_path / "pictures.zip", "one.png")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 and no more")
    assert names(str(tmp_path)) == ["book.zip", "broken.zip"]


def test_every_ending_of_a_book_counts_in_a_folder_and_within_a_zip_alike(tmp_path: Path) -> None:
    for ending in BOOK_SUFFIXES:
        pack(tmp_path / f"Нос{ending}.zip", f"Нос{ending}", "2.dat")
        (text,) = texts_in((tmp_path / f"Нос{ending}.zip").read_bytes(), f"Нос{ending}.zip").texts
        book = text.read()
        assert (book.title, book.text) == ("Нос", BOOK.text), ending
    assert len(names(str(tmp_path))) == len(BOOK_SUFFIXES)


def test_any_name_stands_when_given_directly(tmp_path: Path) -> None:
    pack(tmp_path / "pictures.zip", "one.png")
    assert names(str(tmp_path / "pictures.zip"), "any.md", "-") == ["pictures.zip", "any.md", "-"]


def test_folders_are_read_to_the_bottom_in_order(tmp_path: Path) -> None:
    write(tmp_path, dict.fromkeys(["b/2.txt", "b/10.txt", "b-a.txt", "a/z/y.txt", "c.txt"], b""))
    found = [str(Path(path).relative_to(tmp_path)) for path in find_files([str(tmp_path)])]
    assert found == ["a/z/y.txt", "b/10.txt", "b/2.txt", "b-a.txt", "c.txt"]
    assert found == sorted(found, key=lambda path: Path(path).parts)


def test_what_is_no_file_is_passed_over_and_an_empty_folder_stays(tmp_path: Path) -> None:
    (tmp_path / "folder.txt").mkdir()
    os.mkfifo(tmp_path / "pipe.txt")
    assert names(str(tmp_path)) == [tmp_path.name]


def test_what_may_not_be_looked_at_is_found_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link into a folder that is shut, say; reading it tells what is wrong."""
    write(tmp_path, {"a.txt": b"", "b.txt": b"", "c.md": b""})
    look = Path.is_file

    def is_file(path: Path) -> bool:
        if path.stem in "bc":
            raise PermissionError(13, "Permission denied", str(path))
        return look(path)

    monkeypatch.setattr(Path, "is_file", is_file)
    assert names(str(tmp_path), "a" * 300) == ["a.txt", "b.txt", "a" * 300]
    assert named(tmp_path) == ["c.md"]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may list every folder")
def test_a_folder_that_may_not_be_listed_is_found(tmp_path: Path) -> None:
    (tmp_path / "open.txt").write_bytes(b"")
    (tmp_path / "shut").mkdir(mode=0)
    assert names(str(tmp_path)) == ["open.txt", "shut"]
