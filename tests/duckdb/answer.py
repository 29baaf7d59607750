"""Answers questions to statistical cubes from raw tables, in SQL.

    python answer.py FOLDER QUESTIONS ANSWERS

A second reading of the rules of summarizability (docs/decisions, the table at the top of
`summarizability.rs`) that shares nothing with the engine: the tables are read from the
files themselves, numbers come out of DuckDB. QUESTIONS holds one JSON object a line,
either a cube (what is declared of a table) or a question to the cube above it; ANSWERS
gets one line for each question. `tests/duckdb.rs` writes the one and compares the other.
"""

import itertools
import json
import sys

import duckdb

# The tables: where they are, the columns that are dimensions, those that are measures.
FRONTEX = "frontex/all_routes_month_nationality_2018-01_2025-04.csv.gz"
IOM = "iom/dtm_arrivals_month_country_{}.csv"
TABLES = {
    "iom": (
        f"""SELECT month, geo, nat, n FROM csv('{IOM.format('nationality_2021-2024')}')
            UNION ALL SELECT month, geo, 'TOTAL', n FROM csv('{IOM.format('totals')}')""",
        ["month", "geo", "nat"],
        ["n"],
    ),
    "frontex": (f"SELECT * FROM csv('{FRONTEX}')", ["route", "type", "nat", "month"], ["n"]),
    "applications": (
        "SELECT * FROM csv('unhcr/wb_asylum_applications.csv')",
        ["coo", "year", "coa", "procedure_type", "app_type", "dec_level", "app_pc"],
        ["applied"],
    ),
    "world": (
        """SELECT * FROM csv('unhcr/asylum_applications_world_2015-2025.csv.gz')
           WHERE app_pc = 'P' AND app_type = 'N' AND dec_level = 'FI' AND procedure_type = 'G'""",
        ["year", "coo", "coa"],
        ["applied"],
    ),
    "decisions": (
        "SELECT * FROM csv('unhcr/wb_asylum_decisions.csv')",
        ["year", "coo", "coa", "procedure_type", "dec_level", "dec_pc"],
        ["dec_recognized", "dec_other", "dec_rejected", "dec_closed", "dec_total"],
    ),
    "population": (
        "SELECT * FROM csv('unhcr/wb_population.csv')",
        ["coo", "coa", "year"],
        ["refugees", "asylum_seekers", "returned_refugees", "idps", "stateless", "ooc", "oip"],
    ),
    "solutions": (
        "SELECT * FROM csv('unhcr/wb_solutions.csv')",
        ["year", "coo", "coa"],
        ["returned_refugees", "resettlement", "naturalisation", "returned_idps"],
    ),
}
TIME = {"month", "year"}


def text(value):
    return "'" + value.replace("'", "''") + "'"


class Tables:
    """The raw tables, loaded when first asked for."""

    def __init__(self, folder):
        self.sql = duckdb.connect(":memory:", config={"threads": 1})
        self.folder = folder
        self.known = {}

    def open(self, name):
        if name not in self.known:
            source, dimensions, measures = TABLES[name]
            read = f"read_csv('{self.folder}/\\1', header = true, all_varchar = true)"
            import re

            source = re.sub(r"csv\('([^']+)'\)", read, source)
            columns = [f"{d}" for d in dimensions]
            columns += [f"TRY_CAST(NULLIF({m}, '') AS BIGINT) AS {m}" for m in measures]
            self.sql.execute(f"CREATE TABLE {name} AS SELECT {', '.join(columns)} FROM ({source})")
            codes = {}
            for d in dimensions:
                found = self.sql.execute(f"SELECT DISTINCT {d} FROM {name}").fetchall()
                codes[d] = sorted(row[0] for row in found)
            self.known[name] = (dimensions, codes)
        return self.known[name]


class Cube:
    """A table with what is declared of it."""

    def __init__(self, tables, told):
        self.tables, self.told, self.table = tables, told, told["cube"]
        self.dimensions, codes = tables.open(self.table)
        self.codes = {d: codes[d] + told["extra"].get(d, []) for d in self.dimensions}
        self.place = {d: {c: at for at, c in enumerate(self.codes[d])} for d in self.dimensions}
        self.children = {d: {} for d in self.dimensions}
        self.parents = {d: {} for d in self.dimensions}
        for d, pairs in told["pairs"].items():
            for parent, child in pairs:
                self.children[d].setdefault(parent, set()).add(child)
                self.parents[d].setdefault(child, set()).add(parent)
        self.below_known = {}

    def below(self, d, code):
        """All that a category is made of, however far down."""
        known = self.below_known.get((d, code))
        if known is None:
            known = set()
            for child in self.children[d].get(code, ()):
                known |= {child} | self.below(d, child)
            self.below_known[(d, code)] = known
        return known

    def rule(self, measure, d):
        """Who said what, strongest first: (additivity, whether on the host's word)."""
        declared = self.told["measures"][measure]["declared"].get(d, "unknown")
        if declared != "unknown":
            return declared, False
        for key in (f"{measure}:{d}", d):
            if key in self.told["assumed"]:
                return self.told["assumed"][key], True
        kind, counts = self.told["measures"][measure]["kind"], self.told["measures"][measure]["counts"]
        if kind == "rate":
            return "none", False
        if kind == "stock" and d in TIME:
            return "last", False
        if kind == "flow" and d in TIME and counts != "people":
            return "sum", False
        return "unknown", False

    def decide(self, measure, d, codes):
        """What becomes of several categories together."""
        if len(codes) < 2:
            return "slice", False
        rule, assumed = self.rule(measure, d)
        if rule == "sum" and self.children[d]:
            seen = set()
            for code in codes:
                family = self.below(d, code) | {code}
                if seen & family:
                    return "overlap", assumed
                seen |= family
        return rule, assumed


