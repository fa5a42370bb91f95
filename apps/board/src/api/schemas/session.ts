import { z } from 'zod'

/** `GET /api/session`: who is signed in. */
export const Session = z.object({
  user: z.string(),
  role: z.enum(['viewer', 'operator', 'admin']),
  /** Whether the board only shows, whatever the role: `BOARD_READ_ONLY`. */
  readOnly: z.boolean(),
  /** `production, development, test`. */
  environment: z.string(),
  /** Whether this board can send events, as providers do: never in production. */
  maySend: z.boolean(),
})

export type Session = z.output<typeof Session>
