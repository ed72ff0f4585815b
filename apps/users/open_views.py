from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.users.authentication import TokenAuthentication


class OpenView(APIView):
    """For clients without a valid token: the Authorization header is ignored."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def get_authenticate_header(self, request: Request) -> str:
        """Without this header DRF turns every 401 into a 403."""
        return TokenAuthentication().authenticate_header(request)
