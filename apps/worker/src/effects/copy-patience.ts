/** How many times longer than other effects a copy may take: a film of a gigabyte comes as fast as its host sends it. */
export const COPY_PATIENCE = 20
