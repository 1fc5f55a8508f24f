"""The people who use Baton and the teams they work in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac


class Role(models.TextChoices):
    """What a person does, and so what they may see and change (PF-1)."""

    SDR = "SDR", "Sales development"
    AE = "AE", "Account executive"
    CSM = "CSM", "Customer success"
    MANAGER = "MANAGER", "Sales manager"
    MARKETER = "MARKETER", "Marketing"
    OPS = "OPS", "Revenue operations"
    VIEWER = "VIEWER", "Read only"


class TeamQuerySet(models.QuerySet["Team"]):
    """Selects teams by where they stand."""

    def led_by(self, user: User) -> TeamQuerySet:
        """The user's own team and, for a manager, every team below it."""
        return self.filter(id__in=self.ids_led_by(user))

    def ids_led_by(self, user: User) -> set[int]:
        """The same by id, for conditions that an index answers best by value: a rep's without asking the database."""
        if user.team_id is None:
            return set()
        return self._below(user.team_id) if user.role == Role.MANAGER else {user.team_id}

    def _below(self, team_id: int) -> set[int]:
        """`team_id` and all ids under it; a company has few teams, so one read of them all is enough."""
        parents = dict(self.model.objects.values_list("id", "parent_id"))
        found, growing = {team_id}, True
        while growing:
            more = {child for child, parent in parents.items() if parent in found} - found
            found |= more
            growing = bool(more)
        return found


class Team(models.Model):
    """A group of reps; a team may stand under another one, and a manager sees the teams below."""

    name = models.CharField(max_length=100, unique=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )

    objects: ClassVar[TeamQuerySet] = TeamQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(parent=models.F("id")), name="team_is_not_its_own_parent")
        ]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Creates people by e-mail address."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Store a person who can sign in with `email`; without a password they cannot yet."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Store an ops admin with every permission."""
        fields = {"role": Role.OPS, "is_staff": True, "is_superuser": True, **fields}
        return self.create_user(email, password, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """Find a person by e-mail, whatever its case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who works in Baton."""

    class Theme(models.TextChoices):
        """How the pages look to this person."""

        AUTO = "auto", "As the system"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=10, choices=Role, default=Role.VIEWER)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="people")
    time_zone = models.CharField(max_length=64, default="UTC")
    theme = models.CharField(max_length=5, choices=Theme, default=Theme.AUTO)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    session_generation = models.PositiveIntegerField(default=0, db_default=0)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique_in_any_case"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="user_role_known"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What every session of this person carries; a new password or generation ends them all."""
        salt = "leads.models.User.get_session_auth_hash"
        value = f"{self.session_generation}:{self.password}"
        return salted_hmac(salt, value, secret=secret, algorithm="sha256").hexdigest()

    def get_short_name(self) -> str:
        """The first word of the name."""
        return self.name.split(" ")[0] or self.email

    @property
    def is_ops(self) -> bool:
        """True for who may change the operating model."""
        return self.role == Role.OPS

    @property
    def sees_every_lead(self) -> bool:
        """True for whom no team is another's: operations, marketing and read-only viewers, or all by setting."""
        return self.role in (Role.OPS, Role.MARKETER, Role.VIEWER) or settings.REPS_SEE_ALL_LEADS

    @property
    def works_leads(self) -> bool:
        """True for who receives hand-offs and decides them."""
        return self.role in (Role.SDR, Role.AE)
