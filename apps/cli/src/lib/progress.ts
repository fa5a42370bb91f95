const WIDTH = 30

/** @param fraction from 0 to 1 */
export function bar(fraction: number): string {
  const filled = Math.round(fraction * WIDTH)
  return `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}`
}

/** A progress bar on stderr, only if stderr is a terminal. */
export function createProgress(total: number, isWanted = process.stderr.isTTY === true) {
  let done = 0
  const draw = () => {
    process.stderr.write(`\r${bar(done / total)} ${done} of ${total}`)
  }
  return {
    advance(by = 1): void {
      done += by
      if (isWanted) draw()
    },
    finish(): void {
      if (isWanted) process.stderr.write('\n')
    },
  }
}
