import { EventError } from '@sluice/events'

/** A message of our own is safe to keep; another's may quote the body, so it is told by its name and place. */
export function messageOf(error: unknown): string {
  if (error instanceof EventError) return error.message
  if (!(error instanceof Error)) return 'something that is no Error was thrown'
  const place = placeOf(error)
  return place === undefined ? error.name : `${error.name} at ${place}`
}

/** File and line of the innermost frame that has any. What stands before the frames may quote the body. */
function placeOf({ name, message, stack }: Error): string | undefined {
  const head = message ? `${name}: ${message}` : name
  if (!stack?.startsWith(`${head}\n`)) return undefined
  return /([\w.-]+\.[cm]?[jt]s:\d+):\d+\)?$/m.exec(stack.slice(head.length))?.[1]
}
