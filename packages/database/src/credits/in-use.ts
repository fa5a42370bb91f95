/** Whether anything names or holds credits, as SQL. Until then no other statement asks for them. */
export const HAS_CREDITS = `(EXISTS (SELECT FROM prices WHERE registers ? 'creditTerms')
    OR EXISTS (SELECT FROM invoices WHERE sells_credits) OR EXISTS (SELECT FROM checkout_sessions WHERE sells_credits)
    OR EXISTS (SELECT FROM payment_references WHERE sells_credits) OR EXISTS (SELECT FROM credit_entries))`
