-- Old code: works.

-- The hidden columns that an operator asked to see of one row, for ten minutes after the action of kind `reveal` was inserted. Without that row
-- nobody reads a body, headers or an address through the console, so none is read that the actions do not name.
CREATE FUNCTION sluice_reveal(what jsonb, by_actor text)
RETURNS TABLE (revealed_until timestamptz, body bytea, headers jsonb, address text)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 1
BEGIN ATOMIC
  SELECT a.at + interval '10 minutes', coalesce(e.raw_body, d.raw_body), e.headers,
    coalesce(c.email, u.email, n.recipient)
  FROM (
    SELECT operator_actions.at FROM operator_actions
    WHERE kind = 'reveal' AND role IN ('operator', 'admin') AND actor = by_actor AND filter = what
      AND operator_actions.at > now() - interval '10 minutes'
    ORDER BY operator_actions.id DESC LIMIT 1
  ) AS a
    LEFT JOIN webhook_events e ON e.provider = what ->> 'provider' AND e.event_id = what ->> 'event'
    LEFT JOIN LATERAL (
      SELECT webhook_dead_letters.raw_body FROM webhook_dead_letters
      WHERE e.raw_body IS NULL AND provider = what ->> 'provider' AND event_id = what ->> 'event'
        AND webhook_dead_letters.raw_body IS NOT NULL
      ORDER BY webhook_dead_letters.id DESC LIMIT 1
    ) AS d ON true
    LEFT JOIN customers c ON c.stripe_customer_id = what ->> 'customer'
    LEFT JOIN users u ON u.id = what ->> 'user'
    LEFT JOIN notifications n ON n.effect_key = what ->> 'email';
END;

REVOKE ALL ON FUNCTION sluice_reveal(jsonb, text) FROM PUBLIC;
