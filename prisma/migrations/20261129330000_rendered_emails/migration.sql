-- Old code: works. It keeps no values of the messages that it sends, so that these cannot be shown again.

-- The values of a message's text, and the names of the documents that went along.
-- AlterTable
ALTER TABLE "notifications" ADD COLUMN     "attachments" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "draft" JSONB;

-- Messages that operators asked to see. Unlogged: no backup of the files, archive or replica keeps one longer than its
-- ten minutes.
-- CreateTable
CREATE UNLOGGED TABLE "rendered_emails" (
    "action_id" BIGINT NOT NULL,
    "effect_key" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "html" TEXT NOT NULL,
    "rendered_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "rendered_emails_pkey" PRIMARY KEY ("action_id")
);

-- A message as a worker rendered it for this person's newest action of kind `reveal`, within ten minutes of it.
CREATE FUNCTION sluice_revealed_email(email text, by_actor text)
RETURNS TABLE (revealed_until timestamptz, state text, problem text, subject text, plain text, html text)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 1
BEGIN ATOMIC
  SELECT a.at + interval '10 minutes', a.state, coalesce(a.error, a.result ->> 'problem'), r.subject, r.text, r.html
  FROM (
    SELECT o.id, o.at, o.state, o.error, o.result FROM operator_actions o
    WHERE o.kind = 'reveal' AND o.role IN ('operator', 'admin') AND o.actor = by_actor
      AND o.filter = jsonb_build_object('email', email) AND o.at > now() - interval '10 minutes'
    ORDER BY o.id DESC LIMIT 1
  ) AS a LEFT JOIN rendered_emails r ON r.action_id = a.id AND r.effect_key = email;
END;

REVOKE ALL ON FUNCTION sluice_revealed_email(text, text) FROM PUBLIC;
