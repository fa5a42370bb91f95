-- Old code: works.

-- The id of this database, made once and copied with it. A function, because every role may read it without a grant.
DO $$
BEGIN
  EXECUTE format(
    'CREATE FUNCTION sluice_deployment_id() RETURNS uuid LANGUAGE sql STABLE AS $f$ SELECT %L::uuid $f$',
    gen_random_uuid()
  );
END
$$;
