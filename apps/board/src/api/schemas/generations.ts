import { z } from 'zod'
import { pageOf, time } from './common.ts'
import { StoredFile } from './event-life.ts'

/** A prediction of the host. Its output is shown only as stored files. */
export const Generation = z.object({
  /** The host's id. */
  id: z.string(),
  userId: z.string().nullable(),
  predictionId: z.string().nullable(),
  status: z.string(),
  seenAt: time,
  completedAt: time.nullable(),
  files: z.array(StoredFile.omit({ predictionId: true, generationJobId: true })),
  /** Files of the output that were too many to copy. */
  filesRefused: z.number(),
})

export type Generation = z.output<typeof Generation>

/** `GET /api/generations`. */
export const Generations = pageOf(Generation)

export type Generations = z.output<typeof Generations>
