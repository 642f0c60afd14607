"""What can go wrong with training data; the text says what to do."""

from authorship.errors import AuthorshipError


class DataError(AuthorshipError):
    """Training or test data is missing or not as it should be."""
