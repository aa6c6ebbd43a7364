"""Writes the facts and schemes of registry_events.py as SQL that calls the public functions of the registry."""

import json
from collections import Counter
from itertools import combinations

BATCH = "SET search_path = credence_registry, credence; SET client_min_messages = error;\n"


def literal(value):
    """A value as an SQL literal."""
    if value is None:
        return "NULL"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return "'{%s}'" % ",".join(value)
    if isinstance(value, (list, dict)):
        value = json.dumps(value, ensure_ascii=False)
    return "'%s'" % str(value).replace("'", "''")


def rows(values):
    return ",\n".join("(%s)" % ", ".join(map(literal, row)) for row in values)


def rule_json(rule):
    """A version of a rule as a scheme document has it."""
    pairs = {"code": rule.code, "from": str(rule.first), "category": rule.category, "judged_by": rule.judged_by,
             "points": rule.points, "degrees": rule.degrees, "ladder": rule.ladder, "valid_months": rule.valid_months,
             "repairs": rule.repairs, "measures": rule.measures}
    return {key: value for key, value in pairs.items() if value is not None}


def put_rule(rule):
    """The call that records a version of a rule anew."""
    low, high = rule.points if isinstance(rule.points, list) else (rule.points, rule.points)
    degrees = rule.degrees and {d: p if isinstance(p, list) else [p, p] for d, p in rule.degrees.items()}
    repairs = rule.repairs and literal(json.dumps(rule.repairs))
    return "SELECT put_rule(%s, %s, 't', 't', %s, %s, category => %s, effective_to => %s, degrees => %s, ladder => %s, judged_by => %s, validity_months => %s, repairs => %s, measures => %s);\n" % (
        *map(literal, (rule.code, rule.first, low, high, rule.category, rule.last, degrees, rule.ladder, rule.judged_by, rule.valid_months)),
        repairs or "NULL", literal(rule.measures))


def write_facts(folder, facts):
    """facts.sql: what is known at the first moment; more.sql: what is recorded afterwards."""
    with open(folder + "/facts.sql", "w", encoding="utf-8") as out:
        out.write(BATCH)
        out.write("CREATE TABLE moment (moment int, at timestamptz);\n"
                  "CREATE TABLE evaluated (scheme text, moment int, run_id bigint);\n"
                  "CREATE TABLE expected (scheme text, moment int, subject text, input text, number float8, label text);\n")
        out.write("SELECT put_subject(kind, code, code, NULL, '2020-01-01') FROM (VALUES %s) v(code, kind);\n" % rows(facts.subjects))
        out.write("SELECT scheme_import(%s);\n" % literal(document("rules", "year", {"one": {"value": 1}}, [r for r in facts.rules if r.moment == 1])))
        write_moment(out, facts, 1)
    with open(folder + "/more.sql", "w", encoding="utf-8") as out:
        out.write(BATCH + "INSERT INTO moment VALUES (1, clock_timestamp());\nSELECT pg_sleep(0.01);\n")
        write_moment(out, facts, 2)
        out.writelines(put_rule(r) for r in facts.rules if r.moment == 2)


