"""What a migration's SQL would hold up while the site runs on: long locks, rewrites, and what old code cannot bear."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

CREATED = re.compile(r'CREATE TABLE (?:IF NOT EXISTS )?"?(\w+)"?', re.IGNORECASE)
ABOUT = re.compile(
    r"(?:ALTER TABLE(?: ONLY)?|CREATE (?:UNIQUE )?INDEX .*? ON|DROP TABLE|UPDATE|DELETE FROM|CLUSTER|LOCK TABLE)"
    r' (?:IF EXISTS )?"?(\w+)"?',
    re.IGNORECASE | re.DOTALL,
)
NOISE = re.compile(r"--[^\n]*|\$(\w*)\$.*?\$\1\$", re.DOTALL)


class Rule(NamedTuple):
    """What is refused, and what to do instead."""

    pattern: re.Pattern[str]
    instead: str


def _rule(pattern: str, instead: str) -> Rule:
    return Rule(re.compile(pattern, re.IGNORECASE | re.DOTALL), instead)


RULES = (
    _rule(
        r"^CREATE (UNIQUE )?INDEX (?!CONCURRENTLY)", "an index on rows that are there: AddIndexConcurrently"
    ),
    _rule(r"^DROP INDEX (?!CONCURRENTLY)", "an index that leaves: RemoveIndexConcurrently"),
    _rule(
        r"ADD COLUMN (?!.*\bDEFAULT\b).*\bNOT NULL\b",
        "a column that must be filled: db_default, or null first",
    ),
    _rule(
        r"ADD COLUMN .*DEFAULT [^,;]*\b(now|random|gen_random_uuid|uuid_generate\w*|clock_timestamp|nextval)\s*\(",
        "a default that differs by row writes every row: null first, then fill in batches",
    ),
    _rule(r"ADD COLUMN .*(GENERATED|\bSERIAL\b)", "a computed column writes every row: fill in batches"),
    _rule(
        r"ALTER COLUMN \S+ DROP DEFAULT",
        "the code of before leaves the column out: keep its default (db_default)",
    ),
    _rule(r"ALTER COLUMN \S+ (SET DATA )?TYPE\b", "another type writes every row: add a column beside it"),
    _rule(
        r"ALTER COLUMN \S+ SET NOT NULL",
        "reads every row under a lock: NOT VALID, validate, then SET NOT NULL",
    ),
    _rule(
        r"ADD CONSTRAINT \S+ (?!.*\bNOT VALID\b)(?!.*USING INDEX)(CHECK|FOREIGN KEY|UNIQUE|EXCLUDE|PRIMARY)",
        "reads every row under a lock: AddConstraintNotValid and ValidateConstraint in a migration of its own",
    ),
    _rule(
        r"^DROP TABLE|DROP COLUMN|RENAME (COLUMN|TO)\b", "the code of before still uses it: a release later"
    ),
    _rule(
        r"^(UPDATE|DELETE FROM) (?!.*\bLIMIT\b)",
        "a whole table in one statement: in batches, by a command or a job",
    ),
    _rule(r"^(VACUUM FULL|CLUSTER|LOCK TABLE|REINDEX (?!.*CONCURRENTLY))", "holds everybody up"),
)


def faults(statements: Sequence[str]) -> list[str]:
    """A sentence for each statement that would hold up a running site; tables of the same migration hold up nobody."""
    single = list(_single(statements))
    fresh = {name.lower() for each in single for name in CREATED.findall(each)}
    return [
        f"{rule.instead} ({each[:100]})"
        for each in single
        for rule in RULES
        if rule.pattern.search(each) and not _concerns(each, fresh)
    ]


def _concerns(statement: str, fresh: set[str]) -> bool:
    about = ABOUT.match(statement)
    return about is not None and about[1].lower() in fresh


def _single(statements: Sequence[str]) -> Iterator[str]:
    """Each statement alone and on one line, without comments and the bodies of functions."""
    for each in statements:
        for part in NOISE.sub(" ", each).split(";"):
            if words := " ".join(part.split()):
                yield words
