"""How people sign in: nobody signs up by themselves."""

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from leadloop.kernel.errors import Unavailable

log = logging.getLogger("leadloop.accounts")


class MailDown(Unavailable):
    """No letter leaves this install now; the same is said whether the address is known or not."""

    code, message = "mail_down", "This install cannot send mail right now. A manager can give you a new password."
    retry_after = 60


def hide(request: HttpRequest, **parts: Any) -> HttpResponse:  # noqa: ARG001 - as views are called
    """A page of the sign-in library that we do not offer: an address is changed by those who steer."""
    raise Http404


class ClosedSignup(DefaultAccountAdapter):
    """People are added by a manager or `leadloop person new`."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth asks with it
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """On the address of the install, whatever host the request named."""
        person, _, secret = key.partition("-")
        return settings.PUBLIC_URL + reverse("account_reset_password_from_key", kwargs={"uidb36": person, "key": secret})

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Raises MailDown."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException) as error:
            log.warning("mail cannot be sent: %s", type(error).__name__)
            raise MailDown from error
