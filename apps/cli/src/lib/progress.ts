const WIDTH = 30

/** A progress bar on stderr, only if stderr is a terminal. */
export function createProgress(total: number, isWanted = process.stderr.isTTY === true) {
  let done = 0
  const draw = () => {
    const filled = Math.round((done / total) * WIDTH)
    process.stderr.write(`\r${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${done} of ${total}`)
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
