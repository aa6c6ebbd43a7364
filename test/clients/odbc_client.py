"""What psqlODBC sees of the dashboard views: one JSON object on standard output."""
import json
import os
import sys

import pyodbc

views, scheme, region = sys.argv[1].split(","), sys.argv[2], sys.argv[3]
result = {"columns": {}, "comments": {}}
connection = pyodbc.connect(
    "Driver={{PostgreSQL Unicode}};Servername={PGHOST};Port={PGPORT};Database={PGDATABASE};UID={PGUSER};PWD=none".format(**os.environ))
cursor = connection.cursor()
for view in views:
    columns = cursor.columns(table=view, schema="credence_registry").fetchall()
    for column in columns:
        name = column.type_name
        if name == "numeric":
            name += f"({column.column_size},{column.decimal_digits})"
        result["columns"][f"{view}.{column.column_name}"] = name
    cursor.execute(f"SELECT * FROM credence_registry.{view}").fetchmany(5)
cursor.execute(
    """SELECT grade_en, grade_order, count(*), cast(avg(score) AS numeric(10,2))
    FROM credence_registry.current_grade WHERE scheme_code = ? AND region_en = ?
    GROUP BY grade_en, grade_order ORDER BY grade_order""", scheme, region)
result["query"] = [[row[0], row[1], row[2], float(row[3])] for row in cursor.fetchall()]
json.dump(result, sys.stdout)
