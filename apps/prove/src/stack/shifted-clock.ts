// Loaded with `--import` into an app: its clock differs from the true one by CLOCK_SHIFT_MS. With CLOCK_SHIFT_LATER the
// clock jumps when the process gets SIGUSR2. Monotonic clocks are left alone, as when an operator sets the clock.
const shiftMs = Number(process.env['CLOCK_SHIFT_MS'])
const trueNow = Date.now
let isShifted = process.env['CLOCK_SHIFT_LATER'] === undefined

const now = () => trueNow() + (isShifted ? shiftMs : 0)

process.on('SIGUSR2', () => {
  isShifted = true
})

globalThis.Date = new Proxy(Date, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length > 0 ? args : [now()], newTarget),
  get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
})
