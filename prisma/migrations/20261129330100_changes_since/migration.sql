-- Old code: works. It records no changes of entitlements.

-- Since when earlier values of rows are known: since this database records them, and no longer than they are kept.
CREATE FUNCTION sluice_changes_since()
RETURNS TABLE (changes timestamptz, entitlements timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1
AS $$
BEGIN
  RETURN QUERY
    SELECT greatest(max(m.finished_at) FILTER (WHERE m.migration_name = '20261129230000_row_changes'), kept.since),
      greatest(max(m.finished_at) FILTER (WHERE m.migration_name = '20261129330100_changes_since'), kept.since)
    FROM _prisma_migrations m, (SELECT now() - interval '400 days' AS since) AS kept GROUP BY kept.since;
END $$;

REVOKE ALL ON FUNCTION sluice_changes_since() FROM PUBLIC;
