"""What psycopg sees of the dashboard views: one JSON object on standard output."""
import json
import sys

import psycopg

views, scheme, region = sys.argv[1].split(","), sys.argv[2], sys.argv[3]
result = {"columns": {}, "comments": {}}
with psycopg.connect("") as connection:
    for view in views:
        cursor = connection.execute(f"SELECT * FROM credence_registry.{view} LIMIT 5")
        rows = cursor.fetchall()
        for position, column in enumerate(cursor.description):
            name = connection.adapters.types[column.type_code].name
            if name == "numeric":
                name += f"({column.precision},{column.scale})"
            result["columns"][f"{view}.{column.name}"] = name
            # what comes out is a plain value of Python
            for row in rows:
                if type(row[position]).__name__ not in ("NoneType", "str", "int", "Decimal", "date", "datetime", "bool"):
                    result["columns"][f"{view}.{column.name}"] = type(row[position]).__name__
    cursor = connection.execute(
        """SELECT grade_en, grade_order, count(*), avg(score)::numeric(10,2)
        FROM credence_registry.current_grade WHERE scheme_code = %s AND region_en = %s
        GROUP BY grade_en, grade_order ORDER BY grade_order""", (scheme, region))
    result["query"] = [[row[0], row[1], row[2], float(row[3])] for row in cursor]
json.dump(result, sys.stdout)
