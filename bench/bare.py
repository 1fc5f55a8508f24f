"""The least that a Django view can do: one durable row, one page of rows by one query."""

import json

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from routing.models import Handoff


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def insert_a_row(request: HttpRequest) -> HttpResponse:
    """Read a JSON body, INSERT it, commit."""
    body = json.loads(request.body)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bench_row (body, received_at) VALUES (%s, now()) RETURNING id", [json.dumps(body)]
        )
        row_id = cursor.fetchone()[0]
    return JsonResponse({"id": row_id}, status=201)


def some_rows(request: HttpRequest, user_id: int) -> HttpResponse:
    """Somebody's open hand-offs in the order in which they came, as a plain table."""
    waiting = Handoff.objects.filter(status="OPEN", assignee=user_id).select_related(
        "lead__account", "assignee"
    )
    return render(
        request, "bench/rows.html", {"handoffs": waiting.order_by("id")[: int(request.GET["rows"])]}
    )
