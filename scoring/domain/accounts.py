"""Scores a company beside its people: its own score, whether it is an ideal customer, and intent (SC-10)."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from scoring.domain import criteria, recall
from scoring.domain.criteria import CriteriaScore, Criterion
from scoring.domain.engagement import HIGHEST
from scoring.domain.model import Model

INTENT_WEEKS = 4
"""How lately somebody must have done something to be part of their company's intent."""

Facts = Mapping[str, object]


@dataclass(frozen=True)
class AccountStanding:
    """A company's score with its terms, and its company fit, which alone says whether it is an ideal customer."""

    score: CriteriaScore
    company_fit: CriteriaScore
    is_icp: bool


def assess(model: Model, facts: Facts, *, company: Collection[str]) -> AccountStanding:
    """The company of `facts` under `model`; `company` are the attributes that do not depend on a person.

    Company fit is the fit of a lead by the criteria that ask about its company alone, scaled to 100: the ideal
    customer profile is about the company, whoever of its people is looked at. Unknown facts count as elsewhere.
    """
    fit = _asking_only(company, model.fit)
    return _standing(model, criteria.score(model.account, facts), criteria.score(fit, facts))


def assessor(model: Model, *, company: Collection[str]) -> Callable[[Facts], AccountStanding]:
    """A function that assesses very many companies as `assess` does, and recalls what the same facts gave before."""
    score, fit = recall.scorer(model.account), recall.scorer(_asking_only(company, model.fit))
    return lambda facts: _standing(model, score(facts), fit(facts))


def intent(engagements: Iterable[float]) -> float:
    """The engagement of a company's people who were active in the last INTENT_WEEKS, added up, at most 100."""
    return min(math.fsum(engagements), HIGHEST)


def _standing(model: Model, score: CriteriaScore, company_fit: CriteriaScore) -> AccountStanding:
    return AccountStanding(score, company_fit, is_icp=company_fit.value >= model.icp_fit)


def _asking_only(attributes: Collection[str], rows: Iterable[Criterion]) -> list[Criterion]:
    return [row for row in rows if _asks_only(row, attributes)]


def _asks_only(row: Criterion, attributes: Collection[str]) -> bool:
    return all(condition.attribute in attributes for level in row.levels for condition in level.when)
