// A process that does nothing until it is killed.
setInterval(() => {}, 1_000)
