"""Which packs are installed, and what each of them made."""

from typing import Any

from django.conf import settings
from django.db import models


class Installed(models.Model):
    """A pack of this install. `made` lists what it made: {"kind", "key", "title", "id", "digest"}, in the order of making.

    The digest says what a thing said when the pack made it, so that removal knows what people have changed since.
    """

    name = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    made = models.JSONField(default=list)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    installed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)  # taken away, but for what `made` still lists: people use it

    def __str__(self) -> str:
        return self.title

    def made_of(self, kind: str) -> dict[str, dict[str, Any]]:
        """What is there of one kind, by its name."""
        return {one["key"]: one for one in self.made if one["kind"] == kind}
