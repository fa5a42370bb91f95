const UNITS = ['kilobyte', 'megabyte', 'gigabyte'] as const

/** `12.3 kB`, `268.4 MB`. */
export function sizeOf(bytes: number): string {
  const step = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3) - 1))
  const format = { style: 'unit', unit: UNITS[step], maximumFractionDigits: 1 } as const
  return new Intl.NumberFormat(undefined, format).format(bytes / 1000 ** (step + 1))
}
