/** Loaded before the engine by a test: breaks it from inside when it is told to. */
process.on('SIGUSR2', () => {
  setImmediate(() => {
    throw new Error('broken on purpose')
  })
})
process.on('SIGWINCH', () => {
  void Promise.reject(new Error('a promise broken on purpose'))
})
