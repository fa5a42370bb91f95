export const counted = (count: number, one: string, more = `${one}s`): string =>
  count === 1 ? `1 ${one}` : `${count.toLocaleString()} ${more}`
