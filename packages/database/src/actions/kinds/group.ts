import { z } from 'zod'
import { word } from './filter.ts'

const text = (longest: number) =>
  z
    .string()
    .trim()
    .max(longest)
    .refine((one) => !one.includes('\0'), 'must not contain NUL')

/** The dead letters with one cause, and what is noted about them. An empty text takes a note or an owner away. */
export const group = {
  fingerprint: word,
  note: text(2_000).optional(),
  /** The person who looks after it. */
  owner: text(255).optional(),
}
