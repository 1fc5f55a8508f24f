"""Every address of Baton."""

from django.contrib.auth.views import LogoutView
from django.urls import include, path

from leads import cycle_views
from reports import agreement_views
from revops import audit_views, health, lead_list, metrics_views, nurture_views, scoring_review_views, views
from revops.api import assembled as api
from revops.api import docs as api_docs
from revops.lead_page import call_later_views, contact_views, meeting_views
from revops.queue import doubt_views
from revops.queue import step_views as queue_step_views
from revops.queue import views as queue_views
from revops.team import views as team_views
from revops.what_if import views as what_if_views

urlpatterns = [
    path("api/v1/", include((api.urls(), "api-1"))),  # looked at first: programs ask more often than people
    path("", views.home, name="home"),
    path("sign-in/", include("revops.sign_in.urls")),
    path("people/", include("revops.people.urls")),
    path("security/", include("revops.sign_in.security_urls")),
    path("sign-out/", LogoutView.as_view(), name="logout"),
    path("theme/", views.set_theme, name="set-theme"),
    path("notifications/", include("revops.notifications.urls")),
    path("queue/", queue_views.queue_page, name="queue"),
    path("queue/arrivals/", queue_views.arrivals, name="queue-arrivals"),
    path("handoffs/<int:handoff_id>/accept/", queue_views.accept, name="accept"),
    path("handoffs/<int:handoff_id>/reject/", queue_views.reject, name="reject"),
    path("handoffs/<int:handoff_id>/undo/", queue_views.undo, name="undo"),
    path("queue/next/", queue_step_views.take_next, name="take-next"),
    path("handoffs/<int:handoff_id>/standing/", queue_views.standing, name="handoff-standing"),
    path("handoffs/<int:handoff_id>/later/", queue_step_views.snooze, name="snooze"),
    path("handoffs/<int:handoff_id>/wake/", queue_step_views.wake, name="wake"),
    path("handoffs/<int:handoff_id>/take/", queue_step_views.take, name="take"),
    path("handoffs/<int:handoff_id>/first-step/", queue_step_views.first_step, name="first-step"),
    path("handoffs/<int:handoff_id>/doubt/", queue_step_views.doubt, name="doubt"),
    path("doubts/", doubt_views.doubts_page, name="doubts"),
    path("doubts/<int:doubt_id>/answer/", doubt_views.answer, name="answer-doubt"),
    path("team/", team_views.team_page, name="team"),
    path("team/move/", team_views.move, name="team-move"),
    path("team/undo/", team_views.undo, name="team-undo"),
    path("team/recycle/", team_views.recycle, name="team-recycle"),
    path("team/leads.csv", team_views.export, name="team-csv"),
    path("leads/", lead_list.lead_list, name="leads"),
    path("leads/<int:lead_id>/attempts/", contact_views.log_attempt, name="log-attempt"),
    path(
        "leads/<int:lead_id>/attempts/<int:attempt_id>/undo/",
        contact_views.undo_attempt,
        name="attempt-undo",
    ),
    path("leads/<int:lead_id>/notes/", contact_views.add_note, name="lead-note"),
    path("leads/<int:lead_id>/call-later/", call_later_views.call_later, name="call-later"),
    path("leads/<int:lead_id>/call-later/end/", call_later_views.end_call_later, name="call-later-end"),
    path("leads/<int:lead_id>/meeting/", meeting_views.book_meeting, name="book-meeting"),
    path("leads/<int:lead_id>/reinstate/", views.reinstate, name="lead-reinstate"),
    path("leads/<int:lead_id>/dispute/", views.set_dispute, name="account-dispute"),
    path("leads/<int:lead_id>/scores/", views.lead_scores, name="lead-scores"),
    path("leads/<int:lead_id>/", views.lead_page, name="lead"),
    path("accounts/", include("revops.accounts.urls")),
    path("duplicates/", include("revops.duplicates.urls")),
    path("matches/", include("revops.duplicates.match_urls")),
    path("opportunities/", include("revops.opportunities.urls")),
    path("routing/decisions/", include("reports.decision_urls")),
    path("routing/outbound/", include("revops.outbound.urls")),
    path("routing/rules/simulator/", include("revops.simulator.urls")),
    path("nurture/", nurture_views.nurture_page, name="nurture"),
    path("nurture/due.csv", nurture_views.due_csv, name="nurture-csv"),
    path("nurture/touched/", nurture_views.touched, name="nurture-touched"),
    path("nurture/tracks/<int:track_id>/", nurture_views.edit_track, name="nurture-track-edit"),
    path("", include("routing.urls")),
    path("webhooks/", include("revops.webhooks.urls")),
    path("forms/", include("revops.forms.urls")),
    path("sources/", include("revops.sources.urls")),
    path("enrichment/", include("revops.enrichment.urls")),
    path("dead-letters/", include("leads.dead_letter_urls")),
    path("imports/", include("revops.imports.urls")),
    path("runs/", include("leads.background_urls")),
    path("scorecards/review/", scoring_review_views.review_page, name="scoring-review"),
    path("scorecards/calibration/", include("revops.calibration.urls")),
    path("scorecards/", include("scoring.urls")),
    path("scorecards/<int:version>/what-if/", what_if_views.page, name="what-if"),
    path("scorecards/<int:version>/what-if/run/", what_if_views.run, name="what-if-run"),
    path(
        "scorecards/<int:version>/what-if/<int:run_id>/leads.csv", what_if_views.leads_csv, name="what-if-csv"
    ),
    path("jobs/", include("revops.jobs.urls")),
    path("privacy/", include("revops.privacy.urls")),
    path("audit/", audit_views.audit_page, name="audit"),
    path("audit/audit.csv", audit_views.audit_csv, name="audit-csv"),
    path("definitions/", agreement_views.definitions, name="definitions"),
    path("definitions/edit/", cycle_views.edit_cycle, name="definitions-edit"),
    path("definitions/<str:stage>/edit/", cycle_views.edit_stage, name="definition-edit"),
    path("reports/", include("reports.urls")),
    path("api/v1/docs", api_docs.page, name="api-docs"),
    path("api/v1/openapi.json", api_docs.openapi, name="openapi"),
    path("healthz", health.healthz, name="healthz"),
    path("metrics", metrics_views.metrics_page, name="metrics"),
    path("readyz", health.readyz, name="readyz"),
]
