from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.exceptions import Conflict
from apps.core.api.parsers import GuardedJSONParser
from apps.core.api.throttling import LoginAccountThrottle, LoginAddressThrottle, RegisterThrottle
from apps.flask_compat import projections
from apps.flask_compat.errors import Invalid
from apps.flask_compat.serializers import LiteralText
from apps.flask_compat.views.base import OldView, body_of, message_response, validated
from apps.users import failed_sign_ins, services
from apps.users.models import User
from apps.users.permissions import IsInstructor
from apps.users.registration import RegistrationClosed
from apps.users.serializers import MAX_PASSWORD, password_problems
from apps.users.tokens import access_for
from apps.users.views import OpenView


class AnyTypeAsJSONParser(GuardedJSONParser):
    media_type = "*/*"


class OldLoginIn(serializers.Serializer):
    email = LiteralText(max_length=120, allow_blank=False)
    password = LiteralText(max_length=MAX_PASSWORD, allow_blank=False)


class CreateUserIn(OldLoginIn):
    """`role` is only a claim and gives no rights: the old sign-up dialog claims admin for everyone."""

    username = LiteralText(max_length=150)
    role = LiteralText(max_length=70, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        person = User(username=attrs["username"], email=attrs["email"])
        if problems := password_problems(attrs["password"], person):
            raise serializers.ValidationError({"password": [" ".join(problems)]})
        return attrs


class AllUsers(OldView):
    permission_classes = (IsInstructor,)

    def get(self, request: Request) -> Response:
        return Response(projections.usernames())


class CreateUsers(OldView, OpenView):
    throttle_classes = (RegisterThrottle,)

    def post(self, request: Request) -> Response:
        data = validated(CreateUserIn(data=body_of(request))).validated_data
        try:
            services.register(**data)
        except services.EmailTaken as error:
            raise Conflict(error.message) from error
        except RegistrationClosed as error:
            raise Invalid(str(error.detail)) from error
        return message_response("User created successfully", 201)


class Login(OldView, OpenView):
    parser_classes = (AnyTypeAsJSONParser,)
    throttle_classes = (LoginAccountThrottle, LoginAddressThrottle)

    def post(self, request: Request) -> Response:
        data = OldLoginIn(data=request.data)
        if not data.is_valid():
            raise Invalid("Invalid input: Missing email or password")
        with failed_sign_ins.counted(request, data.validated_data["email"]) as attempt:
            user = services.sign_in(**data.validated_data, as_typed=True)
            attempt.succeeded(user)
        # `role` is the claim, because the frontend chooses its menus by it. It has no use for a refresh token.
        return Response({"token": access_for(user), "role": user.role, "name": user.username})
