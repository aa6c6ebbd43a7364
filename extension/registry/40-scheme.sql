-- schemes: what turns facts into grades

CREATE TABLE scheme (
	scheme_id		bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	code			text COLLATE "C" NOT NULL CHECK (code <> ''),
	version			text COLLATE "C" NOT NULL CHECK (version <> ''),
	title_en		text,
	title_zh		text,
	state			text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'active', 'retired')),
	effective_from	date,
	effective_to	date,
	document		jsonb NOT NULL,
	scorecard		scorecard NOT NULL,
	created_at		timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	created_by		text NOT NULL DEFAULT session_user,
	changed_at		timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	activated_at	timestamptz,
	activated_by	text,
	retired_at		timestamptz,
	retired_by		text,
	UNIQUE (code, version),
	CONSTRAINT scheme_document CHECK (document ->> 'code' = code AND document ->> 'version' = version),
	CONSTRAINT scheme_activated CHECK ((state = 'draft') = (activated_at IS NULL) AND (activated_at IS NULL) = (activated_by IS NULL)),
	CONSTRAINT scheme_retired CHECK ((state = 'retired') = (retired_at IS NOT NULL) AND (retired_at IS NULL) = (retired_by IS NULL))
);

COMMENT ON TABLE scheme IS
'Schemes, each version a row: how subjects are graded and what follows from a grade. The format of document is that of doc/scheme.md. Written with scheme_import, scheme_activate and scheme_retire; a version that was active once never changes and no row is ever deleted.';
COMMENT ON COLUMN scheme.scheme_id IS 'Number of the version of the scheme.';
COMMENT ON COLUMN scheme.code IS 'Code of the scheme, shared by its versions.';
COMMENT ON COLUMN scheme.version IS 'Which version of the scheme it is.';
COMMENT ON COLUMN scheme.title_en IS 'What it is called in English, or in whatever language the document has; NULL if the document has no title.';
COMMENT ON COLUMN scheme.title_zh IS 'What it is called in Chinese, or in whatever language the document has; NULL if the document has no title.';
COMMENT ON COLUMN scheme.state IS 'draft: can be tried and replaced; active: in force between its dates; retired: in force up to effective_to, kept for what was graded by it.';
COMMENT ON COLUMN scheme.effective_from IS 'First day on which it is in force once active; NULL: from the beginning.';
COMMENT ON COLUMN scheme.effective_to IS 'Last day on which it is in force, of the document or as it was retired; NULL: open.';
COMMENT ON COLUMN scheme.document IS 'The whole document, as it was imported.';
COMMENT ON COLUMN scheme.scorecard IS 'The scorecard of the document.';
COMMENT ON COLUMN scheme.created_at IS 'When it was imported first.';
COMMENT ON COLUMN scheme.created_by IS 'Who imported it (login).';
COMMENT ON COLUMN scheme.changed_at IS 'When the document was imported as it is; dry runs that began earlier used another draft.';
COMMENT ON COLUMN scheme.activated_at IS 'When it was activated; NULL for a draft.';
COMMENT ON COLUMN scheme.activated_by IS 'Who activated it (login).';
COMMENT ON COLUMN scheme.retired_at IS 'When it was retired, or NULL.';
COMMENT ON COLUMN scheme.retired_by IS 'Who retired it (login).';

SELECT pg_catalog.pg_extension_config_dump('scheme', '');
SELECT pg_catalog.pg_extension_config_dump('scheme_scheme_id_seq', '');

-- An active version changes by being retired only. INSERT stays free, so that a dump with active versions is restored.
CREATE FUNCTION keep_scheme()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	IF TG_OP = 'UPDATE' THEN
		IF NEW.scheme_id = OLD.scheme_id AND NEW.code = OLD.code AND NEW.version = OLD.version
			AND NEW.created_at = OLD.created_at AND NEW.created_by = OLD.created_by
			AND (OLD.state = 'draft' AND NEW.state IN ('draft', 'active')
				OR OLD.state = 'active' AND NEW.state = 'retired'
				AND NEW.document = OLD.document AND NEW.scorecard = OLD.scorecard AND NEW.changed_at = OLD.changed_at
				AND NEW.title_en IS NOT DISTINCT FROM OLD.title_en AND NEW.title_zh IS NOT DISTINCT FROM OLD.title_zh
				AND NEW.effective_from IS NOT DISTINCT FROM OLD.effective_from
				AND NEW.effective_to <= coalesce(OLD.effective_to, 'infinity')
				AND NEW.activated_at = OLD.activated_at AND NEW.activated_by = OLD.activated_by)
		THEN
			RETURN NEW;
		END IF;
		RAISE EXCEPTION 'version % of scheme "%" is % and cannot be changed', OLD.version, OLD.code, OLD.state
			USING ERRCODE = 'object_not_in_prerequisite_state',
				HINT = 'Import the change as a new version; scheme_activate and scheme_retire change the state.';
	END IF;
	RAISE EXCEPTION '% on "scheme" is refused: schemes are never deleted', TG_OP
		USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'A scheme that is no longer used is retired with scheme_retire.';
END $$;

COMMENT ON FUNCTION keep_scheme() IS
'Trigger of scheme: refuses every change of a version that was active once, but for its retirement, and every deletion.';

CREATE TRIGGER keep_scheme BEFORE UPDATE OR DELETE ON scheme
	FOR EACH ROW EXECUTE FUNCTION keep_scheme();
CREATE TRIGGER keep_scheme_truncate BEFORE TRUNCATE ON scheme
	FOR EACH STATEMENT EXECUTE FUNCTION keep_scheme();
ALTER TABLE scheme ENABLE ALWAYS TRIGGER keep_scheme;
ALTER TABLE scheme ENABLE ALWAYS TRIGGER keep_scheme_truncate;

GRANT SELECT ON scheme TO credence_reader, credence_officer, credence_publisher, credence_admin;
