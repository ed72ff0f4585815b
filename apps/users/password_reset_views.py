"""Forgotten passwords, and what is offered to who is not signed in."""

from django.conf import settings
from drf_spectacular.utils import OpenApiResponse, extend_schema
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.serializers import error_response_schema
from apps.core.api.throttling import PasswordResetAccountThrottle, PasswordResetAddressThrottle, PersonThrottle
from apps.users import examples, failed_sign_ins, password_reset
from apps.users.open_views import OpenView
from apps.users.serializers import PasswordResetConfirmIn, PasswordResetIn, SignInOptionsSerializer
from apps.users.tasks import mail_password_link


class MailUnavailable(APIException):
    """The broker that would hand the mail to a worker cannot be reached."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = "No mail can be sent just now. Please try again in a minute."
    default_code = "service_unavailable"
    wait = 60


class SignInOptionsView(OpenView):
    throttle_classes = (PersonThrottle,)

    @extend_schema(responses=SignInOptionsSerializer, examples=examples.OPTIONS)
    def get(self, request: Request) -> Response:
        """Who may open an account here, and whether a forgotten password can be replaced by mail."""
        return Response(
            {
                "registration": settings.REGISTRATION,
                "registration_domains": settings.REGISTRATION_DOMAINS,
                "password_reset": password_reset.is_offered(),
            }
        )


class PasswordResetView(OpenView):
    throttle_classes = (PasswordResetAccountThrottle, PasswordResetAddressThrottle)

    @extend_schema(
        request=PasswordResetIn,
        responses={
            202: OpenApiResponse(description="If an active account has this email, a mail is on its way to it."),
            403: error_response_schema("`password_reset_closed`"),
        },
        examples=examples.PASSWORD_RESET,
    )
    def post(self, request: Request) -> Response:
        """Have a link to set a new password mailed. The response does not tell whether there is such an account."""
        if not password_reset.is_offered():
            raise password_reset.PasswordResetClosed
        data = PasswordResetIn(data=request.data)
        data.is_valid(raise_exception=True)
        # A task goes out in either case, so that the response takes as long; no queue holds an email.
        account_id = password_reset.account_for(data.validated_data["email"])
        try:
            mail_password_link.delay(account_id, password_reset.page_for(request))
        except (OperationalError, RedisError, OSError) as error:
            raise MailUnavailable from error
        return Response(status=status.HTTP_202_ACCEPTED)


class PasswordResetConfirmView(OpenView):
    throttle_classes = (PasswordResetAddressThrottle,)

    @extend_schema(
        request=PasswordResetConfirmIn,
        responses={204: OpenApiResponse(description="The password is set. Sign in with it.")},
        examples=examples.PASSWORD_RESET_CONFIRM,
    )
    def post(self, request: Request) -> Response:
        """Set a new password with the `uid` and `token` of a mailed link, and end all tokens of the account."""
        data = PasswordResetConfirmIn(data=request.data)
        data.is_valid(raise_exception=True)
        user = password_reset.set_password(**data.validated_data)
        failed_sign_ins.remember_address(request, user)
        return Response(status=status.HTTP_204_NO_CONTENT)
