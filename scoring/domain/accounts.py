"""Scores a company beside its people: its own score, whether it is an ideal customer, and intent (SC-10)."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from scoring.domain import criteria
from scoring.domain.criteria import CriteriaScore, Criterion
from scoring.domain.engagement import HIGHEST
from scoring.domain.model import Model

INTENT_WEEKS = 4
"""How lately somebody must have done something to be part of their company's intent."""


@dataclass(frozen=True)
class AccountStanding:
    """A company's score with its terms, and its company fit, which alone says whether it is an ideal customer."""

    score: CriteriaScore
    company_fit: CriteriaScore
    is_icp: bool


def assess(model: Model, facts: Mapping[str, object], *, company: Collection[str]) -> AccountStanding:
    """The company of `facts` under `model`; `company` are the attributes that do not depend on a person.

    Company fit is the fit of a lead by the criteria that ask about its company alone, scaled to 100: the ideal
    customer profile is about the company, whoever of its people is looked at. Unknown facts count as elsewhere.
    """
    company_fit = criteria.score([row for row in model.fit if _asks_only(row, company)], facts)
    return AccountStanding(
        score=criteria.score(model.account, facts),
        company_fit=company_fit,
        is_icp=company_fit.value >= model.icp_fit,
    )


def intent(engagements: Iterable[float]) -> float:
    """The engagement of a company's people who were active in the last INTENT_WEEKS, added up, at most 100."""
    return min(math.fsum(engagements), HIGHEST)


def _asks_only(row: Criterion, attributes: Collection[str]) -> bool:
    return all(condition.attribute in attributes for level in row.levels for condition in level.when)
