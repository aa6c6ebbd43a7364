-- Loads a release of the CMS hospital star rating: psql -v data=FOLDER -f load.sql
--
-- FOLDER holds input.csv, a row for each hospital: its number, then a column for each measure, among others;
-- measures.csv, which says what the measures are; and groups.csv.
-- Makes the tables measure_group, measure and hospital.

\set here `pwd`
\cd :data

CREATE TABLE measure_group (place int GENERATED ALWAYS AS IDENTITY, group_name text, weight float8, mortsafe_flag float8);
\copy measure_group (group_name, weight, mortsafe_flag) from groups.csv with (format csv, header)

CREATE TABLE measure (
	place int GENERATED ALWAYS AS IDENTITY, measure_id text, group_name text, measure_desc text, flip_sign float8, measure_std text);
\copy measure (measure_id, group_name, measure_desc, flip_sign, measure_std) from measures.csv with (format csv, header)

-- the measures are numbers; the rest of the columns is not needed, and kept as it is
\set header `head -n 1 input.csv`
SELECT format('CREATE TABLE hospital (%s)', string_agg(CASE WHEN h.place = 1 THEN 'provider_id text'
	ELSE format('%I %s', name, CASE WHEN measure_id IS NULL THEN 'text' ELSE 'float8' END) END, ', ' ORDER BY h.place))
FROM string_to_table(rtrim(:'header', E'\r'), ',') WITH ORDINALITY AS h (name, place) LEFT JOIN measure ON measure_id = name \gexec
\copy hospital from input.csv with (format csv, header)
ANALYZE hospital;

\cd :here
