"""Every address of Baton."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path

from reports import agreement_views
from revops import (
    api,
    api_docs,
    audit_views,
    health,
    lead_list,
    meeting_views,
    queue_views,
    scoring_review_views,
    team_views,
    views,
    what_if_views,
)

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("sign-out/", LogoutView.as_view(), name="logout"),
    path("theme/", views.set_theme, name="set-theme"),
    path("notifications/", include("revops.notification_urls")),
    path("queue/", queue_views.queue_page, name="queue"),
    path("queue/arrivals/", queue_views.arrivals, name="queue-arrivals"),
    path("handoffs/<int:handoff_id>/accept/", queue_views.accept, name="accept"),
    path("handoffs/<int:handoff_id>/reject/", queue_views.reject, name="reject"),
    path("handoffs/<int:handoff_id>/undo/", queue_views.undo, name="undo"),
    path("team/", team_views.team_page, name="team"),
    path("team/move/", team_views.move, name="team-move"),
    path("team/recycle/", team_views.recycle, name="team-recycle"),
    path("team/leads.csv", team_views.export, name="team-csv"),
    path("leads/", lead_list.lead_list, name="leads"),
    path("leads/<int:lead_id>/attempts/", views.log_attempt, name="log-attempt"),
    path("leads/<int:lead_id>/meeting/", meeting_views.book_meeting, name="book-meeting"),
    path("leads/<int:lead_id>/reinstate/", views.reinstate, name="lead-reinstate"),
    path("leads/<int:lead_id>/dispute/", views.set_dispute, name="account-dispute"),
    path("leads/<int:lead_id>/scores/", views.lead_scores, name="lead-scores"),
    path("leads/<int:lead_id>/", views.lead_page, name="lead"),
    path("accounts/", include("revops.account_urls")),
    path("opportunities/", include("revops.opportunity_urls")),
    path("routing/decisions/", include("reports.decision_urls")),
    path("routing/rules/simulator/", include("revops.simulator_urls")),
    path("", include("routing.urls")),
    path("dead-letters/", include("leads.dead_letter_urls")),
    path("imports/", include("revops.import_urls")),
    path("runs/", include("leads.background_urls")),
    path("scorecards/review/", scoring_review_views.review_page, name="scoring-review"),
    path("scorecards/calibration/", include("revops.calibration_urls")),
    path("scorecards/", include("scoring.urls")),
    path("scorecards/<int:version>/what-if/", what_if_views.page, name="what-if"),
    path("scorecards/<int:version>/what-if/run/", what_if_views.run, name="what-if-run"),
    path(
        "scorecards/<int:version>/what-if/<int:run_id>/leads.csv", what_if_views.leads_csv, name="what-if-csv"
    ),
    path("audit/", audit_views.audit_page, name="audit"),
    path("audit/audit.csv", audit_views.audit_csv, name="audit-csv"),
    path("definitions/", agreement_views.definitions, name="definitions"),
    path("reports/", include("reports.urls")),
    path("api/v1/docs", api_docs.page, name="api-docs"),
    path("api/v1/", include((api.urls(), "api-1"))),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
