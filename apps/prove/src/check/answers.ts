import type { Delivered } from '../load/journal.ts'

/** In which a sender has its answer, whatever is down. */
const ANSWER_MS_MAX = 2_000

/** Answers that a valid request must not get; nobody answering is no answer. */
export function wrongAnswers(journal: Delivered[], mayAnswer: readonly number[] = []): string[] {
  return journal.flatMap(({ event, attempts }) =>
    attempts
      .filter(
        ({ status, ms }) => status !== 0 && (ms > ANSWER_MS_MAX || (status !== 200 && !mayAnswer.includes(status))),
      )
      .map(({ status, ms, ingest }) => `${event.id} got ${status} of ingest-${ingest + 1} after ${ms} ms`),
  )
}
