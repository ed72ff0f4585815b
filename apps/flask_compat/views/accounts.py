from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.exceptions import Conflict
from apps.core.api.parsers import GuardedJSONParser
from apps.core.api.throttling import LoginAccountThrottle, LoginAddressThrottle, RegisterThrottle
from apps.flask_compat import projections
from apps.flask_compat.errors import Invalid
from apps.flask_compat.serializers import Text
from apps.flask_compat.views.base import OldView, body_of, checked, message
from apps.users import failed_sign_ins, services
from apps.users.models import User
from apps.users.permissions import IsInstructor
from apps.users.registration import RegistrationClosed
from apps.users.serializers import MAX_PASSWORD, password_problems
from apps.users.tokens import access_for
from apps.users.views import OpenView


class JsonUnderAnyName(GuardedJSONParser):
    media_type = "*/*"


class OldLoginIn(serializers.Serializer):
    email = Text(max_length=120, allow_blank=False)
    password = Text(max_length=MAX_PASSWORD, allow_blank=False)


class CreateUserIn(OldLoginIn):
    """`role` is a claim of any kind: the old sign-up dialog makes everyone admin, and nobody gets power by it."""

    username = Text(max_length=150)
    role = Text(max_length=70, allow_null=True)

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
        data = checked(CreateUserIn(data=body_of(request))).validated_data
        try:
            services.register(**data)
        except services.EmailTaken as error:
            raise Conflict(error.words) from error
        except RegistrationClosed as error:
            raise Invalid(str(error.detail)) from error
        return message("User created successfully", 201)


class Login(OldView, OpenView):
    parser_classes = (JsonUnderAnyName,)
    throttle_classes = (LoginAccountThrottle, LoginAddressThrottle)

    def post(self, request: Request) -> Response:
        data = OldLoginIn(data=request.data)
        if not data.is_valid():
            raise Invalid("Invalid input: Missing email or password")
        with failed_sign_ins.counted(request, data.validated_data["email"]) as attempt:
            user = services.sign_in(**data.validated_data, as_typed=True)
            attempt.succeeded(user)
        # The role is the claim, since the frontend shows its menus by it; there is nothing that would use a refresh.
        return Response({"token": access_for(user), "role": user.role, "name": user.username})
