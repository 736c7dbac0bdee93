/** Lets what it is given happen one after the other: what one has read is still true when it writes. */
export type OneAtATime = <Answer>(change: () => Promise<Answer>) => Promise<Answer>

export function oneAtATime(): OneAtATime {
  let last: Promise<unknown> = Promise.resolve()
  return (change) => {
    const next = last.then(change)
    // A failed change is its caller's news; the next one begins all the same.
    last = next.catch(() => undefined)
    return next
  }
}
