const HOUR_MS = 3_600_000

type Output = Pick<NodeJS.WriteStream, 'isTTY'> & { write(text: string): boolean }

/** Says after each run on stderr how it went and how much time is left; a terminal also shows the current step. */
export function startProgress(total: number, stderr: Output = process.stderr, now = Date.now) {
  const startedAt = now()
  let done = 0
  const clear = stderr.isTTY ? '\r\u001b[K' : ''
  return {
    step: (what: string) => void (stderr.isTTY && stderr.write(`${clear}${done + 1} of ${total}: ${what}`)),
    advance: (what: string) => {
      done += 1
      const leftMs = ((now() - startedAt) / done) * (total - done)
      stderr.write(`${clear}${done} of ${total}: ${what}${total > done ? `, ${durationOf(leftMs)} left` : ''}\n`)
    },
  }
}

function durationOf(milliseconds: number): string {
  const minutes = Math.ceil((milliseconds % HOUR_MS) / 60_000)
  const hours = Math.floor(milliseconds / HOUR_MS)
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min`
}
