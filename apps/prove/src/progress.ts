const WIDTH = 30

/** A progress bar on stderr; silent when stderr is no terminal. */
export function startProgress(total: number, isWatched = process.stderr.isTTY === true) {
  let done = 0
  const draw = (what: string) => {
    const filled = Math.round((done / total) * WIDTH)
    const bar = `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${done} of ${total}`
    process.stderr.write(`\r\u001b[K${bar} ${what}`)
  }
  return {
    step: (what: string) => void (isWatched && draw(what)),
    advance: () => {
      done += 1
      if (isWatched) draw('')
    },
    finish: () => void (isWatched && process.stderr.write('\r\u001b[K')),
  }
}
