"""People who sign in, and what their role lets them do."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac


class Role(models.TextChoices):
    REP = "rep", "Sales rep"
    MARKETER = "marketer", "Marketer"
    MANAGER = "manager", "Manager"
    ADMIN = "admin", "Administrator"


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> "UserQuerySet":
        return self.filter(is_active=True)


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]  # made at run time
    """Makes and finds people by e-mail, whatever its case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user: User = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=(email or "").lower())


class User(AbstractBaseUser):
    """A person of the organisation. Signs in by e-mail; never deleted, only switched off."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=10, choices=Role, default=Role.REP)
    zone = models.CharField(max_length=64, default="UTC")  # IANA name
    sees_sensitive = models.BooleanField(null=True, blank=True)  # sensitive data of leads; None: as the role says
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()

    def __str__(self) -> str:
        return self.name or self.email

    def get_session_auth_hash(self) -> str:
        """What a session is bound to: with another password or another role the person signs in anew."""
        return str(salted_hmac("leadloop.teams.session", f"{self.password}|{self.role}", algorithm="sha256").hexdigest())

    @property
    def is_manager(self) -> bool:
        """May see and steer everybody's leads."""
        return self.role in (Role.MANAGER, Role.ADMIN)

    @property
    def may_see_sensitive(self) -> bool:
        """May read sensitive data of the leads that they see: administrators do, and whoever it was granted to."""
        return self.role == Role.ADMIN if self.sees_sensitive is None else self.sees_sensitive

    @property
    def sees_all_leads(self) -> bool:
        """Managers act on all leads; marketers read all of them."""
        return self.role in (Role.MANAGER, Role.ADMIN, Role.MARKETER)
