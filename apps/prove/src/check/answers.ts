import type { Delivery } from '../load/delivery.ts'

/** Every request is answered within this time, whatever is down. */
const ANSWER_MS_MAX = 2_000

/** Answers that a valid request must not get. A refused or broken connection is no answer. */
export function wrongAnswers(deliveries: Delivery[], mayAnswer: readonly number[] = []): string[] {
  return deliveries.flatMap(({ event, attempts }) =>
    attempts
      .filter(
        ({ status, ms }) => status !== 0 && (ms > ANSWER_MS_MAX || (status !== 200 && !mayAnswer.includes(status))),
      )
      .map(({ status, ms, ingest }) => `${event.id} got ${status} of ingest-${ingest + 1} after ${ms} ms`),
  )
}
