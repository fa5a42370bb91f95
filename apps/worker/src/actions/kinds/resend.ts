import { resendEffects } from '@sluice/database/outbox'
import type { RunAction } from '../context.ts'
import { ActionRefusedError } from '../refused-error.ts'

/** Dead effects are tried again under their key. Ended ones are carried out once more under a key that names the action. */
export const resend: RunAction<{ effects: string[] }> = async ({ effects }, { pool, action, progress }) => {
  const { found, retried, resent } = await resendEffects(pool, effects, action.id)
  if (found === 0)
    throw new ActionRefusedError(
      'None of these effects is there any more. sluice replay --resend carries out what an event asks for again.',
    )
  await progress(effects.length, effects.length)
  return { retried, resent, left: effects.length - retried.length - resent.length }
}
