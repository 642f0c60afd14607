"""Formats that are not read here, known by their bytes, and what to do with each."""

from collections.abc import Mapping

from authorship.errors import TextError

_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")
# A program may put a line or a mark of its own before these; the format allows it.
_PDF, _PDF_WITHIN = b"%PDF-", 1024
# Where the databases of pocket readers name their kind.
_POCKET = slice(60, 68)
_POCKET_KINDS = {
    b"BOOKMOBI": "Mobipocket",
    b"TEXtREAd": "PalmDoc",
    b"PNRdPPrs": "eReader",
    b"DataPlkr": "Plucker",
}
_FORMATS = {
    b"%PDF": "PDF",
    b"AT&TFORM": "DjVu",
    _OFFICE: "DOC",
    b"%!PS": "PostScript",
    b"ITSF": "CHM",
    b"ITOLITLS": "LIT",
    b"L\0R\0F\0": "LRF",
    b"CONT\x02\0": "KFX",
    b"\xffWPC": "WordPerfect",
    b"\x31\xbe\0\0": "Windows Write",
    b"\xdb\xa5": "Word 2",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
}
_ARCHIVES = {
    b"PK\x03\x04": "ZIP",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "Zstandard",
}
_REMEDIES = {
    "PDF": "open it in Word or LibreOffice, or run `pdftotext -enc UTF-8`, and save it as .docx or .txt; "
    "scanned pages must be recognised first (OCR)",
    "DjVu": "take its text out with `djvutxt`, or recognise its pages (OCR), and save that as .txt",
    "DOC": "open it in Word or LibreOffice and save it as .docx",
    "Word XML": "open it in Word or LibreOffice and save it as .docx",
    "Mobipocket": "convert it to .epub with Calibre (`ebook-convert`)",
    "TIFF": "recognise its pages (OCR) and save their text as .txt",
}
_REMEDY = "convert it to .docx, .odt, .epub, .fb2 or .txt"


def refuse_other_format(data: bytes) -> None:
    """Refuse what is known to be no text.

    Raises:
        TextError: the data is in another format, packed, or a Word document with a password.
    """
    if data.startswith(_OFFICE) and _ENCRYPTED_OFFICE in data:
        raise TextError("encrypted", "The document is protected by a password: save it without one.")
    if name := _named(data, _FORMATS):
        raise other_format(name)
    if _PDF in data[:_PDF_WITHIN]:
        raise other_format("PDF")
    if kind := _POCKET_KINDS.get(data[_POCKET]):
        raise other_format(kind)
    if name := _named(data, _ARCHIVES):
        raise archive(name)


def _named(data: bytes, names: Mapping[bytes, str]) -> str | None:
    """The name of the signature with which the data starts."""
    if not data.startswith(tuple(names)):
        return None
    return next(name for signature, name in names.items() if data.startswith(signature))


def other_format(name: str) -> TextError:
    """The refusal of a book in a format that another program must convert."""
    message = f"This is a file in the format {name}: {_REMEDIES.get(name, _REMEDY)}, and try again."
    return TextError("other_format", message, format=name)


def archive(name: str) -> TextError:
    """The refusal of an archive in which no book is looked for."""
    message = f"This is an archive ({name}) without a book that can be read: unpack it and choose the book."
    return TextError("archive", message, format=name)
