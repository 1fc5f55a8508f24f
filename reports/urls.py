"""The addresses of `reports`, under /reports/."""

from django.urls import path

from reports import agreement_views, handoff_views, views

urlpatterns = [
    path("", views.beginning, name="reports"),
    path("service-levels/", views.service_level_report, name="service-level-report"),
    path("service-levels/records/", views.service_level_records, name="service-level-records"),
    path("service-levels/records.csv", views.service_level_csv, name="service-level-csv"),
    path("speed/", handoff_views.speed_report, name="speed-report"),
    path("acceptance/", handoff_views.acceptance_report, name="acceptance-report"),
    path("acceptance/audits/<int:task_id>/close/", handoff_views.close_audit_task, name="close-audit-task"),
    path("both-sides/", agreement_views.scorecard_report, name="scorecard-report"),
    path("limits/", agreement_views.edit_limits, name="edit-limits"),
    path("agreement/", agreement_views.service_level_agreement, name="service-level-agreement"),
    path("handoffs/", handoff_views.handoff_list, name="handoff-records"),
    path("handoffs.csv", handoff_views.handoff_csv, name="handoff-csv"),
]
