import type { RunAction } from '../context.ts'

/** Nothing is left to do: the row of the action lets the person read. */
export const reveal: RunAction<object> = async () => ({})
