// Starts both stores, says so, and waits to be killed. Arguments: the package's entry, a folder for each store.
const [entry, postgres, redis] = process.argv.slice(2)
const { startPostgres, startRedis } = await import(entry)
await Promise.all([startPostgres({ directory: postgres, durable: false }), startRedis({ directory: redis })])
console.log('started')
setInterval(() => {}, 1_000)
