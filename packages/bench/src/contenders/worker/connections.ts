/** That each contender has to Postgres, which is what our worker has. */
export const CONNECTIONS = 10
