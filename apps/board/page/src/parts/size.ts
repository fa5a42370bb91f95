/** `12.3 kB`. */
export const sizeOf = (bytes: number): string =>
  new Intl.NumberFormat(undefined, { style: 'unit', unit: 'kilobyte', maximumFractionDigits: 1 }).format(bytes / 1000)