def write_moment(out, facts, moment):
    """Ties, events, repairs and revocations of a moment."""
    ended = [t for t in facts.ties if t.ends is not None and t.replaced == moment]
    ties = [t for t in facts.ties if t.moment == moment and not (moment == 2 and any(
        (e.kind, e.one, e.other, e.first) == (t.kind, t.one, t.other, t.first) for e in ended))]
    numbered = "(SELECT event_id FROM event WHERE event_code = 'E' || number AND revokes IS NULL)"
    if ended:
        out.write("SELECT end_tie(tie_id, last::date) FROM (VALUES %s) v(kind, one, other, first, last) JOIN tie t ON (t.kind, t.from_subject, t.to_subject, t.valid_from)"
                  " = (v.kind, (SELECT subject_id FROM subject WHERE code = one), (SELECT subject_id FROM subject WHERE code = other), first::date);\n"
                  % rows((t.kind, t.one, t.other, t.first, t.ends) for t in ended))
    out.write("SELECT record_tie(kind, (SELECT subject_id FROM subject WHERE code = one), (SELECT subject_id FROM subject WHERE code = other), first::date, last::date)"
              " FROM (VALUES %s) v(kind, one, other, first, last);\n" % rows((t.kind, t.one, t.other, t.first, t.last) for t in ties))
    out.write("SELECT record_event((SELECT subject_id FROM subject WHERE code = owner), rule, occurred::date, decided::date, points::numeric, amount::numeric, responsibility, level,"
              " found::date, effective::date, case_code, (SELECT subject_id FROM subject WHERE code = place), source, 'E' || number)\n"
              " FROM (VALUES %s) v(number, owner, rule, occurred, decided, points, amount, responsibility, level, found, effective, case_code, place, source);\n"
              % rows((e.number, e.subject, e.rule, e.occurred, e.decided, e.given, e.amount, e.responsibility, e.level, e.found, e.effective,
                      e.case, e.place, e.source) for e in facts.events if e.moment == moment))
    out.write("SELECT record_repair(%s, completed::date, measures::text[], fraction::numeric, points::numeric) FROM (VALUES %s) v(number, completed, measures, fraction, points);\n"
              % (numbered, rows((r.event, r.completed, r.measures, r.fraction, r.points) for r in facts.repairs if r.moment == moment)))
    out.write("SELECT revoke_event(%s, 'wrong', effective::date) FROM (VALUES %s) v(number, effective);\n"
              % (numbered, rows((e.number, e.revoked_on) for e in facts.events if e.revoked == moment)))


def document(code, period, inputs, rules=None):
    """A scheme document around some inputs; its scorecard reads a constant."""
    result = {"code": code, "version": "1", "subjects": {"kinds": ["institution", "physician", "manufacturer"]}, "period": period,
              "inputs": {**inputs, "one": {"value": 1}},
              "scorecard": {"name": code, "aggregate": "sum", "indicators": [{"name": "one"}]}}
    if rules:
        result["rules"] = [{**rule_json(r), "title": "t"} for r in rules]
    return result


def write_schemes(folder, schemes):
    """schemes.sql: imports each scheme, evaluates it as of both moments and collects the inputs."""
    with open(folder + "/schemes.sql", "w", encoding="utf-8") as out:
        out.write(BATCH + "SELECT at AS moment_1 FROM moment \\gset\n")
        for s in schemes:
            out.write("SELECT scheme_import(%s);\nSELECT scheme_activate('%s', '1');\n" % (literal(document(s.code, s.kind, s.inputs)), s.code))
            for moment in s.moments:
                out.write("CALL evaluate('%s', '%s', as_of => %s, run_id => NULL) \\gset\nINSERT INTO evaluated VALUES ('%s', %d, :run_id);\n"
                          % (s.code, s.period, ":'moment_1'" if moment == 1 else "NULL", s.code, moment))


def expected_line(scheme, moment, subject, name, value):
    """A line of expected.tsv."""
    number = r"\N" if value is None or isinstance(value, str) else repr(float(value))
    label = value if isinstance(value, str) else r"\N"
    return "\t".join((scheme, str(moment), subject, name, number, label)) + "\n"


def write_drawn(folder, schemes):
    """drawn.tsv: how many inputs have each key with its kind of value, and each pair of keys."""
    drawn = Counter()
    for scheme in schemes:
        for key in scheme.inputs.values():
            words = sorted(word(name, value) for name, value in key.items() if name != "events")
            drawn.update(words)
            drawn.update(" + ".join(pair) for pair in combinations(sorted(w.split("=")[0] for w in words), 2))
    with open(folder + "/drawn.tsv", "w", encoding="utf-8") as out:
        out.writelines("%s\t%d\n" % pair for pair in sorted(drawn.items()))


def word(name, value):
    """A key with the kind of its value, such as window=months."""
    if isinstance(value, dict):
        return "%s=%s" % (name, "tie " + value["end"] if "tie" in value else sorted(value)[0])
    return "%s=%s" % (name, value) if isinstance(value, (str, bool)) and name != "default" else name
