import { Link } from '@tanstack/react-router'

interface Said {
  provider: string | null
  eventId: string | null
  cause?: string | null
}

/** Reasons of changes that no event caused, as `row_changes.cause` names them. */
const CAUSES: Record<string, string> = {
  'access ended': 'the paid period was over',
  'payment trusted': 'a payment, as Stripe did not tell the state',
  settings: 'other settings',
  host: 'the host application linked or unlinked the user',
}

/** The event that said so, or the reason without one. */
export function SaidBy({ provider, eventId, cause = null }: Said) {
  if (provider !== null && eventId !== null)
    return (
      <>
        <Link to="/e/$provider/$id" params={{ provider, id: eventId }} className="id">
          {eventId}
        </Link>
        {cause === 'replay' && <span className="below">replayed</span>}
      </>
    )
  return <span className="soft">{CAUSES[cause ?? ''] ?? 'no event that is recorded'}</span>
}
