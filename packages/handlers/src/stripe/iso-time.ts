export const isoOf = (time: Date | null | undefined): string | null => time?.toISOString() ?? null
