// Loaded before an app: its clock is CLOCK_SHIFT_MS off, and is set back by an hour on SIGUSR2.
const HOUR_MS = 3_600_000
const RealDate = Date
let shiftMs = Number(process.env.CLOCK_SHIFT_MS ?? 0)

class ShiftedDate extends RealDate {
  constructor(...values) {
    super(...(values.length > 0 ? values : [RealDate.now() + shiftMs]))
  }

  static now() {
    return RealDate.now() + shiftMs
  }
}

globalThis.Date = ShiftedDate
if (require('node:worker_threads').isMainThread)
  process.on('SIGUSR2', () => {
    shiftMs -= HOUR_MS
  })
