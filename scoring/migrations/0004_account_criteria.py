"""Gives every version of the scorecard the account criteria that Baton starts with (SC-10)."""

from typing import Any

from django.db import migrations

ACCOUNT = [
    {
        "code": "account_size",
        "label": "Size",
        "weight": 20,
        "unknown_level": 0,
        "levels": [
            {"level": 0, "label": "outside", "when": []},
            {
                "level": 1,
                "label": "adjacent",
                "when": [{"attribute": "employees", "operator": "between", "values": [20, 20000]}],
            },
            {
                "level": 2,
                "label": "close",
                "when": [{"attribute": "employees", "operator": "between", "values": [50, 5000]}],
            },
            {
                "level": 3,
                "label": "bullseye",
                "when": [{"attribute": "employees", "operator": "between", "values": [200, 2000]}],
            },
        ],
    },
    {
        "code": "account_growth",
        "label": "Growth",
        "weight": 15,
        "unknown_level": 0,
        "levels": [
            {"level": 0, "label": "wrong", "when": []},
            {
                "level": 1,
                "label": "early",
                "when": [
                    {
                        "attribute": "growth_stage",
                        "operator": "is_one_of",
                        "values": ["seed", "startup", "early"],
                    }
                ],
            },
            {
                "level": 2,
                "label": "approaching",
                "when": [
                    {
                        "attribute": "growth_stage",
                        "operator": "is_one_of",
                        "values": ["series a", "expansion", "mature", "public"],
                    }
                ],
            },
            {
                "level": 3,
                "label": "ideal",
                "when": [
                    {
                        "attribute": "growth_stage",
                        "operator": "is_one_of",
                        "values": ["series b", "series c", "series d", "growth", "scale-up"],
                    }
                ],
            },
        ],
    },
    {
        "code": "account_technology",
        "label": "Technology",
        "weight": 15,
        "unknown_level": 0,
        "levels": [
            {"level": 0, "label": "none", "when": []},
            {
                "level": 1,
                "label": "some",
                "when": [
                    {
                        "attribute": "technologies",
                        "operator": "contains_any",
                        "values": [
                            "Salesforce",
                            "HubSpot",
                            "Microsoft Dynamics",
                            "Pipedrive",
                            "Zoho CRM",
                            "Marketo",
                            "HubSpot",
                            "Pardot",
                            "Eloqua",
                            "ActiveCampaign",
                            "Mailchimp",
                            "Google Analytics",
                            "Segment",
                        ],
                    }
                ],
            },
            {
                "level": 2,
                "label": "strong",
                "when": [
                    {
                        "attribute": "technologies",
                        "operator": "contains_any",
                        "values": ["Salesforce", "HubSpot", "Microsoft Dynamics", "Pipedrive", "Zoho CRM"],
                    }
                ],
            },
            {
                "level": 3,
                "label": "exact",
                "when": [
                    {
                        "attribute": "technologies",
                        "operator": "contains_any",
                        "values": ["Salesforce", "HubSpot", "Microsoft Dynamics", "Pipedrive", "Zoho CRM"],
                    },
                    {
                        "attribute": "technologies",
                        "operator": "contains_any",
                        "values": ["Marketo", "HubSpot", "Pardot", "Eloqua", "ActiveCampaign", "Mailchimp"],
                    },
                ],
            },
        ],
    },
    {
        "code": "open_opportunities",
        "label": "Open opportunities",
        "weight": 20,
        "unknown_level": 0,
        "levels": [
            {"level": 0, "label": "none", "when": []},
            {
                "level": 2,
                "label": "one",
                "when": [{"attribute": "open_opportunities", "operator": "at_least", "values": [1]}],
            },
            {
                "level": 3,
                "label": "several",
                "when": [{"attribute": "open_opportunities", "operator": "at_least", "values": [2]}],
            },
        ],
    },
    {
        "code": "wins_in_industry",
        "label": "Wins in the industry",
        "weight": 10,
        "unknown_level": 0,
        "levels": [
            {"level": 0, "label": "none", "when": []},
            {
                "level": 1,
                "label": "one or two",
                "when": [{"attribute": "wins_in_industry", "operator": "at_least", "values": [1]}],
            },
            {
                "level": 2,
                "label": "three to nine",
                "when": [{"attribute": "wins_in_industry", "operator": "at_least", "values": [3]}],
            },
            {
                "level": 3,
                "label": "ten or more",
                "when": [{"attribute": "wins_in_industry", "operator": "at_least", "values": [10]}],
            },
        ],
    },
    {
        "code": "budget",
        "label": "Budget",
        "weight": 10,
        "unknown_level": 0,
        "levels": [
            {"level": 0, "label": "none", "when": []},
            {
                "level": 1,
                "label": "discussed",
                "when": [
                    {"attribute": "budget", "operator": "is_one_of", "values": ["discussed", "requested"]}
                ],
            },
            {
                "level": 2,
                "label": "planned",
                "when": [{"attribute": "budget", "operator": "is_one_of", "values": ["planned"]}],
            },
            {
                "level": 3,
                "label": "approved",
                "when": [
                    {"attribute": "budget", "operator": "is_one_of", "values": ["approved", "confirmed"]}
                ],
            },
        ],
    },
    {
        "code": "standing",
        "label": "Standing",
        "weight": 10,
        "unknown_level": 0,
        "levels": [
            {"level": 0, "label": "in dispute", "when": []},
            {
                "level": 3,
                "label": "nothing in dispute",
                "when": [{"attribute": "in_dispute", "operator": "is_one_of", "values": [False]}],
            },
        ],
    },
]


def seed(apps: Any, schema_editor: Any) -> None:
    Scorecard = apps.get_model("scoring", "Scorecard")
    Criterion = apps.get_model("scoring", "Criterion")
    Criterion.objects.bulk_create(
        [
            Criterion(scorecard=scorecard, dimension="ACCOUNT", position=place, **row)
            for scorecard in Scorecard.objects.exclude(criteria__dimension="ACCOUNT")
            for place, row in enumerate(ACCOUNT, start=1)
        ]
    )


def unseed(apps: Any, schema_editor: Any) -> None:
    apps.get_model("scoring", "Criterion").objects.filter(dimension="ACCOUNT").delete()


class Migration(migrations.Migration):
    dependencies = [("scoring", "0003_ledger_grades_and_accounts")]

    operations = [migrations.RunPython(seed, unseed)]
