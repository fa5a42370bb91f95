-- Old code: works. It announces a state again that was announced before.

-- What the host was told last, by URL. Nothing that has not changed since then is announced again.
CREATE TABLE host_announcements (
  -- Hash of the endpoint, of the type of the message, and of what it is about, since that may be the id of a user.
  thing text PRIMARY KEY,
  -- The message that was sent last.
  message_id uuid NOT NULL,
  -- Hash of its data, if each time that it was sent it had the same: a host that knows its id takes no other data with it.
  digest text,
  acknowledged boolean NOT NULL DEFAULT false
);

-- An invoice that has the money of another payment is not announced again.
CREATE INDEX payments_moved ON payments (moved_to_payment_id) WHERE moved_to_payment_id IS NOT NULL;
