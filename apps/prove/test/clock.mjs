// Prints the time again and again, asked for in two ways. A date of its own must stay what it is.
setInterval(() => {
  if (new Date('2026-01-01T00:00:00Z').getTime() !== 1_767_225_600_000) throw new Error('the date is another')
  console.log(JSON.stringify([Date.now(), Date.parse(new Date().toISOString())]))
}, 50)
