"""The addresses of `routing`: rules, reps, service levels, rejection reasons."""

from django.urls import path

from routing import (
    cadence_views,
    day_views,
    draft_views,
    lead_cadence_views,
    left_behind_views,
    mail_template_views,
    out_views,
    pool_views,
    reason_views,
    rep_views,
    rule_views,
    service_level_views,
    set_aside_views,
    territory_views,
)

urlpatterns = [
    path("routing/rules/", rule_views.rules, name="rules"),
    path("routing/rules/draft/", draft_views.draft, name="rules-draft"),
    path("routing/rules/draft/start/", draft_views.start_draft, name="rules-draft-start"),
    path("routing/rules/draft/publish/", draft_views.publish_draft, name="rules-draft-publish"),
    path("routing/rules/draft/discard/", draft_views.discard_draft, name="rules-draft-discard"),
    path("routing/rules/draft/add/", draft_views.add_rule, name="rule-add"),
    path("routing/rules/draft/<int:rule_id>/", draft_views.edit_rule, name="rule-edit"),
    path("routing/rules/draft/<int:rule_id>/move/", draft_views.move_rule, name="rule-move"),
    path("routing/rules/draft/<int:rule_id>/remove/", draft_views.remove_rule, name="rule-remove"),
    path("routing/rules/versions/<int:version>/", rule_views.rules_version, name="rules-version"),
    path(
        "routing/rules/versions/<int:version>/against/<int:other>/",
        rule_views.compare_rules,
        name="rules-compare",
    ),
    path("routing/rules/versions/<int:version>/restore/", rule_views.restore_rules, name="rules-restore"),
    path("routing/territories/", territory_views.territory_list, name="territories"),
    path("routing/territories/add/", territory_views.add_territory, name="territory-add"),
    path("routing/territories/<int:territory_id>/", territory_views.edit_territory, name="territory-edit"),
    path(
        "routing/territories/<int:territory_id>/move/", territory_views.move_territory, name="territory-move"
    ),
    path(
        "routing/territories/<int:territory_id>/remove/",
        territory_views.remove_territory,
        name="territory-remove",
    ),
    path("routing/pools/", pool_views.pool_list, name="pools"),
    path("routing/pools/<int:pool_id>/", pool_views.pool_page, name="pool"),
    path("routing/reps/", rep_views.reps, name="reps"),
    path("routing/reps/<int:rep_id>/", rep_views.edit_rep, name="rep-edit"),
    path("routing/reps/<int:rep_id>/absences/", rep_views.add_absence, name="absence-add"),
    path(
        "routing/reps/<int:rep_id>/absences/<int:absence_id>/end/", rep_views.end_absence, name="absence-end"
    ),
    path("routing/reps/<int:rep_id>/leave/", rep_views.leave, name="rep-leave"),
    path("leads/<int:lead_id>/cadence/start/", lead_cadence_views.start, name="lead-cadence-start"),
    path("leads/<int:lead_id>/cadence/stop/", lead_cadence_views.stop, name="lead-cadence-stop"),
    path("leads/<int:lead_id>/cadence/not-yet/", lead_cadence_views.not_yet, name="lead-not-yet"),
    path("cadences/", cadence_views.cadences, name="cadences"),
    path("cadences/templates/add/", mail_template_views.add_template, name="mail-template-add"),
    path(
        "cadences/templates/<int:template_id>/", mail_template_views.edit_template, name="mail-template-edit"
    ),
    path("cadences/phrases/", mail_template_views.worn_phrases, name="worn-phrases"),
    path("cadences/<slug:tier>/edit/", cadence_views.edit_cadence, name="cadence-edit"),
    path("cadences/<slug:tier>/rearrange/", cadence_views.rearrange_cadence, name="cadence-rearrange"),
    path("day/", day_views.day, name="day"),
    path("day/<int:follow_up_id>/done/", day_views.done, name="task-done"),
    path("day/<int:follow_up_id>/skip/", day_views.skip, name="task-skip"),
    path("day/<int:follow_up_id>/later/", day_views.later, name="task-later"),
    path("day/<int:follow_up_id>/mail/", day_views.mail, name="task-mail"),
    path("out/", out_views.out, name="out"),
    path("out/back/", out_views.back, name="out-back"),
    path("routing/left-behind/", left_behind_views.left_behind_page, name="left-behind"),
    path("routing/left-behind/steps/<int:step_id>/retry/", set_aside_views.retry, name="step-retry"),
    path("routing/left-behind/steps/<int:step_id>/give-up/", set_aside_views.give_up, name="step-give-up"),
    path("service-levels/", service_level_views.service_levels, name="service-levels"),
    path(
        "service-levels/<int:promise_id>/edit/", service_level_views.edit_promise, name="service-level-edit"
    ),
    path("service-levels/calendars/add/", service_level_views.add_calendar, name="calendar-add"),
    path(
        "service-levels/calendars/<int:calendar_id>/edit/",
        service_level_views.edit_calendar,
        name="calendar-edit",
    ),
    path(
        "service-levels/calendars/<int:calendar_id>/remove/",
        service_level_views.remove_calendar,
        name="calendar-remove",
    ),
    path("rejection-reasons/", reason_views.reasons, name="reasons"),
    path("rejection-reasons/add/", reason_views.add_reason, name="reason-add"),
    path("rejection-reasons/<int:reason_id>/edit/", reason_views.edit_reason, name="reason-edit"),
    path("rejection-reasons/<int:reason_id>/move/", reason_views.move_reason, name="reason-move"),
    path("rejection-reasons/<int:reason_id>/retire/", reason_views.retire_reason, name="reason-retire"),
    path("rejection-reasons/<int:reason_id>/restore/", reason_views.restore_reason, name="reason-restore"),
]
