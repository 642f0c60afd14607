"""Formats that are not read here, known by their first bytes, and what to do with each."""

from authorship.errors import TextError

_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")
_MOBIPOCKET = slice(60, 68)
_FORMATS = {b"%PDF": "PDF", b"AT&TFORM": "DjVu", _OFFICE: "DOC", b"{\\rtf": "RTF"}
_ARCHIVES = {
    b"PK\x03\x04": "ZIP",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
}


def refuse_other_format(data: bytes) -> None:
    """Refuse what is known to be no text.

    Raises:
        TextError: the data is in another format, packed, or a Word document with a password.
    """
    if data.startswith(_OFFICE) and _ENCRYPTED_OFFICE in data:
        raise TextError("encrypted", "The document is protected by a password: save it without one.")
    for signature, name in _FORMATS.items():
        if data.startswith(signature):
            raise other_format(name)
    if data[_MOBIPOCKET] == b"BOOKMOBI":
        raise other_format("Mobipocket")
    for signature, name in _ARCHIVES.items():
        if data.startswith(signature):
            raise archive(name)


def other_format(name: str) -> TextError:
    """The refusal of a book in a format that another program must convert."""
    message = f"This is a file in the format {name}: convert it to .docx, .epub, .fb2 or .txt and try again."
    return TextError("other_format", message, format=name)


def archive(name: str) -> TextError:
    """The refusal of an archive in which no book is looked for."""
    message = f"This is an archive ({name}) without a book that can be read: unpack it and choose the book."
    return TextError("archive", message, format=name)
