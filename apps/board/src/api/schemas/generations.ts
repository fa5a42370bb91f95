import { z } from 'zod'
import { pageOf, time } from './common.ts'
import { Effect, StoredFile } from './event-life.ts'
import { EventItem } from './events.ts'

/** A file of its output. `GET /api/files/<storageKey>` is the file itself, for operators. */
export const GenerationFile = StoredFile.omit({ predictionId: true, generationJobId: true }).extend({
  /** When its provider deletes it, if it is not copied by then; null if it is copied or refused, or that is not known. */
  deletedAt: time.nullable(),
})

export type GenerationFile = z.output<typeof GenerationFile>

/** A prediction of the host. Its output is shown only as stored files. */
export const Generation = z.object({
  /** The host's id. */
  id: z.string(),
  userId: z.string().nullable(),
  predictionId: z.string().nullable(),
  status: z.string(),
  /** The provider's reason. A viewer sees how long it is, because it may quote the prompt. */
  error: z.string().nullable(),
  seenAt: time,
  completedAt: time.nullable(),
  files: z.array(GenerationFile),
  /** Files of the output that were too many to copy. */
  filesRefused: z.number(),
})

export type Generation = z.output<typeof Generation>

/** `GET /api/generations`. */
export const Generations = pageOf(Generation)

export type Generations = z.output<typeof Generations>

/** `GET /api/generations/:prediction`. Input and output are in the bodies of its events. */
export const GenerationLife = z.object({
  generation: Generation,
  /** Oldest first. */
  events: z.array(EventItem),
  /** Final statuses that its events report. More than one is a contradiction, of which the earliest counts. */
  endings: z.array(z.string()),
  /** As the provider measured, in seconds where the name ends in `time`. */
  metrics: z.record(z.string(), z.number()),
  /** The parts of the output, without their values: JSON pointer, JSON type, and the length of a text. At most 200. */
  output: z.array(z.object({ pointer: z.string(), type: z.string(), characters: z.number().nullable() })),
  effects: z.array(Effect.omit({ id: true, availableAt: true, job: true })),
  links: z.object({ provider: z.string() }),
})

export type GenerationLife = z.output<typeof GenerationLife>
