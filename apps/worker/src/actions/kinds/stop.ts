import { stopAction } from '@sluice/database/actions/run'
import type { RunAction } from '../context.ts'
import { ActionRefusedError } from '../refused-error.ts'

export const stop: RunAction<{ id: string }> = async ({ id }, { pool }) => {
  if (!(await stopAction(pool, id))) throw new ActionRefusedError(`Action ${id} does not exist, or has ended.`)
  return { stopped: id }
}
