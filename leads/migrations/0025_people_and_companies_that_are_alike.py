"""Who may be there twice, which account a name means, browsers that several share, and groups without circles."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Changes of who belongs to whom come one after the other, so that each sees what the one before it made (P18).
NO_CIRCLES = """
CREATE FUNCTION leads_account_refuse_circle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.parent_id IS NOT DISTINCT FROM OLD.parent_id THEN
        RETURN NEW;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('leads_account.parent_id', 0));
    IF EXISTS (
        WITH RECURSIVE above (id, parent_id) AS (
            SELECT account.id, account.parent_id FROM leads_account account WHERE account.id = NEW.parent_id
            UNION
            SELECT account.id, account.parent_id
            FROM above JOIN leads_account account ON account.id = above.parent_id
        )
        SELECT FROM above WHERE above.id = NEW.id
    ) THEN
        RAISE EXCEPTION 'account % would belong to itself', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'account_group_is_no_circle';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER account_group_is_no_circle BEFORE INSERT OR UPDATE OF parent_id ON leads_account
    FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION leads_account_refuse_circle();
"""
CIRCLES = """
DROP TRIGGER account_group_is_no_circle ON leads_account;
DROP FUNCTION leads_account_refuse_circle();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0024_words_leave_the_audit_by_one_function"),
    ]

    operations = [
        migrations.CreateModel(
            name="IdentityLook",
            fields=[
                (
                    "lead",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="look",
                        serialize=False,
                        to="leads.lead",
                    ),
                ),
                ("facts_print", models.BigIntegerField()),
                ("looked_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="visitor",
            name="is_shared",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.CreateModel(
            name="CompanyQuestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("name_key", models.CharField(max_length=200)),
                ("country", models.CharField(blank=True, max_length=2)),
                ("told", models.JSONField(default=dict)),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="leads.account",
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CompanyWait",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateTimeField()),
                (
                    "lead",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="company_wait",
                        to="leads.lead",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="waits",
                        to="leads.companyquestion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DuplicateProposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("probability", models.FloatField()),
                ("evidence", models.JSONField(default=list)),
                ("proposed_at", models.DateTimeField()),
                (
                    "decision",
                    models.CharField(
                        blank=True, choices=[("MERGED", "one person"), ("APART", "two people")], max_length=6
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "merge",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="leads.merge",
                    ),
                ),
                (
                    "one",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="leads.lead",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="leads.lead"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IdentityKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.BigIntegerField()),
                (
                    "lead",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="identity_keys",
                        to="leads.lead",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="companyquestion",
            index=models.Index(
                condition=models.Q(("answered_at", None)), fields=["asked_at"], name="company_question_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="companyquestion",
            constraint=models.UniqueConstraint(fields=("name_key", "country"), name="company_asked_once"),
        ),
        migrations.AddConstraint(
            model_name="companyquestion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("account", None), ("answered_at", None)),
                    models.Q(("account__isnull", False), ("answered_at__isnull", False)),
                    _connector="OR",
                ),
                name="company_answer_names_an_account",
            ),
        ),
        migrations.AddIndex(
            model_name="duplicateproposal",
            index=models.Index(
                condition=models.Q(("decision", "")), fields=["-probability", "id"], name="duplicate_open"
            ),
        ),
        migrations.AddIndex(
            model_name="duplicateproposal",
            index=models.Index(
                condition=models.Q(("decision", ""), _negated=True),
                fields=["-decided_at"],
                name="duplicate_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="duplicateproposal",
            constraint=models.UniqueConstraint(fields=("one", "other"), name="duplicate_pair_once"),
        ),
        migrations.AddConstraint(
            model_name="duplicateproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("one__lt", models.F("other"))), name="duplicate_pair_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="duplicateproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decision", "")),
                    models.Q(models.Q(("decision", ""), _negated=True), ("decided_at__isnull", False)),
                    _connector="OR",
                ),
                name="duplicate_decided_at_some_time",
            ),
        ),
        migrations.AddIndex(
            model_name="identitykey",
            index=models.Index(fields=["key", "-lead"], name="identity_key_shared"),
        ),
        migrations.AddConstraint(
            model_name="identitykey",
            constraint=models.UniqueConstraint(fields=("lead", "key"), name="identity_key_once"),
        ),
        migrations.RunSQL(NO_CIRCLES, CIRCLES),
    ]
