-- What each provider is paid of its retention. The variable "card" holds card.json.
--
-- Reads provider (name, retention, assessment).

SELECT name, assessment, grade(:'card', p) AS outcome, round(retention * score(:'card', p)::numeric / 100, 2) AS paid
FROM provider p
ORDER BY name;
