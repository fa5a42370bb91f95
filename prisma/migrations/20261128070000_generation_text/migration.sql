-- Old code: works.

ALTER TABLE "generation_jobs" ADD COLUMN "text" TEXT;

-- Outputs that are a text were stored joined. Addresses of files are no text.
UPDATE "generation_jobs" SET "text" = "output" #>> '{}'
  WHERE jsonb_typeof("output") = 'string' AND "output" #>> '{}' !~* '^(data:|[a-z][a-z0-9+.-]*://)';
