from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ReadOnlyModelViewSet

from apps.core.api.filters import StrictBooleanFilter
from apps.core.api.serializers import error_response_schema
from apps.core.api.throttling import LoginAccountThrottle, LoginAddressThrottle, RefreshThrottle, RegisterThrottle
from apps.core.api.viewsets import ProjectionMixin
from apps.users import examples, failed_sign_ins, projections, refresh_cookie, services, tokens
from apps.users.models import User
from apps.users.open_views import OpenView
from apps.users.permissions import IsAdmin, request_user
from apps.users.serializers import (
    AccountChangeIn,
    AccountSerializer,
    ApproveRoleIn,
    LoginIn,
    OwnAccountIn,
    PasswordChangeIn,
    RefreshIn,
    RegisterIn,
    SignedInSerializer,
    TokensSerializer,
    UserSerializer,
)

KEPT = error_response_schema("`superuser_keeps_role`, `own_account`.")


class LoginView(OpenView):
    throttle_classes = (LoginAccountThrottle, LoginAddressThrottle)

    @extend_schema(
        request=LoginIn,
        parameters=[refresh_cookie.PARAMETER],
        responses={
            200: SignedInSerializer,
            401: error_response_schema("`invalid_credentials`"),
            403: error_response_schema("`other_origin`"),
        },
        examples=examples.LOGIN,
    )
    def post(self, request: Request) -> Response:
        """Sign in."""
        by_cookie = refresh_cookie.is_asked_for(request)
        data = LoginIn(data=request.data)
        data.is_valid(raise_exception=True)
        with failed_sign_ins.counted(request, data.validated_data["email"]) as attempt:
            user = services.sign_in(**data.validated_data)
            attempt.succeeded(user)
        return refresh_cookie.response(signed_in(user), by_cookie=by_cookie)


class RegisterView(OpenView):
    throttle_classes = (RegisterThrottle,)

    @extend_schema(
        request=RegisterIn,
        parameters=[refresh_cookie.PARAMETER],
        responses={201: SignedInSerializer, 403: error_response_schema("`registration_closed`, `other_origin`.")},
        examples=examples.REGISTER,
    )
    def post(self, request: Request) -> Response:
        """Register a student's account and sign in."""
        by_cookie = refresh_cookie.is_asked_for(request)
        data = RegisterIn(data=request.data)
        data.is_valid(raise_exception=True)
        user = services.register(**data.validated_data)
        failed_sign_ins.remember_address(request, user)
        return refresh_cookie.response(signed_in(user), by_cookie=by_cookie, status=status.HTTP_201_CREATED)


class RefreshView(OpenView):
    throttle_classes = (RefreshThrottle,)

    @extend_schema(
        request=RefreshIn,
        parameters=[refresh_cookie.PARAMETER],
        responses={
            200: TokensSerializer,
            401: error_response_schema("`token_not_valid`"),
            403: error_response_schema("`other_origin`"),
        },
        examples=examples.REFRESH,
    )
    def post(self, request: Request) -> Response:
        """Exchange a refresh token for a new pair. Each refresh token is valid once.

        If it is sent again within ten seconds, as by two tabs, the response has the refresh token that replaced it.
        Reuse after that means that somebody has a copy: all tokens of the same sign-in are then refused.
        """
        pair = tokens.rotate(refresh_cookie.token_in(request))
        return refresh_cookie.response(pair, by_cookie=refresh_cookie.is_asked_for(request))


class LogoutView(APIView):
    @extend_schema(
        request=RefreshIn,
        parameters=[refresh_cookie.PARAMETER],
        responses={
            204: OpenApiResponse(description="Signed out."),
            403: error_response_schema("`other_origin`"),
        },
        examples=examples.LOGOUT,
    )
    def post(self, request: Request) -> Response:
        """End the refresh tokens of this sign-in, and all access tokens of the account.

        Other sessions of the account can continue with their refresh tokens.
        """
        tokens.sign_out(user=request_user(request), refresh=refresh_cookie.token_in(request))
        answer = Response(status=status.HTTP_204_NO_CONTENT)
        if refresh_cookie.is_asked_for(request):
            refresh_cookie.forget(answer)
        return answer