def kept(cube, question, d):
    """What the filters leave of a dimension; None where none filters it."""
    filters = [wanted for on, wanted in question["where"] if on == d]
    if not filters:
        return None
    left = set(cube.codes[d])
    for wanted in filters:
        if isinstance(wanted, dict):
            low, high = wanted.get("from") or "", wanted.get("to") or "\U0010ffff"
            left &= {code for code in cube.codes[d] if low <= code <= high}
        else:
            left &= set(wanted)
    return [code for code in cube.codes[d] if code in left]


def group(cube, question, by):
    lists, stands, replaceable = {}, {}, []
    for d in cube.dimensions:
        codes = None if question["linked"] and d in by else kept(cube, question, d)
        stands[d] = False
        if d in by:
            lists[d] = cube.codes[d] if codes is None else codes
        elif codes is None:
            roots = [code for code in cube.codes[d] if code not in cube.parents[d]]
            everything = cube.told["all"].get(d)
            if cube.children[d]:
                stands[d] = len(roots) == 1
            elif everything in cube.place[d] and len(roots) > 1:
                roots, stands[d] = [everything], True
            lists[d] = roots
        else:
            covered = set().union(*(cube.below(d, code) for code in codes)) if codes else set()
            lists[d] = [code for code in codes if code not in covered]
            stands[d] = len(lists[d]) < len(codes)
            if len(lists[d]) > 1:
                for parent in cube.codes[d]:
                    if cube.children[d].get(parent) == set(lists[d]):
                        replaceable.append((d, parent))
                        break
    for number in range(len(replaceable), 0, -1):
        # In the order in which a counter in binary would name them, the first dimension lowest.
        chosen = itertools.combinations(range(len(replaceable)), number)
        for some in sorted(chosen, key=lambda some: sum(1 << at for at in some)):
            other, other_stands = dict(lists), dict(stands)
            for at in some:
                d, parent = replaceable[at]
                other[d], other_stands[d] = [parent], True
            answer = evaluate(cube, question["measure"], by, other, other_stands)
            if answer["cells"] and all(cell[1] is not None for cell in answer["cells"]):
                return answer
    return evaluate(cube, question["measure"], by, lists, stands)


def where(cube, lists, without=None):
    conditions = ["true"]
    for d, codes in lists.items():
        if d != without and len(codes) < len(cube.codes[d]):
            conditions.append(f"{d} IN ({', '.join(map(text, codes))})" if codes else "false")
    return " AND ".join(conditions)


def evaluate(cube, measure, by, lists, stands):
    sql, lists = cube.tables.sql, dict(lists)
    rolled = [d for d in cube.dimensions if d not in by]
    decided = {d: cube.decide(measure, d, lists[d]) for d in rolled}
    number = f"{measure} / 8.0" if cube.told["eighths"] else measure

    period = None
    for d in rolled:
        if decided[d][0] == "last":
            rows = sql.execute(
                f"SELECT DISTINCT {d} FROM {cube.table} WHERE {where(cube, lists)} AND {measure} IS NOT NULL"
            ).fetchall()
            order = cube.place[d]
            observed = max((row[0] for row in rows), key=order.get, default=None)
            if observed is not None:
                period = [d, observed]
            lists[d] = [max(lists[d], key=order.get) if observed is None else observed]

    refusing = [d for d in rolled if decided[d][0] in ("overlap", "none", "unknown")]
    bounded = bool(refusing) and all(decided[d][0] == "overlap" for d in refusing)
    of = 1
    for d in rolled:
        of *= len(lists[d])

    columns = ", ".join([*by, *refusing])
    outer = ", ".join(by)
    rows = sql.execute(
        f"""WITH parts AS (
              SELECT {columns + ',' if columns else ''}
                     sum({number}) AS total, count({measure}) AS num, min({measure}) AS least
              FROM {cube.table} WHERE {where(cube, lists)} AND {measure} IS NOT NULL
              {'GROUP BY ' + columns if columns else ''})
            SELECT {outer + ',' if outer else ''} sum(total), sum(num), max(total), min(least)
            FROM parts WHERE num > 0 {'GROUP BY ' + outer if outer else ''}"""
    ).fetchall()
    found = {row[: len(by)]: row[len(by) :] for row in rows if row[-3]}

    cells = []
    for codes in itertools.product(*(lists[d] for d in by)):
        total, observed, largest, least = found.get(codes, (None, 0, None, None))
        value = lower = upper = None
        if observed and not refusing:
            value = float(total)
        if observed and bounded and least >= 0:
            lower = float(largest)
            upper = float(total) if observed == of else None
        stood = of == 1 and observed == 1 and not refusing and any(stands.values())
        cells.append([list(codes), value, int(observed), of, lower, upper, stood])
    return {
        "refusals": [[d, decided[d][0]] for d in refusing],
        "period": period,
        "assumed": any(assumed for _, assumed in decided.values()),
        "cells": cells,
    }


def answer(cube, question):
    groups = []
    for by in question["by"]:
        found = group(cube, question, by)
        top = question["top"].get(by[0]) if len(by) == 1 else None
        if top is not None:
            # The sort is stable, so that equal values stay in the order of categories.
            with_value = [cell for cell in found["cells"] if cell[1] is not None]
            found["cells"] = sorted(with_value, key=lambda cell: -cell[1])[:top]
        groups.append(found)
    return {"question": question["question"], "groups": groups}


def main(folder, questions, answers):
    tables, cube = Tables(folder), None
    with open(questions, encoding="utf-8") as asked, open(answers, "w", encoding="utf-8") as told:
        for line in asked:
            entry = json.loads(line)
            if "cube" in entry:
                cube = Cube(tables, entry)
            else:
                told.write(json.dumps(answer(cube, entry)) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
