import { Link } from '@tanstack/react-router'

/** The daily schedule, a command, or an action with a person and a reason. */
export function AskedBy({ by }: { by: string }) {
  const [, action] = /^action:(\d+)$/.exec(by) ?? []
  if (action === undefined) return by === 'cli' ? 'a command' : 'the daily schedule'
  return (
    <Link to="/a/$id" params={{ id: action }}>
      action {action}
    </Link>
  )
}
