/** Does it with the first call, and gives everybody that answer; one that failed is tried again by the next. */
export function once<Answer>(make: () => Promise<Answer>): Once<Answer> {
  let made: Promise<Answer> | undefined
  const ask = () => {
    made ??= make().catch((thrown: unknown) => {
      made = undefined
      throw thrown
    })
    return made
  }
  return Object.assign(ask, { made: async () => made?.catch(() => undefined) })
}

export interface Once<Answer> {
  (): Promise<Answer>
  /** What was made; undefined when nobody asked, or it failed. Makes nothing. */
  made(): Promise<Answer | undefined>
}
