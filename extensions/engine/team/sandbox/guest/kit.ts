/** What guest files share. `declare const kit: GuestKit` at the head of each; `guest-text.ts` puts the pieces together. */

export interface GuestFailure {
  readonly name: string
  readonly message: string
}

export interface GuestKit {
  /** Text out, text in: the only door of the box. */
  send(question: string, argument: string): string
  /** Runs text as a program of the box's own globals, which see none of the guest code. */
  evaluateText(text: string): unknown
  /** Asks the outside; its refusals are thrown as failures. */
  ask(question: string, ...values: unknown[]): unknown
  /** An error that ends the whole evaluation, and is told to the person in these words. */
  failure(name: string, message: string): Error
  isFailure(thrown: unknown): boolean
  /** The machine's own limits: memory, stack, length of a text. */
  isLimit(thrown: unknown): boolean
  /** Copies a value into text: see `codec.ts`. */
  encode(value: unknown): string
  encodeFailure(thrown: unknown): string
  [part: string]: unknown
}
