-- Old code: works. It reads these columns alone.

-- Of the host's tables, worker and board read only the columns that they know: the host may have added others.
REVOKE SELECT ON users, generation_jobs FROM sluice_worker, sluice_board;
GRANT SELECT (id, email, stripe_customer_id, role, host_role, had_subscription) ON users TO sluice_worker, sluice_board;
GRANT SELECT (id, user_id, prediction_id, status, error, output, text, metrics, completed_at, registers, seen_at, poll_after)
  ON generation_jobs TO sluice_worker, sluice_board;