class PasswordChangeView(APIView):
    # Limits guesses at the old password by somebody who has obtained an access token.
    throttle_scopes = {"POST": "password_change"}

    @extend_schema(
        request=PasswordChangeIn,
        parameters=[refresh_cookie.PARAMETER],
        responses={200: SignedInSerializer, 403: error_response_schema("`other_origin`")},
        examples=examples.PASSWORD_CHANGE,
    )
    def post(self, request: Request) -> Response:
        """Set a new password and end all tokens of the account. The response has a new pair."""
        by_cookie = refresh_cookie.is_asked_for(request)
        data = PasswordChangeIn(data=request.data, context={"request": request})
        data.is_valid(raise_exception=True)
        user = services.change_password(user=request_user(request), **data.validated_data)
        return refresh_cookie.response(signed_in(user), by_cookie=by_cookie)


class UserFilter(filters.FilterSet):
    is_active = StrictBooleanFilter()
    approved_role__isnull = StrictBooleanFilter(field_name="approved_role", lookup_expr="isnull")

    class Meta:
        model = User
        fields = ("role", "approved_role")


@extend_schema_view(
    list=extend_schema(examples=examples.ACCOUNTS),
    retrieve=extend_schema(examples=examples.ACCOUNTS),
)
class UserViewSet(ProjectionMixin, ReadOnlyModelViewSet):
    """Accounts, for admins; `me` for everyone."""

    queryset = User.objects.order_by("id")
    projection = projections.ACCOUNT
    serializer_class = AccountSerializer
    permission_classes = (IsAdmin,)
    filterset_class = UserFilter
    search_fields = ("username", "email")
    ordering_fields = ("id", "username", "email", "role", "date_joined", "last_login")

    @extend_schema(request=AccountChangeIn, responses={200: AccountSerializer, 409: KEPT}, examples=examples.LOCK)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change an account's details, or lock it."""
        user = self.get_object()
        data = AccountChangeIn(user, data=request.data, partial=True)
        data.is_valid(raise_exception=True)
        changed = services.change_account(user=user, by=request_user(request), **data.validated_data)
        return Response(self.shown(changed))

    @extend_schema(responses=UserSerializer, filters=False, examples=examples.ME)
    @action(detail=False, permission_classes=[IsAuthenticated], pagination_class=None)
    def me(self, request: Request) -> Response:
        """The caller's own account."""
        return Response(projections.own_account(request_user(request)))

    @extend_schema(request=OwnAccountIn, responses=UserSerializer, examples=examples.RENAME)
    @me.mapping.patch
    def change_me(self, request: Request) -> Response:
        """Change the caller's own name."""
        user = request_user(request)
        data = OwnAccountIn(user, data=request.data, partial=True)
        data.is_valid(raise_exception=True)
        return Response(projections.own_account(services.change_account(user=user, by=user, **data.validated_data)))

    @extend_schema(request=ApproveRoleIn, responses={200: AccountSerializer, 409: KEPT}, examples=examples.APPROVE_ROLE)
    @action(detail=True, methods=["post"], url_path="approve-role")
    def approve_role(self, request: Request, pk: str) -> Response:
        """Approve the role that an account claims, or withdraw the approval with null."""
        user = self.get_object()
        data = ApproveRoleIn(data=request.data, context={"account": user})
        data.is_valid(raise_exception=True)
        user = services.approve_role(user=user, role=data.validated_data["role"], by=request_user(request))
        return Response(self.shown(user))


def signed_in(user: User) -> dict[str, Any]:
    """The account and a new pair of tokens."""
    return {**tokens.tokens_for(user), "user": projections.own_account(user)}
