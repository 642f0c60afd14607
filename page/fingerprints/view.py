"""What the tab shows, as one value: the pair's fingerprints, the author chosen, the excerpt read."""

from dataclasses import dataclass

from authorship.datamodels import Author
from authorship.reference import Role
from explain.fingerprints.datamodels import AuthorFingerprint, PairFingerprints
from page.fingerprints.messages import FingerprintMessages
from page.messages import Messages
from page.readings import ROLES, Reading
from page.wording import display_name


@dataclass(frozen=True, slots=True)
class View:
    """One state of the tab; `role` is whose map is shown, `reading` the excerpt to be placed on it."""

    prints: PairFingerprints
    authors: tuple[Author, ...]
    chosen: Author
    hide_names: bool
    role: Role
    reading: Reading | None
    words: Messages
    messages: FingerprintMessages

    def of(self, role: Role) -> AuthorFingerprint | None:
        """The chosen author's fingerprint in one model."""
        found = self.prints.of(role)
        return found.author(self.chosen.key) if found else None

    def name(self, key: str) -> str:
        """An author's name as the page says it; the key of one whom neither model knows."""
        names = [display_name(author, self.words) for author in self.authors if author.key == key]
        return next(iter(names), key)

    @property
    def rivals(self) -> tuple[str, ...]:
        """The keys of those with whom the chosen author is confused by the model of the map."""
        own = self.of(self.role)
        pairs = (*own.taken_for, *own.given) if own else ()
        return tuple(dict.fromkeys(pair.author for pair in pairs))

    @property
    def measured(self) -> bool:
        """Whether there is anything to show."""
        return any(self.prints.of(role) for role in ROLES)
