"""The picture of a scenario. Instructors write it; everybody who may see the scenario reads it."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api.serializers import error_response_schema
from apps.scenarios import examples, services
from apps.scenarios.models import AssistantScenario, ScenarioPicture
from apps.scenarios.pictures import EXTENSIONS, MAX_BYTES, PictureError
from apps.scenarios.serializers import PictureSerializer
from apps.users.permissions import InstructorWritesOthersRead, request_user

# Each reader asks again each time, and a picture that is opened as a page runs nothing.
HEADERS = {
    "Cache-Control": "private, no-cache",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


def picture_answer(request: HttpRequest, picture: ScenarioPicture) -> HttpResponseBase:
    """The picture, or 304 if the request's ETag is still its own."""
    etag = quote_etag(picture.digest)
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        file = f"patient-{picture.pk}.{EXTENSIONS[picture.content_type]}"
        answer = HttpResponse(bytes(picture.content), content_type=picture.content_type)
        answer.headers["Content-Disposition"] = f'inline; filename="{file}"'
    for name, value in {**HEADERS, "ETag": etag}.items():
        answer.headers[name] = value
    return answer


class PictureTooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "body_too_large"
    default_detail = f"A picture has at most {MAX_BYTES // 1024} KiB."


class PictureParser(BaseParser):
    """The bytes of the body. Its type is what they are, whatever the header says."""

    media_type = "image/*"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        content = stream.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise PictureTooLarge
        return content


class ScenarioPictureView(APIView):
    permission_classes = (InstructorWritesOthersRead,)
    parser_classes = (PictureParser,)

    @extend_schema(
        responses={
            **{(200, kind): OpenApiTypes.BINARY for kind in EXTENSIONS},
            304: OpenApiResponse(description="The picture is still the one of `If-None-Match`."),
        }
    )
    def get(self, request: Request, pk: str) -> HttpResponseBase:
        """The picture of a scenario, with an ETag.

        `picture_url` of a scenario has this address, with a query that changes with the picture. An `<img>` sends no
        token: fetch the picture with it, and show a blob URL.
        """
        visible = ScenarioPicture.objects.visible_to(request_user(request)).defer("content")
        return picture_answer(request._request, get_object_or_404(visible, pk=int(pk)))

    @extend_schema(
        request=dict.fromkeys(EXTENSIONS, OpenApiTypes.BINARY),
        responses={
            200: PictureSerializer,
            415: error_response_schema("The body is not sent as a picture."),
        },
        examples=examples.PICTURE,
    )
    def put(self, request: Request, pk: str) -> Response:
        """Give a scenario a picture, in place of the one that it has.

        PNG, JPEG or WebP by its bytes, of at most 512 KiB and 2048 by 2048 pixels. It is stored as it is sent.
        """
        try:
            picture = services.set_picture(int(pk), cast(bytes, request.data or b""))
        except AssistantScenario.DoesNotExist as error:
            raise NotFound from error
        except PictureError as error:
            raise ValidationError({"picture": [str(error)]}) from error
        return Response(PictureSerializer(picture).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: str) -> Response:
        """Take a scenario's picture away."""
        if not services.remove_picture(int(pk)):
            raise NotFound
        return Response(status=status.HTTP_204_NO_CONTENT)
