"""Files that people bring: the file in parts, how it is read, how far it is, and the rows that were refused (IN-5)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from leads.models.background import BackgroundRun
from leads.models.lead import Lead
from leads.models.organisation import User
from leads.models.row_ranges import RowRanges
from leads.models.source import Source


class FileImport(models.Model):
    """One file on its way in (written by `leads.file_imports`); its counts move in the transaction of their rows.

    Which rows are in is `taken`, for two may work at it at once; how many, `read`.
    """

    class Kind(models.TextChoices):
        """Where the people of the list come from, which decides what may be done with them."""

        SYSTEM = "SYSTEM", "From a system of ours, such as a CRM"
        OPT_IN = "OPT_IN", "An opt-in list, such as the people who came to an event"
        BOUGHT = "BOUGHT", "Bought, or from a data vendor"

    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    lines = models.PositiveBigIntegerField()
    header = models.JSONField(default=list)
    sample = models.JSONField(default=list)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.SYSTEM)
    preset = models.CharField(max_length=40, blank=True)
    mapping = models.JSONField(null=True)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField()
    check_run = models.ForeignKey(BackgroundRun, on_delete=models.SET_NULL, null=True, related_name="+")
    run = models.ForeignKey(BackgroundRun, on_delete=models.SET_NULL, null=True, related_name="+")
    read = models.PositiveBigIntegerField(default=0)
    stored = models.PositiveBigIntegerField(default=0)
    repeated = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)
    created = models.PositiveBigIntegerField(default=0)
    qualified = models.PositiveBigIntegerField(default=0)
    taken = RowRanges()
    finished_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[FileImport]] = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(read=models.F("stored") + models.F("repeated") + models.F("refused")),
                name="import_counts_every_row_once",
            ),
        ]
        indexes = [
            # what was last read from a source, whose columns the next file probably has
            models.Index(fields=["source", "-id"], name="import_by_source"),
            # the sweep that forgets files reads only those that are still there
            models.Index(
                fields=["uploaded_at"], condition=Q(forgotten_at__isnull=True), name="import_file_kept"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_mapped(self) -> bool:
        """Whether it has been said what its columns mean."""
        return bool(self.preset) or self.mapping is not None

    @property
    def is_purchased(self) -> bool:
        """Whether who is new by it is marked as bought (LC-11)."""
        return self.kind == self.Kind.BOUGHT

    def get_absolute_url(self) -> str:
        """The page of the import."""
        return reverse("import", args=[self.pk])


class FilePart(models.Model):
    """A piece of an uploaded file, in the database, so that any worker on any machine can read it."""

    file_import = models.ForeignKey(FileImport, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file_import", "number"], name="file_part_number"),
        ]


class RefusedRow(models.Model):
    """A row of a file that was not taken in: where it begins, why, and what it says."""

    file_import = models.ForeignKey(
        FileImport, on_delete=models.CASCADE, related_name="refused_rows", db_index=False
    )
    line = models.PositiveBigIntegerField()
    reason = models.TextField()
    cells: models.JSONField[Any, Any] = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["file_import", "id"], name="refused_row_in_order")]


class ImportedLead(models.Model):
    """That a file said something of a lead, whether it was the first to, and whether a row of it qualified them."""

    file_import = models.ForeignKey(FileImport, on_delete=models.CASCADE, related_name="+", db_index=False)
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="imports")
    is_new = models.BooleanField()
    has_qualified = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file_import", "lead"], name="imported_lead_once"),
        ]
        indexes = [
            # those who qualified by a file, of which they may be few
            models.Index(
                fields=["file_import", "lead"],
                condition=Q(has_qualified=True),
                name="imported_lead_qualified",
            ),
        ]
