"""The authors' tab's words in a language."""

from page.fingerprints.english import ENGLISH_FINGERPRINTS
from page.fingerprints.messages import FingerprintMessages
from page.fingerprints.russian import RUSSIAN_FINGERPRINTS
from page.messages import Language


def fingerprint_messages(language: Language) -> FingerprintMessages:
    """The tab's words in a language."""
    return RUSSIAN_FINGERPRINTS if language == "ru" else ENGLISH_FINGERPRINTS
