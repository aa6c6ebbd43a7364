"""What SQLAlchemy reflects of the dashboard views: one JSON object on standard output."""
import json
import sys
import warnings

import sqlalchemy

# a type that it does not know is a warning, which is an error here
warnings.simplefilter("error", sqlalchemy.exc.SAWarning)
views, scheme, region = sys.argv[1].split(","), sys.argv[2], sys.argv[3]
result = {"columns": {}, "comments": {}}
engine = sqlalchemy.create_engine("postgresql+psycopg2://")
inspector = sqlalchemy.inspect(engine)
there = inspector.get_view_names(schema="credence_registry")
for view in views:
    if view not in there:
        continue
    for column in inspector.get_columns(view, schema="credence_registry"):
        name = str(column["type"]).lower().replace(" ", "")
        result["columns"][f"{view}.{column['name']}"] = name
        result["comments"][f"{view}.{column['name']}"] = column.get("comment")
grades = sqlalchemy.Table("current_grade", sqlalchemy.MetaData(), schema="credence_registry", autoload_with=engine)
query = (sqlalchemy.select(grades.c.grade_en, grades.c.grade_order, sqlalchemy.func.count(), sqlalchemy.func.avg(grades.c.score))
         .where(grades.c.scheme_code == scheme, grades.c.region_en == region)
         .group_by(grades.c.grade_en, grades.c.grade_order).order_by(grades.c.grade_order))
with engine.connect() as connection:
    result["query"] = [[row[0], row[1], row[2], round(float(row[3]), 2)] for row in connection.execute(query)]
json.dump(result, sys.stdout)
