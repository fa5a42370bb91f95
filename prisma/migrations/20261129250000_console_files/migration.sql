-- Old code: works.

-- A stored document by its name, and the generations of a user, the newest first.
-- CreateIndex
CREATE INDEX "documents_storage_key_idx" ON "documents"("storage_key");
-- CreateIndex
CREATE INDEX "generation_jobs_user_id_seen_at_id_idx" ON "generation_jobs"("user_id", "seen_at", "id");
-- DropIndex
DROP INDEX "generation_jobs_user_id_idx";

-- The parts of a prediction's output, for a role that does not read the output: where each value is, its type, and how
-- long a text is. Names of properties are shown, values never are.
CREATE FUNCTION sluice_output_parts(job text) RETURNS TABLE (pointer text, type text, characters integer)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 20
BEGIN ATOMIC
  WITH RECURSIVE parts (path, value) AS (
    SELECT '', j.output FROM generation_jobs j WHERE j.id = job AND j.output IS NOT NULL
    UNION ALL
    SELECT p.path || '/' || replace(replace(inner_part.name, '~', '~0'), '/', '~1'), inner_part.value
    FROM parts p CROSS JOIN LATERAL (
      SELECT o.key AS name, o.value
      FROM jsonb_each(CASE WHEN jsonb_typeof(p.value) = 'object' THEN p.value ELSE '{}' END) AS o
      UNION ALL
      SELECT (a.place - 1)::text, a.value
      FROM jsonb_array_elements(CASE WHEN jsonb_typeof(p.value) = 'array' THEN p.value ELSE '[]' END)
        WITH ORDINALITY AS a (value, place)
    ) AS inner_part
  )
  SELECT p.path, jsonb_typeof(p.value),
    CASE WHEN jsonb_typeof(p.value) = 'string' THEN char_length(p.value #>> '{}') END
  FROM parts p WHERE jsonb_typeof(p.value) NOT IN ('object', 'array') OR p.value IN ('{}', '[]') LIMIT 200;
END;

REVOKE ALL ON FUNCTION sluice_output_parts(text) FROM PUBLIC;
